"""Feasts that move fall where the calendar says, in any year."""

from datetime import date

import pytest

from bot.language.named_days import FEASTS, last_of, named_day


@pytest.mark.parametrize(
    ("words", "today", "then"),
    [
        ("halloween", date(2026, 11, 23), date(2026, 10, 31)),
        ("bonfire night", date(2026, 11, 1), date(2025, 11, 5)),
        ("labor day", date(2024, 12, 1), date(2024, 9, 2)),
        ("labor day", date(2026, 11, 23), date(2026, 9, 7)),
        ("memorial day", date(2025, 7, 1), date(2025, 5, 26)),
        ("thanksgiving", date(2025, 12, 24), date(2025, 11, 27)),
        ("black friday", date(2025, 12, 24), date(2025, 11, 28)),
        ("black friday", date(2026, 11, 23), date(2025, 11, 28)),
        ("remembrance sunday", date(2024, 11, 20), date(2024, 11, 10)),
        ("advent", date(2024, 12, 20), date(2024, 12, 1)),
        ("advent", date(2022, 12, 20), date(2022, 11, 27)),
        ("lent", date(2025, 4, 1), date(2025, 3, 5)),
        ("pancake day", date(2025, 4, 1), date(2025, 3, 4)),
        ("mothers day", date(2026, 4, 1), date(2026, 3, 15)),
        ("mother 's day", date(2026, 4, 1), date(2026, 3, 15)),
        ("paddy 's day", date(2026, 11, 23), date(2026, 3, 17)),
        ("fathers day", date(2026, 7, 1), date(2026, 6, 21)),
        ("august bank holiday", date(2026, 11, 23), date(2026, 8, 31)),
        ("bank holiday", date(2026, 5, 20), date(2026, 5, 4)),
        ("diwali", date(2026, 11, 23), date(2026, 11, 8)),
        ("diwali", date(2026, 11, 1), date(2025, 10, 20)),
        ("ramadan", date(2026, 11, 23), date(2026, 2, 18)),
        ("tet", date(2026, 11, 23), date(2026, 2, 17)),
        ("sukkot", date(2026, 11, 23), date(2026, 9, 26)),
        ("super bowl", date(2026, 11, 23), date(2026, 2, 8)),
        ("labour weekend", date(2026, 11, 23), date(2026, 10, 26)),
        ("mardi gras", date(2026, 11, 23), date(2026, 2, 17)),
        ("clocks went back", date(2025, 11, 23), date(2025, 10, 26)),
        ("clocks went forward", date(2025, 11, 23), date(2025, 3, 30)),
    ],
)
def test_a_day_with_a_name_was_last_on(words: str, today: date, then: date) -> None:
    texts = words.split()
    place = texts.index("bank") if "bank" in texts else 0
    found = named_day(texts, place, today)
    assert found is not None
    assert found == (then, len(texts))


@pytest.mark.parametrize(
    ("word", "today", "then"),
    [
        ("easter", date(2024, 11, 1), date(2024, 3, 31)),
        ("easter", date(2026, 3, 1), date(2025, 4, 20)),
        ("whitsun", date(2026, 11, 23), date(2026, 5, 24)),
        ("christmas", date(2026, 11, 23), date(2025, 12, 25)),
    ],
)
def test_a_feast_was_last_on(word: str, today: date, then: date) -> None:
    assert last_of(FEASTS[word], today) == then
