"""What a clinic is set to, checked, and what its own systems see of it."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from api.clinics.models import ANY_ORIGIN

CLINIC_KEY = "^[!-~]{1,64}$"  # what is looked up; a new one is stricter
_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*(:[0-9]{1,5})?|\[[0-9a-f:]+\](:[0-9]{1,5})?")


def _origin(text: str) -> str:
    """A web origin as browsers send it: scheme and host, a port only where it is not the usual one."""
    if text == ANY_ORIGIN:
        return text
    parts = urlsplit(text.strip().rstrip("/").lower())
    good = parts.scheme in ("http", "https") and _HOST.fullmatch(parts.netloc)
    if not good or parts.path or parts.query or parts.fragment:
        raise ValueError("an origin is written as https://www.clinic.example, or * for any")
    usual = ":443" if parts.scheme == "https" else ":80"
    return f"{parts.scheme}://{parts.netloc.removesuffix(usual)}"


class ClinicFields(BaseModel):
    """Everything about a clinic that somebody may set; what is not given stays as it is."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    name: str | None = Field(default=None, min_length=1, max_length=200)
    country: str | None = Field(default=None, pattern="^[A-Z]{2}$")
    locale: str | None = Field(default=None, pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=16)
    retention_days: int | None = Field(default=None, ge=1, le=3650)
    origins: list[Annotated[str, AfterValidator(_origin)]] | None = None
    active: bool | None = None


class NewClinic(ClinicFields):
    """A clinic to be; ``key`` stands in the embedding page."""

    key: str = Field(pattern="^[a-z0-9][a-z0-9-]{0,63}$")
    name: str = Field(min_length=1, max_length=200)
    country: str = Field(pattern="^[A-Z]{2}$")


class ClinicOut(BaseModel):
    """A clinic as its own systems see it."""

    key: str
    name: str
    country: str
    locale: str
    retention_days: int
    origins: list[str]
    active: bool


class DeletionOut(BaseModel):
    """One run that deleted conversations; ``remaining``: how many were still there that should not have been."""

    number: int
    cause: str
    cutoff: datetime
    conversations: int
    messages: int
    remaining: int
    done_at: datetime
    hash: str


class Deletions(BaseModel):
    """The clinic's part of the ledger of deletions, oldest first; ``intact``: the whole ledger's hashes fit."""

    retention_days: int
    intact: bool
    deletions: list[DeletionOut]
