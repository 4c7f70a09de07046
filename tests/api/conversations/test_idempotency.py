"""The same key is the same message: stored once, run once, answered the same."""

from __future__ import annotations

import asyncio
from uuid import uuid4

from tests.api.support import Service


async def test_a_repeat_runs_nothing_and_answers_the_same(service: Service) -> None:
    talk, key = await service.open(), str(uuid4())
    first = await talk.say("hello", key)
    again = await talk.say("hello", key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert len(service.rasa.asked) == 1
    assert len(await talk.history()) == 5


async def test_repeats_at_once_run_once(service: Service) -> None:
    talk, key = await service.open(), str(uuid4())
    service.rasa.delay = 0.05
    answers = await asyncio.gather(*(talk.say("hello", key) for _ in range(6)))
    assert {a.status_code for a in answers} == {201}
    assert all(a.json() == answers[0].json() for a in answers)
    assert len(service.rasa.asked) == 1


async def test_another_body_under_the_key_is_refused(service: Service) -> None:
    talk, key = await service.open(), str(uuid4())
    await talk.say("hello", key)
    other = await talk.say("goodbye", key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    choice = talk.opened["messages"][1]["choices"][0]["id"]
    assert (await talk.say(key=key, choice=choice)).json()["code"] == "idempotency_key_reused"


async def test_a_key_is_of_one_conversation(service: Service) -> None:
    one, two, key = await service.open(), await service.open(), str(uuid4())
    await one.say("hello", key)
    answer = await two.say("other words", key)
    assert answer.json()["messages"][0]["text"] == "1: other words"


async def test_after_a_503_the_same_key_tries_again_without_a_second_message(service: Service) -> None:
    talk, key = await service.open(), str(uuid4())
    service.rasa.mode = "error"
    failed = await talk.say("hello", key)
    assert failed.status_code == 503
    service.rasa.mode = "well"
    again = await talk.say("hello", key)
    assert again.status_code == 201
    assert again.json()["messages"][0]["text"] == "1: hello"
    said = [m["text"] for m in await talk.history() if m["role"] == "person"]
    assert said == ["hello"]
    assert (await talk.say("hello", key)).json() == again.json()


async def test_an_odd_key_is_refused(service: Service) -> None:
    talk = await service.open()
    response = await talk.say("hello", "a key with spaces")
    assert (response.status_code, response.json()["code"]) == (422, "invalid_request")
