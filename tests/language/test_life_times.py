"""How long it hurts by the years of a life, and how old somebody is without a number of years."""

from datetime import date

import pytest

from bot.language.reader import Reader

MONDAY = date(2026, 11, 23)


def told(reader: Reader, text: str, fact: str) -> list[object]:
    return [o.value for o in reader.read(text, MONDAY).observations if o.id == fact and o.status == "present"]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("had this since I was about thirty, I'm 41 now", 11 * 365),
        ("it began after my daughter was born and she is six now", 6 * 365),
        ("my back's been bad since my second came, he was born early, he's just turned 4", 4 * 365),
        ("it hurts me from when I was pregnant with my first, he is eleven now", 11 * 365),
        ("bad back since my c-section, the baby is 5 months old", 150),
    ],
)
def test_as_long_as_a_child_is_old(reader: Reader, text: str, days: float) -> None:
    assert told(reader, text, "duration_days") == [days]


@pytest.mark.parametrize(
    "text",
    [
        "back pain since having my first, who is now eleven",
        "sore low down from the birth of my eldest (he's 9)",
        "my baby is 8 weeks old and my back is wrecked",
        "baby 8 weeks, sore back",
        "he's 10 months into his new job and his back hurts",
        "I teach year 9 and my back hurts",
        "my daughter's a teenager, my back is killing me",
    ],
)
def test_a_child_who_is_mentioned_is_not_the_patient(reader: Reader, text: str) -> None:
    assert told(reader, text, "age") == []


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("my boy hes 10 months and cries when i touch his neck", 0),
        ("my baby is 8 weeks old and her neck is stiff", 0),
        ("im in year 9 at school and my back hurts", 13),
        ("i'm in 8th grade, neck hurts", 13),
        ("im in yr 10 and my shoulder is sore", 14),
        ("year 11 pupil, neck", 15),
        ("i am a teenager with a sore back", 15),
        ("upper back ache a month, 15 this december", 14),
    ],
)
def test_the_young_are_heard_without_years(reader: Reader, text: str, years: int) -> None:
    assert told(reader, text, "age") == [years]


@pytest.mark.parametrize(
    ("text", "days"),
    [("sore since 30 October", 24), ("neck since the 31st of october", 23), ("bad back since Feb 30", 268)],
)
def test_the_last_days_of_a_month_are_days_of_their_own(reader: Reader, text: str, days: float) -> None:
    assert told(reader, text, "duration_days") == [days]
