"""The ledger of deletions, and the leases of jobs that only one process at a time may run."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from api.kit.database import Base, UtcDateTime


class Deletion(Base):
    """One run that deleted conversations of one clinic: how many and when, never which or what.

    ``cause``: ``retention`` or ``clinic_removed``. ``cutoff``: everything last active before it had to go;
    ``remaining`` is what was counted there afterwards. ``hash`` covers the row and the ``hash`` of the row before, so
    that no row can be changed or taken out unseen. It outlives its clinic.
    """

    __tablename__ = "deletions"

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    clinic_id: Mapped[UUID] = mapped_column(index=True)
    clinic_key: Mapped[str] = mapped_column(String(64))
    cause: Mapped[str] = mapped_column(String(16))
    cutoff: Mapped[datetime] = mapped_column(UtcDateTime)
    conversations: Mapped[int] = mapped_column(Integer)
    messages: Mapped[int] = mapped_column(Integer)
    remaining: Mapped[int] = mapped_column(Integer)
    done_at: Mapped[datetime] = mapped_column(UtcDateTime)
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)


class Lease(Base):
    """Who runs a job, and until when nobody else may."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    holder: Mapped[str] = mapped_column(String(36))
    until: Mapped[datetime] = mapped_column(UtcDateTime)
