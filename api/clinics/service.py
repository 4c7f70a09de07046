"""What can be done to a clinic, inside the caller's transaction."""

from __future__ import annotations

import hashlib
import secrets

from api.clinics.models import Clinic
from api.clinics.repository import ClinicRepository
from api.clinics.schemas import ClinicFields, NewClinic
from api.kit.database import Session

API_KEY_MARK = "spw_"  # makes a key that leaked recognisable for scanners


class UnknownClinic(Exception):
    """There is no clinic with this key."""


class KeyTaken(Exception):
    """There is a clinic with this key already."""


class ClinicService:
    """Clinics as an operator changes them."""

    def __init__(self, session: Session) -> None:
        self._clinics = ClinicRepository(session)

    async def add(self, fields: NewClinic) -> Clinic:
        """A new clinic; KeyTaken."""
        if await self._clinics.by_key(fields.key) is not None:
            raise KeyTaken(fields.key)
        given = fields.model_dump(exclude_none=True)
        return await self._clinics.add(Clinic(**({"origins": []} | given)))

    async def set(self, key: str, fields: ClinicFields) -> Clinic:
        """Changes what is given, None too where it was given; UnknownClinic."""
        clinic = await self.get(key)
        for name in fields.model_fields_set:
            setattr(clinic, name, getattr(fields, name))
        return clinic

    async def get(self, key: str) -> Clinic:
        """UnknownClinic when there is none."""
        clinic = await self._clinics.by_key(key)
        if clinic is None:
            raise UnknownClinic(key)
        return clinic

    async def rotate_key(self, key: str) -> str:
        """A new API key, told this once; the one before stops working. UnknownClinic."""
        clinic = await self.get(key)
        api_key = API_KEY_MARK + secrets.token_urlsafe(32)
        clinic.api_key_hash = hashed(api_key)
        return api_key

    async def by_api_key(self, api_key: str) -> Clinic | None:
        """The clinic whose key this is."""
        if not api_key.startswith(API_KEY_MARK):
            return None
        return await self._clinics.by_api_key_hash(hashed(api_key))


def hashed(api_key: str) -> str:
    """What is stored of an API key: it holds 256 random bits, so that a plain hash cannot be turned round."""
    return hashlib.sha256(api_key.encode()).hexdigest()
