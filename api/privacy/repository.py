"""All queries about the ledger of deletions and the leases of jobs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import CursorResult, or_, select, update
from sqlalchemy.exc import IntegrityError

from api.clinics.models import Clinic
from api.kit.database import Session
from api.privacy.ledger import START, chained
from api.privacy.models import Deletion, Lease


class LedgerRepository:
    """The ledger: one chain for all clinics, so that none of them can lose a row unseen."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def append(
        self,
        clinic: Clinic,
        cause: str,
        cutoff: datetime,
        moment: datetime,
        *,
        conversations: int,
        messages: int,
        remaining: int,
    ) -> Deletion:
        """Adds a row. If another process adds one at the same time, one of the two transactions fails."""
        last = await self._session.scalar(select(Deletion).order_by(Deletion.number.desc()).limit(1))
        row = Deletion(
            number=last.number + 1 if last else 1,
            clinic_id=clinic.id,
            clinic_key=clinic.key,
            cause=cause,
            cutoff=cutoff,
            conversations=conversations,
            messages=messages,
            remaining=remaining,
            done_at=moment,
            previous=last.hash if last else START,
        )
        row.hash = chained(row)
        self._session.add(row)
        await self._session.flush()
        return row

    async def all(self) -> Sequence[Deletion]:
        return (await self._session.scalars(select(Deletion).order_by(Deletion.number))).all()

    async def of_clinic(self, clinic_id: UUID) -> Sequence[Deletion]:
        query = select(Deletion).where(Deletion.clinic_id == clinic_id).order_by(Deletion.number)
        return (await self._session.scalars(query)).all()


class LeaseRepository:
    """Who may run a job that only one process at a time should run."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def take(self, name: str, holder: str, moment: datetime, until: datetime) -> bool:
        """Whether the job is the holder's until then: nobody had it, their time is over, or it was theirs already."""
        free = or_(Lease.holder == holder, Lease.until < moment)
        taken = await self._session.execute(
            update(Lease).where(Lease.name == name, free).values(holder=holder, until=until)
        )
        assert isinstance(taken, CursorResult)
        if taken.rowcount == 1:
            return True
        try:
            async with self._session.begin_nested():
                self._session.add(Lease(name=name, holder=holder, until=until))
        except IntegrityError:
            return False
        return True
