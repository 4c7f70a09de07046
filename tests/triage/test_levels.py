"""What each finding, and each combination of them, leads to."""

from __future__ import annotations

import pytest

from tests.triage.conftest import KNOWLEDGE, LEVELS, decided, level_of

ALONE = [finding for finding in KNOWLEDGE.findings.values() if finding.strength == "alone"]
QUIET = [finding for finding in KNOWLEDGE.findings.values() if finding.strength in ("weak", "risk")]


@pytest.mark.parametrize("finding", ALONE, ids=lambda finding: finding.id)
def test_one_strong_finding_sets_its_level(finding) -> None:
    decision = decided({finding.id: True})
    assert decision.level == finding.level
    assert finding.id in [reason.rule for reason in decision.reasons]
    assert decision.status == ("complete" if finding.level == "emergency" else "asking")
    assert (decision.question is None) == (finding.level == "emergency")


@pytest.mark.parametrize("finding", QUIET, ids=lambda finding: finding.id)
def test_one_weak_or_risk_finding_sets_no_alarm(finding) -> None:
    decision = decided({finding.id: True})
    assert decision.level == ("check_first" if finding.massage == "check_first" else None)
    assert decision.status == "asking"


@pytest.mark.parametrize("finding", ALONE, ids=lambda finding: finding.id)
def test_not_sure(finding) -> None:
    level = level_of(unsure=(finding.id,))
    if finding.screen == "A" or finding.level == "check_first":
        assert level == finding.level
    else:
        assert level == LEVELS[LEVELS.index(finding.level) + 1]


@pytest.mark.parametrize("finding", [f for f in KNOWLEDGE.findings.values() if f.screen == "C"], ids=lambda f: f.id)
@pytest.mark.parametrize("said", [True, "unsure"])
def test_screen_c_sets_the_verdict(finding, said) -> None:
    answers = {f.id: False for f in KNOWLEDGE.findings.values()}
    decision = decided(
        {**answers, finding.id: said}, {"heart_unstable": False, "skin_infection_spreading": False}, **FACTS
    )
    assert decision.status == "complete"
    assert decision.massage == finding.massage
    assert decision.level == ("self_care" if finding.massage == "with_precautions" else "check_first")
    assert [reason.rule for reason in decision.reasons] == [finding.id]


FACTS = {"age": 41, "region": "lower_back", "duration_days": 5, "pain_score": 4, "daily_life": "desk"}

