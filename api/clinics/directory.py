"""What this process knows of the clinics, read anew now and then: it needs their origins without a database too."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Mapping
from uuid import UUID

from api.clinics.models import Clinic
from api.clinics.repository import ClinicRepository
from api.kit.database import Database, DatabaseDown


class Directory:
    """Clinics by key and by id, at most ``refresh`` seconds old while the database answers."""

    def __init__(self, database: Database, refresh: float) -> None:
        self._database = database
        self._refresh = refresh
        self._due = 0.0
        self._by_key: Mapping[str, Clinic] = {}
        self._by_id: Mapping[UUID, Clinic] = {}

    async def by_key(self, key: str) -> Clinic | None:
        await self._read_if_due()
        return self._by_key.get(key)

    async def by_id(self, clinic_id: UUID) -> Clinic | None:
        await self._read_if_due()
        return self._by_id.get(clinic_id)

    async def admits(self, origin: str) -> bool:
        """Whether any clinic admits this web origin."""
        await self._read_if_due()
        return any(clinic.admits(origin) for clinic in self._by_key.values())

    async def _read_if_due(self) -> None:
        if time.monotonic() < self._due:
            return
        self._due = time.monotonic() + self._refresh  # before reading, so that one reads and the others go on
        with contextlib.suppress(DatabaseDown):
            await self.read()

    async def read(self) -> None:
        """Reads the clinics now; DatabaseDown."""
        async with self._database.read() as session:
            clinics = await ClinicRepository(session).all()
        self._by_key = {clinic.key: clinic for clinic in clinics}
        self._by_id = {clinic.id: clinic for clinic in clinics}
