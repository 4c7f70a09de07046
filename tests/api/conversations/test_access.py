"""Tokens run out soon and are renewed with a secret that the database does not know."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.api.conftest import Start
from tests.api.support import Service, Talk, found_in


async def renew(talk: Talk, refresh: Any, id: str = "") -> Any:
    return await talk.client.post(f"/v1/conversations/{id or talk.id}/token", json={"refresh": refresh})


async def test_a_new_token_opens_the_same_conversation(start: Start) -> None:
    async with start(token_lifetime=-1) as short:
        talk = await short.open()
        expired = await talk.say("hello")
        assert (expired.status_code, expired.json()["code"]) == (401, "unauthorized")
    async with start() as service:
        talk.client = service.client
        renewed = await renew(talk, talk.opened["refresh"])
        assert (renewed.status_code, renewed.json()["expires_in"]) == (200, 1800)
        talk.token = renewed.json()["token"]
        assert (await talk.say("hello")).status_code == 201
        assert len(await talk.history()) == 5


async def test_a_token_lasts_for_half_an_hour(service: Service) -> None:
    assert (await service.open()).opened["expires_in"] == 1800


@pytest.mark.parametrize("wrong", ["x", "", "A" * 64, "other", "gone", "nowhere", None])
async def test_a_wrong_secret_learns_nothing(service: Service, wrong: str | None) -> None:
    """The secret of another conversation, of an erased one, or for one that never was: one and the same answer."""
    talk, other = await service.open(), await service.open()
    id, secret = talk.id, wrong
    if wrong == "other":
        secret = other.opened["refresh"]
    elif wrong == "gone":
        secret = talk.opened["refresh"]
        await talk.erase()
    elif wrong == "nowhere":
        id, secret = str(uuid4()), talk.opened["refresh"]
    answer = await renew(talk, secret, id)
    expected = (422, "invalid_request") if wrong in ("", None) else (404, "conversation_not_found")
    assert (answer.status_code, answer.json()["code"]) == expected


async def test_the_database_does_not_know_the_secret(service: Service, tmp_path: Path) -> None:
    talk = await service.open()
    assert await found_in(service, tmp_path, talk.opened["refresh"], talk.token) == []