COMBINATIONS = [
    # present, details, facts, level
    (("night_pain", "cough_worse"), (), {}, "see_gp"),
    (("night_pain", "weight_loss"), (), {}, None),
    (("cough_worse", "severe_pain"), (), {}, None),
    (("night_pain", "weight_loss", "not_improving"), (), {}, None),
    (("night_pain", "cough_worse", "severe_pain", "weight_loss"), (), {}, "see_gp"),
    (("night_pain", "cough_worse", "thoracic_site"), (), {}, "same_day"),
    (("night_pain", "severe_pain", "sudden_midback_pain"), (), {}, "same_day"),
    (("night_pain", "severe_pain", "sudden_midback_pain", "thoracic_site"), (), {}, "same_day"),
    (("not_improving", "thoracic_site"), (), {}, "see_gp"),
    # what follows from facts
    (("night_pain",), (), {"region": "upper_back"}, "see_gp"),
    (("night_pain",), (), {"region": "lower_back"}, None),
    (("night_pain",), (), {"pain_score": 8}, "see_gp"),
    (("night_pain",), (), {"pain_score": 7}, None),
    (("night_pain",), (), {"pain_score": 9, "region": "upper_back"}, "same_day"),
    # time limits
    (("not_improving",), (), {"region": "lower_back", "duration_days": 41}, None),
    (("not_improving",), (), {"region": "lower_back", "duration_days": 42}, "see_gp"),
    (("not_improving",), (), {"region": "neck", "duration_days": 20}, None),
    (("not_improving",), (), {"region": "neck", "duration_days": 30}, "see_gp"),
    (("not_improving",), (), {"region": "shoulder", "duration_days": 13}, None),
    (("not_improving",), (), {"region": "shoulder", "duration_days": 20}, "see_gp"),
    (("not_improving",), (), {"region": "buttock_or_leg", "duration_days": 20}, None),
    (("not_improving",), (), {"region": "lower_back", "duration_days": "unknown"}, "see_gp"),
    (("not_improving",), (), {"region": "unknown", "duration_days": 15}, "see_gp"),
    (("not_improving",), (), {"duration_days": 15}, None),
    (("not_improving",), (), {"duration_days": 50}, "see_gp"),
    (("not_improving",), (), {"duration_days": 5}, None),
    # cancer
    (("cancer_history", "night_pain"), (), {}, "same_day"),
    (("cancer_history", "band_like_pain"), (), {}, "same_day"),
    (("cancer_history", "severe_pain"), (), {}, "same_day"),
    (("cancer_history",), (), {"pain_score": 9}, "same_day"),
    (("cancer_history", "progressive_weakness"), (), {}, "emergency"),
    (("cancer_history", "stable_weakness"), (), {}, "emergency"),
    (("cancer_history", "leg_pain_below_knee"), (), {}, "emergency"),
    (("cancer_history", "myelopathy_signs"), (), {}, "emergency"),
    (("weight_loss",), (), {"age": 60, "region": "lower_back"}, "see_gp"),
    (("weight_loss",), (), {"age": 59, "region": "lower_back"}, None),
    (("weight_loss",), (), {"age": 60, "region": "neck"}, None),
    (("weight_loss",), (), {"age": "unknown", "region": "whole_back"}, "see_gp"),
    # broken bones
    (("minor_trauma",), (), {"age": 71}, "same_day"),
    (("minor_trauma",), (), {"age": 70}, None),
    (("minor_trauma", "osteoporosis"), (), {}, "same_day"),
    (("minor_trauma", "long_term_steroids"), (), {}, "same_day"),
    (("minor_trauma",), ("cannot_stand",), {}, "same_day"),
    (("sudden_midback_pain", "osteoporosis"), (), {}, "see_gp"),
    (("sudden_midback_pain",), (), {"age": 72}, "see_gp"),
    (("sudden_midback_pain", "minor_trauma"), (), {}, "see_gp"),
    (("sudden_midback_pain",), (), {"age": 50}, None),
    # infection
    (("infection_risk", "night_pain"), (), {}, "same_day"),
    (("kidney_signs",), ("confused_or_rigors",), {}, "emergency"),
    (("shingles_rash",), ("shingles_face_or_eye",), {}, "same_day"),
    (("shingles_rash",), ("weakened_immunity",), {}, "same_day"),
    # nerves, arteries
    (("myelopathy_signs",), ("rapid_myelopathy",), {}, "emergency"),
    (("myelopathy_signs", "bladder_change"), (), {}, "emergency"),
    (("cervical_artery_signs", "stroke_signs"), (), {}, "emergency"),
    (("gca_signs",), ("vision_loss",), {}, "emergency"),
    # pregnancy
    (("pregnancy", "pregnancy_warning_signs"), (), {}, "same_day"),
    (("pregnancy", "pregnancy_warning_signs"), ("heavy_bleeding_or_constant_pain",), {}, "emergency"),
    # one step up
    (("pregnancy", "lump"), (), {}, "same_day"),
    (("pregnancy", "fever"), (), {}, "emergency"),
    (("pregnancy", "leg_pain_below_knee"), (), {}, "check_first"),
    (("infection_risk", "lump"), (), {}, "same_day"),
    (("infection_risk", "kidney_signs"), (), {}, "emergency"),
    (("lump",), ("weakened_immunity",), {}, "same_day"),
    (("lump",), ("worse_on_return",), {}, "same_day"),
    (("lump", "frail_or_over_75"), (), {}, "same_day"),
    (("lump",), (), {"age": 75}, "same_day"),
    (("lump",), (), {"age": 74}, "see_gp"),
    (("night_pain", "cough_worse"), (), {"age": 80}, "same_day"),
    (("lump", "pregnancy"), ("weakened_immunity", "worse_on_return"), {}, "same_day"),
    ((), ("worse_on_return",), {}, None),
    # children
    ((), (), {"age": 15}, "see_gp"),
    ((), (), {"age": 16}, None),
    ((), (), {"age": "unknown"}, None),
    (("fever",), (), {"age": 8}, "same_day"),
    (("pregnancy",), (), {"age": 15}, "see_gp"),
]


@pytest.mark.parametrize(("present", "details", "facts", "level"), COMBINATIONS)
def test_combinations(present, details, facts, level) -> None:
    assert level_of(*present, details=details, **facts) == level


def test_a_score_of_8_wins_over_a_no() -> None:
    assert decided({"severe_pain": False, "night_pain": True}, pain_score=8).level == "see_gp"
    assert decided({"thoracic_site": False, "night_pain": True}, region="upper_back").level is None
    assert decided({"severe_pain": False, "night_pain": True}, pain_score="unknown").level is None
    assert decided({"night_pain": True}, pain_score="unknown").level == "see_gp"


