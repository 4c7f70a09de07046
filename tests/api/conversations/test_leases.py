"""Several processes on one database, and processes that die: each turn runs once, in order, and is finished."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from api.conversations.models import Turn, TurnStatus
from api.conversations.schemas import MessageRequest
from api.conversations.service import Accepted, LeaseLost
from api.kit.clock import now
from api.kit.ports import Reply
from tests.api.conftest import Start
from tests.api.support import FakeRasa, Service, Talk, arrive, say, until


async def accept(service: Service, talk: Talk, text: str) -> Accepted:
    """Stores a message as a process would that dies right after."""
    visitor = service.state.tokens.read(talk.token)
    async with service.state.runner.service(visitor.clinic_id) as conversations:
        return await conversations.accept(UUID(talk.id), 1, MessageRequest(text=text), None)


async def expire(service: Service) -> None:
    async with service.state.database.write() as session:
        past = now() - timedelta(seconds=1)
        await session.execute(update(Turn).where(Turn.status == "running").values(lease_until=past))


async def settle(talk: Talk, count: int) -> list[str]:
    await arrive(talk, count)
    messages = await talk.history()
    assert [m["seq"] for m in messages] == list(range(1, count + 1))
    return [m["text"] for m in messages if m["kind"] == "answer"]


async def test_a_turn_that_a_crash_cut_off_is_finished_by_the_next_start(start: Start, rasa: FakeRasa) -> None:
    async with start(sweep_every=60) as first:
        talk = await first.open()
        for text in ("one", "two"):
            await accept(first, talk, text)
        await expire(first)
    async with start(sweep_every=0.02) as second:
        talk.client = second.client
        assert await settle(talk, 8) == ["1: one", "2: two"]
    assert len(rasa.asked) == 2


async def test_a_turn_held_by_another_process_is_left_alone(start: Start) -> None:
    async with start(sweep_every=0.01) as service:
        talk = await service.open()
        await accept(service, talk, "one")
        await asyncio.sleep(0.1)
        assert len(await talk.history()) == 3
        assert service.rasa.asked == []


async def test_two_processes_keep_one_order(start: Start, rasa: FakeRasa) -> None:
    async with start() as one, start() as two:
        talk = await one.open()
        rasa.delay = 0.02
        other = Talk(two.client, talk.id, talk.token, talk.opened)
        answers = await asyncio.gather(talk.say("a"), other.say("b"), talk.say("c"), other.say("d"))
        assert [a.status_code for a in answers] == [201] * 4
        assert rasa.most_running == 1
        history = await talk.history()
        assert [m["seq"] for m in history] == list(range(1, 15))
        said = [m["text"] for m in history if m["role"] == "person"]
        assert [m["text"].split(": ")[1] for m in history if m["kind"] == "answer"] == said


async def test_what_waits_behind_a_turn_is_of_its_own_conversation(start: Start) -> None:
    async with start(sweep_every=60) as service:
        one, other = await service.open(), await service.open()
        claim = (await accept(service, one, "one")).claim
        assert claim is not None
        assert (await accept(service, other, "of the other")).claim is not None
        waiting = await accept(service, other, "waits there")
        runner, answered = service.state.runner, Reply([say("answer", "first")], {})
        async with runner.service(claim.clinic_id) as conversations:
            _, following = await conversations.finish(claim, answered, {"status": "asking"}, failed=False)
        assert following is None
        second, third = await accept(service, one, "two"), await accept(service, one, "three")
        assert second.claim is not None
        async with runner.service(claim.clinic_id) as conversations:
            _, following = await conversations.finish(second.claim, answered, {"status": "asking"}, failed=False)
        assert following is not None
        assert (following.turn_id, following.text) == (third.turn_id, "three")
        assert waiting.claim is None


async def test_whoever_lost_the_lease_cannot_answer(start: Start) -> None:
    async with start(sweep_every=60) as service:
        talk = await service.open()
        slow = (await accept(service, talk, "one")).claim
        assert slow is not None
        await expire(service)
        runner = service.state.runner
        async with runner.service(slow.clinic_id) as conversations:
            quick = await conversations.claim(slow.conversation_id, now())
        assert quick is not None
        assert quick.fence > slow.fence
        late, early = Reply([say("answer", "late")], {"turns": 9}), Reply([say("answer", "early")], {"turns": 1})
        with pytest.raises(LeaseLost):
            async with runner.service(slow.clinic_id) as conversations:
                await conversations.finish(slow, late, {"status": "asking"}, failed=False)
        async with runner.service(slow.clinic_id) as conversations:
            answer, _ = await conversations.finish(quick, early, {"status": "asking"}, failed=False)
        assert answer["messages"]
        with pytest.raises(LeaseLost):
            async with runner.service(slow.clinic_id) as conversations:
                await conversations.finish(quick, late, {"status": "asking"}, failed=False)
        history = await talk.history()
        assert [message["seq"] for message in history] == list(range(1, len(history) + 1))
        assert await settle(talk, 4) == ["early"]


async def test_a_long_turn_keeps_its_lease(start: Start, rasa: FakeRasa) -> None:
    async with start(lease=0.3, sweep_every=60) as one, start(lease=0.3, sweep_every=0.02) as two:
        talk = await one.open()
        rasa.gate.clear()
        asking = asyncio.create_task(talk.say("one"))
        await until(lambda: rasa.running)
        await asyncio.sleep(1.0)
        rasa.gate.set()
        assert (await asking).status_code == 201
        assert await settle(talk, 5) == ["1: one"]
        assert len(rasa.asked) == 1
        assert two.state.metrics.taken_up._value.get() == 0


async def test_whoever_waits_for_a_turn_that_another_process_took_gets_its_answer(
    start: Start, rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with start(sweep_every=60) as stalled, start(sweep_every=60) as other:
        talk = await stalled.open()
        asked = stalled.state.rasa.text

        async def stall(*arguments: Any) -> Reply:
            """As a process that was not scheduled for longer than its lease: somebody else answers meanwhile."""
            await expire(other)
            visitor = other.state.tokens.read(talk.token)
            async with other.state.runner.service(visitor.clinic_id) as conversations:
                claim = await conversations.claim(UUID(talk.id), now())
            assert claim is not None
            other.state.runner.start(claim)
            await arrive(talk, 5)
            return await asked(*arguments)

        monkeypatch.setattr(stalled.state.rasa, "text", stall)
        answer = await talk.say("one")
        assert answer.status_code == 201, answer.text
        assert answer.json()["messages"] == (await talk.history())[3:]
        assert await settle(talk, 5) == ["1: one"]


async def test_the_database_itself_refuses_a_second_running_turn(service: Service) -> None:
    talk = await service.open()
    for text in ("one", "two"):
        await accept(service, talk, text)
    with pytest.raises(IntegrityError):
        async with service.state.database.write() as session:
            await session.execute(update(Turn).values(status=TurnStatus.RUNNING))


async def test_a_turn_that_always_kills_its_process_fails_honestly(start: Start, rasa: FakeRasa) -> None:
    async with start(sweep_every=60) as first:
        talk = await first.open()
        await accept(first, talk, "one")
        async with first.state.database.write() as session:
            await session.execute(update(Turn).values(attempts=3))
        await expire(first)
    async with start(sweep_every=0.02) as second:
        talk.client = second.client
        await settle(talk, 4)
        async with second.state.database.read() as session:
            assert (await session.scalars(select(Turn.status))).all() == ["failed"]
    assert rasa.asked == []


async def test_no_turn_outlives_its_conversation(service: Service) -> None:
    talk = await service.open()
    service.rasa.gate.clear()
    asking = asyncio.create_task(talk.say("hello", str(uuid4())))
    await until(lambda: service.rasa.running)
    assert (await talk.erase()).status_code == 204
    service.rasa.gate.set()
    answer = await asking
    assert (answer.status_code, answer.json()["code"]) == (404, "conversation_not_found")
    async with service.state.database.read() as session:
        assert (await session.scalars(select(Turn))).all() == []
