"""The real server process: streams over TCP, a clean stop, and a kill in the middle of a turn."""

from __future__ import annotations

import asyncio
import contextlib
import json
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
        self.port = port
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
async def process(
    request: pytest.FixtureRequest, rasa: FakeRasa, database_url: str, tmp_path: Path
) -> AsyncIterator[Process]:
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
        "SPINEWISE_HEAD_SECONDS": "0.5",
        "SPINEWISE_UNREAD_SECONDS": "0.2",
        **getattr(request, "param", {}),
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


SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def exchange(port: int, *parts: bytes) -> tuple[int, dict[str, Any]]:
    """Sends the parts as they are; the status and the problem that came back before the server hung up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    with contextlib.suppress(ConnectionError):
        for each in parts:
            writer.write(each)
            await writer.drain()
    answer = await reader.read()
    writer.close()
    head, _, content = answer.partition(b"\r\n\r\n")
    assert b"content-type: application/problem+json" in head.lower(), answer
    assert b"x-content-type-options: nosniff" in head.lower()
    return int(head.split()[1]), json.loads(content)


LINE = b"X-Filler: " + b"zebracanary " * 80 + b"\r\n"


@SQLITE
async def test_a_long_head_is_refused(process: Process) -> None:
    for head in (
        b"GET /healthz HTTP/1.1\r\n" + LINE * 40 + b"\r\n",
        b"GET /healthz HTTP/1.1\r\n" + LINE * 40,
        b"GET /" + b"zebracanary" * 4_000,
    ):
        status, problem = await exchange(process.port, head)
        assert (status, problem["code"]) == (431, "head_too_large"), head[-40:]
        assert "zebracanary" not in str(problem)


@SQLITE
async def test_a_head_without_an_end_is_not_kept(process: Process) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", process.port)
    writer.write(b"GET /healthz HTTP/1.1\r\n")
    with contextlib.suppress(ConnectionError):
        while True:  # the server hangs up, or this never ends
            writer.write(LINE * 100)
            await writer.drain()
    assert (await process.client.get("/healthz")).status_code == 200


@SQLITE
async def test_a_head_that_drips_in_is_given_up(process: Process) -> None:
    whole = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    for begun in (b"", b"GET", whole[:-2]):
        status, problem = await exchange(process.port, begun)
        assert (status, problem["code"]) == (408, "request_too_slow")
    reader, writer = await asyncio.open_connection("127.0.0.1", process.port)
    writer.write(whole)
    assert await reader.readuntil(b"ok\n")
    writer.write(b"\r\n")  # neither silence nor a request
    assert b"request_too_slow" in await reader.read()


@SQLITE
@pytest.mark.parametrize(
    "request_",
    [
        b"zebracanary\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nContent-Length: zebracanary\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"POST /v1/triage HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"GET /zebra\xffcanary HTTP/1.1\r\n\r\n",
        b"GET http://[ HTTP/1.1\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nX-One: a\x00b\r\n\r\n",
    ],
)
async def test_what_is_no_http_is_a_problem_too(process: Process, request_: bytes) -> None:
    status, problem = await exchange(process.port, request_)
    assert (status, problem["code"]) == (400, "bad_request")
    assert "zebracanary" not in str(problem)


@SQLITE
async def test_whoever_asks_and_never_reads_is_hung_up_on(process: Process) -> None:
    """Many answers on one connection, none of them read, until neither side's buffers take any more."""
    _, writer = await asyncio.open_connection("127.0.0.1", process.port, limit=1)
    writer.transport.pause_reading()
    with contextlib.suppress(ConnectionError):
        while True:
            writer.write(b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n")
            await asyncio.wait_for(writer.drain(), 20)
            await asyncio.sleep(0.005)
    assert (await process.client.get("/healthz")).status_code == 200


@SQLITE
@pytest.mark.parametrize("process", [{"SPINEWISE_DRAIN": "1"}], indirect=True)
async def test_it_says_that_it_will_stop_before_it_does(process: Process) -> None:
    talk = await process.open()
    stopping = asyncio.create_task(process.end(signal.SIGTERM))

    async def told() -> bool:
        answer = await process.client.get("/readyz")
        return answer.status_code == 503 and bool(answer.json()["draining"])

    await until(told)
    assert (await talk.say("hello")).status_code == 201
    assert await stopping == 0
