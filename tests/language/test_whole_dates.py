"""Dates with their year are that year's, in figures and in words; a birthday is no time of a pain."""

from __future__ import annotations

from datetime import date

import pytest

from bot.language.reader import Reader

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "then"),
    [
        ("back pain since 4 July 2024", date(2024, 7, 4)),
        ("since july 4th 2024 my neck hurts", date(2024, 7, 4)),
        ("it started on 21/02/2025", date(2025, 2, 21)),
        ("since 11/13/2025", date(2025, 11, 13)),
        ("It began on 2021-12-05", date(2021, 12, 5)),
        ("since the 9th of June 2023", date(2023, 6, 9)),
        ("neck pain since 12 March last year", date(2025, 3, 12)),
        ("shoulder pain since 14 February this year", date(2026, 2, 14)),
        ("since the accident, 3/4/2024", date(2024, 4, 3)),
        ("5 December 2021, the Christmas market, I slipped and my back hurts", date(2021, 12, 5)),
        ("since feb 14", date(2026, 2, 14)),
    ],
)
def test_a_date_with_its_year_is_so_long_ago(reader: Reader, text: str, then: date) -> None:
    told = [one.value for one in reader.read(text, TODAY).observations if one.id == "duration_days"]
    assert told == [(TODAY - then).days]


@pytest.mark.parametrize(
    "text", ["born 5 December 1985, sore back", "dob 12/03/1985, back hurts", "see you on 3/11/2027 for my neck"]
)
def test_a_birthday_and_a_day_to_come_are_no_time_of_a_pain(reader: Reader, text: str) -> None:
    assert [one for one in reader.read(text, TODAY).observations if one.id == "duration_days"] == []
