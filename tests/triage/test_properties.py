"""What must hold for every person, tried on many drawn at random."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.triage.assessment import Assessment
from bot.triage.tree import decide, remaining_asks
from tests.triage.conftest import KNOWLEDGE, urgency, walk

ANSWERS = st.sampled_from([True, False, "unsure"])
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "age": st.one_of(st.integers(0, 100), st.just("unknown")),
        "region": st.sampled_from([*KNOWLEDGE.regions, "unknown"]),
        "duration_days": st.one_of(st.integers(0, 2000), st.just("unknown")),
        "pain_score": st.one_of(st.integers(0, 10), st.just("unknown")),
        "daily_life": st.sampled_from(["desk", "unknown"]),
        "onset": st.sampled_from(["sudden", "unknown"]),
    },
)
FINDINGS = st.dictionaries(st.sampled_from(list(KNOWLEDGE.findings)), ANSWERS, max_size=12)
MOSTLY_NO = st.fixed_dictionaries({id: st.sampled_from([False] * 12 + [True, "unsure"]) for id in KNOWLEDGE.findings})
YES_NO_DETAILS = [detail.id for detail in KNOWLEDGE.details.values() if not detail.values]
DETAILS = st.dictionaries(st.sampled_from(YES_NO_DETAILS), ANSWERS, max_size=3)
SEX = st.fixed_dictionaries({}, optional={"sex": st.sampled_from(["male", "female"])})
SEVERAL = st.dictionaries(
    st.sampled_from(["nerves", "general_health"]),
    st.lists(st.sampled_from(["fever", "osteoporosis", "cancer_history", "night_pain"]), min_size=1, unique=True),
    max_size=1,
)


@st.composite
def records(draw: st.DrawFn) -> Assessment:
    return Assessment(
        findings=draw(st.one_of(FINDINGS, MOSTLY_NO)),
        facts=draw(FACTS),
        details={**draw(DETAILS), **draw(SEX)},
        some_of={id: tuple(ids) for id, ids in draw(SEVERAL).items()},
    )


@settings(max_examples=150, deadline=None)
@given(records())
def test_a_decision_is_always_whole(record: Assessment) -> None:
    decision = decide(KNOWLEDGE, record)
    assert decision == decide(KNOWLEDGE, record)
    assert (decision.status == "complete") == (decision.question is None)
    assert (decision.massage is None) == (decision.level is None)
    if decision.massage in ("suitable", "with_precautions"):
        assert decision.level == "self_care"
    if decision.level in ("emergency", "same_day"):
        assert decision.massage == "no"
    if decision.level == "self_care":
        assert decision.status == "complete"
    if decision.level:
        assert decision.reasons
    if decision.question:
        assert decision.question.asks


@settings(max_examples=200, deadline=None)
@given(records(), st.sampled_from(list(KNOWLEDGE.findings)))
def test_more_findings_never_lower_the_level(record: Assessment, id: str) -> None:
    before = {
        answer: urgency(decide(KNOWLEDGE, _with(record, id, answer)).level) for answer in (False, "unsure", True)
    }
    assert before[False] <= before["unsure"] <= before[True]
    assert urgency(decide(KNOWLEDGE, record).level) <= before[True] or record.findings.get(id) is True


@settings(max_examples=100, deadline=None)
@given(records(), st.sampled_from(YES_NO_DETAILS))
def test_more_details_never_lower_the_level(record: Assessment, id: str) -> None:
    no, yes = (decide(KNOWLEDGE, record.with_details(**{id: answer})).level for answer in (False, True))
    assert urgency(no) <= urgency(yes)


@settings(max_examples=150, deadline=None)
@given(records(), MOSTLY_NO, DETAILS, FACTS)
def test_every_walk_ends_and_never_goes_down(record: Assessment, truth, details, facts) -> None:
    before = decide(KNOWLEDGE, replace(record, some_of={}))
    decision, asked, after = walk(replace(record, some_of={}), {**truth, **details}, facts)
    assert decision.status == "complete"
    assert len(asked) <= 16
    assert urgency(decision.level) >= urgency(before.level)
    assert after


@settings(max_examples=100, deadline=None)
@given(MOSTLY_NO, FACTS, st.sampled_from([id for id, f in KNOWLEDGE.findings.items() if f.screen == "A"]))
def test_an_unanswered_screen_a_line_never_ends_in_self_care(findings, facts, id: str) -> None:
    record = Assessment({key: value for key, value in findings.items() if key != id}, facts)
    decision = decide(KNOWLEDGE, record)
    open_lines = {
        line for question in KNOWLEDGE.questions.values() for line in remaining_asks(KNOWLEDGE, question, record)
    }
    if id in open_lines:
        assert decision.level != "self_care"
        assert decision.status == "asking" or decision.level == "emergency"


@settings(max_examples=100, deadline=None)
@given(records())
def test_the_record_survives_its_json(record: Assessment) -> None:
    assert Assessment.from_json(record.to_json()) == record


def test_records_of_nobody_and_of_another_version() -> None:
    assert Assessment.from_json(None) == Assessment()
    with pytest.raises(ValueError, match="version 9"):
        Assessment.from_json({"version": 9})


def _with(record: Assessment, id: str, answer: bool | str) -> Assessment:
    return record.with_findings(**{id: answer})
