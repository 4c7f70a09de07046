"""The record of what is known about one person: plain data, immutable, JSON in and out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

Answer = bool | Literal["unsure"]
FactValue = bool | int | float | str

ASSESSMENT_VERSION = 1


@dataclass(frozen=True)
class Assessment:
    """Answers so far.

    ``findings``: catalogue id -> True, False or "unsure"; an id that is missing was never answered.
    ``facts``: catalogue fact id -> value (age in years, duration_days in days, pain_score 0-10).
    ``details``: qualifiers of findings (``data/clinical/details.yml``), for example ``weakened_immunity``.
    ``some_of``: question id -> finding ids of which the person said that at least one is there, without
    saying which; the tree takes the most worrying one until they do.
    ``asked_again``: ids of screen B questions already put a second time in other words.
    """

    findings: Mapping[str, Answer] = field(default_factory=dict)
    facts: Mapping[str, FactValue] = field(default_factory=dict)
    details: Mapping[str, Answer | str] = field(default_factory=dict)
    some_of: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    asked_again: frozenset[str] = frozenset()

    def with_findings(self, **answers: Answer) -> Assessment:
        return replace(self, findings={**self.findings, **answers})

    def with_facts(self, **values: FactValue) -> Assessment:
        return replace(self, facts={**self.facts, **values})

    def with_details(self, **answers: Answer | str) -> Assessment:
        return replace(self, details={**self.details, **answers})

    def to_json(self) -> dict[str, Any]:
        return {
            "version": ASSESSMENT_VERSION,
            "findings": dict(self.findings),
            "facts": dict(self.facts),
            "details": dict(self.details),
            "some_of": {question: list(ids) for question, ids in self.some_of.items()},
            "asked_again": sorted(self.asked_again),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any] | None) -> Assessment:
        """The record in ``data``; an empty one for None. ValueError on another version."""
        if not data:
            return cls()
        if data.get("version") != ASSESSMENT_VERSION:
            raise ValueError(f"assessment version {data.get('version')!r} is not {ASSESSMENT_VERSION}")
        return cls(
            findings=dict(data["findings"]),
            facts=dict(data["facts"]),
            details=dict(data["details"]),
            some_of={question: tuple(ids) for question, ids in data["some_of"].items()},
            asked_again=frozenset(data["asked_again"]),
        )
