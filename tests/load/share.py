"""``python -m tests.load.share``: what of a turn is the API's own, through the real processes, on each database.

A wire before the API and one between it and Rasa note when a request passes and when its answer has. What the first
waits longer than the second is the API's share, with what the wires take: it errs on the high side. The processor
time of the API's process is counted beside it, since others may use the machine.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import statistics
import sys
import tempfile
import threading
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from bench.people import OPENINGS, USUAL, Connection
from tests.api.databases import postgres_database
from tests.running import free_ports, running
from tools.stack import Ports


class Wire:
    """Passes bytes on to 127.0.0.1:``target`` in a thread of its own; ``waited`` is the time of the last request."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.began = self.ended = 0.0
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        server = asyncio.run_coroutine_threadsafe(
            asyncio.start_server(self._connected, "127.0.0.1", 0), self._loop
        ).result()
        self.port: int = server.sockets[0].getsockname()[1]

    def clear(self) -> None:
        self.began = self.ended = 0.0

    @property
    def waited(self) -> float:
        return self.ended - self.began

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there_reader, there = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.close()
            return

        async def forth() -> None:
            while data := await reader.read(65536):
                if data.startswith(b"POST"):
                    self.began = time.perf_counter()
                there.write(data)
            there.close()

        async def back() -> None:
            while data := await there_reader.read(65536):
                self.ended = time.perf_counter()
                writer.write(data)
            writer.close()

        with contextlib.suppress(OSError):
            await asyncio.gather(forth(), back())


@dataclass
class Figures:
    """Milliseconds of each turn in the API alone and altogether, and of the processor for each turn of a round."""

    share: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)


def talk(number: int, api: Wire, rasa: Wire, process: psutil.Process, figures: Figures) -> int:
    """One conversation; how many turns it took."""
    connection = Connection(api.port)
    text, answers = OPENINGS[number % len(OPENINGS)]
    _, opened = connection.post("/v1/conversations", {"clinic": "demo", "locale": "en", "consent": True})
    turns, before = 0, process.cpu_times()
    for _ in range(12):
        headers = {"Authorization": f"Bearer {opened['token']}", "Idempotency-Key": str(uuid.uuid4())}
        api.clear()
        rasa.clear()
        status, answer = connection.post(f"/v1/conversations/{opened['id']}/messages", {"text": text}, headers)
        assert status == 201, answer
        turns += 1
        if rasa.ended:  # else the emergency screen answered
            figures.whole.append(1000 * api.waited)
            figures.share.append(1000 * (api.waited - rasa.waited))
        if answer["triage"]["status"] == "complete" or answer["triage"]["level"] == "emergency":
            break
        asks = [ask for each in answer["messages"] if each["question"] for ask in each["question"]["asks"]]
        text = next((known for ask in asks if (known := {**USUAL, **answers}.get(ask))), "no")
    after = process.cpu_times()
    figures.processor.append(1000 * (after.user + after.system - before.user - before.system))
    connection.close()
    return turns


def measure(name: str, address: str, folder: Path, conversations: int, rounds: int) -> None:
    """Prints a line for each round."""
    ports = Ports(*free_ports(3))
    api, rasa = Wire(ports.api), Wire(ports.rasa)
    settings = {
        "DATABASE_URL": address,
        "SPINEWISE_VAR": str(folder),
        "SPINEWISE_RASA_URL": f"http://127.0.0.1:{rasa.port}",
    }
    with running(folder, {"api": settings}, ports) as stack:
        process = psutil.Process(stack.processes["api"].pid)
        for number in range(len(OPENINGS)):
            talk(number, api, rasa, process, Figures())
        for _ in range(rounds):
            figures = Figures()
            turns = sum(talk(number, api, rasa, process, figures) for number in range(conversations))
            print(
                f"{name}: the API's own {statistics.median(figures.share):.1f} ms at the median of "
                f"{len(figures.share)} turns ({min(figures.share):.1f} at least), "
                f"of {statistics.median(figures.whole):.1f} ms; "
                f"processor {sum(figures.processor) / turns:.1f} ms a turn",
                flush=True,
            )


async def on_postgres(folder: Path, conversations: int, rounds: int) -> None:
    async with postgres_database() as address:
        await asyncio.to_thread(measure, "PostgreSQL", address, folder, conversations, rounds)


def main() -> int:
    parser = argparse.ArgumentParser(description="What of a turn is the API's own.")
    parser.add_argument("--conversations", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        address = f"sqlite:///{folder / 'spinewise.sqlite'}"
        measure("SQLite", address, folder, options.conversations, options.rounds)
        with contextlib.suppress(OSError, TimeoutError):  # no PostgreSQL server answers
            asyncio.run(on_postgres(folder, options.conversations, options.rounds))
    return 0


if __name__ == "__main__":
    sys.exit(main())
