"""What the readers of numbers have in common: a measure and its place, units, people, and small helpers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Sequence

UNIT_DAYS = {
    "minute": 0.0, "minutes": 0.0, "min": 0.0, "mins": 0.0, "hour": 0.04, "hours": 0.04, "hr": 0.04, "hrs": 0.04,
    "day": 1, "days": 1, "night": 1, "nights": 1, "week": 7, "weeks": 7, "wk": 7, "wks": 7, "w": 7, "fortnight": 14,
    "fortnights": 14, "month": 30, "months": 30, "mth": 30, "mths": 30, "mnth": 30, "mnths": 30, "mo": 30, "mos": 30,
    "d": 1, "y": 365, "year": 365, "years": 365, "yr": 365, "yrs": 365, "decade": 3650, "decades": 3650, "weekend": 2,
    "weekends": 7,
}  # fmt: skip
WEEKDAYS = {
    "monday": 0, "mon": 0, "tuesday": 1, "tues": 1, "tue": 1, "wednesday": 2, "weds": 2, "wed": 2, "thursday": 3,
    "thurs": 3, "thur": 3, "thu": 3, "friday": 4, "fri": 4, "saturday": 5, "sat": 5, "sunday": 6, "sun": 6,
}  # fmt: skip
SENTENCE_ENDS = frozenset(".!?;\n")
CHILDREN = frozenset(
    ["son", "daughter", "kid", "boy", "girl", "child", "grandson", "granddaughter", "niece", "nephew"]
)
KIN = frozenset(
    ["mum", "mom", "mam", "mother", "dad", "father", "husband", "hubby", "wife", "missus", "son", "daughter",
    "nan", "nana",
     "gran", "granny", "grandma", "grandad", "grandpa", "grandmother", "grandfather", "partner", "brother", "sister",
     "aunt", "auntie", "uncle", "lad", "lass", "boyfriend", "girlfriend", "fiance", "fiancee", "friend", "neighbour",
     "mate", "teenager", "cousin", "half", "man"]
)  # fmt: skip
COUNTED = frozenset(
    ["kg", "kgs", "kilos", "kilo", "stone", "st", "pounds", "lb", "lbs", "ft", "foot", "feet", "cm",
     "metres", "meters", "miles", "km", "percent", "out", "of", "over", "times", "x", "hundred", "th", "nd",
     "rd", "sessions", "degrees", "mg", "ml", "euros", "dollars", "quid", "people", "kids", "children",
     "pages", "steps", "on", "below", "under", "above", "to", "weeks", "minute", "floors", "stairs", "plus",
     "pm", "am", "o", "deep", "away", "late", "early", "short", "down", "up", "inches", "litres", "grams"]
)  # fmt: skip
"""After "I am 60" these say that it is no age."""
LONGEST = 36500
"""Days, as in data/clinical/facts.yml: "500 years" is no time of a pain."""
ALONE = 4
"""A reply of at most so many words is an answer on its own: "this morning", "years"."""


@dataclass(frozen=True)
class Measure:
    """``value`` in days, points or years, read in the words ``start`` to ``end`` (exclusive)."""

    value: float
    start: int
    end: int
    sure: bool = True
    vague: bool = False
    """"for ages": any number said beside it is better."""


def text_at(texts: Sequence[str], place: int) -> str:
    """The word at ``place``, empty beyond the ends."""
    return texts[place] if 0 <= place < len(texts) else ""


def since_weekday(day: int, today: date) -> float:
    """Days since the last such weekday (0 is Monday) before today: on a Monday, "Monday" is a week ago."""
    return float((today.weekday() - day) % 7 or 7)


def since_weekend(today: date) -> float:
    """Days since the last Saturday, or a day while the weekend lasts."""
    return since_weekday(5, today) if today.weekday() < 5 else 1.0


def since_day(day: int, today: date) -> float:
    """Days since the last time that a month had its ``day``-th: on the 3rd, "the 31st" is of a month before."""
    then = today
    for _ in range(62):
        if then.day == day:
            break
        then -= timedelta(days=1)
    return float((today - then).days)


def days_ago(day: date, today: date) -> float:
    """Days between, never negative."""
    return float(max((today - day) / timedelta(days=1), 0))
