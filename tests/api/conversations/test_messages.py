"""One message, one answer, in order and without gaps."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from api.kit.breaker import State
from api.kit.rasa import AT_ONCE
from tests.api.conftest import Start
from tests.api.support import SECRET, FakeRasa, Service, arrive, until


def seqs(messages: list[dict[str, Any]]) -> list[int]:
    return [message["seq"] for message in messages]


async def test_a_message_is_answered_and_both_are_kept(service: Service) -> None:
    talk = await service.open()
    answer = await talk.say("  /sore back ")
    assert answer.status_code == 201
    assert [m["text"] for m in answer.json()["messages"]] == ["1: \uff0fsore back", "Is it question_1?"]
    history = await talk.history()
    assert seqs(history) == [1, 2, 3, 4, 5]
    assert (history[2]["role"], history[2]["text"]) == ("person", "\uff0fsore back")
    assert history[3:] == answer.json()["messages"]
    assert await talk.history(after=3) == history[3:]
    assert set(service.rasa.secrets) == {SECRET}


async def test_the_record_travels_with_each_turn(service: Service) -> None:
    talk = await service.open()
    await talk.say("one")
    answer = await talk.say("two")
    assert answer.json()["messages"][0]["text"] == "2: two"
    assert [asked["record"]["turns"] for asked in service.rasa.asked] == [0, 1]


async def test_an_alarm_is_answered_without_rasa(service: Service) -> None:
    await service.rasa.stop()
    talk = await service.open()
    answer = await talk.say("ALARM")
    assert answer.status_code == 201
    assert [m["kind"] for m in answer.json()["messages"]] == ["emergency"]
    assert answer.json()["triage"]["level"] == "emergency"


async def test_a_reader_that_asks_about_the_alarm_is_heard_before_the_screen(service: Service) -> None:
    talk = await service.open()
    service.rasa.mode = "asks_about_it"
    answer = await talk.say("ALARM")
    assert [m["kind"] for m in answer.json()["messages"]] == ["answer", "question"]
    assert answer.json()["triage"]["level"] is None


@pytest.mark.parametrize("mode", ["well", "error", "bad_json", "hang_up"])
async def test_a_reader_that_overlooks_the_alarm_or_fails_is_not(service: Service, mode: str) -> None:
    talk = await service.open()
    service.rasa.mode = mode
    assert [m["kind"] for m in (await talk.say("ALARM")).json()["messages"]] == ["emergency"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"text": ""}, "message_empty"),
        ({"text": " /\u200b/ "}, "message_empty"),
        ({"text": "x" * 2001}, "message_too_long"),
        ({}, "invalid_request"),
        ({"text": "hi", "choice": "abc"}, "invalid_request"),
        ({"text": 5}, "invalid_request"),
        ({"text": "hi", "secretly": True}, "invalid_request"),
        ({"choices": []}, "invalid_request"),
        ({"choice": "abcdefghijkl"}, "unknown_choice"),
        ({"choices": ["abcdefghijkl"]}, "unknown_choice"),
        ([], "invalid_request"),
        ("SECRET-WORDS", "invalid_request"),
    ],
)
async def test_a_bad_message_is_refused_and_not_kept(service: Service, body: Any, code: str) -> None:
    talk = await service.open()
    response = await service.client.post(f"{talk.path}/messages", json=body, headers=talk.access)
    assert (response.status_code, response.json()["code"]) == (422, code)
    assert "SECRET" not in response.text
    assert "secretly" not in response.text
    assert len(await talk.history()) == 2
    assert service.rasa.asked == []


async def test_the_longest_message_fits(service: Service) -> None:
    talk = await service.open()
    answer = await talk.say("\U0001f600" * 2000)
    assert answer.status_code == 201


async def test_quick_messages_are_answered_in_order_one_at_a_time(service: Service) -> None:
    talk = await service.open()
    service.rasa.delay = 0.02
    answers = await asyncio.gather(*(talk.say(f"m{n}") for n in range(5)))
    assert [a.status_code for a in answers] == [201] * 5
    assert service.rasa.most_running == 1
    history = await talk.history()
    assert seqs(history) == list(range(1, 18))
    said = [m["text"] for m in history if m["role"] == "person"]
    answered = [m["text"].split(": ")[1] for m in history if m["kind"] == "answer"]
    assert answered == said
    assert [asked["record"]["turns"] for asked in service.rasa.asked] == [0, 1, 2, 3, 4]


async def test_conversations_do_not_wait_for_each_other(service: Service) -> None:
    talks = [await service.open() for _ in range(AT_ONCE)]
    service.rasa.gate.clear()
    tasks = [asyncio.create_task(talk.say(f"from {n}")) for n, talk in enumerate(talks)]
    await until(lambda: service.rasa.running == AT_ONCE)
    service.rasa.gate.set()
    for n, answer in enumerate(await asyncio.gather(*tasks)):
        assert answer.json()["messages"][0]["text"] == f"1: from {n}"


async def test_past_the_queue_is_429(service: Service) -> None:
    talk = await service.open()
    service.rasa.gate.clear()
    tasks = [asyncio.create_task(talk.say(f"m{n}")) for n in range(8)]
    done, waiting = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    while len(done) < 2:
        more, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        done |= more
    for task in done:
        assert (task.result().status_code, task.result().json()["code"]) == (429, "too_many_messages")
        assert int(task.result().headers["retry-after"]) > 0
    service.rasa.gate.set()
    assert [a.status_code for a in await asyncio.gather(*waiting)] == [201] * 6
    assert seqs(await talk.history()) == list(range(1, 21))


async def test_a_slow_turn_is_202_and_its_key_brings_the_answer_later(start: Start, rasa: FakeRasa) -> None:
    async with start(turn_budget=0.1) as service:
        talk = await service.open()
        rasa.gate.clear()
        key = str(uuid4())
        first = await talk.say("slow", key)
        assert first.status_code == 202
        assert first.json()["messages"] == []
        assert first.json()["triage"] == talk.opened["triage"]
        assert first.headers["location"] == f"{talk.path}/events"
        assert (await talk.say("slow", key)).status_code == 202
        rasa.gate.set()
        await arrive(talk, 5)
        again = await talk.say("slow", key)
        assert again.status_code == 201
        assert again.json()["messages"] == (await talk.history())[3:]
        assert len(rasa.asked) == 1


async def test_a_client_that_hangs_up_is_answered_all_the_same(service: Service) -> None:
    talk = await service.open()
    service.rasa.gate.clear()
    asking = asyncio.create_task(talk.say("are you there"))
    await until(lambda: service.rasa.running)
    asking.cancel()
    service.rasa.gate.set()
    await arrive(talk, 5)
    assert seqs(await talk.history()) == [1, 2, 3, 4, 5]


async def test_an_alarm_waits_for_rasa_no_more_than_a_moment_and_leaves_it_fit_for_the_next(service: Service) -> None:
    talk = await service.open()
    service.rasa.gate.clear()
    alarm = await talk.say("ALARM")
    assert alarm.json()["messages"][0]["kind"] == "emergency"
    service.rasa.gate.set()
    assert (await talk.say("and now?")).status_code == 201
    assert service.state.rasa.breaker.state is State.CLOSED  # type: ignore[attr-defined]
