"""Dates with their year: "5 December 2021", "July 4th, 2024", "21/02/2025", "2021-12-05", "12 March last year"."""

from __future__ import annotations

from datetime import date
from typing import Optional, Sequence

from bot.language.measures import text_at
from bot.language.named_days import MONTHS, last_day
from bot.language.numbers import ordinal_at
from bot.language.words import Word

FIRST_YEAR = 1950
_JOINS = frozenset("/.-")
_BACK = {("this", "year"): 0, ("last", "year"): 1, ("year", "before", "last"): 2}
"""Words after a day of the year, and how many years before this one it was."""


def whole_date(texts: Sequence[str], words: Sequence[Word], place: int, today: date) -> Optional[tuple[date, int]]:
    """The date that begins at ``place`` and where it ends, exclusive; None for one to come or without a year."""
    found = _in_figures(texts, words, place, today) or _in_words(texts, words, place, today)
    if found is None:
        return None
    (year, month, day), end = found
    if not FIRST_YEAR <= year <= today.year or not 1 <= month <= 12 or not 1 <= day <= 31:
        return None
    then = date(year, month, min(day, last_day(month)))
    return (then, end) if then <= today else None


def _in_figures(
    texts: Sequence[str], words: Sequence[Word], place: int, today: date
) -> Optional[tuple[tuple[int, int, int], int]]:
    """Day before month, as Europe writes; the other way about where only that is a date."""
    three = texts[place : place + 3]
    joins = {word.before for word in words[place + 1 : place + 3]}
    if len(three) < 3 or not all(one.isdecimal() and len(one) in (1, 2, 4) for one in three) or not joins <= _JOINS:
        return None
    if len(three[0]) < 4 and len(three[2]) < 2:
        return None  # "1-2-3"
    numbers = [int(one) for one in three]
    if len(three[0]) == 4:
        return (numbers[0], numbers[1], numbers[2]), place + 3
    day, month = numbers[:2] if numbers[1] <= 12 else numbers[1::-1]
    return (_year(three[2], today), month, day), place + 3


def _in_words(
    texts: Sequence[str], words: Sequence[Word], place: int, today: date
) -> Optional[tuple[tuple[int, int, int], int]]:
    at, day = place, 0
    nth = _day(texts, at)
    if nth is not None:
        day, at = nth
        at += text_at(texts, at) == "of"
    month = MONTHS.get(text_at(texts, at))
    if month is None:
        return None
    at += 1
    if not day:
        nth = _day(texts, at + (text_at(texts, at) == "the"))
        if nth is not None:
            day, at = nth
    year = text_at(texts, at)
    if year.isdecimal() and (len(year) == 4 or (len(year) == 2 and "'" in words[at].before)):
        return (_year(year, today), month, day or 15), at + 1
    for said, years in _BACK.items():
        start = at + (text_at(texts, at) in ("of", "the"))
        if day and tuple(texts[start : start + len(said)]) == said:
            return (today.year - years, month, day), start + len(said)
    return None


def _day(texts: Sequence[str], place: int) -> Optional[tuple[int, int]]:
    nth = ordinal_at(texts, place) if place < len(texts) else None
    if nth is not None:
        return (int(nth[0]), nth[1]) if 1 <= nth[0] <= 31 else None
    word = text_at(texts, place)
    return (int(word), place + 1) if word.isdecimal() and 1 <= int(word) <= 31 else None


def _year(written: str, today: date) -> int:
    """Of two figures the last such year."""
    if len(written) == 4:
        return int(written)
    return int(written) + (2000 if int(written) <= today.year % 100 else 1900)
