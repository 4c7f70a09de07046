"""``python -m tests.load.conversations``: 100 conversations of 20 messages at once, through the real processes.

Everybody has an age and a length of time of their own. What the assistant holds at the end, and every message of the
history, must be theirs and nobody else's.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.running import Person, running

REGIONS = ("lower back", "neck", "shoulder", "upper back")
ANSWERS = ("no", "it came on slowly", "4", "at a desk", "no", "is a massage ok for me", "no", "why do you ask?")


@dataclass
class Sums:
    """What all of them came to."""

    statuses: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


def talk(base_url: str, number: int, length: int, start: threading.Barrier, sums: Sums) -> None:
    """One conversation; whoever is ``number`` is 18 + number years old."""
    person = Person.arrives(base_url)
    age, region = 18 + number % 70, REGIONS[number % len(REGIONS)]
    texts = [f"my {region} is sore, I am {age} years old, person {number}"]
    texts += [f"{ANSWERS[turn % len(ANSWERS)]}" for turn in range(length - 1)]
    start.wait()
    seconds, statuses, faults = [], [], []
    for text in texts:
        began = time.monotonic()
        reply = person.says(text)
        while reply.status == 202:  # the answer comes by its key, here by asking the history
            time.sleep(0.2)
            history = person.history()
            if history.messages[-1]["role"] == "assistant":
                break
        seconds.append(time.monotonic() - began)
        statuses.append(reply.status)
    history = person.history()
    messages = history.messages
    if [message["seq"] for message in messages] != list(range(1, len(messages) + 1)):
        faults.append(f"{number}: gaps in seq")
    if [message["text"] for message in messages if message["role"] == "person"] != texts:
        faults.append(f"{number}: not what was said")
    facts = history.triage["facts"]
    if facts.get("age") != age or facts.get("region") != region.replace(" ", "_"):
        faults.append(f"{number}: facts of somebody else: {facts}")
    with sums.lock:
        sums.statuses.update(statuses)
        sums.seconds += seconds
        sums.faults += faults


def main() -> int:
    """Exit code 1 when an answer was missing or anything was mixed up."""
    parser = argparse.ArgumentParser(description="Many conversations at once.")
    parser.add_argument("--conversations", type=int, default=100)
    parser.add_argument("--messages", type=int, default=20)
    options = parser.parse_args()
    sums = Sums()
    with tempfile.TemporaryDirectory() as folder, running(Path(folder), {"api": {"SPINEWISE_VAR": folder}}) as stack:
        barrier = threading.Barrier(options.conversations)
        threads = [
            threading.Thread(target=talk, args=(stack.base_url, number, options.messages, barrier, sums))
            for number in range(options.conversations)
        ]
        began = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        wall = time.monotonic() - began
    count = sum(sums.statuses.values())
    print(f"{count} messages of {options.conversations} conversations in {wall:.0f} s: {dict(sums.statuses)}")
    if count:
        print(
            f"an answer took {statistics.median(sums.seconds):.2f} s at the median, {max(sums.seconds):.2f} s at most"
        )
    print("\n".join(sums.faults) or "nothing mixed up, no gap")
    wrong = count != options.conversations * options.messages or set(sums.statuses) - {201, 202}
    return 1 if wrong or sums.faults else 0


if __name__ == "__main__":
    sys.exit(main())
