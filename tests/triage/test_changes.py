"""What would have changed a decision."""

from __future__ import annotations

import pytest

from bot.triage.assessment import Assessment
from bot.triage.changes import would_raise
from bot.triage.shapes import LEVELS
from bot.triage.tree import decide

FACTS = {"age": 44, "region": "lower_back", "duration_days": 5, "pain_score": 4, "daily_life": "desk"}


def person(knowledge, **present):
    answers = {**dict.fromkeys(knowledge.findings, False), **present}
    return Assessment(findings=answers, facts=FACTS)


def test_at_own_care_every_more_urgent_level_is_named(knowledge):
    changes = would_raise(knowledge, person(knowledge))
    assert list(changes) == ["emergency", "same_day", "see_gp", "check_first"]
    assert "saddle_numbness" in changes["emergency"]
    assert "fever" in changes["same_day"]


def test_each_named_answer_really_leads_there(knowledge):
    me = person(knowledge, leg_pain_below_knee=True)
    for level, ids in would_raise(knowledge, me).items():
        assert LEVELS.index(level) < LEVELS.index("check_first")
        for id in ids:
            assert decide(knowledge, me.with_findings(**{id: True})).level == level


def test_nothing_is_above_an_emergency(knowledge):
    assert would_raise(knowledge, person(knowledge, saddle_numbness=True)) == {}


def test_what_makes_no_sense_here_is_not_named(knowledge):
    me = person(knowledge)
    for id in ("gca_signs", "fever"):
        me = Assessment({k: v for k, v in me.findings.items() if k != id}, FACTS)
    named = [id for ids in would_raise(knowledge, me).values() for id in ids]
    assert "gca_signs" not in named  # asked after 50 only
    assert named.index("fever") > named.index("kidney_signs")  # denied before not asked


@pytest.mark.parametrize("finding", ["cough_worse", "night_pain"])
def test_a_weak_sign_alone_changes_nothing(knowledge, finding):
    assert finding not in [id for ids in would_raise(knowledge, person(knowledge)).values() for id in ids]
