"""Seeded faults in the rules: the proof must fail for each of them, and say where in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import chain
from typing import Any

import pytest

from bot.triage import tree
from bot.triage.knowledge import Knowledge
from bot.triage.shapes import (
    Clusters,
    Derived,
    FactTest,
    NotDenied,
    PastLimit,
    Present,
    Question,
    Verdict,
    When,
)
from proof import rules, walks
from proof.demands import Demands

Fault = Callable[[Knowledge], Knowledge]


def rule(id: str, **changes: Any) -> Fault:
    """The rule with other values."""
    return lambda sound: replace(
        sound, level_rules={**sound.level_rules, id: replace(sound.level_rules[id], **changes)}
    )


def dropped(id: str) -> Fault:
    return lambda sound: replace(
        sound, level_rules={other: rule for other, rule in sound.level_rules.items() if other != id}
    )


def finding(id: str, **changes: Any) -> Fault:
    """The entry of the finding and its rule with other values, as an edit of the file would have it."""

    def change(sound: Knowledge) -> Knowledge:
        own = {key: value for key, value in changes.items() if key in ("level", "massage")}
        level_rules = dict(sound.level_rules)
        if id in level_rules:
            level_rules[id] = replace(level_rules[id], **own)
        findings = {**sound.findings, id: replace(sound.findings[id], **changes)}
        return replace(sound, findings=findings, level_rules=level_rules)

    return change


def question(id: str, change: Callable[[Question], Question]) -> Fault:
    def changed(sound: Knowledge) -> Knowledge:
        questions = {**sound.questions, id: change(sound.questions[id])}
        asked_by: dict[str, list[Question]] = {}
        for each in questions.values():
            for ask in each.asks:
                asked_by.setdefault(ask, []).append(each)
        return replace(sound, questions=questions, asked_by={ask: tuple(each) for ask, each in asked_by.items()})

    return changed


def not_asking(question_id: str, ask: str) -> Fault:
    return question(question_id, lambda q: replace(q, asks=tuple(id for id in q.asks if id != ask)))


def asked_when(question_id: str, when: When, ask: str | None = None) -> Fault:
    if ask is None:
        return question(question_id, lambda q: replace(q, when=when))
    return question(question_id, lambda q: replace(q, lines={**q.lines, ask: when}))


def cluster(id: str, *members: str) -> Fault:
    return lambda sound: replace(sound, clusters={**sound.clusters, id: members})


def way(*conditions: Any) -> tuple[tuple[Any, ...], ...]:
    return (tuple(conditions),)


LOOSER: dict[str, tuple[str, Verdict | None]] = {
    "a clot": ("blood_clot", "check_first"),
    "blood thinners": ("blood_thinners", "with_precautions"),
    "a pacemaker": ("implanted_device", None),
}

# Each is caught by the formulas alone.
IN_THE_RULES: dict[str, Fault] = {
    "rule of an alarm dropped": dropped("saddle_numbness"),
    "rule of a quiet alarm dropped": dropped("lump"),
    "combination dropped": dropped("kidney_sepsis"),
    "escalator dropped": dropped("up_pregnancy"),
    "level of the rule lowered": rule("fever", level="see_gp"),
    "level lowered in the finding and its rule": finding("chest_pain", level="same_day"),
    "level of a combination lowered": rule("cancer_pain_pattern", level="see_gp"),
    "level raised without need": finding("lump", level="same_day"),
    "weak finding made an alarm": finding("cough_worse", strength="alone", level="see_gp"),
    "alarm of screen A softened when not sure": finding("calf_swelling", screen="B"),
    "three clusters count for two": rule("two_clusters", ways=way(Clusters(3))),
    "one cluster is enough": rule("two_clusters", ways=way(Clusters(1))),
    "a weak finding in the wrong cluster": cluster("mechanical", "cough_worse", "severe_pain", "night_pain"),
    "a cluster emptied of one": cluster("malignancy", "weight_loss", "not_improving"),
    "age bound too low for under 16": rule("under_16", ways=way(FactTest("age", below=15, if_unknown=False))),
    "under 16 may have a massage": rule("under_16", massage=None),
    "age bound too high for weight loss": rule(
        "weight_loss_over_60",
        ways=way(
            Present("weight_loss"),
            FactTest("age", at_least=65),
            FactTest("region", among=("lower_back", "upper_back", "whole_back")),
        ),
    ),
    "age bound turned round": rule(
        "fall_with_thin_bones", ways=way(Present("minor_trauma"), FactTest("age", below=70))
    ),
    "one way of a rule missing": rule(
        "shingles_urgent", ways=way(Present("shingles_rash"), Present("weakened_immunity"))
    ),
    "one condition too many": rule(
        "infection_risk_night_pain", ways=way(Present("infection_risk"), Present("night_pain"), Present("fever"))
    ),
    "condition flipped to not denied": rule(
        "artery_sight_loss", ways=way(Present("gca_signs"), NotDenied("vision_loss"))
    ),
    "time limit without a finding": rule("past_time_limit", ways=way(PastLimit())),
    "a rule that no one can meet": rule("midback_with_thin_bones", ways=way(FactTest("age", above=70, below=60))),
    "escalator turned into nothing": rule("up_frail", escalates=False),
    "escalator that leaves too much alone": rule("up_weak_immunity", not_for=frozenset({"fever"})),
    "escalator from the wrong age": rule("up_frail", ways=way(FactTest("age", at_least=76, if_unknown=False))),
    **{f"massage verdict loosened for {name}": finding(id, massage=looser) for name, (id, looser) in LOOSER.items()},
    "massage verdict of a combination loosened": rule("heart_not_stable", massage="check_first"),
    "a finding no longer follows from the score": finding("severe_pain", derived=None),
    "a no wins over the age": finding(
        "frail_or_over_75", derived=Derived(FactTest("age", above=75, if_unknown=False), over_no=False)
    ),
    "time limit of a region too long": lambda sound: replace(
        sound, regions={**sound.regions, "shoulder": replace(sound.regions["shoulder"], limit_days=21)}
    ),
    "a rule that calms when the pain grows": rule(
        "past_time_limit",
        ways=way(Present("not_improving"), PastLimit(), FactTest("pain_score", below=9, if_unknown=False)),
    ),
    "a rule that calms": rule("fever", ways=way(Present("fever"), NotDenied("worse_on_return"))),
}

# Each is caught by walking; the findings named are those whose questions changed.
IN_THE_QUESTIONS: dict[str, tuple[Fault, tuple[str, ...]]] = {
    "a line of screen A not asked": (not_asking("nerves", "bladder_change"), ("bladder_change",)),
    "a line of screen B not asked": (not_asking("general_health", "cancer_history"), ("cancer_history",)),
    "a massage condition not asked": (not_asking("massage_health", "blood_thinners"), ("blood_thinners",)),
    "screen A at the wrong place": (
        asked_when("heart_and_lungs", When(regions=("neck",)), "cardiac_features"),
        ("cardiac_features",),
    ),
    "after fifty from 60": (asked_when("general_health", When(age_min=60), "gca_signs"), ("gca_signs",)),
    "pregnancy only to 45": (asked_when("other_urgent", When(age_min=12, age_max=45), "pregnancy"), ("pregnancy",)),
    "pregnancy from 18": (asked_when("other_urgent", When(age_min=18, age_max=55), "pregnancy"), ("pregnancy",)),
    "joint questions at the knee of nobody": (
        asked_when("shoulder_and_arm", When(regions=("neck",))),
        ("hot_swollen_joint",),
    ),
    "time limit asked about too late": (
        asked_when("low_back_and_leg", When(duration_min=100), "not_improving"),
        ("not_improving",),
    ),
    "a detail never asked": (asked_when("detail_cannot_stand", When(present=("lump",))), ("cannot_stand",)),
    "long pain asked too late": (
        asked_when("low_back_and_leg", When(duration_min=180, began_before=45), "inflammatory_pattern"),
        ("inflammatory_pattern",),
    ),
}

# Faults in the code of the tree itself: the encoding, written apart from it, disagrees.
IN_THE_CODE: dict[str, tuple[str, Any]] = {
    "nothing is ever lifted": ("_raises", lambda raiser, rule, way, level: False),
    "one step up is none": ("_up", lambda level: level),
    "not sure counts like yes": ("_level_of", lambda rule, truth: rule.level),
    "the least strict verdict wins": ("verdict", lambda level, against: "suitable"),
}


def test_the_sound_rules_pass(sound: Knowledge, demands: Demands) -> None:
    formulas = rules.Rules(sound, demands)
    walked = walks.Walks(sound, demands)
    checks = {**rules.checks(formulas), **walks.checks(walked)}
    assert [str(fault) for check in checks.values() for fault in check()] == []
    assert walked.seen.longest <= 16


@pytest.mark.parametrize("name", IN_THE_RULES)
def test_a_fault_in_the_rules_fails(sound: Knowledge, demands: Demands, name: str) -> None:
    broken = IN_THE_RULES[name](sound)
    checks = rules.checks(rules.Rules(broken, demands))
    fault = next(chain.from_iterable(check() for check in checks.values()), None)
    assert fault, f"nobody noticed: {name}"
    assert "→" in str(fault) or "nothing a person can answer" in str(fault)


@pytest.mark.parametrize("name", IN_THE_QUESTIONS)
def test_a_fault_in_the_questions_fails(sound: Knowledge, demands: Demands, name: str) -> None:
    fault, findings = IN_THE_QUESTIONS[name]
    checks = walks.checks(walks.Walks(fault(sound), demands, only=findings))
    found = next(chain.from_iterable(check() for check in checks.values()), None)
    assert found, f"nobody noticed: {name}"
    assert "→" in str(found)


@pytest.mark.parametrize("name", IN_THE_CODE)
def test_a_fault_in_the_code_fails(
    sound: Knowledge, demands: Demands, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    attribute, wrong = IN_THE_CODE[name]
    monkeypatch.setattr(tree, attribute, wrong)
    assert list(rules.Rules(sound, demands).agree_with_the_code()), f"nobody noticed: {name}"


def test_the_smallest_example_is_in_words(sound: Knowledge, demands: Demands) -> None:
    broken = finding("fever", level="see_gp")(sound)
    fault = next(rules.Rules(broken, demands).reach_what_is_demanded())
    assert str(fault).startswith("An alarm reaches its level (at least ")
    assert "fever or shivers with the pain: " in str(fault)
    assert str(fault).count(":") == 2  # one promise, one finding: nothing that the fault does not need


def test_a_walk_that_is_too_long_is_found(sound: Knowledge, demands: Demands) -> None:
    """The bound is real: with a few questions less, somebody goes over it."""
    walked = walks.Walks(sound, replace(demands, longest_walk=13))
    fault = next(walked.end_however_long())
    assert "asked more than 13 questions" in str(fault)


def test_a_question_nobody_is_asked_is_named(sound: Knowledge, demands: Demands) -> None:
    walked = walks.Walks(asked_when("how_long", When(age_min=130))(sound), demands, only=("lump",))
    list(walked.find_everyone())
    assert any("'how_long'" in str(fault) for fault in walked.meet_every_rule())
