"""``Assistant.assess``: the tree for other systems, which know the catalogue and nothing else."""

from __future__ import annotations

import pytest

from bot.dialogue.assistant import Assistant, BadValue, UnknownId

FACTS = {"age": 44, "region": "lower_back", "duration_days": 5, "pain_score": 4, "daily_life": "desk"}


def all_no(assistant: Assistant, **present: object) -> dict[str, object]:
    return {**dict.fromkeys(assistant.finding_ids, False), **present}


def test_nothing_known_asks_screen_a_first(assistant):
    answer = assistant.assess({}, {})
    assert answer["triage"]["level"] is None
    assert answer["next_question"]["asks"][0] == "saddle_numbness"


@pytest.mark.parametrize(
    ("finding", "level", "massage"),
    [
        ("minor_trauma", "self_care", "suitable"),
        ("skin_problem", "self_care", "with_precautions"),
        ("heart_condition", "check_first", "check_first"),
        ("pregnancy_warning_signs", "same_day", "no"),
        ("saddle_numbness", "emergency", "no"),
    ],
)
def test_catalogue_answers_alone_complete_it(assistant, finding, level, massage):
    answer = assistant.assess(all_no(assistant, **{finding: True}), FACTS)
    assert answer["next_question"] is None
    assert answer["triage"]["status"] == "complete"
    assert (answer["triage"]["level"], answer["triage"]["massage"]) == (level, massage)


def test_details_sharpen(assistant):
    answer = assistant.assess(all_no(assistant, heart_condition=True), FACTS, {"heart_unstable": True})
    assert answer["triage"]["massage"] == "no"


@pytest.mark.parametrize(
    ("findings", "facts", "details"), [({"no_such": True}, {}, {}), ({}, {"shoe_size": 9}, {}), ({}, {}, {"x": True})]
)
def test_unknown_ids_are_named(assistant, findings, facts, details):
    with pytest.raises(UnknownId) as error:
        assistant.assess(findings, facts, details)
    assert error.value.id in {**findings, **facts, **details}


@pytest.mark.parametrize(
    ("findings", "facts"),
    [
        ({"fever": "maybe"}, {}),
        ({"fever": 1}, {}),
        ({}, {"age": -1}),
        ({}, {"age": "old"}),
        ({}, {"region": "knee"}),
        ({}, {"stress": "yes"}),
        ({}, {"country": "GBR"}),
    ],
)
def test_values_that_do_not_fit_are_refused(assistant, findings, facts):
    with pytest.raises(BadValue):
        assistant.assess(findings, facts)
