"""Whose body is spoken of: a "they" may stand for the writer's own legs."""

from __future__ import annotations

from datetime import date

import pytest

from bot.language.reader import Reader

TODAY = date(2026, 11, 23)
LEGS = "bilateral_leg_symptoms"


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("my legs ache and they feel numb", False),
        ("both my legs tingle. They are weak too", False),
        ("my mum's legs ache and they feel numb", True),
        ("my wife says they are numb, both her legs", True),
    ],
)
def test_for_whom_the_message_is(reader: Reader, text: str, other: bool) -> None:
    seen = reader.read(text, TODAY).observations
    assert any(one.id == LEGS and one.status == "present" for one in seen)
    assert any(one.id == "for_someone_else" for one in seen) is other


def test_the_legs_of_many_others_are_theirs(reader: Reader) -> None:
    seen = reader.read("my clients have sore legs, they feel numb", TODAY).observations
    assert {one.status for one in seen if one.id == LEGS} == {"other_person"}


@pytest.mark.parametrize(
    "text",
    ["my exercises make it worse, they hurt my lower back", "the stairs, they hurt my back", "knots, they ache"],
)
def test_things_are_nobody_else(reader: Reader, text: str) -> None:
    assert not any(one.id == "for_someone_else" for one in reader.read(text, TODAY).observations)


@pytest.mark.parametrize(
    ("text", "finding", "certainty"),
    [
        ("my nan couldn't hold her water in the home. I have a stiff back", "bladder_change", "hint"),
        ("Auntie fell down the stairs once. My shoulders are tight", "major_trauma", "hint"),
        ("my nan can't hold her water since Monday. I have a stiff back", "bladder_change", "plain"),
        ("my wife took twenty paracetamol this morning, my own back hurts too", "overdose", "plain"),
        ("my dad couldn't feel his legs", LEGS, "plain"),
    ],
)
def test_what_somebody_had_once_is_asked_about_beside_a_complaint_of_ones_own(
    reader: Reader, text: str, finding: str, certainty: str
) -> None:
    seen = reader.read(text, TODAY).observations
    assert {one.certainty for one in seen if one.id == finding and one.status == "present"} == {certainty}
