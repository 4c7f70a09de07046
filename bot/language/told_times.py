"""Times named in any way, each as days back from today, whether or not they tell how long a pain has lasted.

The rules of ``bot.language.durations`` read a time where the words around say that it is one of the pain; these read
it anywhere, for ``bot.language.told_numbers``.
"""

from __future__ import annotations

from datetime import date
from typing import Iterator, Sequence

from bot.language.durations import PART_DAYS, PLURAL_ALONE, TIMES_OF_DAY, VAGUE, day_of_month
from bot.language.loose_durations import SEASONS
from bot.language.measures import (
    UNIT_DAYS,
    WEEKDAYS,
    Measure,
    days_ago,
    since_day,
    since_weekday,
    since_weekend,
    text_at,
)
from bot.language.named_days import FEASTS, MONTHS, NAMED_STARTS, last_day, last_of, last_time, named_day
from bot.language.numbers import number_at, ordinal_at
from bot.language.whole_dates import FIRST_YEAR, whole_date
from bot.language.words import Word

ABOUT = {word: VAGUE[word] for word in ("couple", "few", "several", "a", "an", "half")}
"""How many an amount without a number is: "a few weeks"."""
_SPANS = {"week": 7.0, "month": 30.0, "year": 365.0, "night": 1.0, "fortnight": 14.0}
_OF_SPANS = frozenset(["last", "this", "the", "past", "all", "whole", "a", "one", "about", "for", "nearly", "maybe"])
_MANY = {word: PLURAL_ALONE[word] for word in ("days", "weeks", "months", "years", "decades")}
_NUMBERED = frozenset(["day", "week", "month", "year"])
_AS_DOCTORS_WRITE = {"7": 1.0, "52": 7.0, "12": 30.0}
"""Days of the unit in "2/52": of seven days, of 52 weeks, of 12 months."""
_TODAY = frozenset(["today", "morning", "afternoon", "evening", "tonight"])
_BEFORE_MONTH = frozenset(["since", "in", "last", "of", "early", "mid", "late", "by", "end", "start", "from"])
_WEEKS = {"first": 4, "1st": 4, "second": 11, "2nd": 11, "third": 18, "3rd": 18, "last": 26}
"""The middle day of the week of a month that is named."""
_MANY_WEEKS = 30
_EARLIER = frozenset(["last", "week", "gone", "before", "previous", "past", "other"])
_MID_YEAR = (7, 1)  # when something "in 2019" was, about
_NO_SEASON = frozenset(["a", "my", "his", "her", "bad", "nasty", "little", "old", "first", "second", "last"])
"""Before a "fall" that is none; and after it "from", "off"."""


def times(texts: Sequence[str], words: Sequence[Word], place: int, today: date) -> Iterator[Measure]:
    """What the word at ``place`` may mean: "Tuesday", "last spring", "14 October", "2019", "third week of it"."""
    whole = whole_date(texts, words, place, today)
    if whole is not None:
        yield Measure(days_ago(whole[0], today), place, whole[1])
    yield from _near(texts, place)
    yield from _spans(texts, words, place)
    yield from _weekday(texts, place, today)
    yield from _named(texts, place, today)
    if texts[place] in MONTHS and (
        texts[place] not in ("may", "march") or text_at(texts, place - 1) in _BEFORE_MONTH
    ):
        yield from _in_month(texts, place, today)


def _near(texts: Sequence[str], place: int) -> Iterator[Measure]:
    """Yesterday, and a time of today: "this morning", "at noon", "3 o clock"."""
    word, before = texts[place], text_at(texts, place - 1)
    if word == "yesterday":
        yield Measure(1.0 + ("before" in texts[max(0, place - 3) : place + 4]), place, place + 1)
    now = word == "tonight" or (word == "now" and before in ("just", "right"))
    if word == "today" or now or (word in _TODAY and before == "this") or word in TIMES_OF_DAY:
        yield Measure(0.0, place, place + 1)
    hour = place - 1 - (before == "o")
    if word in ("am", "pm", "clock") and hour >= 0 and number_at(texts, hour):
        yield Measure(0.0, place - 1, place + 1)


