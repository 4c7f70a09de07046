"""Only pages of the clinic's own origins may show the widget and call the API from a browser."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import update

from api.clinics.models import Clinic
from api.clinics.schemas import ClinicFields
from api.kit.crypto import new_master_key
from tests.api.conftest import Start
from tests.api.support import Service, Talk

HERE, THERE = "https://www.north.example", "https://elsewhere.example"


@pytest.fixture
async def north(service: Service) -> Service:
    """With a clinic that admits one origin; `demo` admits any, as in development."""
    async with service.state.database.write() as session:
        session.add(Clinic(key="north", name="North", country="GB", origins=[HERE]))
        await session.execute(update(Clinic).where(Clinic.key == "demo").values(origins=[]))
    await service.state.directory.read()
    return service


async def opening(service: Service, clinic: str, **headers: str) -> Any:
    return await service.client.post("/v1/conversations", json={"clinic": clinic, "consent": True}, headers=headers)


async def test_a_page_of_the_clinic_may(north: Service) -> None:
    opened = await opening(north, "north", origin=HERE)
    assert (opened.status_code, opened.headers["access-control-allow-origin"]) == (201, HERE)
    talk = Talk(north.client, opened.json()["id"], opened.json()["token"], opened.json())
    said = await north.client.post(
        f"{talk.path}/messages", json={"text": "hi"}, headers=talk.access | {"origin": HERE}
    )
    assert (said.status_code, said.headers["access-control-allow-origin"]) == (201, HERE)
    assert "Origin" in said.headers["vary"]
    read = await talk.get("/messages", origin=THERE)
    assert read.status_code == 200
    assert "access-control-allow-origin" not in read.headers


@pytest.mark.parametrize(
    "origin", [THERE, "https://www.north.example.evil.example", "http://www.north.example", "null", "http://["]
)
async def test_another_page_may_not(north: Service, origin: str) -> None:
    refused = await opening(north, "north", origin=origin)
    assert (refused.status_code, refused.json()["code"]) == (403, "origin_not_allowed")
    assert "access-control-allow-origin" not in refused.headers
    assert "Origin" in refused.headers["vary"]


async def test_the_origin_of_one_clinic_is_none_of_anothers(north: Service) -> None:
    assert (await opening(north, "demo", origin=HERE)).status_code == 403


@pytest.mark.parametrize(
    "headers", [{}, {"origin": "http://test"}, {"origin": THERE, "sec-fetch-site": "same-origin"}]
)
async def test_our_own_pages_and_programs_may(north: Service, headers: dict[str, str]) -> None:
    assert (await opening(north, "north", **headers)).status_code == 201


@pytest.mark.parametrize(("origin", "allowed"), [(HERE, True), (THERE, False)])
async def test_a_browser_that_asks_first_is_told(north: Service, origin: str, allowed: bool) -> None:
    asked = {"origin": origin, "access-control-request-method": "POST"}
    answer = await north.client.options("/v1/conversations", headers=asked)
    assert answer.status_code == 204
    assert (answer.headers.get("access-control-allow-origin") == origin) is allowed
    assert ("idempotency-key" in answer.headers.get("access-control-allow-headers", "").lower()) is allowed
    assert "access-control-allow-credentials" not in answer.headers


async def test_a_problem_can_be_read_by_the_page_too(north: Service) -> None:
    answer = await north.client.post("/v1/conversations", content="{", headers={"origin": HERE})
    assert answer.status_code in (400, 422)
    assert answer.headers["access-control-allow-origin"] == HERE


@pytest.mark.parametrize(
    ("clinic", "expected"),
    [("north", f"'self' {HERE}"), ("demo", "'self'"), ("nowhere", "'self'"), ("a;script-src *", "'self'")],
)
async def test_the_frame_is_shown_by_pages_of_the_clinic_only(north: Service, clinic: str, expected: str) -> None:
    answer = await north.client.get("/widget/frame", params={"clinic": clinic})
    assert answer.headers["content-security-policy"].endswith(f"frame-ancestors {expected}")


async def test_a_clinic_that_stopped_takes_nobody_new(north: Service) -> None:
    talk = await north.open(clinic="north")
    async with north.state.database.write() as session:
        await session.execute(update(Clinic).where(Clinic.key == "north").values(active=False))
    await north.state.directory.read()
    assert (await opening(north, "north")).json()["code"] == "clinic_not_found"
    assert (await talk.say("hello")).status_code == 201


@pytest.mark.parametrize(("environment", "open_to_all"), [("development", True), ("production", False)])
async def test_the_demo_is_open_to_all_in_development_only(start: Start, environment: str, open_to_all: bool) -> None:
    async with start(environment=environment, keys=new_master_key("a"), rate_limits="off") as service:
        assert ((await opening(service, "demo", origin=THERE)).status_code == 201) is open_to_all


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://www.Clinic.example/", "https://www.clinic.example"),
        ("https://clinic.example:443", "https://clinic.example"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("https://[::1]:8443", "https://[::1]:8443"),
        ("*", "*"),
    ],
)
def test_an_origin_is_kept_as_browsers_send_it(given: str, kept: str) -> None:
    assert ClinicFields(origins=[given]).origins == [kept]


@pytest.mark.parametrize(
    "wrong",
    ["", "clinic.example", "https://a.example/page", "https://*.example", "ftp://a.example", "https://a b", "null"],
)
def test_what_is_no_origin_is_refused(wrong: str) -> None:
    with pytest.raises(ValidationError):
        ClinicFields(origins=[wrong])
