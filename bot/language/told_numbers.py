"""Every number and time of a message that may be an age, a pain score or the time of the pain.

What the rules make of a number is decided by words beside it that somebody thought of. Which of several numbers is
meant is learned by ``bot.nlu.learned_numbers`` from these ``Candidate``s; here nothing is decided.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Iterable, Iterator, Sequence

from bot.language.ages import ages
from bot.language.durations import durations
from bot.language.framed_ages import framed_ages
from bot.language.life_times import at_age, since_age, since_child
from bot.language.loose_durations import loose_durations
from bot.language.measures import LONGEST, SENTENCE_ENDS, UNIT_DAYS, WEEKDAYS, Measure, since_weekday, text_at
from bot.language.numbers import number_at
from bot.language.status import Reading
from bot.language.told_times import ABOUT, times
from bot.language.words import Word

AGE, SCORE, LENGTH = "age", "pain_score", "duration_days"
OLDEST, HIGHEST = 110, 10
_UNITS = {
    "mornings": "days",
    "sleeps": "days",
    "dys": "days",
    "nites": "nights",
    "moons": "months",
    "winters": "years",
    "summers": "years",
    "christmases": "years",
}
_NO_SCORE = frozenset(
    ["this", "that", "the", "right", "left", "other", "which", "each", "every", "no", "any", "some", "another",
     "good", "bad", "same", "first", "last", "new", "old", "not", "big", "little", "only", "my", "wrong"]
)  # fmt: skip
"""Before a "one" that is no number: "the right one"."""
_MIDDLE = frozenset(["halfway", "midway"])
_MIDDLE_OF = frozenset(["through", "down", "to", "along", "across", "between"])
_COMING = frozenset(["come", "on", "next", "this", "by"])
_GONE = frozenset(["gone", "past"])
_EARLIER_UNIT = 8
"""Words back in which the unit of a bare number may stand: "three weeks, no, nearer four"."""
_MOST = 60
"""Of a unit, in a number without one."""
_PER_DAY = {"m": 1440, "h": 24}
_LONGEST_NUMBER = 3  # words of a number before its last one: "three and a half"
_YEARS = frozenset(["year", "years", "yr", "yrs", "y"])
_WITH_CHILD = frozenset(
    ["pregnant", "preggers", "gone", "along", "gestation", "postpartum", "postnatal", "premature"]
)
_MEASURES = frozenset(
    ["kg", "kgs", "kilo", "kilos", "stone", "pounds", "lb", "lbs", "ft", "foot", "feet", "cm", "mm", "metre",
     "metres", "meter", "meters", "mile", "miles", "km", "percent", "mg", "ml", "mcg", "euros", "dollars", "quid",
     "grams", "litres", "inch", "inches", "degrees", "mph", "bpm"]
)  # fmt: skip
_A_DAY = (["a", "day"], ["per", "day"], ["each", "day"])
_FEVER = frozenset(["temp", "temperature", "fever"])


@dataclass(frozen=True)
class Candidate:
    """``value`` of the fact ``kind`` (years, points of ten, days), told by the words ``start`` to ``end``, exclusive.

    ``rule``: the reader of ``bot.language`` that sees it as such, or how it was found.
    """

    kind: str
    value: float
    start: int
    end: int
    rule: str


def candidates(words: Sequence[Word], reading: Reading, today: date) -> list[Candidate]:
    """All of a message in the order of the text; of the same kind and value up to the same word one."""
    found: dict[tuple[str, float, int], Candidate] = {}
    for one in _all(words, reading, today):
        if (one.kind == LENGTH and not 0 <= one.value <= LONGEST) or _is_denied(words, one.start):
            continue
        found.setdefault((one.kind, one.value, one.end), one)
    return sorted(found.values(), key=lambda one: (one.start, one.end, one.kind, one.value))


def _all(words: Sequence[Word], reading: Reading, today: date) -> Iterator[Candidate]:
    texts = [word.text for word in words]

    def told(kind: str, rule: str, measures: Iterable[Measure | None]) -> Iterator[Candidate]:
        for one in measures:
            if one is not None:
                yield Candidate(kind, one.value, one.start, one.end, rule)

    framed, plain = framed_ages(words, reading, today), ages(words, today)
    lengths = durations(words, today)
    yield from told(AGE, "framed", framed)
    yield from told(AGE, "ages", plain)
    yield from told(LENGTH, "durations", [one for one in lengths if one.sure and not one.vague])
    yield from told(LENGTH, "vaguely", [one for one in lengths if not one.sure or one.vague])
    yield from told(LENGTH, "child", [since_child(words), *(since_age(words, one.value) for one in framed)])
    yield from told(LENGTH, "loose", loose_durations(words, reading, today))
    years = {one.value for one in (*framed, *plain)}
    for place in range(len(texts)):
        yield from _numbered(texts, words, place, today)
        yield from told(LENGTH, "time", times(texts, words, place, today))
        yield from told(LENGTH, "then", [at_age(texts, place, age) for age in sorted(years)])


def _numbered(texts: Sequence[str], words: Sequence[Word], place: int, today: date) -> Iterator[Candidate]:
    """A number as it stands, and as a length by the unit after it or, without one, by the last unit before it."""
    if texts[place] in _MIDDLE and text_at(texts, place + 1) not in _MIDDLE_OF:
        yield Candidate(SCORE, HIGHEST / 2, place, place + 1, "halfway")
    about = ABOUT.get(texts[place])
    number = number_at(texts, place) if about is None else (about, place + 1 + (text_at(texts, place + 1) == "of"))
    if number is None or _is_inside(texts, place):
        return
    value, after = number
    unit = _UNITS.get(text_at(texts, after), text_at(texts, after))
    joined = after < len(words) and not (SENTENCE_ENDS | {","}) & set(words[after].before)
    timed = unit in UNIT_DAYS and joined
    if timed:
        days = value * UNIT_DAYS[unit] if UNIT_DAYS[unit] >= 1 else round(value / _PER_DAY.get(unit[0], 24), 2)
        if days <= LONGEST and text_at(texts, after + 1) not in _WITH_CHILD:
            yield Candidate(LENGTH, days, place, after + 1, "number and unit")
            counted = _counted_to(texts, after + 1, today)
            if counted is not None:
                yield Candidate(LENGTH, days + counted[0], place, counted[1], "to a day")
    elif about is None and value < _MOST:
        back = texts[max(0, place - _EARLIER_UNIT) : place]
        before = next((text for text in reversed(back) if UNIT_DAYS.get(text, 0) >= 1), None)
        if before is not None:
            yield Candidate(LENGTH, value * UNIT_DAYS[before], place, after, "earlier unit")
    if about is not None or _is_measured(texts, words, place, after):
        return
    if 1 <= value <= OLDEST and value == int(value) and (not timed or unit in _YEARS):
        yield Candidate(AGE, value, place, after, "number")
    if 0 <= value <= HIGHEST and not timed and not (texts[place] == "one" and text_at(texts, place - 1) in _NO_SCORE):
        yield Candidate(SCORE, value, place, after, "number")


def _counted_to(texts: Sequence[str], place: int, today: date) -> tuple[float, int] | None:
    """Days to add to a length by the day that it is counted to, and where that ends: "3 weeks come Wednesday"."""
    at = place + (text_at(texts, place) in _COMING or text_at(texts, place) == "last")
    day = WEEKDAYS.get(text_at(texts, at))
    if day is None:
        return None
    if text_at(texts, place) == "last" or _GONE & set(texts[at + 1 : at + 3]):
        return since_weekday(day, today), at + 1
    return (float(-((day - today.weekday()) % 7 or 7)), at + 1) if at > place else None


def _is_inside(texts: Sequence[str], place: int) -> bool:
    """Whether the word is a part of a number that began before it: the "half" of "three and a half"."""
    begun = (number_at(texts, earlier) for earlier in range(max(0, place - _LONGEST_NUMBER), place))
    return any(one is not None and one[1] > place for one in begun)


def _is_denied(words: Sequence[Word], place: int) -> bool:
    """Whether a number is said not to be it: "3 months, not 3 weeks"."""
    return place > 0 and words[place - 1].text == "not" and not words[place].before.strip()


def _is_measured(texts: Sequence[str], words: Sequence[Word], place: int, after: int) -> bool:
    """Whether a number measures or counts something else: "38.5 degrees", "150 over 90", "20 a day", "temp of 39"."""
    following = text_at(texts, after)
    if following in _MEASURES or texts[after : after + 2] in _A_DAY:
        return True
    divided = (
        text_at(texts, place - 1) == "over" and number_at(texts, place - 2 if place > 1 else len(texts)) is not None
    )
    if divided or (following == "over" and number_at(texts, after + 1) is not None):
        return True
    return bool(_FEVER & set(texts[max(0, place - 3) : place])) and not words[place].before.strip()
