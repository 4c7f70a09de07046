"""Durations and ages told in passing, and numbers that are neither."""

from datetime import date

import pytest

from bot.language.reader import Reader

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "fact", "value"),
    [
        ("lower back, Tuesday", "duration_days", 6),
        ("sharp pain in my lower back this morning getting out of the car", "duration_days", 0),
        ("my neck has been banjaxed for the guts of a month", "duration_days", 30),
        ("between the shoulders, nigh on a year", "duration_days", 365),
        ("lower back sore when I lean under the bonnet. A year maybe.", "duration_days", 365),
        ("upper back, 3 out of 10, month and a half", "duration_days", 45),
        ("a proper pain in my left bum cheek, day 12", "duration_days", 12),
        ("it has hurt for 20 odd years", "duration_days", 7300),
        ("just the lower back, and it's four days old", "duration_days", 4),
        ("two weeks of working from the kitchen table did this", "duration_days", 14),
        ("my back was fine until the 17th of October when I helped a mate move", "duration_days", 37),
        ("my shoulders ache, it crept up on me over the autumn", "duration_days", 49),
        ("electrician 41, neck from looking up at ceilings", "age", 41),
        ("54 joiner, low back", "age", 54),
        ("twenty years in IT, 44 now, neck pain", "age", 44),
        ("lower back since I did the garden at the weekend, 63 yrs", "age", 63),
        ("I turn 65 next month", "age", 64),
        ("I'm 26, no 27", "age", 27),
        ("8, it kept me up until four", "pain_score", 8),
        ("see me on Tuesday?", "duration_days", None),
        ("the baby is four days old", "duration_days", None),
        ("number 41, neck pain", "age", None),
    ],
)
def test_what_is_told_in_passing(reader: Reader, text: str, fact: str, value: float | None) -> None:
    read = [one.value for one in reader.read(text, MONDAY).observations if one.kind == "fact" and one.id == fact]
    assert read[:1] == ([] if value is None else [value])
