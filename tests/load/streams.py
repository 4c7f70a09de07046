"""``python -m tests.load.streams 5000``: as many idle event streams on one API process, and the memory it takes.

Two conversations say something at the end: their streams, somewhere among the others, must hear it.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from tests.running import Person, free_ports
from tools.stack import PYTHON, ROOT, answers

AT_ONCE = 40


async def listen(port: int, person: Person) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """An open stream, its replay read; like a browser's, it comes back when it is refused."""
    for _ in range(20):
        with contextlib.suppress(asyncio.IncompleteReadError):
            return await listen_once(port, person)
        await asyncio.sleep(1)
    raise SystemExit("a stream was refused twenty times")


async def listen_once(port: int, person: Person) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=4096)
    writer.write(
        f"GET /v1/conversations/{person.id}/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {person.token}\r\n"
        f"Last-Event-ID: {len(person.last.messages)}\r\n\r\n".encode()
    )
    await reader.readuntil(b"retry: 2000\n\n")
    return reader, writer


async def hears(reader: asyncio.StreamReader, text: str) -> bool:
    async with asyncio.timeout(30):
        while True:
            if text.encode() in await reader.read(4096):
                return True


async def measure(port: int, process: psutil.Process, count: int, people: list[Person]) -> bool:
    before = process.memory_info().rss
    began = time.monotonic()
    streams: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
    for start in range(0, count, AT_ONCE):
        some = [listen(port, people[number % len(people)]) for number in range(start, min(start + AT_ONCE, count))]
        streams += await asyncio.gather(*some)
    opened = time.monotonic() - began
    await asyncio.sleep(5)
    busy = process.cpu_times()
    await asyncio.sleep(10)
    idle = process.cpu_times()
    after = process.memory_info().rss
    print(f"{len(streams)} streams opened in {opened:.1f} s")
    print(f"memory: {before / 2**20:.0f} MB before, {after / 2**20:.0f} MB with them", end=" ")
    print(f"({(after - before) / count / 1024:.1f} KB a stream)")
    print(f"processor while idle: {10 * (idle.user + idle.system - busy.user - busy.system):.1f} %")
    heard = True
    for number in (0, len(people) // 2):
        listening = asyncio.create_task(hears(streams[number][0], "zebra crossing"))
        await asyncio.to_thread(people[number].says, "my zebra crossing")
        heard = await listening and heard
    print(f"two of them heard a message: {heard}")
    for _, writer in streams:
        writer.close()
    return heard and after < 400 * 2**20


def main() -> int:
    """Exit code 1 when it took 400 MB or more, or a message was not heard."""
    parser = argparse.ArgumentParser(description="Idle event streams.")
    parser.add_argument("count", type=int, nargs="?", default=5000)
    count = parser.parse_args().count
    resource.setrlimit(
        resource.RLIMIT_NOFILE, (min(2 * count + 500, resource.getrlimit(resource.RLIMIT_NOFILE)[1]),) * 2
    )
    port = free_ports(1)[0]
    with tempfile.TemporaryDirectory() as folder:
        environ = {"PORT": str(port), "SPINEWISE_VAR": folder, "RASA_PORT": "1", "SPINEWISE_LOG_LEVEL": "warning"}
        with (Path(folder) / "log").open("wb") as log:
            api = subprocess.Popen([str(PYTHON), "-m", "api"], cwd=ROOT, env=environ, stdout=log, stderr=log)
        try:
            while not answers(f"http://127.0.0.1:{port}/healthz"):
                time.sleep(0.2)
            # Five streams is what one conversation may have.
            people = [Person.arrives(f"http://127.0.0.1:{port}") for _ in range((count + 4) // 5)]
            with contextlib.suppress(KeyboardInterrupt):
                return 0 if asyncio.run(measure(port, psutil.Process(api.pid), count, people)) else 1
            return 130
        finally:
            api.terminate()
            api.wait(30)


if __name__ == "__main__":
    sys.exit(main())
