"""Days with a name, and when they last were: feasts, holidays, terms, the clocks."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Callable, Mapping, Sequence

from dateutil.easter import easter
from dateutil.relativedelta import MO, SU, TH, TU, relativedelta, weekday

Rule = Callable[[int], date]
"""A year to the day on which something falls in it."""

MONTHS = {
    name: number
    for number, names in enumerate(
        ("january jan", "february feb", "march", "april", "may", "june", "july", "august aug", "september sept sep",
         "october oct", "november nov", "december dec"), start=1,
    )
    for name in names.split()
}  # fmt: skip
_FIXED = (
    ("halloween", 10, 31), ("bonfire night", 11, 5), ("fireworks night", 11, 5), ("guy fawkes", 11, 5),
    ("valentines", 2, 14), ("valentine", 2, 14), ("boxing day", 12, 26), ("hogmanay", 12, 31),
    ("new years", 1, 1), ("new year", 1, 1), ("paddys day", 3, 17), ("st patricks", 3, 17),
    ("burns night", 1, 25), ("fourth of july", 7, 4), ("half term", 10, 26), ("school holidays", 8, 20),
    ("summer holidays", 8, 20), ("school started", 9, 3), ("schools went back", 9, 3), ("start of term", 9, 3),
    ("start of this term", 9, 3), ("this term", 9, 3), ("freshers", 9, 21), ("michaelmas", 9, 29),
    ("all saints", 11, 1), ("all souls", 11, 2), ("secondary school started", 9, 3), ("term began", 9, 3),
    ("new school year", 9, 3), ("school went back", 9, 3), ("armistice day", 11, 11), ("veterans day", 11, 11),
    ("midsummer", 6, 24), ("st swithins", 7, 15), ("lammas", 8, 1), ("independence day", 7, 4),
    ("bastille day", 7, 14), ("anzac day", 4, 25), ("canada day", 7, 1), ("australia day", 1, 26),
    ("national day", 10, 1), ("golden week", 10, 1), ("school term", 9, 3), ("autumn term", 9, 3), ("onam", 8, 26),
    ("juneteenth", 6, 19), ("cinco de mayo", 5, 5), ("st georges day", 4, 23), ("ferragosto", 8, 15),
    ("st andrews day", 11, 30), ("may day", 5, 1), ("oktoberfest", 9, 25), ("black history month", 10, 15),
    ("start of the year", 1, 1), ("harvest", 8, 20), ("term started", 9, 3),
)  # fmt: skip
"""Words, month and day, or about when they fall."""


def _on(month: int, day: int) -> Rule:
    return lambda year: date(year, month, day)


def _the(month: int, day: int, which: weekday) -> Rule:
    """The first, second … such weekday from that day on, or the last one up to it."""
    return lambda year: date(year, month, day) + relativedelta(weekday=which)


def _from_easter(days: int) -> Rule:
    return lambda year: easter(year) + timedelta(days=days)


FEASTS: Mapping[str, Rule] = {
    "xmas": _on(12, 25),
    "christmas": _on(12, 25),
    "easter": _from_easter(0),
    "whitsun": _from_easter(49),
    "pentecost": _from_easter(49),
}
"""Those that are a time only after a "since": an Easter egg is none."""
# By the moon, so written down: the Hindu calendar as the Indian government publishes it.
_DIWALI: Mapping[int, tuple[int, int]] = {
    2024: (11, 1),
    2025: (10, 20),
    2026: (11, 8),
    2027: (10, 29),
    2028: (10, 17),
    2029: (11, 5),
    2030: (10, 26),
}
_NAMED: Mapping[tuple[str, ...], Rule] = {
    tuple(words.split()): rule
    for words, rule in {
        **{words: _on(month, day) for words, month, day in _FIXED},
        "remembrance sunday": _the(11, 1, SU(2)),
        "canadian thanksgiving": _the(10, 1, MO(2)),
        "melbourne cup": _the(11, 1, TU(1)),
        "thanksgiving": _the(11, 1, TH(4)),
        "black friday": lambda year: _the(11, 1, TH(4))(year) + timedelta(days=1),
        "mothers day": _from_easter(-21),
        "fathers day": _the(6, 1, SU(3)),
        "labor day": _the(9, 1, MO(1)),
        "labour day": _the(9, 1, MO(1)),
        "memorial day": _the(5, 31, MO(-1)),
        "columbus day": _the(10, 1, MO(2)),
        "advent": _the(12, 3, SU(-1)),
        "lent": _from_easter(-46),
        "pancake day": _from_easter(-47),
        "diwali": lambda year: date(year, *_DIWALI.get(year, (11, 1))),
    }.items()
}
_BANK_HOLIDAYS = (_the(5, 1, MO(1)), _the(5, 31, MO(-1)), _the(8, 31, MO(-1)))
_FORWARD, _BACK = _the(3, 31, SU(-1)), _the(10, 31, SU(-1))
NAMED_STARTS = frozenset(words[0] for words in _NAMED) | {"bank", "clocks"}


def last_of(rule: Rule, today: date) -> date:
    """When it last was."""
    this = rule(today.year)
    return this if this <= today else rule(today.year - 1)


def last_time(today: date, month: int, day: int) -> date:
    """When that day of the year last was."""
    return last_of(_on(month, day), today)


def named_day(texts: Sequence[str], place: int, today: date) -> tuple[date, int] | None:
    """The last time of a day with a name, "halloween", "the clocks went back", and the place after it."""
    word, following = texts[place], list(texts[place + 1 : place + 5])
    if word == "bank" and following[:1] in (["holiday"], ["hol"], ["hols"]):
        named = next((MONTHS[text] for text in reversed(texts[max(0, place - 2) : place]) if text in MONTHS), None)
        last = [last_of(rule, today) for rule in _BANK_HOLIDAYS]
        return max([day for day in last if day.month == named] or last), place + 2
    if word == "clocks" and {"back", "forward", "changed", "change"} & set(following):
        rules = [_BACK] if "back" in following else [_FORWARD] if "forward" in following else [_BACK, _FORWARD]
        return max(last_of(rule, today) for rule in rules), min(place + 3, len(texts))
    for words, rule in _NAMED.items():
        if tuple(texts[place : place + len(words)]) == words:
            return last_of(rule, today), place + len(words)
    return None
