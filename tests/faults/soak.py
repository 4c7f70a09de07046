"""``python -m tests.faults.soak 200``: as many turns hit by a random fault; prints what happened, and the sum.

Each run is one conversation that says three things while something breaks. At its end everything is mended, the
person repeats with the same keys what was not answered, and then every word must be there once and answered.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import re
import sys
import tempfile
import time
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from bot.dialogue.assistant import Assistant
from tests.faults import proxy
from tests.faults.running import Faulty, faulty_stack
from tests.running import Person

TEXTS = ("my lower back is sore after a day at the desk", "it came on slowly", "I am 44")
SETTLE_SECONDS = 30.0

Fault = Callable[[Faulty], None]


def _wire(name: str, mode: str) -> Fault:
    return lambda faulty: getattr(faulty, name).set(mode)


def _cut_commit(heard: bool) -> Fault:
    def begin(faulty: Faulty) -> None:
        assert faulty.database is not None
        faulty.database.cut = (b"COMMIT", heard)

    return begin


def _kill_api(faulty: Faulty) -> None:
    faulty.stack.kill("api")


def faults(faulty: Faulty) -> dict[str, Fault]:
    """Those that can be made here, by name."""
    found: dict[str, Fault] = {
        "Rasa: connection reset": _wire("rasa", proxy.RESET),
        "Rasa: refused": _wire("rasa", proxy.REFUSE),
        "Rasa: half closed": _wire("rasa", proxy.HALF_CLOSE),
        "Rasa: answers []": lambda f: f.rasa.set(reply=proxy.http(200, b"[]")),
        "Rasa: slow": lambda f: f.rasa.set(delay=0.5),
        "actions: connection reset": _wire("actions", proxy.RESET),
        "actions: answers 500": lambda f: f.actions.set(reply=proxy.http(500, b"{}")),
        "API: killed": _kill_api,
    }
    if faulty.database is not None:
        found |= {
            "database: connection reset": _wire("database", proxy.RESET),
            "database: cut before a commit": _cut_commit(False),
            "database: cut after a commit": _cut_commit(True),
        }
    if faulty.redis is not None:
        found["Redis: connection reset"] = _wire("redis", proxy.RESET)
    return found


@dataclass
class Sums:
    """What came of the runs with one fault."""

    runs: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    lost: int = 0
    doubled: int = 0
    disordered: int = 0
    unanswered: int = 0
    slowest: float = 0.0


def say(person: Person, text: str, key: str, sums: Sums) -> bool:
    """Whether it was answered by the assistant's mind."""
    began = time.monotonic()
    try:
        status = person.post({"text": text}, key).status
        sums.statuses[str(status)] += 1
    except OSError:
        status = 0
        sums.statuses["no answer"] += 1
    sums.slowest = max(sums.slowest, time.monotonic() - began)
    return status == 201


def run(faulty: Faulty, fault: Fault, chance: random.Random, sums: Sums) -> None:
    """One conversation; the fault comes before one of its turns or, by the wire to Rasa, in the middle of it."""
    person = faulty.person()
    opened = [message["id"] for message in person.last.messages]
    keys = [uuid.uuid4().hex for _ in TEXTS]
    hit = chance.randrange(len(TEXTS))
    in_the_middle = chance.random() < 0.5
    answered = []
    for number, text in enumerate(TEXTS):
        if number == hit:
            if in_the_middle:
                faulty.rasa.on_request = lambda data: fault(faulty) if b"/text" in data else None
            else:
                fault(faulty)
        answered.append(say(person, text, keys[number], sums))
    if faulty.stack.processes.keys() != faulty.stack.specs.keys():
        faulty.mend()
    for wire in faulty.wires:
        wire.set()
    faulty.stack.wait_ready()
    for number, text in enumerate(TEXTS):
        if not answered[number]:
            say(person, text, keys[number], sums)
    check(person, keys, opened, sums)


