"""The three real processes with a proxy on every wire between them."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.api.databases import POSTGRES, create, drop
from tests.faults.proxy import PASS, Proxy
from tests.running import Person, Reply, Stack, free_ports, running
from tools.stack import Ports

ALARM = "I have back pain and can't feel it when I wipe"
ANSWER_SECONDS = 10.0  # the contract's promise
FOUND_SECONDS = 15.0  # after a restart
REDIS_PORT = 6379


@dataclass
class Faulty:
    """The running processes, and what stands between them. ``database`` None: on SQLite, with no wire."""

    stack: Stack
    rasa: Proxy
    actions: Proxy
    database: Proxy | None
    redis: Proxy | None

    @property
    def wires(self) -> list[Proxy]:
        return [wire for wire in (self.rasa, self.actions, self.database, self.redis) if wire is not None]

    def mend(self) -> None:
        """All wires pass again, all processes run, and a message can be answered."""
        for wire in self.wires:
            wire.set(PASS)
        for name in self.stack.specs:
            if name not in self.stack.processes:
                self.stack.start(name)
        self.stack.wait_ready()

    def person(self) -> Person:
        return self.stack.person()


def answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


@contextlib.contextmanager
def faulty_stack(folder: Path) -> Iterator[Faulty]:
    """Everything, on PostgreSQL with Redis where they answer on this machine."""
    ports = Ports(*free_ports(3))
    rasa, actions = Proxy(ports.rasa), Proxy(ports.actions)
    redis = Proxy(REDIS_PORT) if answers(REDIS_PORT) else None
    database, address = None, None
    with contextlib.suppress(OSError, TimeoutError):
        address = asyncio.run(create())
    if address is not None:
        server = int(POSTGRES.rpartition(":")[2].partition("/")[0])
        database = Proxy(server)
        url = address.replace(f":{server}/", f":{database.port}/")
    else:
        url = f"sqlite:///{folder / 'spinewise.sqlite'}"
    api = {
        "DATABASE_URL": url,
        "SPINEWISE_RASA_URL": f"http://127.0.0.1:{rasa.port}",
        "REDIS_URL": f"redis://127.0.0.1:{redis.port}/9" if redis else "",
        "SPINEWISE_VAR": str(folder / "var"),
    }
    added = {"api": api, "rasa": {"ACTIONS_URL": f"http://127.0.0.1:{actions.port}/webhook"}}
    try:
        with running(folder, added, ports) as stack:
            yield Faulty(stack, rasa, actions, database, redis)
    finally:
        for wire in (rasa, actions, database, redis):
            if wire is not None:
                wire.close()
        if address is not None:
            asyncio.run(drop(address))


def in_time(person: Person, text: str, key: str | None = None) -> Reply:
    """What a person hears, asserted to come within the contract's ten seconds."""
    began = time.monotonic()
    reply = person.post({"text": text}, key)
    assert time.monotonic() - began < ANSWER_SECONDS + 2, "two seconds of grace for a busy machine"
    return reply


def answered_again(person: Person, text: str, key: str) -> Reply:
    """The answer to a message that failed, once the fault is mended: tried again as a page does, for 15 seconds."""
    deadline = time.monotonic() + FOUND_SECONDS
    while (reply := person.post({"text": text}, key)).status == 503 and time.monotonic() < deadline:
        time.sleep(0.5)
    return reply


def is_honest(reply: Reply) -> None:
    """The contract's 503: a code, and words that say what to do in an emergency."""
    assert (reply.status, reply.body["code"]) == (503, "assistant_unavailable"), reply
    assert "999" in reply.text


def hears_alarm(person: Person) -> None:
    """An emergency that is named in words is answered as one, stored or not."""
    reply = in_time(person, ALARM)
    assert reply.status in (201, 503), reply
    assert "emergency" in [message["kind"] for message in reply.messages], reply
    assert reply.level == "emergency"


def said(person: Person) -> list[str]:
    return [message["text"] for message in person.history().messages if message["role"] == "person"]


def is_whole(person: Person) -> list[dict]:
    """The conversation, with no gap in its ``seq`` and an answer after the last word."""
    messages = person.history().messages
    assert [message["seq"] for message in messages] == list(range(1, len(messages) + 1))
    return messages


def settles(person: Person, texts: list[str], within: float = FOUND_SECONDS) -> None:
    """All of this was said, once each and in order, and answered, at the latest ``within`` seconds from now."""
    deadline = time.monotonic() + within
    while True:
        messages = is_whole(person)
        if messages[-1]["role"] == "assistant" and [m["text"] for m in messages if m["role"] == "person"] == texts:
            return
        if time.monotonic() > deadline:
            pytest.fail(f"not settled: {[(m['role'], m['text'][:40]) for m in messages]}")
        time.sleep(0.2)


@contextlib.contextmanager
def meanwhile(person: Person, *texts: str) -> Iterator[list[Reply]]:
    """Says things one after the other in a thread while the block runs; the replies, complete after the block."""
    replies: list[Reply] = []

    def talk() -> None:
        for text in texts:
            with contextlib.suppress(OSError):  # the API was killed: nothing came back
                replies.append(person.post({"text": text}, uuid.uuid4().hex))

    thread = threading.Thread(target=talk)
    thread.start()
    try:
        yield replies
    finally:
        thread.join()
