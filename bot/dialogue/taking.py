"""Answers on their way into an assessment."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bot.triage.assessment import Answer, FactValue
from bot.triage.knowledge import Fact, Knowledge


@dataclass
class Taking:
    """Answers on their way into an assessment."""

    findings: dict[str, Answer] = field(default_factory=dict)
    facts: dict[str, FactValue] = field(default_factory=dict)
    details: dict[str, Answer | str] = field(default_factory=dict)
    some_of: dict[str, tuple[str, ...]] = field(default_factory=dict)
    settled: set[str] = field(default_factory=set)  # ids of the pending question that got an answer

    def put(self, knowledge: Knowledge, id: str, value: Any) -> None:
        """File one answer under finding, detail or fact, whichever ``id`` is."""
        if id in knowledge.findings:
            self.findings[id] = value
        elif id in knowledge.details:
            self.details[id] = value
        else:
            self.facts[id] = value

    def has(self, id: str) -> bool:
        return id in self.findings or id in self.details

    def is_present(self, id: str) -> bool:
        return self.findings.get(id, self.details.get(id)) is True


def fact_fits(fact: Fact, value: Any) -> bool:
    """Whether ``value`` is of the fact's kind and within its bounds."""
    if fact.kind == "number":
        good = isinstance(value, int | float) and not isinstance(value, bool)
        return good and (fact.low is None or value >= fact.low) and (fact.high is None or value <= fact.high)
    if fact.kind == "yes_no":
        return isinstance(value, bool)
    if fact.kind == "country":
        return isinstance(value, str) and len(value) == 2 and value.isascii() and value.isalpha()
    return isinstance(value, str) and value in fact.values
