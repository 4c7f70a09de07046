"""Exchanging master keys: the data keys are wrapped anew, the conversations themselves stay as they are."""

from __future__ import annotations

from collections import Counter

from api.clinics.repository import ClinicRepository
from api.conversations.repository import ConversationRepository
from api.kit.database import Database

BATCH = 500


async def rewrap_all(database: Database) -> int:
    """Wraps every data key with the active master key; how many were not yet. May run beside the API."""
    count = 0
    async with database.read() as session:
        clinics = await ClinicRepository(session).all()
    for clinic in clinics:
        while True:
            async with database.write(bulk=True) as session:
                changed = await ConversationRepository(session, clinic.id).rewrap(BATCH)
            if not changed:
                break
            count += changed
    if count:
        await database.scrub()
    return count


async def in_use(database: Database) -> Counter[str]:
    """How many data keys each master key has wrapped, by its id."""
    used: Counter[str] = Counter()
    async with database.read() as session:
        for clinic in await ClinicRepository(session).all():
            used.update(await ConversationRepository(session, clinic.id).master_keys())
    return used
