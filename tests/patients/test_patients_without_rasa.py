"""The patients against the mind alone, where no intent is known: reading and tree must be enough."""

from __future__ import annotations

from typing import Any

import pytest

from bot.dialogue.assistant import Assistant
from bot.dialogue.inbound import Inbound
from tests.patients.play import Turned, cards, play, shortfalls


@pytest.fixture(scope="module")
def assistant() -> Assistant:
    return Assistant.load(reading=True)


@pytest.mark.parametrize("card", cards(), ids=lambda card: card["id"])
def test_patient(assistant: Assistant, card: dict[str, Any]):
    record = assistant.open("GB").record
    intent = "describe_complaint"

    def say(text: str) -> Turned:
        nonlocal record, intent
        inbound = Inbound(text, intent, 0.7, assistant.reader.read(text).observations)
        outcome = assistant.take_turn(inbound, record)
        record, intent = outcome.record, ""
        asked = [m["question"]["asks"] for m in outcome.messages if m["question"]]
        return Turned(assistant.triage(record), tuple(asked[-1]) if asked else ())

    assert not shortfalls(card, play(card, say))
