"""Deletes conversations whose time is over, and writes down that it did."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from api.clinics.models import Clinic
from api.clinics.repository import ClinicRepository
from api.conversations.repository import ConversationRepository
from api.kit.clock import now
from api.kit.database import Database, DatabaseDown, Session
from api.kit.logging import describe, log
from api.kit.settings import Settings
from api.privacy.models import Deletion
from api.privacy.repository import LeaseRepository, LedgerRepository

JOB = "retention"
FIRST = 60.0  # seconds after the start, when there is less to do
BATCH = 200
LEASE = timedelta(minutes=5)


class Busy(Exception):
    """Another process has the lease of this job."""


def days_kept(clinic: Clinic, settings: Settings) -> int:
    """How many days after its last message a conversation of this clinic is deleted."""
    return clinic.retention_days or settings.retention_days


class Retention:
    """The job; several processes may run it, and one at a time does."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self._settings = settings
        self._database = database
        self._holder = str(uuid4())

    async def keep_running(self) -> None:
        """Purges now and then, for ever; a task of the application."""
        await asyncio.sleep(min(FIRST, self._settings.purge_every))
        while True:
            try:
                await self.purge(now())
            except (DatabaseDown, Busy):
                pass
            except Exception as error:
                log.error("purge failed", **describe(error))
            await asyncio.sleep(self._settings.purge_every)

    async def purge(self, moment: datetime) -> Sequence[Deletion]:
        """Deletes what has to go at this moment; what was deleted. Busy while another process is at it."""
        done: list[Deletion] = []
        async with self._database.read() as session:
            clinics = await ClinicRepository(session).all()
        await self._hold(LEASE)
        try:
            for clinic in clinics:
                cutoff = moment - timedelta(days=days_kept(clinic, self._settings))
                while (deleted := await self._batch(clinic, cutoff)) is not None:
                    done.append(deleted)
                    log.info("purged", clinic=clinic.key, count=deleted.conversations)
                    await self._hold(LEASE)
            if done:
                await self._database.scrub()
        finally:
            await self._hold(timedelta(0))
        return done

    async def _batch(self, clinic: Clinic, cutoff: datetime) -> Deletion | None:
        async with self._database.write(bulk=True) as session:
            return await delete_before(session, clinic, cutoff, "retention", now())

    async def _hold(self, time: timedelta) -> None:
        """Takes the lease or keeps it, for far longer than a batch takes; Busy when somebody else has it."""
        async with self._database.write() as session:
            if not await LeaseRepository(session).take(JOB, self._holder, now(), now() + time):
                raise Busy


async def delete_before(
    session: Session, clinic: Clinic, cutoff: datetime, cause: str, moment: datetime
) -> Deletion | None:
    """Deletes one batch and enters it in the ledger, both or neither; None when there was nothing to delete."""
    conversations = ConversationRepository(session, clinic.id)
    ids: Sequence[UUID] = await conversations.last_active_before(cutoff, BATCH)
    if not ids:
        return None
    messages = await conversations.erase_all(ids)
    remaining = await conversations.count_before(cutoff)
    return await LedgerRepository(session).append(
        clinic, cause, cutoff, moment, conversations=len(ids), messages=messages, remaining=remaining
    )
