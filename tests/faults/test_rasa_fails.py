"""Rasa wrong, slow, silent or gone: an honest answer in time, the words kept, and one answer once it is back."""

from __future__ import annotations

import time
import uuid

import pytest

from tests.faults import proxy
from tests.faults.running import Faulty, answered_again, hears_alarm, in_time, is_honest, is_whole, said

pytestmark = pytest.mark.processes
OPENING = "my lower back is sore after a day at the desk"
WRONG = {
    "an empty list": proxy.http(200, b"[]"),
    "no JSON": proxy.http(200, b'{"messages": ['),
    "a page": proxy.http(200, b"<html>busy</html>", "text/html"),
    "no messages": proxy.http(200, b'{"messages": [], "record": {}}'),
    "an odd record": proxy.http(200, b'{"messages": [{"kind": "info", "text": "x"}], "record": {"a": 1}}'),
    "an error": proxy.http(500, b"{}"),
    "a redirection": proxy.http(302, b""),
    "no HTTP": b"\x00\x01\x02 hello\r\n\r\n",
}


def fails_and_comes_back(faulty: Faulty, text: str = OPENING) -> None:
    """With the fault in place: honest, an alarm is heard; without it the same key is answered, and once."""
    person = faulty.person()
    key = uuid.uuid4().hex
    is_honest(in_time(person, text, key))
    hears_alarm(faulty.person())
    faulty.mend()
    answered = answered_again(person, text, key)
    assert answered.status == 201, answered
    assert person.post({"text": text}, key).messages == answered.messages
    assert said(person) == [text]
    is_whole(person)


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_answer(faulty: Faulty, wrong: str) -> None:
    faulty.rasa.set(reply=WRONG[wrong])
    fails_and_comes_back(faulty)


@pytest.mark.parametrize("mode", [proxy.REFUSE, proxy.RESET, proxy.HALF_CLOSE])
def test_a_broken_wire(faulty: Faulty, mode: str) -> None:
    faulty.rasa.set(mode)
    fails_and_comes_back(faulty)


def test_a_kept_connection_that_broke_is_no_failure(faulty: Faulty) -> None:
    person = faulty.person()
    assert person.says(OPENING).status == 201
    faulty.rasa.set(proxy.RESET)
    faulty.rasa.set()
    assert person.says("no").status == 201


def test_a_slow_answer_is_still_an_answer(faulty: Faulty) -> None:
    faulty.rasa.set(delay=1.0)
    assert in_time(faulty.person(), OPENING).status == 201


@pytest.mark.parametrize("mode", [proxy.DROP, proxy.DRIP])
def test_it_hangs_for_one_turn_and_not_for_the_next(faulty: Faulty, mode: str) -> None:
    people = [faulty.person() for _ in range(3)]
    faulty.rasa.set(mode)
    is_honest(in_time(people[0], OPENING))
    began = time.monotonic()
    for person in people[1:]:
        is_honest(in_time(person, OPENING))
    hears_alarm(people[1])
    # A test of what is not waited for: three turns of eight seconds each would take three times as long.
    assert time.monotonic() - began < 8
    faulty.mend()
    assert people[0].says("hello").status == 201


def test_the_process_is_killed_in_the_middle_of_a_turn(faulty: Faulty) -> None:
    person = faulty.person()
    faulty.rasa.on_request = lambda data: faulty.stack.kill("rasa") if b"/text" in data else None
    key = uuid.uuid4().hex
    is_honest(in_time(person, OPENING, key))
    hears_alarm(person)
    faulty.mend()
    assert person.post({"text": OPENING}, key).status == 201
    assert said(person)[0] == OPENING
    is_whole(person)
