"""What others see of privacy: the notice, and all that is kept of one conversation."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from api.conversations.schemas import MessageOut, Triage


class NoticeOut(BaseModel):
    """What a person has to agree to before the first message, for clients that show it themselves."""

    version: str
    locale: str
    retention_days: int
    text: list[str] = Field(description="Its sentences, in order")
    sha256: str = Field(description="Hash of the sentences as a JSON array")


class Consent(BaseModel):
    """What the person agreed to, and when; `sha256` is null where the clinic showed a notice of its own."""

    version: str
    locale: str
    at: datetime
    sha256: str | None


class Export(BaseModel):
    """Everything that is kept of one conversation; `record` is the assistant's own note of what it understood."""

    id: str
    clinic: str
    locale: str
    country: str
    created_at: datetime
    active_at: datetime
    deleted_after: datetime = Field(description="When it is deleted if nothing more is said")
    consent: Consent
    messages: list[MessageOut]
    triage: Triage
    record: dict[str, Any]
