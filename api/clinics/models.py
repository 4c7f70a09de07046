"""The table of clinics."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, Boolean, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from api.kit.clock import now
from api.kit.database import Base, UtcDateTime
from api.kit.ids import new_id

ANY_ORIGIN = "*"


class Clinic(Base):
    """A clinic; ``key`` is public (it stands in the embedding page), ``country`` an ISO 3166 code.

    ``retention_days`` None: as long as the settings say. ``origins``: the web origins that may show the widget and
    call the API, besides our own (``*``: any). ``api_key_hash``: SHA-256 of the key of the clinic's own systems. A
    clinic that is not ``active`` takes no new conversations.
    """

    __tablename__ = "clinics"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    country: Mapped[str] = mapped_column(String(2))
    locale: Mapped[str] = mapped_column(String(16), default="en")
    retention_days: Mapped[int | None] = mapped_column(Integer)
    origins: Mapped[list[str]] = mapped_column(JSON, default=list)
    api_key_hash: Mapped[str | None] = mapped_column(String(64), unique=True, index=True)
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    def admits(self, origin: str) -> bool:
        """Whether pages of this web origin may use the clinic's assistant."""
        return ANY_ORIGIN in self.origins or origin in self.origins
