"""Days with a name, and when they last were: feasts, holidays, terms, the clocks."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from typing import Callable, Dict, List, Mapping, Sequence, Tuple

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
    ("start of the year", 1, 1), ("harvest", 8, 20), ("term started", 9, 3), ("undas", 11, 1), ("vaisakhi", 4, 14),
    ("baisakhi", 4, 14), ("vishu", 4, 14), ("songkran", 4, 13), ("pongal", 1, 15), ("makar sankranti", 1, 14),
    ("emancipation day", 8, 1), ("st patrick", 3, 17), ("patricks day", 3, 17), ("paddy day", 3, 17),
    ("day of the dead", 11, 1), ("nochebuena", 12, 24), ("sinterklaas", 12, 5), ("nowruz", 3, 20),
    ("australian open", 1, 20), ("wimbledon", 7, 5), ("grand national", 4, 11),
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
# By the moon, so written down: month and day of 2024 to 2030 as the governments of India, Israel and Singapore
# publish them (from 2027 on Eid and Ramadan as reckoned beforehand; they may be seen a day later).
_FIRST_MOON_YEAR = 2024
_BY_THE_MOON: Mapping[str, tuple[tuple[int, int], ...]] = {
    "diwali divali deepavali dhanteras": ((10, 31), (10, 20), (11, 8), (10, 29), (10, 17), (11, 5), (10, 26)),
    "holi": ((3, 25), (3, 14), (3, 4), (3, 22), (3, 11), (3, 1), (3, 20)),
    "dussehra dasara vijayadashami": ((10, 12), (10, 2), (10, 20), (10, 9), (9, 27), (10, 16), (10, 6)),
    "navratri navaratri": ((10, 3), (9, 22), (10, 11), (9, 30), (9, 19), (10, 8), (9, 28)),
    "janmashtami": ((8, 26), (8, 16), (9, 4), (8, 25), (8, 13), (9, 1), (8, 21)),
    "ganesh": ((9, 7), (8, 27), (9, 14), (9, 4), (8, 23), (9, 11), (9, 1)),
    "rakhi raksha": ((8, 19), (8, 9), (8, 28), (8, 17), (8, 5), (8, 23), (8, 13)),
    "eid_al_adha": ((6, 17), (6, 7), (5, 27), (5, 17), (5, 6), (4, 25), (4, 14)),
    "eid_al_fitr": ((4, 11), (3, 31), (3, 21), (3, 10), (2, 27), (2, 15), (2, 5)),
    "ramadan ramzan": ((3, 11), (3, 1), (2, 18), (2, 8), (1, 28), (1, 16), (1, 6)),
    "chhath": ((11, 7), (10, 27), (11, 15), (11, 4), (10, 23), (11, 11), (11, 1)),
    "rosh_hashanah": ((10, 3), (9, 23), (9, 12), (10, 2), (9, 21), (9, 10), (9, 28)),
    "yom_kippur": ((10, 12), (10, 2), (9, 21), (10, 11), (9, 30), (9, 19), (10, 7)),
    "sukkot": ((10, 17), (10, 7), (9, 26), (10, 16), (10, 5), (9, 24), (10, 12)),
    "passover pesach": ((4, 23), (4, 13), (4, 2), (4, 22), (4, 11), (3, 31), (4, 18)),
    "chinese_new_year lunar_new_year cny tet": ((2, 10), (1, 29), (2, 17), (2, 6), (1, 26), (2, 13), (2, 3)),
}


def _of_the_moon(days: Sequence[tuple[int, int]]) -> Rule:
    """Beyond the table about when it falls."""

    def rule(year: int) -> date:
        place = min(max(year - _FIRST_MOON_YEAR, 0), len(days) - 1)
        return date(year, *days[place])

    return rule


_CANADIAN = _the(10, 1, MO(2))
_RULES: Mapping[str, Sequence[Rule]] = {
    words: [rule]
    for words, rule in {
        **{words: _on(month, day) for words, month, day in _FIXED},
        "remembrance sunday": _the(11, 1, SU(2)),
        "canadian thanksgiving": _CANADIAN,
        "melbourne cup": _the(11, 1, TU(1)),
        "thanksgiving": _the(11, 1, TH(4)),
        "black friday": lambda year: _the(11, 1, TH(4))(year) + timedelta(days=1),
        "mothers day": _from_easter(-21),
        "fathers day": _the(6, 1, SU(3)),
        "labor day": _the(9, 1, MO(1)),
        "labour day": _the(9, 1, MO(1)),
        "memorial day": _the(5, 31, MO(-1)),
        "columbus day": _the(10, 1, MO(2)),
        "labour weekend": _the(10, 31, MO(-1)),
        "super bowl": _the(2, 1, SU(2)),
        "superbowl": _the(2, 1, SU(2)),
        "mardi gras": _from_easter(-47),
        "carnival": _from_easter(-47),
        "carnaval": _from_easter(-47),
        "shrove tuesday": _from_easter(-47),
        "ash wednesday": _from_easter(-46),
        "good friday": _from_easter(-2),
        "advent": _the(12, 3, SU(-1)),
        "lent": _from_easter(-46),
        "pancake day": _from_easter(-47),
        "turn of the year": _on(1, 1),
        "big eid": _of_the_moon(_BY_THE_MOON["eid_al_adha"]),
        **{
            name.replace("_", " "): _of_the_moon(days)
            for names, days in _BY_THE_MOON.items()
            for name in names.split()
        },
    }.items()
} | {"eid": [_of_the_moon(_BY_THE_MOON[name]) for name in ("eid_al_fitr", "eid_al_adha")]}
"""Of several the last."""
_NAMED = sorted(
    ((tuple(words.split()), rules) for words, rules in _RULES.items()), key=lambda named: -len(named[0])
)  # the longer names first: "eid al fitr" before "eid"
_BANK_HOLIDAYS = (_the(5, 1, MO(1)), _the(5, 31, MO(-1)), _the(8, 31, MO(-1)))
_FORWARD, _BACK = _the(3, 31, SU(-1)), _the(10, 31, SU(-1))
ALSO_NAMES = frozenset(
    [
        "ganesh",
        "rakhi",
        "eid",
        "holi",
        "diwali",
        "divali",
        "harvest",
        "lent",
        "advent",
        "ramadan",
        "ramzan",
        "carnival",
    ]
)
"""Days that open a message as a person's name or a greeting: "Ganesh here", "Eid mubarak"."""
_BY_START: Dict[str, List[Tuple[Tuple[str, ...], Sequence[Rule]]]] = {}
for _words, _rules in _NAMED:
    for _start in {_words[0], _words[0].removesuffix("s")}:  # "mothers day", "mother's day"
        _BY_START.setdefault(_start, []).append((_words, _rules))
NAMED_STARTS = frozenset(_BY_START) | {"bank", "clocks"}


def last_day(month: int) -> int:
    """The last day that a month has in every year."""
    return calendar.monthrange(2026, month)[1]


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
    if word == "thanksgiving" and "canadian" in following:
        return last_of(_CANADIAN, today), place + 1
    if word == "clocks" and {"back", "forward", "changed", "change"} & set(following):
        turns = [_BACK] if "back" in following else [_FORWARD] if "forward" in following else [_BACK, _FORWARD]
        return max(last_of(rule, today) for rule in turns), min(place + 3, len(texts))
    for words, rules in _BY_START.get(word, ()):
        end = _end_of(texts, place, words)
        if end is not None:
            return max(last_of(rule, today) for rule in rules), end
    return None


def _end_of(texts: Sequence[str], place: int, words: Sequence[str]) -> int | None:
    """The place after a name that begins at ``place``, "mothers day" or "mother's day"; None when it does not."""
    for word in words:
        text, following = (texts[at] if at < len(texts) else "" for at in (place, place + 1))
        if text != word and not (text + "s" == word and following == "'s"):
            return None
        place += 1 + (following == "'s")
    return place
