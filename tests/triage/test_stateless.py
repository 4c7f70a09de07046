"""The catalogue line by line through ``Assistant.assess``, which is what ``POST /v1/triage`` answers with."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bot import fast_yaml
from bot.dialogue.assistant import Assistant, BadValue, UnknownId
from tests.triage.conftest import CLINICAL, LEVELS, ORDINARY

HERE = Path(__file__).parent
CATALOGUE = {
    line["id"]: line for line in fast_yaml.load((HERE / "catalogue.yml").read_text(encoding="utf-8"))["findings"]
}
ROWS = fast_yaml.load((HERE / "rows.yml").read_text(encoding="utf-8"))["rows"]
VERDICT_AT = {"emergency": "no", "same_day": "no", "see_gp": "check_first", "check_first": "check_first"}
SCREEN_A = [id for id, line in CATALOGUE.items() if line["screen"] == "A"]
ALL_NO = dict.fromkeys(CATALOGUE, False)
UPPER_BODY = ("cardiac_features", "exertional_pain", "stroke_signs")  # not asked about for a sore lower back


@pytest.fixture(scope="module")
def assistant() -> Assistant:
    return Assistant.load(CLINICAL.parent)


def triage(assistant: Assistant, findings: Mapping[str, Any], details: Mapping[str, Any] | None = None, **facts: Any):
    return assistant.assess(findings, {**ORDINARY, **facts}, details)["triage"]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['of']}: {row.get('has', row.get('unsure'))}")
def test_a_note_a_threshold_or_a_combination(assistant: Assistant, row: Mapping[str, Any]) -> None:
    findings = {**ALL_NO, **dict.fromkeys(row.get("has", ()), True), **dict.fromkeys(row.get("unsure", ()), "unsure")}
    details = {**dict.fromkeys(row.get("details", ()), True), **dict.fromkeys(row.get("denied", ()), False)}
    got = triage(assistant, findings, details, **row.get("facts", {}))
    assert (got["status"], got["level"]) == ("complete", row["level"])
    default = VERDICT_AT.get(row["level"], got["massage"])
    assert got["massage"] == row.get("massage", default)


@pytest.mark.parametrize("id", [id for id, line in CATALOGUE.items() if line.get("level")])
@pytest.mark.parametrize("rest", [{}, ALL_NO], ids=["nothing else said", "all else denied"])
def test_one_alarm_alone_sets_its_level(assistant: Assistant, id: str, rest: Mapping[str, bool]) -> None:
    level = CATALOGUE[id]["level"]
    got = triage(assistant, {**rest, id: True})
    assert (got["level"], got["massage"]) == (level, "no" if id == "cervical_artery_signs" else VERDICT_AT[level])
    assert id in [reason["rule"] for reason in got["reasons"]]
    assert all(reason["source"] and reason["text"] for reason in got["reasons"])


@pytest.mark.parametrize("id", [id for id, line in CATALOGUE.items() if line.get("level")])
def test_not_sure_of_an_alarm(assistant: Assistant, id: str) -> None:
    """In screen A it is a yes; in screen B one level less, and never less than check_first."""
    level = CATALOGUE[id]["level"]
    if CATALOGUE[id]["screen"] == "B":
        level = LEVELS[min(LEVELS.index(level) + 1, LEVELS.index("check_first"))]
    assert triage(assistant, {**ALL_NO, id: "unsure"})["level"] == level


@pytest.mark.parametrize("answer", [True, "unsure"])
@pytest.mark.parametrize("id", [id for id, line in CATALOGUE.items() if line.get("strength") in ("weak", "risk")])
def test_a_weak_finding_or_a_risk_alone_is_no_alarm(assistant: Assistant, id: str, answer: Any) -> None:
    got = triage(assistant, {**ALL_NO, id: answer})
    assert got["level"] == ("check_first" if id == "osteoporosis" else "self_care")


@pytest.mark.parametrize("answer", [True, "unsure"])
@pytest.mark.parametrize("id", [id for id, line in CATALOGUE.items() if line["screen"] == "C"])
def test_a_massage_condition_sets_its_verdict(assistant: Assistant, id: str, answer: Any) -> None:
    verdict = CATALOGUE[id]["massage"]
    got = triage(assistant, {**ALL_NO, id: answer})
    assert got["status"] == "complete"
    assert got["massage"] == verdict
    assert got["level"] == ("self_care" if verdict == "with_precautions" else "check_first")


def test_all_denied_is_own_care(assistant: Assistant) -> None:
    got = assistant.assess(ALL_NO, ORDINARY)
    assert (got["triage"]["status"], got["triage"]["level"], got["triage"]["massage"]) == (
        "complete",
        "self_care",
        "suitable",
    )
    assert got["next_question"] is None


@pytest.mark.parametrize("region", ["lower_back", "upper_back", "neck", "shoulder", "buttock_or_leg", "whole_back"])
def test_age_and_place_and_answers_are_enough(assistant: Assistant, region: str) -> None:
    """Other systems need not know how long it lasts, the score or the kind of day, once all findings are answered."""
    got = assistant.assess(ALL_NO, {"age": 41, "region": region})
    assert (got["triage"]["status"], got["triage"]["level"]) == ("complete", "self_care")


@pytest.mark.parametrize("id", SCREEN_A)
def test_one_line_of_screen_a_without_an_answer_is_never_own_care(assistant: Assistant, id: str) -> None:
    rest = {other: False for other in ALL_NO if other != id}
    facts = {**ORDINARY, "region": "neck"} if id in UPPER_BODY else ORDINARY
    if id in ("possible_ectopic", "pregnancy_warning_signs"):
        rest["pregnancy"] = True
    got = assistant.assess(rest, facts)
    assert got["triage"]["status"] == "asking"
    assert got["triage"]["level"] != "self_care"
    assert got["next_question"]["asks"] == [id]


def test_nothing_known_begins_with_screen_a(assistant: Assistant) -> None:
    got = assistant.assess({})
    assert (got["triage"]["status"], got["triage"]["level"], got["triage"]["massage"]) == ("asking", None, None)
    assert set(got["next_question"]["asks"]) <= set(SCREEN_A)
    assert got["next_question"]["kind"] == "checklist"


def test_a_whole_walk_asks_screen_a_first_and_each_thing_once(assistant: Assistant) -> None:
    findings: dict[str, Any] = {}
    facts: dict[str, Any] = {}
    asked: list[str] = []
    while question := assistant.assess(findings, facts)["next_question"]:
        asked += question["asks"]
        for id in question["asks"]:
            if id in CATALOGUE:
                findings[id] = False
            else:
                facts[id] = ORDINARY[id]
    assert len(asked) == len(set(asked))
    wanted = [id for id in SCREEN_A if id not in ("possible_ectopic", "pregnancy_warning_signs")]
    assert set(wanted) <= set(asked)
    assert assistant.assess(findings, facts)["triage"]["level"] == "self_care"


def test_the_level_stands_as_soon_as_it_can_only_rise(assistant: Assistant) -> None:
    for id, level in (("calf_swelling", "same_day"), ("lump", "see_gp"), ("blood_thinners", "check_first")):
        got = assistant.assess({id: True})
        assert (got["triage"]["status"], got["triage"]["level"]) == ("asking", level)
        assert got["next_question"]
    got = assistant.assess({"saddle_numbness": True})
    assert (got["triage"]["status"], got["triage"]["level"], got["next_question"]) == ("complete", "emergency", None)


@pytest.mark.parametrize(
    ("findings", "facts", "details", "named"),
    [
        ({"sadle_numbness": True}, {}, {}, "sadle_numbness"),
        ({}, {"agee": 4}, {}, "agee"),
        ({}, {}, {"cannot_sit": True}, "cannot_sit"),
        ({"age": True}, {}, {}, "age"),
        ({}, {"fever": True}, {}, "fever"),
    ],
)
def test_an_unknown_id_is_named(assistant: Assistant, findings, facts, details, named: str) -> None:
    with pytest.raises(UnknownId) as caught:
        assistant.assess(findings, facts, details)
    assert caught.value.id == named


@pytest.mark.parametrize(
    ("findings", "facts"),
    [
        ({"fever": "yes"}, {}),
        ({"fever": 1}, {}),
        ({"fever": None}, {}),
        ({}, {"age": "44"}),
        ({}, {"age": -1}),
        ({}, {"age": True}),
        ({}, {"age": float("nan")}),
        ({}, {"pain_score": 11}),
        ({}, {"region": "knee"}),
        ({}, {"region": ["neck"]}),
        ({}, {"stress": "yes"}),
        ({}, {"country": "GBR"}),
    ],
)
def test_a_value_that_does_not_fit_is_refused(assistant: Assistant, findings, facts) -> None:
    with pytest.raises(BadValue):
        assistant.assess(findings, facts)


def test_numbers_may_have_decimals_and_edges(assistant: Assistant) -> None:
    for facts in (
        {"age": 0},
        {"age": 120},
        {"age": 41.0},
        {"duration_days": 0},
        {"duration_days": 0.5},
        {"pain_score": 10},
    ):
        assert assistant.assess({}, facts)["triage"]["facts"] == facts


def test_what_the_questions_say_keeps_the_limits_of_the_catalogue(assistant: Assistant) -> None:
    """Parts of a meaning that only words can carry: "new", "never examined", "long-standing does not count"."""
    knowledge = assistant._mind.knowledge
    assert "new in the last two weeks" in knowledge.questions["nerves"].text
    for id, words in {
        "saddle_numbness": ("tingling", "back passage", "inner thighs", "wipe"),
        "bladder_change": ("New", "starting", "stopping", "feeling", "holding"),
        "bowel_change": ("New", "control", "feeling"),
        "sexual_function_change": ("New", "erection", "genitals"),
        "bilateral_leg_symptoms": ("New", "pain", "tingling", "numbness", "weakness", "both legs"),
        "tearing_pain_or_collapse": ("tearing", "faint", "tummy", "60", "aneurysm"),
        "major_trauma": ("crash", "height", "blow", "two weeks", "never checked"),
        "meningitis_or_sepsis_signs": (
            "Stiff neck",
            "headache",
            "light",
            "rash",
            "Drowsy".lower(),
            "mixed up",
            "shaking",
        ),
        "pregnancy_warning_signs": ("Bleeding", "tight", "regular", "moves less", "headache", "sight", "fever"),
        "infection_risk": ("immune", "dialysis", "injected", "infection", "injection", "operation"),
        "cervical_artery_signs": ("unlike any before", "one side", "jolt", "eyelid", "double", "dizzy", "swallow"),
        "deformity_or_no_movement": ("injury", "shape", "will not move", "pop", "bulge", "strength"),
        "heart_condition": ("Heart", "heart attack", "stroke", "aneurysm", "very high blood pressure"),
        "weight_loss": ("without trying",),
        "cancer_history": ("any time", "minor skin cancer"),
        "long_term_steroids": ("tablets", "three months"),
        "recent_surgery": ("12 weeks",),
        "acute_injury": ("three days",),
        "pmr_stiffness": ("Both shoulders or hips", "45 minutes"),
    }.items():
        label = knowledge.findings[id].label.lower()
        assert [word for word in words if word.lower() not in label] == [], id
