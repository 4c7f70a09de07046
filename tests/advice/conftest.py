from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.advice.guidance import Library
from bot.triage.assessment import Assessment
from bot.triage.knowledge import Knowledge

CLINICAL = Path("data/clinical")


@dataclass(frozen=True)
class Decided:
    """The two words of a decision that choosing looks at."""

    level: str | None
    massage: str | None


@dataclass(frozen=True)
class Case:
    """One person and what was decided; `fine` by default: nothing worrying, massage suits."""

    facts: dict[str, object] = field(default_factory=dict)
    findings: dict[str, object] = field(default_factory=dict)
    level: str | None = "self_care"
    massage: str | None = "suitable"

    @property
    def assessment(self) -> Assessment:
        return Assessment(findings=self.findings, facts=self.facts)

    @property
    def decision(self) -> Decided:
        return Decided(self.level, self.massage)


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return Knowledge.load(CLINICAL)


@pytest.fixture(scope="session")
def library(knowledge: Knowledge) -> Library:
    return Library.load(CLINICAL, knowledge)
