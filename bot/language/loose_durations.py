"""Durations told in passing, read only where nothing plainer tells one: "lower back, Tuesday", "nigh on a year".

The words around a unit are cues of ``data/language/cues.yml``; what is here is how they join it.
"""

from __future__ import annotations

from datetime import date
from typing import Callable, Iterator, Optional, Sequence

from bot.language.durations import day_of_month
from bot.language.measures import UNIT_DAYS, WEEKDAYS, Measure, days_ago, since_weekday, since_weekend
from bot.language.named_days import ALSO_NAMES, MONTHS, NAMED_STARTS, last_time, named_day
from bot.language.numbers import ORDINALS, number_at
from bot.language.status import Reading
from bot.language.words import Word

_MARKS = frozenset(",.;:!?()\n")
_YET_TO_COME = frozenset(
    ["next", "before", "by", "for", "until", "till", "every", "after", "book", "booked", "booking", "appointment",
     "free", "available", "slot", "open", "can", "could", "will"]
)  # fmt: skip
_LONG = frozenset(["week", "weeks", "month", "months", "year", "years", "yr", "yrs", "day", "days", "decade"])


def loose_duration(
    words: Sequence[Word], reading: Reading, today: date, used: set[int], in_pain: bool
) -> Optional[Measure]:
    """The first of them in the message, in days; None when there is none.

    ``used``: places that tell something else. ``in_pain``: the message tells of a pain.
    """
    message = _Message(words, reading, today, in_pain)
    for way in _WAYS:
        for measure in _found(message, way):
            if not used & set(range(measure.start, measure.end)):
                return measure
    return None


def loose_durations(words: Sequence[Word], reading: Reading, today: date) -> list[Measure]:
    """All that any of the ways reads in the message, as if it told of a pain."""
    message = _Message(words, reading, today, in_pain=True)
    return [measure for way in _WAYS for measure in _found(message, way)]


class _Message:
    def __init__(self, words: Sequence[Word], reading: Reading, today: date, in_pain: bool) -> None:
        self.words, self.today, self.in_pain = words, today, in_pain
        self.texts = [word.text for word in words]
        self._numbers: dict[int, tuple[float, int] | None] = {}
        self._cues = {name: reading.at(name) for name in ("about_one", "season_lead", "began_then", "it_is")}

    def text(self, place: int) -> str:
        return self.texts[place] if 0 <= place < len(self.texts) else ""

    def number(self, place: int) -> tuple[float, int] | None:
        """The number at ``place`` and where it ends; several ways ask for it."""
        if place not in self._numbers:
            self._numbers[place] = number_at(self.texts, place)
        return self._numbers[place]

    def led(self, name: str, place: int) -> bool:
        """Whether a cue ``name`` ends right before ``place``."""
        return any(cue.end == place for cue in self._cues[name])

    def has(self, name: str) -> bool:
        return bool(self._cues[name])

    def opens(self, place: int) -> bool:
        return place == 0 or bool(_MARKS & set(self.words[place].before))

    def closes(self, place: int) -> bool:
        return place >= len(self.words) or bool(_MARKS & set(self.words[place].before))


_Way = Callable[[_Message, int], Optional[Measure]]


def _found(message: _Message, way: _Way) -> Iterator[Measure]:
    for place in range(len(message.texts)):
        measure = way(message, place)
        if measure is not None:
            yield measure


def _one_of_a_unit(message: _Message, place: int) -> Measure | None:
    """ "nigh on a year", "the guts of a month"; "A year maybe." and "month and a half" between two marks."""
    unit = message.text(place)
    if unit not in _LONG or unit.endswith("s"):
        return None
    start = place - (message.text(place - 1) in ("a", "1", "the"))
    if message.texts[place + 1 : place + 4] == ["and", "a", "half"] and message.opens(start):
        return Measure(1.5 * UNIT_DAYS[unit], start, place + 4)
    if start == place:
        return None
    alone = message.opens(start) and (message.closes(place + 1) or message.text(place + 1) in ("maybe", "perhaps"))
    if message.led("about_one", start) or (alone and message.text(start) == "a"):
        return Measure(UNIT_DAYS[unit], start, place + 1)
    return None


def _odd(message: _Message, place: int) -> Measure | None:
    """ "20 odd years"."""
    number = message.number(place)
    if number is None or message.text(number[1]) != "odd" or message.text(number[1] + 1) not in _LONG:
        return None
    return Measure(number[0] * UNIT_DAYS[message.text(number[1] + 1)], place, number[1] + 2)


def _numbered_day(message: _Message, place: int) -> Measure | None:
    """ "… in my left bum cheek, day 12", "lower back, fifth week,"."""
    nth = ORDINALS.get(message.text(place), 0)
    if (
        nth > 1
        and message.opens(place)
        and message.text(place + 1) in ("week", "month")
        and message.closes(place + 2)
    ):
        return Measure(float(nth * UNIT_DAYS[message.text(place + 1)]), place, place + 2)
    number = message.number(place + 1)
    if message.text(place) not in ("day", "week", "month") or number is None or not message.opens(place):
        return None
    return (
        Measure(number[0] * UNIT_DAYS[message.text(place)], place, number[1]) if message.closes(number[1]) else None
    )


