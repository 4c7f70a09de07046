"""Pain scores said with few words: "neck, 3 weeks, 6", "it's a nine this morning", "worst 7, just now 1"."""

from __future__ import annotations

import re
from typing import Sequence

from bot.language.measures import ALONE, CHILDREN, KIN, UNIT_DAYS, Measure
from bot.language.named_days import MONTHS
from bot.language.numbers import UNITS, number_at
from bot.language.pain_scores import after_its_unit
from bot.language.status import Reading
from bot.language.words import Word

_STOPS = frozenset(",.;:!?\n…()")
_ABOUT = frozenset(["about", "around", "roughly", "maybe", "probably"])
_VERTEBRA = re.compile(
    r"[clts]\d{1,2}|disc|discs|disk|level|levels|grade|size|number|no|flat|room|year|part|stage|day"
)


def _stops(words: Sequence[Word], place: int) -> bool:
    """Whether something ends in front of ``place``: a mark, a dash, or the message."""
    if place <= 0 or place >= len(words):
        return True
    before = words[place].before
    return bool(_STOPS & set(before)) or " - " in before or before == "--"


def segment(words: Sequence[Word], start: int, end: int, links: frozenset[str]) -> range:
    """The places around ``start`` to ``end`` up to the next marks and linking words."""
    first, last = start, end
    while first and not _stops(words, first) and words[first - 1].text not in links:
        first -= 1
    while last < len(words) and not _stops(words, last) and words[last].text not in links:
        last += 1
    return range(first, last)


def _given_first(words: Sequence[Word], texts: Sequence[str]) -> Measure | None:
    """The number before the story of it: "8, it kept me up till 4", "seven, up from 5 last week"."""
    number = number_at(texts, 0)
    if number is None or not 0 <= number[0] <= 10 or len(texts) - number[1] < 4:
        return None
    if not set(",.;!") & set(words[number[1]].before) or number_at(texts, number[1]) is not None:
        return None
    if set("£$€#+") & set(words[0].before) or UNIT_DAYS.keys() & set(texts[number[1] : number[1] + 4]):
        return None
    return Measure(number[0], 0, number[1])


def bare_scores(words: Sequence[Word], reading: Reading, taken: set[int], placed: bool) -> list[Measure]:
    """Scores that no explicit wording holds, outside the places ``taken``.

    ``placed``: the message tells of a pain, so that a number between two marks may be its score.
    """
    texts = [word.text for word in words]
    if taken and len(texts) <= ALONE:
        return []  # "two, maybe three" is two
    first = _given_first(words, texts)
    if first is not None and not taken:
        return [first]
    leads = {cue.end: cue.start for cue in reading.at("score_lead")}
    after_now = {cue.start for cue in reading.at("score_tail")}
    of_now = {cue.start for cue in reading.at("score_now")} & after_now
    found: list[Measure] = []
    lone: list[Measure] = []
    place = 0
    while place < len(texts):
        number = number_at(texts, place)
        if number is not None and texts[number[1] : number[1] + 1] and texts[number[1]] in MONTHS:
            place = number[1]  # "6 November"
            continue
        if (
            number is None
            or place in taken
            or after_its_unit(texts, place)
            or texts[place - 2 : place] == ["out", "of"]
        ):
            place += 1
            continue
        value, end = number
        links = (["or"], ["to"], ["and"]) if texts[place - 1 : place] == ["between"] else (["or"], ["to"])
        other = number_at(texts, end + 1) if texts[end : end + 1] in links else None
        if other is not None and value <= 1 and other[0] == 10:
            place = other[1]
            continue  # "zero to ten" is the scale
        if other is not None and value < other[0] <= 10:
            value, end = (value + other[0]) / 2, other[1]
        tail = end + (end < len(texts) and texts[end] == "ish")
        joined = (
            end < len(words) and bool(set("/-'°%£$€") & set(words[end].before)) and " - " not in words[end].before
        )
        opened = bool(set("/-'£$€#+") & set(words[place].before)) and " - " not in words[place].before
        if not 0 <= value <= 10 or joined or opened or _is_a_label(words, texts, place):
            place = end
            continue
        closed = _stops(words, tail)
        # "a 5 and 10 year old" is no score
        follows = tail in after_now and not (texts[tail] == "and" and number_at(texts, tail + 1))
        lead = leads.get(place)
        single = texts[place] == "one" and texts[place - 1 : place] != ["a"] and end not in of_now
        if single:
            pass
        elif (
            (lead is not None and (closed or follows))
            or (place == 1 and follows and texts[0] in _ABOUT)
            or (
                (_stops(words, place) or (bool(found or taken) and texts[place - 1] in ("and", "but", "then")))
                and follows
                and (placed or not place or bool(found or taken) or texts[tail : tail + 2] == ["on", "a"])
            )
        ):
            found.append(Measure(value, place, tail))
        elif placed and _stops(words, place) and closed and not _of_a_list(words, texts, place, tail):
            if (end < len(words) and "?" in words[end].before) or (end >= len(words) and "?" in words[-1].after):
                place = tail
                continue  # "how long does it last, 6?"
            lone.append(Measure(value, place, tail))
        place = tail
    return sorted([*found, *lone], key=lambda one: one.start) if len(lone) == 1 else found


def _is_a_label(words: Sequence[Word], texts: Sequence[str], place: int) -> bool:
    """Whether a number names a vertebra, a size or an address: "L4, 5", "size 9"; not in "Number? Six." """
    if place and texts[place - 1] == "number" and (_stops(words, place) or _stops(words, place - 1)):
        return not _stops(words, place + 1)
    if place and not texts[place - 1][-1].isdecimal() and _stops(words, place):
        return False
    return place > 0 and bool(_VERTEBRA.fullmatch(texts[place - 1]))


def _of_a_list(words: Sequence[Word], texts: Sequence[str], place: int, end: int) -> bool:
    """Whether a lone number is a child's age or one of a row of numbers, or begins the message."""
    before = texts[place - 1] if place else ""
    after = texts[end : end + 2]
    if not place or before in KIN or before in CHILDREN or before in ("kids", "children", "grandkids", "twins", "o"):
        return True
    if after[:1] and (after[0] in UNITS or after[0].isdecimal()) and after[1:] and after[1] not in UNIT_DAYS:
        return float(number[0]) <= 10 if (number := number_at(texts, end)) else True
    return False
