"""``python -m tests.load.conversations``: 100 conversations of 20 messages at once, through the real processes.

Everybody has an age and a region that nobody else has together. What each answer says of the triage, what the
assistant holds at the end, and every message of the history must be theirs; an id that two of them saw is a mix-up.
Whoever gets a 202 listens to the events it names until the answer comes, then asks for it with its key.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import statistics
import sys
import tempfile
import threading
import time
import urllib.request
import uuid
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.api.databases import postgres_database
from tests.running import Person, Reply, running

REGIONS = ("lower back", "neck", "shoulder", "upper back")
ANSWERS = ("no", "it came on slowly", "4", "at a desk", "no", "is a massage ok for me", "no", "why do you ask?")
PATIENCE = 120.0  # seconds for an answer that a 202 promised


@dataclass
class Sums:
    """What all of them came to. ``owners``: whose a message is, by its id."""

    statuses: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    owners: dict[str, int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


class OnePerson:
    """One conversation; whoever is ``number`` is 18 + number % 70 years old."""

    def __init__(self, base_url: str, number: int, sums: Sums) -> None:
        self.person = Person.arrives(base_url)
        self.number = number
        self.sums = sums
        self.facts = {"age": 18 + number % 70, "region": REGIONS[number % len(REGIONS)].replace(" ", "_")}
        self.answered: list[str] = []  # ids of the assistant's messages, as they came
        self.seen = len(self.person.last.messages)

    def fault(self, what: str) -> None:
        with self.sums.lock:
            self.sums.faults.append(f"{self.number}: {what}")

    def talk(self, length: int, start: threading.Barrier) -> None:
        region = str(self.facts["region"]).replace("_", " ")
        texts = [f"my {region} is sore, I am {self.facts['age']} years old, person {self.number}"]
        texts += [ANSWERS[turn % len(ANSWERS)] for turn in range(length - 1)]
        self.answered = [message["id"] for message in self.person.last.messages]
        start.wait()
        for text in texts:
            self.say(text)
        self.look_back(texts)

    def say(self, text: str) -> None:
        key = str(uuid.uuid4())
        began = time.monotonic()
        reply = self.person.post({"text": text}, key)
        status = reply.status
        if status == 202:
            self.listen()
            reply = self.person.post({"text": text}, key)
        with self.sums.lock:
            self.sums.statuses[status] += 1
            self.sums.seconds.append(time.monotonic() - began)
        if reply.status != 201:
            self.fault(f"{status}, then {reply.status}: {reply.body.get('code')}")
        else:
            self.check(reply)

    def listen(self) -> None:
        """Until the stream has brought an answer to what was said last."""
        headers = {"Authorization": f"Bearer {self.person.token}", "Last-Event-ID": str(self.seen)}
        call = urllib.request.Request(f"{self.person.path}/events", headers=headers)
        deadline = time.monotonic() + PATIENCE
        with urllib.request.urlopen(call, timeout=PATIENCE) as stream:
            for line in stream:
                if line.startswith(b"data: ") and json.loads(line[6:])["role"] == "assistant":
                    return
                if time.monotonic() > deadline:
                    break
        self.fault("the stream brought no answer")

    def check(self, reply: Reply) -> None:
        facts = {name: reply.triage["facts"].get(name) for name in self.facts}
        if facts != self.facts:
            self.fault(f"an answer with facts of somebody else: {facts}")
        self.answered += [message["id"] for message in reply.messages]
        self.seen = reply.messages[-1]["seq"]

    def look_back(self, texts: list[str]) -> None:
        """The history is what was said and what was answered, in order, without gaps."""
        history = self.person.history()
        messages: list[dict[str, Any]] = history.messages
        if [message["seq"] for message in messages] != list(range(1, len(messages) + 1)):
            self.fault("gaps in seq")
        if [message["text"] for message in messages if message["role"] == "person"] != texts:
            self.fault("not what was said")
        if [message["id"] for message in messages if message["role"] == "assistant"] != self.answered:
            self.fault("not what was answered")
        if {name: history.triage["facts"].get(name) for name in self.facts} != self.facts:
            self.fault("holds facts of somebody else")
        with self.sums.lock:
            for message in messages:
                if self.sums.owners.setdefault(message["id"], self.number) != self.number:
                    self.sums.faults.append(f"{self.number}: a message of {self.sums.owners[message['id']]}")


def failures(base_url: str) -> dict[str, int]:
    """Why Rasa was not heard, as the API counted."""
    with urllib.request.urlopen(f"{base_url}/metrics", timeout=30) as answer:
        counted = re.findall(r'spinewise_rasa_failures_total{reason="(\w+)"} (\S+)', answer.read().decode())
    return {reason: int(float(count)) for reason, count in counted}


def run(folder: Path, address: str, conversations: int, length: int) -> bool:
    """Whether all were answered and nothing was mixed up; prints what happened."""
    sums = Sums()
    with running(folder, {"api": {"SPINEWISE_VAR": str(folder), "DATABASE_URL": address}}) as stack:
        barrier = threading.Barrier(conversations)
        people = [OnePerson(stack.base_url, number, sums) for number in range(conversations)]
        threads = [threading.Thread(target=person.talk, args=(length, barrier)) for person in people]
        began = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        wall = time.monotonic() - began
        unheard = failures(stack.base_url)
        logged = [json.loads(line) for line in re.findall(r"^{.*}$", stack.log("api"), re.MULTILINE)]
    errors = Counter(
        f"{each['event']} ({each.get('reason') or each.get('error')})" for each in logged if each["level"] == "error"
    )
    count = sum(sums.statuses.values())
    print(f"{count} messages of {conversations} conversations in {wall:.0f} s: {dict(sums.statuses)}")
    if sums.seconds:
        print(
            f"an answer took {statistics.median(sums.seconds):.2f} s at the median, {max(sums.seconds):.2f} s at most"
        )
    if unheard:
        print(f"Rasa was not heard: {unheard}")
    for line, number in errors.most_common():
        print(f"{number} x {line}")
    print("\n".join(sums.faults[:40]) or "nothing mixed up, no gap")
    whole = count == conversations * length and not set(sums.statuses) - {201, 202}
    return whole and not sums.faults


async def on_postgres(folder: Path, conversations: int, length: int) -> bool:
    async with postgres_database() as address:
        return await asyncio.to_thread(run, folder, address, conversations, length)


def main() -> int:
    """Exit code 1 when an answer was missing or anything was mixed up."""
    parser = argparse.ArgumentParser(description="Many conversations at once.")
    parser.add_argument("--conversations", type=int, default=100)
    parser.add_argument("--messages", type=int, default=20)
    parser.add_argument("--postgres", action="store_true", help="on PostgreSQL instead of SQLite")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if options.postgres:
            good = asyncio.run(on_postgres(folder, options.conversations, options.messages))
        else:
            address = f"sqlite:///{folder / 'spinewise.sqlite'}"
            good = run(folder, address, options.conversations, options.messages)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
