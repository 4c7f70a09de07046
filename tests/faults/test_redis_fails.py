"""Redis gone or silent: slower wake-ups, and nothing else."""

from __future__ import annotations

import json
import urllib.request

import pytest

from tests.faults import proxy
from tests.faults.running import Faulty, hears_alarm, in_time
from tests.running import Person

pytestmark = pytest.mark.processes
OPENING = "my lower back is sore after a day at the desk"


@pytest.fixture
def wire(faulty: Faulty) -> proxy.Proxy:
    if faulty.redis is None:
        pytest.skip("no Redis server answers")
    return faulty.redis


def events(person: Person, after: int, count: int) -> list[int]:
    """The ``seq`` of the next events."""
    headers = {"Authorization": f"Bearer {person.token}", "Last-Event-ID": str(after)}
    call = urllib.request.Request(f"{person.path}/events", headers=headers)
    seen: list[int] = []
    with urllib.request.urlopen(call, timeout=30) as stream:
        for line in stream:
            if line.startswith(b"data: "):
                seen.append(json.loads(line[6:])["seq"])
                if len(seen) == count:
                    break
    return seen


@pytest.mark.parametrize("mode", [proxy.REFUSE, proxy.DROP])
def test_everything_goes_on(faulty: Faulty, wire: proxy.Proxy, mode: str) -> None:
    person = faulty.person()
    first = len(person.last.messages)
    wire.set(mode)
    assert in_time(person, OPENING).status == 201
    hears_alarm(faulty.person())
    total = len(person.history().messages)
    assert events(person, first, total - first) == list(range(first + 1, total + 1))
