"""The patients of ``tests/patients`` through the three real processes."""

from __future__ import annotations

import pytest

from tests.patients.play import Turned, cards, play, shortfalls
from tests.running import Stack

pytestmark = pytest.mark.processes


@pytest.mark.parametrize("card", cards(), ids=lambda card: card["id"])
def test_patient(stack: Stack, card):
    person = stack.person()

    def say(text: str) -> Turned:
        reply = person.says(text)
        assert reply.status == 201
        return Turned(reply.triage, tuple(reply.asks))

    assert not shortfalls(card, play(card, say))
