"""Rasa dead, empty, slow or talking nonsense: an honest answer, nothing lost, the level unchanged."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from api.conversations.service import ConversationService
from tests.api.conftest import Start
from tests.api.support import FakeRasa, Service, Talk, arrive, until


async def expect_honesty(talk: Talk, response: Any) -> None:
    assert response.status_code == 503, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["code"] == "assistant_unavailable"
    assert [m["text"] for m in problem["messages"]] == [
        "I cannot assess this now (GB). In an emergency call for help."
    ]
    assert problem["triage"] == talk.opened["triage"]
    assert "my words" not in response.text
    history = await talk.history()
    assert [m["text"] for m in history if m["role"] == "person"] == ["my words"]
    assert history[3:] == problem["messages"]
    assert [m["seq"] for m in history] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    "mode",
    ["empty_list", "no_messages", "bad_json", "no_record", "odd_message", "error", "no_reply", "hang_up"],
)
async def test_a_wrong_answer(service: Service, mode: str) -> None:
    talk = await service.open()
    service.rasa.mode = mode
    await expect_honesty(talk, await talk.say("my words"))
    service.rasa.mode = "well"
    answer = await talk.say("again")
    assert (answer.status_code, answer.json()["messages"][0]["text"]) == (201, "1: again")


async def test_nobody_there(service: Service) -> None:
    talk = await service.open()
    await service.rasa.stop()
    await expect_honesty(talk, await talk.say("my words"))
    await service.rasa.start()
    assert (await talk.say("again")).status_code == 201


async def test_too_slow(start: Start, rasa: FakeRasa) -> None:
    async with start(rasa_timeout=0.2) as service:
        talk = await service.open()
        rasa.gate.clear()
        await expect_honesty(talk, await talk.say("my words"))


async def test_a_kept_connection_that_rasa_closed_is_no_failure(service: Service) -> None:
    talk = await service.open()
    assert (await talk.say("one")).status_code == 201
    await service.rasa.stop()
    await service.rasa.start()
    assert (await talk.say("two")).status_code == 201


class Outage:
    """Makes every transaction fail as a database that went away does."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch

    def begin(self) -> None:
        def refuse(*_: Any, **__: Any) -> Any:
            raise OperationalError("SELECT", {}, Exception("gone"))

        for name in ("execute", "scalar", "scalars", "commit", "flush"):
            self._monkeypatch.setattr(Session, name, refuse)
        self._monkeypatch.setattr(Connection, "execute", refuse)  # what SQLite's sessions run on

    def end(self) -> None:
        self._monkeypatch.undo()


async def test_the_database_is_away(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    talk = await service.open()
    outage = Outage(monkeypatch)
    outage.begin()
    said = await talk.say("my words")
    assert (said.status_code, said.json()["code"]) == (503, "assistant_unavailable")
    assert said.json()["messages"][0]["text"].startswith("I cannot assess this now (GB)")
    alarm = await talk.say("ALARM")
    assert alarm.status_code == 503
    assert [m["kind"] for m in alarm.json()["messages"]] == ["emergency"]
    assert alarm.json()["triage"]["level"] == "emergency"
    history = await talk.get("/messages")
    assert (history.status_code, history.json()["code"]) == (503, "database_unavailable")
    opening = await service.client.post("/v1/conversations", json={"clinic": "demo", "consent": True})
    assert (opening.status_code, opening.json()["code"]) == (503, "database_unavailable")
    assert (await service.client.get("/readyz")).status_code == 503
    outage.end()
    assert (await talk.say("again")).status_code == 201
    assert [m["seq"] for m in await talk.history()] == [1, 2, 3, 4, 5]


async def test_the_database_goes_away_during_the_turn(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    async with start(lease=0.3, sweep_every=0.05) as service:
        talk = await service.open()
        outage = Outage(monkeypatch)
        asked = service.state.rasa.text

        async def asked_then_outage(*arguments: Any) -> Any:
            reply = await asked(*arguments)
            outage.begin()
            return reply

        monkeypatch.setattr(service.state.rasa, "text", asked_then_outage)
        said = await talk.say("my words")
        assert said.status_code == 503
        outage.end()
        await arrive(talk, 5)
        history = await talk.history()
        assert [m["seq"] for m in history] == [1, 2, 3, 4, 5]
        assert history[3]["text"] == "1: my words"


async def test_a_hanging_rasa_holds_up_one_turn_and_not_the_next(start: Start, rasa: FakeRasa) -> None:
    async with start(rasa_timeout=0.3) as service:
        talks = [await service.open() for _ in range(4)]
        rasa.gate.clear()
        await expect_honesty(talks[0], await talks[0].say("my words"))
        asked = len(rasa.asked)
        for talk in talks[1:]:
            await expect_honesty(talk, await talk.say("my words"))
        assert len(rasa.asked) <= asked + 1  # no more than a trial after a good health check
        rasa.gate.set()

        async def well_again() -> bool:
            return (await service.client.get("/readyz")).status_code == 200

        await until(well_again)
        assert (await talks[0].say("again")).status_code == 201
        assert "spinewise_rasa_breaker 0.0" in (await service.client.get("/metrics")).text


async def test_storing_that_hangs_is_answered_in_time_and_run_later(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with start(accept_budget=0.2) as service:
        talk = await service.open()
        gate = asyncio.Event()
        plain = ConversationService.accept

        async def hang(self: ConversationService, *arguments: Any) -> Any:
            await gate.wait()
            return await plain(self, *arguments)

        monkeypatch.setattr(ConversationService, "accept", hang)
        said = await talk.say("my words")
        assert (said.status_code, said.json()["code"]) == (503, "assistant_unavailable")
        gate.set()
        await arrive(talk, 5)
        assert [m["text"] for m in (await talk.history())[2:4]] == ["my words", "1: my words"]


async def test_an_alarm_past_the_queue_is_still_answered_with_what_to_do(start: Start, rasa: FakeRasa) -> None:
    async with start(queue_limit=0) as service:
        talk = await service.open()
        rasa.gate.clear()
        first = asyncio.create_task(talk.say("one"))
        await until(lambda: rasa.running)
        full = await talk.say("ALARM")
        assert (full.status_code, full.json()["code"]) == (429, "too_many_messages")
        assert full.headers["retry-after"] == "5"
        assert [m["kind"] for m in full.json()["messages"]] == ["emergency"]
        rasa.gate.set()
        assert (await first).status_code == 201
