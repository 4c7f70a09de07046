"""A pain score that changed, "an 8 at first, down to a 4": the one that holds now, in points of ten."""

from __future__ import annotations

import re
from typing import Sequence

from bot.language.measures import UNIT_DAYS, Measure
from bot.language.numbers import number_at
from bot.language.words import Word

_THINGS = (
    "am", "pm", "o", "times", "x", "kg", "lb", "lbs", "stone", "miles", "km", "k", "kids", "children", "people",
    "pillows", "cups", "percent", "tablets", "pills", "year", "more", "of",
)  # fmt: skip
_SCORE = r"(?:an? )?#(\d+)_(?! (?:" + "|".join([*UNIT_DAYS, *_THINGS]) + r")\b)"
_FEW = r"(?: [a-z']+){0,4}?"
_FALLS = r"(?: (?!spikes|spiking|jumps|shoots|hits|goes|rises|climbs|peaks|up)[a-z']+){0,4}?"
_SMALL = r"(?: (?:it|was|were|is|its|'s|i|am|more|like|about|around|only|just|at|maybe|down|to))*"
_NOW = r"(?:today|now|currently|these days|nowadays|lately|this week|this morning)"
_MOVED = r"(?:down|up|dropped|gone|fallen|risen|come|came|eased|went)"
_ONCE = (
    r"(?:yesterday|at first|first|initially|last week|before|originally|used to be|last night|to start with"
    r"|in the beginning)"
)
_CHANGES = [
    re.compile(pattern)
    for pattern in (
        rf"\b(?:from|was|were|been) {_SCORE}{_FALLS} (?:to|{_NOW}){_SMALL} {_SCORE}",
        rf"\b(?:was|were) (?:like |about |maybe |around )?{_SCORE}(?: [a-z']+){{0,6}}? so{_SMALL} {_SCORE}",
        rf"\b(?P<now>{_MOVED} (?:down |up )?to{_SMALL} {_SCORE}) from{_SMALL} {_SCORE}",
        rf"{_SCORE}{_FEW} {_MOVED} (?:down |up )?to{_SMALL} {_SCORE}",
        rf"\b{_ONCE}{_SMALL} {_SCORE}{_FEW} {_NOW}{_SMALL} {_SCORE}",
        rf"(?:\b(?:at|was|a|an) |^)#(\d+)_(?: (?!was\b)[a-z']+){{0,4}}? {_SCORE} {_NOW}\b",
    )
]


def _is_of_hours(found: re.Match[str]) -> bool:
    """Whether two numbers may be hours as well, "I stand from 6 to 3": a score of ten beside them is better."""
    return found.group().startswith("from ")


def score_now(words: Sequence[Word]) -> Measure | None:
    """The later of two scores that the writer sets side by side in time, None when there are no two."""
    texts = [word.text for word in words]
    tokens: list[str] = []
    spans: list[tuple[float, int, int]] = []
    place = 0
    while place < len(texts):
        number = number_at(texts, place)
        if number is None or not 0 <= number[0] <= 10:
            tokens.append("_" * bool(set(".!?;\n") & set(words[place].before)) + texts[place])
            place += 1
            continue
        value, after = number
        start, place = place, after
        if texts[after : after + 3] in (["out", "of", "10"], ["out", "of", "ten"]):
            place = after + 3
        elif texts[after : after + 1] == ["10"] and "/" in words[after].before:
            place = after + 1
        tokens.append(f"#{len(spans)}_")
        spans.append((value, start, place))
    text = " ".join(tokens)
    tenths = {number for number, (_, start, end) in enumerate(spans) if end - start > 1}
    for change in _CHANGES:
        found = change.search(text)
        if found and not (tenths and not tenths & {int(found.group(1)), int(found.group(2))} and _is_of_hours(found)):
            return Measure(*spans[int(found.group(2))])
    return None
