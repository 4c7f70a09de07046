"""A record in a line of words, and the smallest record that still shows a fault."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from bot.triage.assessment import Assessment, FactValue
from bot.triage.knowledge import Knowledge
from bot.triage.shapes import UNKNOWN

_PLAIN_NUMBERS: dict[str, tuple[float, ...]] = {
    "age": (44, 30, 60, 15, 75, 80),
    "duration_days": (5, 30, 60, 100),
    "pain_score": (4, 8),
}
_ANSWERS = {True: "yes", False: "no", "unsure": "not sure"}


@dataclass(frozen=True)
class Fault:
    """One broken promise: what was promised, and the smallest example of the breach in words."""

    promise: str
    example: str

    def __str__(self) -> str:
        return f"{self.promise}: {self.example}"


def in_words(knowledge: Knowledge, assessment: Assessment, level: str, massage: str | None = None) -> str:
    """For example "age 44, lower back, numbness in the saddle area: not sure → self_care"."""
    parts: list[str] = []
    for id, value in assessment.facts.items():
        fact = knowledge.facts[id]
        if value == UNKNOWN:
            parts.append(f"{fact.label}: not known")
        elif fact.values:
            parts.append(fact.values.get(str(value), str(value)))
        else:
            parts.append(f"{fact.label} {value}{'' if id == 'age' else f' {fact.unit}'}".strip())
    for id, answer in assessment.findings.items():
        parts.append(f"{knowledge.findings[id].name}: {_ANSWERS[answer]}")
    for id, detail in assessment.details.items():
        said = _ANSWERS.get(detail, str(detail)) if isinstance(detail, bool | str) else str(detail)
        parts.append(f"{knowledge.details[id].label}: {said}")
    for ids in assessment.some_of.values():
        parts.append("at least one of " + ", ".join(knowledge.findings[id].name for id in ids))
    return f"{', '.join(parts) or 'nothing known'} → {level}" + (f", massage {massage}" if massage else "")


def smallest(assessment: Assessment, fails: Callable[[Assessment], bool]) -> Assessment:
    """The record with everything left out, and every number made plain, that the fault does not need."""
    shrunk = True
    while shrunk:
        shrunk = False
        for simpler in _simpler(assessment):
            if fails(simpler):
                assessment, shrunk = simpler, True
                break
    return assessment


def _simpler(assessment: Assessment) -> Iterator[Assessment]:
    for id in assessment.findings:
        yield replace(assessment, findings=_without(assessment.findings, id))
    for id in assessment.details:
        yield replace(assessment, details=_without(assessment.details, id))
    for id in assessment.facts:
        yield replace(assessment, facts=_without(assessment.facts, id))
    for question, ids in assessment.some_of.items():
        for id in ids:
            fewer = tuple(other for other in ids if other != id)
            yield replace(assessment, some_of={question: fewer} if fewer else {})
    for id, value in assessment.facts.items():
        plain = _PLAIN_NUMBERS.get(id, ())
        for number in plain[: plain.index(value)] if value in plain else plain:
            facts: dict[str, FactValue] = {**assessment.facts, id: number}
            yield replace(assessment, facts=facts)


def _without[T](values: Mapping[str, T], id: str) -> dict[str, T]:
    return {key: value for key, value in values.items() if key != id}
