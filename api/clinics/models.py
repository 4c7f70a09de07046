"""The table of clinics."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from api.kit.clock import now
from api.kit.database import Base, UtcDateTime
from api.kit.ids import new_id


class Clinic(Base):
    """A clinic; ``key`` is public (it stands in the embedding page), ``country`` an ISO 3166 code."""

    __tablename__ = "clinics"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    country: Mapped[str] = mapped_column(String(2))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