def check(person: Person, keys: list[str], opened: list[str], sums: Sums) -> None:
    """Counts what is missing, double, out of order or without an answer."""
    deadline = time.monotonic() + SETTLE_SECONDS
    while True:
        messages = person.history().messages
        said = [message["text"] for message in messages if message["role"] == "person"]
        settled = bool(messages) and messages[-1]["role"] == "assistant" and len(said) >= len(TEXTS)
        if settled or time.monotonic() > deadline:
            break
        time.sleep(0.2)
    sums.runs += 1
    count = Counter(said)
    sums.lost += sum(count[text] == 0 for text in TEXTS)
    sums.doubled += sum(count[text] > 1 for text in TEXTS)
    in_order = [message["seq"] for message in messages] == list(range(1, len(messages) + 1))
    sums.disordered += not in_order
    sums.unanswered += not settled
    # Asking with a key brings the stored answer, waiting for it if need be; asking again stores nothing.
    repeats = [[person.post({"text": text}, key) for text, key in zip(TEXTS, keys, strict=True)] for _ in range(2)]
    sums.unanswered += sum(reply.status != 201 for reply in repeats[1])
    first, second = ([reply.messages for reply in replies] for replies in repeats)
    sums.doubled += first != second
    sums.doubled += not answered_once(person.history().messages, second, opened)


@cache
def cannot_assess() -> str:
    """What the assistant says, at the clinic of these runs, when it cannot work."""
    (said,) = Assistant.load(Path("data")).unavailable("", None, "GB")
    return str(said["text"])


def answered_once(messages: list[dict[str, Any]], answers: list[list[dict[str, Any]]], opened: list[str]) -> bool:
    """Every message of the history has one place: the opening, the person's words, one answer, or "cannot assess".

    A turn that failed has said the last before it was answered by another try, which is no second answer.
    """
    own = Counter(message["id"] for answer in answers for message in answer)
    left = [
        message["text"]
        for message in messages
        if message["role"] == "assistant" and message["id"] not in own and message["id"] not in opened
    ]
    ids = {message["id"] for message in messages}
    return (
        len(ids) == len(messages)
        and set(own.values()) == {1}
        and own.keys() <= ids
        and set(left) <= {cannot_assess()}
    )


def main() -> int:
    """Exit code 1 when a message was lost, doubled, out of order or never answered."""
    parser = argparse.ArgumentParser(description="Break things again and again.")
    parser.add_argument("runs", type=int, nargs="?", default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    table: defaultdict[str, Sums] = defaultdict(Sums)
    with tempfile.TemporaryDirectory() as folder, faulty_stack(Path(folder)) as faulty:
        possible = faults(faulty)
        print(f"on {'PostgreSQL' if faulty.database else 'SQLite'}, seed {options.seed}", flush=True)
        with contextlib.suppress(KeyboardInterrupt):  # what there is by then
            for number in range(options.runs):
                name = list(possible)[number % len(possible)]
                run(faulty, possible[name], chance, table[name])
                if (number + 1) % 20 == 0:
                    print(f"{number + 1} runs", flush=True)
        errors = Counter(
            f"{entry['event']}: {entry.get('error')} at {entry.get('where')}"
            for entry in map(json.loads, re.findall(r"^{.*}$", faulty.stack.log("api"), re.MULTILINE))
            if entry["level"] == "error" and "where" in entry
        )
    print("\n| fault | runs | answers | slowest answer | lost | doubled | gaps | never answered |")
    print("|---|---:|---|---:|---:|---:|---:|---:|")
    for name, sums in table.items():
        statuses = ", ".join(f"{status}: {count}" for status, count in sorted(sums.statuses.items()))
        print(
            f"| {name} | {sums.runs} | {statuses} | {sums.slowest:.1f} s | {sums.lost} | {sums.doubled} "
            f"| {sums.disordered} | {sums.unanswered} |"
        )
    for line, count in sorted(errors.items()):
        print(f"{count} x {line}")
    bad = sum(sums.lost + sums.doubled + sums.disordered + sums.unanswered for sums in table.values())
    print(f"\n{sum(sums.runs for sums in table.values())} runs, {bad} with a message lost, doubled or unanswered")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
