"""What the frame has to know of the clinic that embeds it."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Query

from api.clinics.models import ANY_ORIGIN, Clinic
from api.privacy.retention import days_kept
from api.state import StateDep


@dataclass(frozen=True)
class Embedding:
    """``ancestors``: CSP sources of the pages that may show the frame. ``retention_days``: told before consent."""

    ancestors: str
    retention_days: int


def ancestors(clinic: Clinic | None) -> str:
    """Our own pages, and those of the clinic; only our own for a clinic that is not there."""
    if clinic is None or not clinic.active:
        return "'self'"
    return ANY_ORIGIN if ANY_ORIGIN in clinic.origins else " ".join(["'self'", *clinic.origins])


async def embedding(state: StateDep, clinic: Annotated[str, Query(max_length=64)] = "demo") -> Embedding:
    """From what this process knows of the clinic, so that the frame comes also while the database is away."""
    known = await state.directory.by_key(clinic)
    days = days_kept(known, state.settings) if known is not None else state.settings.retention_days
    return Embedding(ancestors(known), days)
