"""Which questions come, in which order, and how many."""

from __future__ import annotations

import itertools

import pytest

from bot.triage.assessment import Assessment
from bot.triage.tree import estimate_questions_left, relevant, remaining_asks
from tests.triage.conftest import KNOWLEDGE, ORDINARY, answer, decided, walk

LINES_OF_A = {id for id, finding in KNOWLEDGE.findings.items() if finding.screen == "A"}
SCREEN_A = ("nerves", "heart_and_lungs", "other_urgent", "pregnancy_signs")
REGIONS = list(KNOWLEDGE.regions)


def ids(asked) -> list[str]:
    return [question.question.id for question in asked]


def test_an_ordinary_sore_back_is_short() -> None:
    decision, asked, _ = walk(Assessment(facts=ORDINARY))
    assert (decision.level, decision.massage) == ("self_care", "suitable")
    assert len(asked) <= 7
    assert ids(asked)[:3] == ["nerves", "heart_and_lungs", "other_urgent"]


# What the person has told before any question, and how many questions then lead to the guidance, at the most.
TOLD = {
    (): 10,  # "my back hurts"
    ("region",): 9,  # "my lower back is sore"
    ("duration_days",): 9,
    ("age", "region"): 8,
    ("region", "duration_days"): 8,
    ("region", "duration_days", "daily_life"): 8,
    ("age", "region", "duration_days"): 7,
}


@pytest.mark.parametrize("told", TOLD)
@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("age", [16, 30, 50, 60, 74])
def test_every_ordinary_pain_reaches_its_guidance_in_ten_questions(told, region: str, age: int) -> None:
    for days, sex in itertools.product((2, 20, 120, 4000), (None, "male")):
        facts = {**ORDINARY, "region": region, "age": age, "duration_days": days}
        opening = Assessment(facts={id: facts[id] for id in told}, details={"sex": sex} if sex else {})
        decision, asked, _ = walk(opening, facts=facts)
        assert decision.level == "self_care"
        assert len(asked) <= TOLD[told], ids(asked)
        assert sum(bool(set(question.asks) & LINES_OF_A) for question in asked) <= 4


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("days", [5, 30, 90])
@pytest.mark.parametrize("finding", ["blood_thinners", "epilepsy", "blood_clot", "heart_condition", "unwell_now"])
def test_a_contraindication_named_at_the_start_ends_soon(region: str, days: int, finding: str) -> None:
    facts = {**ORDINARY, "region": region, "duration_days": days}
    decision, asked, _ = walk(Assessment({finding: True}), facts=facts)
    assert decision.massage == KNOWLEDGE.findings[finding].massage
    last_a = max(index for index, id in enumerate(ids(asked)) if id in SCREEN_A)
    assert len(asked) - last_a - 1 <= 6
    assert not {"massage_health", "massage_body"} & set(ids(asked))


def test_no_pregnancy_questions_to_a_man_or_to_a_person_of_70() -> None:
    for assessment in (Assessment(facts={"age": 70}), Assessment(details={"sex": "male"})):
        _, asked, _ = walk(assessment)
        assert "pregnancy_signs" not in ids(asked)
        assert "pregnancy" not in {id for question in asked for id in question.asks}


def test_a_pregnant_person_is_asked_for_warning_signs() -> None:
    for said in (True, "unsure"):
        _, asked, _ = walk(truth={"pregnancy": said})
        assert "pregnancy_signs" in ids(asked)
    _, asked, _ = walk(Assessment({"pregnancy": True}, {"age": 60}))
    assert "pregnancy_signs" in ids(asked)


def test_no_heart_and_head_lines_for_a_low_back() -> None:
    _, asked, _ = walk(Assessment(facts={"region": "lower_back"}))
    lines = {id for question in asked for id in question.asks}
    assert not {"cardiac_features", "exertional_pain", "stroke_signs", "cervical_artery_signs"} & lines
    _, asked, _ = walk(Assessment())
    assert {"cardiac_features", "exertional_pain", "stroke_signs"} <= {id for q in asked for id in q.asks}


def test_what_is_known_is_never_asked() -> None:
    _, asked, _ = walk(Assessment({"chest_pain": False, "fever": False, "night_pain": True}, {"age": 30}))
    lines = [id for question in asked for id in question.asks]
    assert not {"chest_pain", "fever", "night_pain", "age"} & set(lines)
    assert len(lines) == len(set(lines))


def test_no_question_about_getting_better_before_the_time_limit() -> None:
    early, _, _ = walk(Assessment(facts=ORDINARY))
    assert early.level == "self_care"
    late = {**ORDINARY, "duration_days": 60}
    assert "not_improving" not in {id for q in walk(Assessment(facts=ORDINARY))[1] for id in q.asks}
    assert "not_improving" in {id for q in walk(Assessment(facts=late))[1] for id in q.asks}
    decision, _, _ = walk(Assessment(facts=late), truth={"not_improving": True})
    assert decision.level == "see_gp"
    decision, _, _ = walk(Assessment(facts=late), truth={"not_improving": False})
    assert decision.level == "self_care"


def test_not_improving_makes_the_time_worth_asking() -> None:
    _, asked, _ = walk(Assessment({"not_improving": True}, {"region": "neck"}))
    assert "how_long" in ids(asked)


