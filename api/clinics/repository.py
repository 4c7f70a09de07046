"""All queries about clinics."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.clinics.models import Clinic


class ClinicRepository:
    """The directory of clinics: the one place where a query runs before the clinic is known."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def by_key(self, key: str) -> Clinic | None:
        found: Clinic | None = await self._session.scalar(select(Clinic).where(Clinic.key == key))
        return found

    async def by_id(self, clinic_id: UUID) -> Clinic | None:
        return await self._session.get(Clinic, clinic_id)

    async def ensure(self, key: str, name: str, country: str) -> Clinic:
        """The clinic with this key, made when it is not there yet."""
        clinic = await self.by_key(key)
        if clinic is None:
            clinic = Clinic(key=key, name=name, country=country)
            self._session.add(clinic)
            await self._session.flush()
        return clinic
