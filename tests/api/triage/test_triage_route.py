"""The tree by itself: what it takes and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest

from bot.dialogue.assistant import BadValue
from tests.api.support import Service


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


async def test_it_answers_without_a_conversation(service: Service) -> None:
    body = {"findings": {"fever": "unsure"}, "facts": {"age": 44}}
    response = await service.client.post("/v1/triage", json=body)
    assert response.status_code == 200
    assert response.json() == {
        "triage": {"status": "asking", "level": None, "massage": None, "findings": {"fever": "unsure"}, "facts": {},
                   "reasons": [], "ruleset": "stub"},
        "next_question": None,
    }  # fmt: skip


async def test_an_unknown_id_is_named(service: Service) -> None:
    response = await service.client.post("/v1/triage", json={"findings": {"fevre": True}})
    assert (response.status_code, response.json()["code"], response.json()["id"]) == (422, "unknown_id", "fevre")


async def test_what_does_not_look_like_an_id_is_not_repeated(service: Service) -> None:
    response = await service.client.post("/v1/triage", json={"findings": {"My Own Words": True}})
    assert (response.status_code, response.json()["code"]) == (422, "unknown_id")
    assert "Own" not in response.text


@pytest.mark.parametrize(
    "body",
    [
        '{"findings": {"fever": 1}}',
        '{"findings": {"fever": "yes"}}',
        '{"findings": {"fever": null}}',
        '{"findings": ["fever"]}',
        '{"facts": {"age": NaN}}',
        '{"facts": {"age": Infinity}}',
        '{"facts": {"age": 1e999}}',
        '{"facts": {"age": [44]}}',
        '{"facts": {"age": {"$gt": 1}}}',
        '{"finding": {"fever": true}}',
        '{"findings": {"%s": true}}' % ("x" * 65),
        "null",
        "[]",
    ],
)
async def test_wrong_types_are_refused(service: Service, body: str) -> None:
    response = await service.client.post("/v1/triage", content=body, headers={"Content-Type": "application/json"})
    assert (response.status_code, response.json()["code"]) == (422, "invalid_request")


async def test_nothing_is_kept(service: Service) -> None:
    await service.client.post("/v1/triage", json={"findings": {"fever": True}})
    assert service.rasa.asked == []


async def test_a_value_out_of_bounds_names_its_field(service: Service, monkeypatch: Any) -> None:
    def refuse(*_: Any) -> None:
        raise BadValue("age")

    monkeypatch.setattr(service.state.assistant, "assess", refuse)
    response = await service.client.post("/v1/triage", json={"facts": {"age": 400}})
    assert response.status_code == 422
    assert response.json()["errors"] == [{"field": "age", "code": "bad_value"}]
