"""One loaded knowledge for all tests of the tree, and a person in a few words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.triage.assessment import Assessment
from bot.triage.knowledge import UNKNOWN, Knowledge
from bot.triage.tree import Decision, QuestionAsked, decide

CLINICAL = Path(__file__).parents[2] / "data" / "clinical"
KNOWLEDGE = Knowledge.load(CLINICAL)
LEVELS = ("emergency", "same_day", "see_gp", "check_first", "self_care")
ORDINARY = {"age": 41, "region": "lower_back", "duration_days": 5, "pain_score": 4, "daily_life": "desk"}


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return KNOWLEDGE


def urgency(level: str | None) -> int:
    """0 for self_care and for nothing yet, 4 for emergency."""
    return 4 - LEVELS.index(level or "self_care")


def decided(
    findings: Mapping[str, Any] | None = None,
    details: Mapping[str, Any] | None = None,
    some_of: Mapping[str, tuple[str, ...]] | None = None,
    **facts: Any,
) -> Decision:
    return decide(KNOWLEDGE, Assessment(findings or {}, facts, details or {}, some_of or {}))


def level_of(*present: str, details: tuple[str, ...] = (), unsure: tuple[str, ...] = (), **facts: Any) -> str | None:
    """The level set by these findings, nothing else being known but ``facts``."""
    findings = {**dict.fromkeys(present, True), **dict.fromkeys(unsure, "unsure")}
    return decided(findings, dict.fromkeys(details, True), **facts).level


def answer(
    assessment: Assessment, asked: QuestionAsked, truth: Mapping[str, Any], facts: Mapping[str, Any]
) -> Assessment:
    """The record after a person answered: what is in ``truth`` and ``facts``, "no" to all else."""
    several = {id: asks for id, asks in assessment.some_of.items() if id != asked.question.id}
    assessment = replace(assessment, some_of=several)
    for id in asked.asks:
        if id in KNOWLEDGE.facts:
            assessment = assessment.with_facts(**{id: facts.get(id, UNKNOWN)})
        elif id in KNOWLEDGE.details:
            assessment = assessment.with_details(**{id: truth.get(id, False)})
        else:
            assessment = assessment.with_findings(**{id: truth.get(id, False)})
    return assessment


def walk(
    assessment: Assessment | None = None,
    truth: Mapping[str, Any] | None = None,
    facts: Mapping[str, Any] | None = None,
    limit: int = 40,
) -> tuple[Decision, list[QuestionAsked], Assessment]:
    """A whole conversation: the last decision, the questions in their order, and the record."""
    assessment = assessment or Assessment()
    asked: list[QuestionAsked] = []
    decision = decide(KNOWLEDGE, assessment)
    while decision.question and len(asked) < limit:
        asked.append(decision.question)
        assessment = answer(assessment, decision.question, truth or {}, ORDINARY if facts is None else facts)
        decision = decide(KNOWLEDGE, assessment)
    return decision, asked, assessment
