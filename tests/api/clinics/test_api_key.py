"""A clinic's own systems have a key, of which only a hash is kept, and see the clinic and its deletions only."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from api.clinics.models import Clinic
from api.clinics.service import ClinicService
from api.kit.clock import now
from api.privacy.retention import Retention
from tests.api.support import Service, found_in


async def key_of(service: Service, clinic: str) -> str:
    async with service.state.database.write() as session:
        return await ClinicService(session).rotate_key(clinic)


async def get(service: Service, path: str, key: str) -> Any:
    return await service.client.get(path, headers={"Authorization": f"Bearer {key}"})


async def test_the_key_shows_the_clinic(service: Service, tmp_path: Path) -> None:
    key = await key_of(service, "demo")
    shown = (await get(service, "/v1/clinic", key)).json()
    assert (shown["key"], shown["retention_days"], shown["origins"]) == ("demo", 30, ["*"])
    assert await found_in(service, tmp_path, key) == []


async def test_a_new_key_ends_the_old_one(service: Service) -> None:
    old = await key_of(service, "demo")
    new = await key_of(service, "demo")
    assert (await get(service, "/v1/clinic", old)).status_code == 401
    assert (await get(service, "/v1/clinic", new)).status_code == 200


async def test_nothing_else_is_a_key(service: Service) -> None:
    talk = await service.open()
    for wrong in ("", "x", "spw_", talk.token):
        for path in ("/v1/clinic", "/v1/clinic/deletions"):
            answer = await get(service, path, wrong)
            assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
    key = await key_of(service, "demo")
    assert (await get(service, f"{talk.path}/messages", key)).status_code == 401


async def test_it_shows_the_clinics_own_deletions(service: Service) -> None:
    async with service.state.database.write() as session:
        session.add(Clinic(key="north", name="North", country="GB"))
    for clinic in ("demo", "north", "north"):
        await service.open(clinic=clinic)
    await Retention(service.settings, service.state.database).purge(now() + timedelta(days=31))
    shown = (await get(service, "/v1/clinic/deletions", await key_of(service, "north"))).json()
    assert shown["intact"] is True
    assert [(row["conversations"], row["messages"], row["remaining"]) for row in shown["deletions"]] == [(2, 4, 0)]
