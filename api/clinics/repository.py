"""All queries about clinics."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, select

from api.clinics.models import Clinic
from api.kit.database import Session


class ClinicRepository:
    """The directory of clinics: the one place where a query runs before the clinic is known."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def by_key(self, key: str) -> Clinic | None:
        found: Clinic | None = await self._session.scalar(select(Clinic).where(Clinic.key == key))
        return found

    async def by_id(self, clinic_id: UUID) -> Clinic | None:
        return await self._session.get(Clinic, clinic_id)

    async def by_api_key_hash(self, digest: str) -> Clinic | None:
        found: Clinic | None = await self._session.scalar(select(Clinic).where(Clinic.api_key_hash == digest))
        return found

    async def all(self) -> Sequence[Clinic]:
        return (await self._session.scalars(select(Clinic).order_by(Clinic.key))).all()

    async def add(self, clinic: Clinic) -> Clinic:
        self._session.add(clinic)
        await self._session.flush()
        return clinic

    async def ensure(self, key: str, name: str, country: str, origins: Sequence[str]) -> Clinic:
        """The clinic with this key, made when it is not there yet."""
        found = await self.by_key(key)
        return found or await self.add(Clinic(key=key, name=name, country=country, origins=list(origins)))

    async def remove(self, clinic_id: UUID) -> None:
        """Deletes the clinic and, by cascade, all its conversations."""
        await self._session.execute(delete(Clinic).where(Clinic.id == clinic_id))
