"""The real server process: streams over TCP, a clean stop, and a kill in the middle of a turn."""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import signal
from collections.abc import AsyncIterator
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from tests.api import served
from tests.api.support import SECRET, FakeRasa, Talk, arrive, until
from tests.running import free_ports

# Every server is forked from one process that has imported everything: importing takes longer than all the tests.
SERVERS = multiprocessing.get_context("forkserver")
SERVERS.set_forkserver_preload(["tests.api.served"])


class Process:
    """One server process with a client that keeps no connection open."""

    def __init__(self, environ: dict[str, str], port: int) -> None:
        self._environ = environ
        self._process: ForkServerProcess | None = None
        self.client = httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False)

    async def start(self) -> None:
        self._process = SERVERS.Process(target=served.run, args=(self._environ,), daemon=True)
        self._process.start()

        async def up() -> bool:
            assert self._process is not None
            assert self._process.exitcode is None, "the server ended"
            with contextlib.suppress(httpx2.HTTPError):
                return (await self.client.get("/readyz")).status_code == 200
            return False

        await until(up)

    async def end(self, how: signal.Signals) -> int:
        assert self._process is not None
        if self._process.exitcode is None:
            os.kill(self._process.pid or 0, how)
        await asyncio.to_thread(self._process.join)
        assert self._process.exitcode is not None
        return self._process.exitcode

    async def open(self) -> Talk:
        response = await self.client.post("/v1/conversations", json={"clinic": "demo", "consent": True})
        opened = response.json()
        return Talk(self.client, opened["id"], opened["token"], opened)


@pytest.fixture
async def process(rasa: FakeRasa, database_url: str, tmp_path: Path) -> AsyncIterator[Process]:
    port = free_ports(1)[0]
    environ = {
        "PORT": str(port),
        "DATABASE_URL": database_url,
        "SPINEWISE_RASA_URL": f"http://127.0.0.1:{rasa.port}",
        "SPINEWISE_RASA_SECRET": SECRET,
        "SPINEWISE_TOKEN_SECRET": SECRET,
        "SPINEWISE_VAR": str(tmp_path / "var"),
        "SPINEWISE_LEASE": "1",
        "SPINEWISE_SWEEP_EVERY": "0.1",
    }
    running = Process(environ, port)
    await running.start()
    yield running
    rasa.gate.set()
    await running.end(signal.SIGTERM)
    await running.client.aclose()


async def read_events(talk: Talk, seen: list[str]) -> None:
    async with talk.client.stream("GET", f"{talk.path}/events", headers=talk.access, timeout=None) as response:
        async for line in response.aiter_lines():
            if line.startswith("id: "):
                seen.append(line)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_stop_ends_streams_and_the_process(process: Process) -> None:
    talk = await process.open()
    seen: list[str] = []
    streaming = asyncio.create_task(read_events(talk, seen))
    await until(lambda: len(seen) == 2)
    await talk.say("hello")
    await until(lambda: len(seen) == 5)
    assert seen == [f"id: {n}" for n in range(1, 6)]
    assert await process.end(signal.SIGTERM) == 0
    await streaming


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_turn_that_runs_when_the_stop_comes_is_still_answered(process: Process, rasa: FakeRasa) -> None:
    talk = await process.open()
    rasa.gate.clear()
    asking: asyncio.Task[Any] = asyncio.create_task(talk.say("hello"))
    await until(lambda: rasa.running)
    stopping = asyncio.create_task(process.end(signal.SIGTERM))
    await asyncio.sleep(0.2)
    rasa.gate.set()
    assert (await asking).status_code == 201
    assert await stopping == 0


async def test_a_kill_in_the_middle_of_a_turn_loses_and_doubles_nothing(process: Process, rasa: FakeRasa) -> None:
    talk = await process.open()
    rasa.gate.clear()
    key = str(uuid4())
    asking = asyncio.create_task(talk.say("hello", key))
    await until(lambda: rasa.running)
    await process.end(signal.SIGKILL)
    with contextlib.suppress(httpx2.HTTPError):
        await asking
    rasa.gate.set()
    await process.start()
    await arrive(talk, 5)
    history = await talk.history()
    assert [m["seq"] for m in history] == [1, 2, 3, 4, 5]
    again = await talk.say("hello", key)
    assert (again.status_code, again.json()["messages"]) == (201, history[3:])
