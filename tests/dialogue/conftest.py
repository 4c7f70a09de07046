"""The real mind without servers: what Rasa would classify is given as the intent."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.dialogue.assistant import Assistant
from bot.dialogue.inbound import Inbound, Outcome


@pytest.fixture(scope="session")
def assistant() -> Assistant:
    return Assistant.load(reading=True)


PLAIN = {"age": "41", "region": "lower back", "duration_days": "5 days", "pain_score": "4", "daily_life": "desk"}


@dataclass
class Talk:
    """A conversation with the mind."""

    assistant: Assistant
    record: dict[str, Any]
    messages: list[dict[str, Any]] = field(default_factory=list)

    def _after(self, outcome: Outcome) -> Talk:
        self.messages, self.record = outcome.messages, outcome.record
        return self

    def says(self, text: str, intent: str = "nlu_fallback", confidence: float = 0.9) -> Talk:
        inbound = Inbound(text, intent, confidence, self.assistant.reader.read(text).observations)
        return self._after(self.assistant.take_turn(inbound, self.record))

    def picks(self, *labels: str) -> Talk:
        offered = {c["label"]: c["sets"] for m in self.messages for c in m["choices"]}
        inbound = Inbound(intent="pick_option", confidence=1.0, choices=tuple(offered[label] for label in labels))
        return self._after(self.assistant.take_turn(inbound, self.record))

    @property
    def triage(self) -> dict[str, Any]:
        return self.assistant.triage(self.record)

    @property
    def level(self) -> str | None:
        return self.triage["level"]

    @property
    def findings(self) -> dict[str, Any]:
        return self.triage["findings"]

    @property
    def facts(self) -> dict[str, Any]:
        return self.triage["facts"]

    @property
    def question(self) -> dict[str, Any] | None:
        asked = [m["question"] for m in self.messages if m["question"]]
        return asked[-1] if asked else None

    @property
    def asks(self) -> list[str]:
        return self.question["asks"] if self.question else []

    @property
    def text(self) -> str:
        return "\n".join(m["text"] for m in self.messages)

    def until(self, ask: str, limit: int = 16) -> Talk:
        """Say what changes nothing until ``ask`` is asked."""
        for _ in range(limit):
            if ask in self.asks:
                return self
            self._answers_plainly()
        raise AssertionError(f"{ask} was never asked")

    def to_the_end(self, limit: int = 16) -> Talk:
        """Say what changes nothing until no question is left."""
        for _ in range(limit):
            if not self.question:
                return self
            self._answers_plainly()
        raise AssertionError(f"still asked after {limit} answers")

    def _answers_plainly(self) -> None:
        self.says(next((PLAIN[ask] for ask in self.asks if ask in PLAIN), "no"))


@pytest.fixture
def talk(assistant: Assistant) -> Talk:
    """A conversation that has just been opened in Great Britain."""
    return Talk(assistant, assistant.open("GB").record)


@pytest.fixture
def sore_back(talk: Talk) -> Talk:
    """Somebody with a sore lower back who sits at a desk."""
    return talk.says("my lower back is sore after a day at the desk", "describe_complaint")


@pytest.fixture
def advised(sore_back: Talk) -> Talk:
    """The same person once the advice was given, with a pain of 4."""
    sore_back.says("it is a 4 out of 10", "give_number")
    for _ in range(16):
        if not sore_back.question:
            break
        plain = {"age": "41", "duration_days": "5 days", "pain_score": "4"}
        sore_back.says(next((plain[a] for a in sore_back.asks if a in plain), "no"))
    assert sore_back.triage["status"] == "complete"
    return sore_back