def _spans(texts: Sequence[str], words: Sequence[Word], place: int) -> Iterator[Measure]:
    """Lengths without a number before the unit, or with it after: "weeks", "the past month", "week two", "2/52"."""
    word, following, before = texts[place], text_at(texts, place + 1), text_at(texts, place - 1)
    if word in _MANY and number_at(texts, place - 1 if place else len(texts)) is None and before not in ABOUT:
        yield Measure(_MANY[word], place, place + 1)
    if word in _SPANS and (before in _OF_SPANS or following in ("now", "and", "n") or _alone(words, place)):
        yield Measure(_SPANS[word] * (1.5 if "half" in texts[place + 1 : place + 4] else 1), place, place + 1)
    nth = ordinal_at(texts, place) if following else None
    if nth is not None and UNIT_DAYS.get(text_at(texts, nth[1]), 0) >= 1:
        yield Measure(nth[0] * UNIT_DAYS[texts[nth[1]]], place, nth[1] + 1)
    number = number_at(texts, place + 1)
    if word in _NUMBERED and number is not None:
        yield Measure(number[0] * UNIT_DAYS[word], place, number[1])
    if word.isdecimal() and following in _AS_DOCTORS_WRITE and "/" in words[place + 1].before:
        yield Measure(float(word) * _AS_DOCTORS_WRITE[following], place, place + 2)


def _alone(words: Sequence[Word], place: int) -> bool:
    """Whether a word stands between two marks: "upper back, month, no better"."""
    closes = place + 1 >= len(words) or bool(words[place + 1].before.strip())
    return (place == 0 or bool(words[place].before.strip())) and closes


def _weekday(texts: Sequence[str], place: int, today: date) -> Iterator[Measure]:
    """That day, or the weekend; also a week earlier where it may be meant: "last Sunday", "2 Sundays ago"."""
    word = texts[place].removesuffix("ish")
    around = {*texts[max(0, place - 2) : place], *texts[place + 1 : place + 4]}
    many = word.removesuffix("s") if word.endswith("days") or word == "weekends" else word
    if many == "weekend":
        days = since_weekend(today)
    elif many in WEEKDAYS and not _of_a_named_day(texts, place, today):
        days = since_weekday(WEEKDAYS[many], today)
    else:
        return
    yield Measure(days, place, place + 1)
    number = number_at(texts, place - 1) if place and many != word else None
    if number is not None and number[1] == place and 1 <= number[0] < _MANY_WEEKS:
        yield Measure(days + 7 * (number[0] - 1), place - 1, place + 1)  # "three Mondays back"
    if around & _EARLIER:
        yield Measure(days + 7, place, place + 1)
        if {"before", "last"} <= around:
            yield Measure(days + 14, place, place + 1)


def _of_a_named_day(texts: Sequence[str], place: int, today: date) -> bool:
    """Whether a weekday is a part of a name: "Black Friday", "Remembrance Sunday"."""
    named = named_day(texts, place - 1, today) if place and texts[place - 1] in NAMED_STARTS else None
    return named is not None and named[1] > place


def _named(texts: Sequence[str], place: int, today: date) -> Iterator[Measure]:
    """Feasts, days with a name, seasons, years, and days of this month or the last: "the 9th"."""
    word, following, before = texts[place], text_at(texts, place + 1), text_at(texts, place - 1)
    if word in FEASTS:
        yield Measure(days_ago(last_of(FEASTS[word], today), today), place, place + 1)
    named = named_day(texts, place, today) if word in NAMED_STARTS else None
    if named is not None:
        yield Measure(days_ago(named[0], today), place, named[1])
    fell = word == "fall" and (before in _NO_SEASON or following in ("from", "off", "down", "on", "out", "in"))
    if word in SEASONS and following != "of" and not fell:
        days = days_ago(last_time(today, *SEASONS[word]), today)
        yield Measure(days + 365 * ("before" in texts[place + 1 : place + 3]), place, place + 1)
    if word.isdecimal() and len(word) == 4 and FIRST_YEAR <= int(word) <= today.year:
        middle, start = date(int(word), *_MID_YEAR), date(int(word), 1, 1)
        yield Measure(days_ago(middle if middle < today else start, today), place, place + 1)
    nth = ordinal_at(texts, place)
    dated = before == "the" or before in WEEKDAYS  # "since the 9th", "Monday 16th"
    if nth is not None and dated and 1 <= nth[0] <= 31 and nth[0] == int(nth[0]):
        yield Measure(since_day(int(nth[0]), today), place, nth[1])


def _in_month(texts: Sequence[str], place: int, today: date) -> Iterator[Measure]:
    """The day of a month that is named, "oct 31"; else its middle and a part of it: "last week of June"."""
    month, lead = MONTHS[texts[place]], texts[max(0, place - 4) : place]
    exact = day_of_month(texts, place) or (number_at(texts, place - 1) if place else None)
    follow = number_at(texts, place + 1)
    if exact is None and follow is not None and text_at(texts, follow[1]) not in UNIT_DAYS:
        exact = follow
    part = next((day for text, day in (_WEEKS if "week" in lead else PART_DAYS).items() if text in lead), 0)
    days = {int(exact[0])} if exact and 1 <= exact[0] <= 31 else {15, part or 15}
    for day in sorted(days):
        yield Measure(days_ago(last_time(today, month, min(day, last_day(month))), today), place, place + 1)