def test_details_follow_their_finding() -> None:
    for finding, detail in [
        ("kidney_signs", "confused_or_rigors"),
        ("gca_signs", "vision_loss"),
        ("myelopathy_signs", "rapid_myelopathy"),
        ("pregnancy_warning_signs", "heavy_bleeding_or_constant_pain"),
        ("shingles_rash", "shingles_face_or_eye"),
        ("minor_trauma", "cannot_stand"),
        ("heart_condition", "heart_unstable"),
        ("skin_problem", "skin_infection_spreading"),
    ]:
        _, asked, _ = walk(Assessment({finding: True}))
        assert f"detail_{detail}" in ids(asked), detail
    _, asked, _ = walk()
    assert not any(id.startswith("detail_") for id in ids(asked))


def test_a_heart_that_is_not_stable_rules_massage_out() -> None:
    decision, _, _ = walk(truth={"heart_condition": True, "heart_unstable": True})
    assert (decision.level, decision.massage) == ("check_first", "no")


def test_the_search_for_inflamed_joints() -> None:
    young = {**ORDINARY, "age": 30, "duration_days": 400}
    lines = {id for question in walk(Assessment(facts=young))[1] for id in question.asks}
    assert "inflammatory_pattern" in lines
    for facts in ({**young, "duration_days": 30}, {**young, "age": 60}):
        assert "inflammatory_pattern" not in {id for q in walk(Assessment(facts=facts))[1] for id in q.asks}
    facts = {**young, "age": 60, "duration_days": 20 * 365}
    assert "inflammatory_pattern" in {id for q in walk(Assessment(facts=facts))[1] for id in q.asks}


def test_after_fifty() -> None:
    facts = {**ORDINARY, "region": "neck", "age": 66}
    assert {"gca_signs", "pmr_stiffness"} <= {id for q in walk(Assessment(facts=facts))[1] for id in q.asks}
    young = walk(Assessment(facts={**facts, "age": 40}))[1]
    assert not {"gca_signs", "pmr_stiffness"} & {id for question in young for id in question.asks}


def test_every_finding_can_be_reached_by_answering() -> None:
    reached: set[str] = set()
    for region, age, days, pregnant, cancer in itertools.product(
        [*REGIONS, "unknown"], (30, 66), (2, 400), (False, True), (False, True)
    ):
        facts = {**ORDINARY, "region": region, "age": age, "duration_days": days}
        truth = {"pregnancy": pregnant, "cancer_history": cancer}
        _, asked, _ = walk(Assessment(facts=facts), truth=truth)
        reached |= {id for question in asked for id in question.asks}
    derived = {id for id, finding in KNOWLEDGE.findings.items() if finding.derived}
    assert set(KNOWLEDGE.findings) - derived - {"cough_worse", "not_improving"} <= reached
    # These two are only worth asking when another weak finding is there, or after the time limit.
    _, asked, _ = walk(Assessment(facts=ORDINARY), truth={"night_pain": True})
    assert "cough_worse" in {id for question in asked for id in question.asks}


def test_a_pain_score_is_asked_where_it_can_matter() -> None:
    assert "how_strong" not in ids(walk(Assessment(facts={"region": "lower_back"}))[1])
    assert "how_strong" in ids(walk(truth={"night_pain": True})[1])
    decision, _, _ = walk(truth={"night_pain": True}, facts={**ORDINARY, "pain_score": 9})
    assert decision.level == "see_gp"


def test_facts_that_stay_unclear_end_too() -> None:
    decision, asked, _ = walk(facts={})
    assert decision.status == "complete"
    assert len(asked) <= 16
    decision, _, _ = walk(facts={}, truth={"not_improving": True})
    assert decision.level == "see_gp"  # nobody knows for how long: the careful reading


def test_more_can_be_told_after_the_end_and_reopens_it() -> None:
    _, _, record = walk(Assessment(facts=ORDINARY))
    worse = record.with_findings(chest_pain=True)
    decision, asked, _ = walk(worse)
    assert decision.level == "emergency"
    assert asked == []
    decision, asked, _ = walk(record.with_findings(kidney_signs=True))
    assert decision.level == "same_day"
    assert "detail_confused_or_rigors" in ids(asked)


def test_relevant_and_remaining() -> None:
    neck, low = KNOWLEDGE.questions["neck_and_arm"], Assessment(facts={"region": "lower_back"})
    assert not relevant(KNOWLEDGE, neck, low)
    assert not relevant(KNOWLEDGE, neck, Assessment())
    assert relevant(KNOWLEDGE, neck, Assessment(facts={"region": "neck"}))
    heart = KNOWLEDGE.questions["heart_and_lungs"]
    assert "cardiac_features" not in remaining_asks(KNOWLEDGE, heart, low)
    assert remaining_asks(KNOWLEDGE, heart, low.with_findings(chest_pain=False))[0] == "tearing_pain_or_collapse"


def test_the_estimate_counts_down() -> None:
    record, left = Assessment(), []
    while question := decided_question(record):
        left.append(estimate_questions_left(KNOWLEDGE, record))
        record = answer(record, question, {}, {**ORDINARY, "duration_days": 10})
    assert left == list(range(len(left), 0, -1))
    assert estimate_questions_left(KNOWLEDGE, record) == 0
    several = Assessment(some_of={"general_health": ("osteoporosis", "lump")}, findings={"minor_trauma": True})
    assert 0 < estimate_questions_left(KNOWLEDGE, several) <= 16


def decided_question(record: Assessment):
    return decided(record.findings, record.details, record.some_of, **record.facts).question
