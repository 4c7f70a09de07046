"""Server-Sent Events: everything after the last one seen, then what comes, holding no session."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any
from uuid import UUID

import pytest

from api.conversations import events, wakeups
from tests.api.conftest import Start
from tests.api.support import Service, Talk


async def watching(service: Service, talk: Talk, after: int = 0) -> AsyncGenerator[bytes]:
    state, visitor = service.state, service.state.tokens.read(talk.token)
    with state.wakeups.listen(UUID(talk.id), after) as listener:
        async for event in events.stream(state, visitor.clinic_id, UUID(talk.id), listener):
            yield event


def parse(event: bytes) -> tuple[int, dict[str, Any]]:
    kind, id, data = event.decode().rstrip("\n").split("\n")
    assert kind == "event: message"
    return int(id.removeprefix("id: ")), json.loads(data.removeprefix("data: "))


async def take(stream: AsyncGenerator[bytes], count: int) -> list[tuple[int, dict[str, Any]]]:
    taken: list[tuple[int, dict[str, Any]]] = []
    while len(taken) < count:
        event = await anext(stream)
        if event.startswith(b"event"):
            taken.append(parse(event))
    return taken


async def test_a_stream_replays_and_goes_on(service: Service) -> None:
    talk = await service.open()
    async with aclosing(watching(service, talk)) as stream:
        assert [seq for seq, _ in await take(stream, 2)] == [1, 2]
        asking = asyncio.create_task(talk.say("line one\nline two"))
        new = await take(stream, 3)
        await asking
    assert [message for _, message in new] == (await talk.history())[2:]
    assert [message["role"] for _, message in new] == ["person", "assistant", "assistant"]


async def test_it_resumes_after_the_last_one_seen(service: Service) -> None:
    talk = await service.open()
    await talk.say("hello")
    async with aclosing(watching(service, talk, after=3)) as stream:
        assert [seq for seq, _ in await take(stream, 2)] == [4, 5]


async def test_over_http_it_ends_after_its_lifetime(start: Start) -> None:
    async with start(events_lifetime=1.0, events_heartbeat=0.02) as service:
        talk = await service.open()
        await talk.say("hello")
        response = await talk.get("/events", **{"Last-Event-ID": "2"})
        assert response.headers["content-type"].startswith("text/event-stream")
        assert response.headers["cache-control"] == "no-store"
        blocks = response.text.split("\n\n")
        assert blocks[0].startswith("retry: ")
        assert [parse(block.encode())[0] for block in blocks if block.startswith("event")] == [3, 4, 5]
        assert ": still here" in blocks


async def test_a_bad_last_event_id_means_from_the_start(start: Start) -> None:
    async with start(events_lifetime=0.5) as service:
        talk = await service.open()
        for odd in ("", "abc", "-1", "1; DROP", "9" * 30):
            response = await talk.get("/events", **{"Last-Event-ID": odd})
            assert response.text.count("event: message") == 2


async def test_no_session_is_held_while_it_waits(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wakeups, "MOST_STREAMS", 30)
    talk = await service.open()
    pools = [engine.pool for engine in service.state.database.engines]
    streams = [watching(service, talk) for _ in range(30)]
    for stream in streams:
        await take(stream, 2)
    waiting = [asyncio.create_task(anext(stream)) for stream in streams]
    await asyncio.sleep(0.05)
    assert [pool.checkedout() for pool in pools] == [0] * len(pools)  # type: ignore[attr-defined]
    assert (await talk.say("hello")).status_code == 201
    for event in await asyncio.gather(*waiting):
        assert parse(event)[0] == 3
    for stream in streams:
        await stream.aclose()


async def test_what_another_process_stores_arrives_too(start: Start) -> None:
    async with start(events_poll=0.02) as one, start() as two:
        talk = await one.open()
        other = Talk(two.client, talk.id, talk.token, talk.opened)
        async with aclosing(watching(one, talk, after=2)) as stream:
            await other.say("hello")
            assert [seq for seq, _ in await take(stream, 3)] == [3, 4, 5]


async def test_it_ends_when_the_conversation_is_erased_or_the_process_stops(service: Service) -> None:
    erased, stopped = await service.open(), await service.open()
    first, second = watching(service, erased), watching(service, stopped)
    await take(first, 2)
    await take(second, 2)
    await erased.erase()
    assert [event async for event in first] == []
    service.state.wakeups.close()
    [hint] = [event async for event in second]
    assert hint.startswith(b"retry: ")


async def test_a_lifetime_ends_with_a_hint_when_to_come_back(start: Start) -> None:
    async with start(events_lifetime=0.02) as service:
        blocks = (await (await service.open()).get("/events")).text.strip().split("\n\n")
        assert blocks[-1].startswith("retry: ")


async def test_a_sixth_stream_of_one_conversation_ends_the_oldest(service: Service) -> None:
    talk = await service.open()
    streams = [watching(service, talk) for _ in range(6)]
    for stream in streams:
        await take(stream, 2)
    assert [event async for event in streams[0]][-1].startswith(b"retry: ")
    still = asyncio.create_task(take(streams[1], 1))
    await talk.say("hello")
    assert [seq for seq, _ in await still] == [3]
    for stream in streams:
        await stream.aclose()


async def test_a_client_that_leaves_or_reads_nothing_frees_its_stream(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "_STALLED", 0.05)
    talk = await service.open()
    visitor = service.state.tokens.read(talk.token)
    left, stuck = asyncio.Event(), asyncio.Event()

    async def receive() -> dict[str, Any]:
        await left.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        if stuck.is_set():
            await asyncio.Event().wait()

    def begin() -> Any:
        return events._events(service.state, visitor.clinic_id, UUID(talk.id), 0, receive, send)

    leaves = asyncio.create_task(begin())
    await asyncio.sleep(0.02)
    left.set()
    await leaves
    left.clear()
    stuck.set()
    await begin()
    assert service.state.metrics.streams._value.get() == 0
    assert not service.state.wakeups._waiting