def _old(message: _Message, place: int) -> Measure | None:
    """ "it's four days old", of the pain."""
    number = message.number(place)
    if number is None or message.text(number[1]) not in _LONG or message.text(number[1] + 1) != "old":
        return None
    if not message.led("it_is", place) or message.text(number[1]) in ("year", "years", "yr", "yrs"):
        return None
    return Measure(number[0] * UNIT_DAYS[message.text(number[1])], place, number[1] + 2)


def _spent(message: _Message, place: int) -> Measure | None:
    """ "two weeks of working from the kitchen table"."""
    number = message.number(place)
    if number is None or message.text(number[1]) not in _LONG or message.text(number[1] + 1) != "of":
        return None
    doing = message.text(number[1] + 2)
    if not doing.endswith("ing") or not message.opens(place) or number[0] > 60:
        return None
    return Measure(number[0] * UNIT_DAYS[message.text(number[1])], place, number[1] + 1)


def _dated(message: _Message, place: int) -> Measure | None:
    """ "fine until the 17th of October", "had a baby on 1 October, sore ever since"."""
    month = MONTHS.get(message.text(place))
    if month is None or not message.has("began_then"):
        return None
    nth = day_of_month(message.texts, place) or message.number(place - 1)
    if nth is None or not 1 <= nth[0] <= 28:
        return None
    day = last_time(message.today, month, int(nth[0]))
    return Measure(days_ago(day, message.today), place, max(nth[1], place + 1))


SEASONS = {"spring": (4, 15), "summer": (7, 15), "autumn": (10, 5), "fall": (10, 5), "winter": (1, 15)}


def _named(message: _Message, place: int) -> Measure | None:
    """ "Labour Day weekend, putting the dock away", "the clocks had just gone back": it opens the message."""
    if place > 1 or (place and message.text(0) != "the") or message.text(place) not in NAMED_STARTS - ALSO_NAMES:
        return None
    named = named_day(message.texts, place, message.today)
    return Measure(days_ago(named[0], message.today), place, named[1]) if named else None


def _month(message: _Message, place: int) -> Measure | None:
    """ "sore all november": from its first day."""
    month = MONTHS.get(message.text(place))
    if month is None or not message.in_pain or message.text(place - 1) not in ("all", "whole"):
        return None
    return Measure(days_ago(last_time(message.today, month, 1), message.today), place - 1, place + 1)


def _past(message: _Message, place: int) -> Measure | None:
    """ "at me the past month"."""
    if message.text(place) not in ("week", "fortnight", "month", "year") or not message.in_pain:
        return None
    if message.text(place - 1) != "past" or message.text(place - 2) not in ("the", "this"):
        return None
    return Measure(float(UNIT_DAYS[message.text(place)]), place - 2, place + 1)


def _weekend(message: _Message, place: int) -> Measure | None:
    """ "spent the weekend on the flat pack, now my back won't straighten", "pulled it at the weekend"."""
    lead = message.texts[max(0, place - 2) : place]
    if message.text(place) not in ("weekend", "wknd", "wkend") or not message.in_pain or len(lead) < 1:
        return None
    if lead[-1] not in ("the", "all", "whole") or _YET_TO_COME & {*lead, *message.texts[place + 1 : place + 6]}:
        return None
    days = since_weekend(message.today)
    return Measure(days, place, place + 1)


def _season(message: _Message, place: int) -> Measure | None:
    """ "crept up on me over the summer", "since I had covid in the summer": from its middle."""
    season = SEASONS.get(message.text(place))
    if season is None or not message.led("season_lead", place) or message.text(place + 1) in ("before", "of"):
        return None
    return Measure(days_ago(last_time(message.today, *season), message.today), place, place + 1)


def _weekday(message: _Message, place: int) -> Measure | None:
    """ "lower back, Tuesday", "since I dozed off on the sofa saturday night"."""
    day = WEEKDAYS.get(message.text(place))
    if day is None or not message.in_pain or len(message.text(place)) < 4:
        return None
    alone = message.opens(place) and message.closes(place + 1)
    last = place + 2 if message.text(place + 1) in ("night", "morning", "evening", "afternoon") else place + 1
    since = "since" in message.texts[max(0, place - 10) : place] and message.closes(last)
    most = message.texts[max(0, place - 2) : place] in (["most", "of"], ["all", "day"])
    night = last > place + 1 and message.closes(last) and not _YET_TO_COME & set(message.texts)
    if not alone and not since and not most and not night:
        return None
    return Measure(since_weekday(day, message.today), place, place + 1)


def _today(message: _Message, place: int) -> Measure | None:
    """ "this morning", "earlier today", "since I got up", of a pain."""
    two = message.texts[place : place + 2]
    if message.in_pain and message.texts[place : place + 4] in _UP:
        return Measure(0.0, place, place + 4)
    if not message.in_pain or two not in (
        ["this", "morning"],
        ["earlier", "today"],
        ["this", "afternoon"],
        ["this", "arvo"],
        ["this", "evening"],
    ):
        return None
    return Measure(0.0, place, place + 2)


_UP = (["since", "i", "got", "up"], ["since", "i", "woke", "up"], ["since", "getting", "up", "this"])
_WAYS: tuple[_Way, ...] = (
    _one_of_a_unit, _odd, _numbered_day, _old, _spent, _dated, _named, _season, _month, _past, _weekday, _weekend,
    _today,
)  # fmt: skip
