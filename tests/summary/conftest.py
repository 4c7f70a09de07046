"""Conversations at every level, played with the real mind and without servers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.dialogue.assistant import Assistant
from bot.dialogue.state import Record
from bot.summary.shapes import About, Summary
from bot.triage.assessment import Assessment

ABOUT = About(
    conversation="5f70a2bc-6705-41d3-aac0-e27ef260e401",
    clinic="Harbour Physiotherapy",
    started_at="2026-11-22T08:00:00+00:00",
    made_at="2026-11-22T08:10:00+00:00",
    messages=12,
)

FACTS: dict[str, Any] = {"age": 44, "region": "lower_back", "duration_days": 21, "pain_score": 4, "country": "GB"}
# One finding that alone brings each level; none brings self-care.
LEVELS = {
    "emergency": {"saddle_numbness": True},
    "same_day": {"fever": True},
    "see_gp": {"cancer_history": True},
    "check_first": {"blood_thinners": True},
    "self_care": {},
}


@pytest.fixture(scope="session")
def assistant() -> Assistant:
    return Assistant.load()


@pytest.fixture(scope="session")
def record_at(assistant: Assistant) -> Callable[[str], dict[str, Any]]:
    """The record of somebody who answered everything, at a level, with the advice given."""

    def make(level: str) -> dict[str, Any]:
        answers = dict.fromkeys(assistant.finding_ids, False) | LEVELS[level]
        details = {"weakened_immunity": False, "sex": "female"}
        facts = FACTS | {"daily_life": "desk", "onset": "gradual", "stress": False, "sleep_problem": True}
        assessment = Assessment(findings=answers, facts=facts, details=details)
        return Record(assessment).with_dialogue(complaint=True, advised=level).to_json()

    return make


@pytest.fixture
def summary_at(assistant: Assistant, record_at: Callable[[str], dict[str, Any]]) -> Callable[[str], Summary]:
    return lambda level: assistant.summary(record_at(level), [person("my lower back is sore")])


def person(text: str, kind: str = "info") -> dict[str, Any]:
    return {"role": "person", "kind": kind, "text": text, "guidance": []}


def bot(text: str, *guidance: dict[str, Any]) -> dict[str, Any]:
    return {"role": "assistant", "kind": "advice", "text": text, "guidance": list(guidance)}


HOSTILE = [
    "<script>alert(1)</script> </p> {{ 7*7 }} {names} %s &amp;",
    "😀👩‍👩‍👧‍👦 背中が痛いです 我背痛 등이 아파요",
    "שלום הגב כואב · مرحبا ظهري يؤلمني",
    "a" * 2000,
    "x\n\n\ny\tz",
    "Łódź Ελλάδα Привет ﷽ ﷽ \ufdd1 \u200d \U000e0041 \u0300\u0301",
    "<b><i></b> ]]> -- ; \\ ( ) \r",
    "",
]