def test_a_risk_of_infection_without_weak_immunity_does_not_escalate() -> None:
    assert decided({"infection_risk": True, "lump": True}, {"weakened_immunity": False}).level == "see_gp"


def test_an_unsure_finding_counts_lower_in_combinations_too() -> None:
    assert level_of("night_pain", unsure=("cancer_history",)) == "see_gp"
    assert level_of("cancer_history", unsure=("night_pain",)) == "same_day"
    assert level_of("cancer_history", unsure=("progressive_weakness",)) == "same_day"


def test_unsure_weak_findings_count_as_present() -> None:
    assert level_of(unsure=("night_pain", "cough_worse")) == "see_gp"


def test_under_16_never_gets_massage() -> None:
    decision = decided(age=15)
    assert decision.massage == "no"
    assert [reason.rule for reason in decision.reasons] == ["under_16"]


def test_neck_artery_signs_always_rule_massage_out() -> None:
    for said in (True, "unsure"):
        assert decided({"cervical_artery_signs": said}).massage == "no"


def test_massage_details() -> None:
    assert decided({"heart_condition": True}).massage == "check_first"
    assert decided({"heart_condition": True}, {"heart_unstable": True}).massage == "no"
    assert decided({"heart_condition": True}, {"heart_unstable": "unsure"}).massage == "no"
    assert decided({"skin_problem": True}, {"skin_infection_spreading": True}).massage == "no"
    assert decided({"skin_problem": True}, {"skin_infection_spreading": True}).level == "check_first"


def test_over_75_means_light_pressure() -> None:
    answers = {f.id: False for f in KNOWLEDGE.findings.values()}
    assert decided(answers, **{**FACTS, "age": 76}).massage == "with_precautions"
    assert decided(answers, **{**FACTS, "age": 75}).massage == "suitable"


def test_no_verdict_before_a_level() -> None:
    decision = decided()
    assert (decision.status, decision.level, decision.massage, decision.reasons) == ("asking", None, None, ())


def test_all_clear_gives_a_reason_too() -> None:
    decision = decided({f.id: False for f in KNOWLEDGE.findings.values()}, **FACTS)
    assert (decision.status, decision.level, decision.massage) == ("complete", "self_care", "suitable")
    assert [reason.rule for reason in decision.reasons] == ["no_alarm"]


def test_a_single_cluster_stays_self_care_with_its_safety_net() -> None:
    answers = {f.id: False for f in KNOWLEDGE.findings.values()}
    decision = decided({**answers, "night_pain": True, "weight_loss": True}, **FACTS)
    assert (decision.status, decision.level, decision.massage) == ("complete", "self_care", "suitable")


def test_reasons_come_most_urgent_first_and_name_findings_only() -> None:
    decision = decided({"blood_thinners": True, "lump": True, "kidney_signs": True}, {"confused_or_rigors": True})
    assert [reason.rule for reason in decision.reasons] == ["kidney_sepsis", "kidney_signs", "lump", "blood_thinners"]
    assert decision.reasons[0].findings == ("kidney_signs",)
    assert all(reason.source_ids for reason in decision.reasons)


def test_a_step_up_is_explained() -> None:
    decision = decided({"pregnancy": True, "lump": True})
    rules = {reason.rule: reason for reason in decision.reasons}
    assert decision.reasons[0].rule == "up_pregnancy"
    assert rules["up_pregnancy"].findings == ("pregnancy", "lump")


def test_several_named_at_once_count_as_the_worst() -> None:
    decision = decided(some_of={"general_health": ("osteoporosis", "fever")})
    assert decision.level == "same_day"
    assert decision.question
    assert decision.question.question.id == "general_health"
    assert decision.question.asks == ("osteoporosis", "fever")
    assert decided(some_of={"nerves": ("saddle_numbness", "bladder_change")}).status == "complete"


def test_several_named_at_once_and_then_told_apart() -> None:
    several = {"general_health": ("osteoporosis", "fever")}
    assert decided({"fever": False, "osteoporosis": True}, some_of=several).level == "check_first"
    # Until the person denies it, the worst reading stays, whatever else is said.
    assert decided({"osteoporosis": True}, some_of=several).level == "same_day"
    assert decided({"osteoporosis": True}, some_of=several).question.asks == ("fever",)
    assert decided(some_of={"no_such_question": ("fever",)}).level == "same_day"


def test_a_fact_that_is_no_number_decides_nothing() -> None:
    assert decided(age="forty").level is None
    assert decided({"night_pain": True}, pain_score=True).level is None
