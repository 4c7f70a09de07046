"""Processes killed in the middle of turns and started again: every word is there and answered, in order, once."""

from __future__ import annotations

import contextlib
import threading
import time

import pytest

from tests.faults import proxy
from tests.faults.running import Faulty, hears_alarm, meanwhile, settles
from tests.running import Person

pytestmark = pytest.mark.processes
OPENING = "my lower back is sore after a day at the desk"


def wait_for(wire: proxy.Proxy, count: int) -> None:
    while wire.requests < count:
        time.sleep(0.01)


def restart(faulty: Faulty, *names: str) -> None:
    for name in names:
        faulty.stack.start(name)
    faulty.stack.wait_ready()


def test_the_api_is_killed_while_rasa_works(faulty: Faulty) -> None:
    person = faulty.person()
    faulty.rasa.set(delay=2.0)
    before = faulty.rasa.requests
    with meanwhile(person, OPENING) as replies:
        wait_for(faulty.rasa, before + 1)
        faulty.stack.kill("api")
    assert replies == []
    faulty.rasa.set()
    restart(faulty, "api")
    settles(person, [OPENING])
    hears_alarm(person)


def test_all_three_are_killed(faulty: Faulty) -> None:
    person = faulty.person()
    faulty.rasa.set(delay=2.0)
    before = faulty.rasa.requests
    with meanwhile(person, OPENING):
        wait_for(faulty.rasa, before + 1)
        for name in ("api", "rasa", "actions"):
            faulty.stack.kill(name)
    faulty.rasa.set()
    restart(faulty, "actions", "rasa", "api")
    settles(person, [OPENING])


def test_messages_that_queue_behind_a_killed_turn_keep_their_order(faulty: Faulty) -> None:
    person = faulty.person()
    faulty.rasa.set(delay=3.0)
    texts = [OPENING, "it started on Monday", "I am 44"]

    def say(text: str) -> None:
        twin = Person(person.base_url, person.id, person.token, person.last)
        with contextlib.suppress(OSError):  # the API was killed before it answered
            twin.says(text)

    threads = []
    for text in texts:
        stored = len(person.history().messages)
        threads.append(threading.Thread(target=say, args=(text,)))
        threads[-1].start()
        while len(person.history().messages) == stored:
            time.sleep(0.02)
    faulty.stack.kill("api")
    for thread in threads:
        thread.join()
    faulty.rasa.set()
    restart(faulty, "api")
    settles(person, texts)


def test_a_stop_in_the_middle_answers_first(faulty: Faulty) -> None:
    person = faulty.person()
    faulty.rasa.set(delay=1.0)
    before = faulty.rasa.requests
    with meanwhile(person, OPENING) as replies:
        wait_for(faulty.rasa, before + 1)
        faulty.stack.processes["api"].terminate()
    assert [reply.status for reply in replies] == [201]
    faulty.stack.processes.pop("api").wait(20)
    faulty.rasa.set()
    restart(faulty, "api")
    settles(person, [OPENING])
