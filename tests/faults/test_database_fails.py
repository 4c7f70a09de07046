"""PostgreSQL gone, silent or broken off at the worst moments: nothing acknowledged is lost, nothing is doubled."""

from __future__ import annotations

import uuid

import pytest

from tests.faults import proxy
from tests.faults.running import Faulty, hears_alarm, in_time, is_honest, is_whole, said, settles
from tests.running import Person, request

pytestmark = [pytest.mark.processes, pytest.mark.postgres]
OPENING = "my lower back is sore after a day at the desk"


@pytest.fixture
def wire(faulty: Faulty) -> proxy.Proxy:
    if faulty.database is None:
        pytest.skip("no PostgreSQL server answers")
    return faulty.database


@pytest.fixture
def person(faulty: Faulty, wire: proxy.Proxy) -> Person:
    return faulty.person()


@pytest.mark.parametrize("mode", [proxy.REFUSE, proxy.DROP])
def test_away_when_a_message_comes(faulty: Faulty, wire: proxy.Proxy, person: Person, mode: str) -> None:
    wire.set(mode)
    key = uuid.uuid4().hex
    is_honest(in_time(person, OPENING, key))
    hears_alarm(person)
    assert request("GET", f"{faulty.stack.base_url}/readyz").status == 503
    opening = request("POST", f"{faulty.stack.base_url}/v1/conversations", {"clinic": "demo", "consent": True})
    assert (opening.status, opening.body["code"]) == (503, "database_unavailable")
    faulty.mend()
    assert person.post({"text": OPENING}, key).status == 201
    assert said(person).count(OPENING) == 1
    is_whole(person)


@pytest.mark.parametrize("heard", [False, True], ids=["before_it", "after_it"])
def test_broken_off_at_the_commit_of_a_message(
    faulty: Faulty, wire: proxy.Proxy, person: Person, heard: bool
) -> None:
    """Stored or not, nobody can tell: the same key finds out, and there is one message and one answer."""
    key = uuid.uuid4().hex
    wire.cut = (b"COMMIT", heard)
    in_time(person, OPENING, key)
    assert wire.cuts
    faulty.mend()
    assert person.post({"text": OPENING}, key).status == 201
    settles(person, [OPENING])
    assert len(is_whole(person)) == len(person.history().messages)


@pytest.mark.parametrize("heard", [False, True], ids=["before_it", "after_it"])
def test_broken_off_at_the_commit_of_an_answer(
    faulty: Faulty, wire: proxy.Proxy, person: Person, heard: bool
) -> None:
    key = uuid.uuid4().hex

    def then_cut(data: bytes) -> None:
        if b"/text" in data:
            wire.cut = (b"COMMIT", heard)

    faulty.rasa.on_request = then_cut
    in_time(person, OPENING, key)
    assert wire.cuts
    faulty.mend()
    settles(person, [OPENING])
    again = person.post({"text": OPENING}, key)
    assert again.status == 201
    assert again.messages == is_whole(person)[-len(again.messages) :]


@pytest.mark.parametrize("mode", [proxy.REFUSE, proxy.DROP])
def test_away_when_the_answer_is_stored(faulty: Faulty, wire: proxy.Proxy, person: Person, mode: str) -> None:
    faulty.rasa.on_request = lambda data: wire.set(mode) if b"/text" in data else None
    is_honest(in_time(person, OPENING))
    hears_alarm(person)
    faulty.mend()
    settles(person, [OPENING])


def test_slow_is_only_slow(faulty: Faulty, wire: proxy.Proxy, person: Person) -> None:
    wire.set(delay=0.05)
    assert in_time(person, OPENING).status in (201, 202)
    faulty.mend()
    settles(person, [OPENING])
