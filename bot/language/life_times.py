"""Times counted from a life, somebody's own or a child's: "since I was 19", "since my son was born, he's 8 now"."""

from __future__ import annotations

from typing import Sequence

from bot.language.measures import CHILDREN, UNIT_DAYS, Measure, text_at
from bot.language.named_days import MONTHS
from bot.language.numbers import TENS, number_at, ordinal_at
from bot.language.words import Word

BIRTH = frozenset(["born", "birth", "had", "having", "pregnant", "pregnancy", "labour", "delivery", "arrived", "c"])
_CERTAIN = frozenset(["born", "birth", "pregnant", "pregnancy", "labour", "delivery", "section"])
_FROM = frozenset(["after", "from", "when"])
_NEAR = 7
"""Words after "when" within which a birth is told."""
_THEY = frozenset(["he", "she", "who", "they", "they're", "now", "baby", "bairn", "bub", "wean", "twins", "it"])
_IS = frozenset(["is", "'s", "are", "turned", "turns"])
_NOW = frozenset(["now", "nearly", "almost", "about", "just", "turned", "only", "coming", "up", "to", "already"])
_WEIGHTS = frozenset(["kg", "stone", "pounds", "lb", "lbs", "kilos"])
_ABOUT = frozenset(["about", "around", "roughly", "only", "just", "maybe", "like", "bout"])
_AT = frozenset(["was", "were", "at", "age", "since"])


def since_child(words: Sequence[Word]) -> Measure | None:
    """ "since I had my second, she's five", "when I was pregnant with him, he is now 11": as old as the child."""
    texts = [word.text for word in words]
    for place in range(1, len(texts)):
        if texts[place] not in _IS or not _is_child(texts[place - 1]) or not _tells_birth(texts[:place]):
            continue
        at = place + 1
        while text_at(texts, at) in _NOW:
            at += 1
        number = number_at(texts, at)
        if number is not None and 0 < number[0] < 60 and text_at(texts, number[1]) not in _WEIGHTS:
            unit = UNIT_DAYS.get(text_at(texts, number[1]), 365)
            return Measure(number[0] * unit, place - 1, number[1])
    return None


def _is_child(text: str) -> bool:
    return text in _THEY or text in CHILDREN


def _tells_birth(before: Sequence[str]) -> bool:
    """Whether something is there since a birth: "since I had her", "after he was born", "when I was pregnant"."""
    if "since" in before and BIRTH & set(before):
        return True
    leads = (place for place, text in enumerate(before) if text in _FROM)
    return any(_CERTAIN & set(before[place + 1 : place + _NEAR]) for place in leads)


def since_age(words: Sequence[Word], age: float) -> Measure | None:
    """ "since I was 19", in days, of somebody who is ``age``."""
    texts = [word.text for word in words]
    for place in range(2, len(texts)):
        decade = TENS.get(texts[place].removesuffix("ies") + "y") if texts[place].endswith("ies") else None
        if decade and "since" in texts[max(0, place - 3) : place] and decade + 5 < age:
            return Measure((age - decade - 5) * 365, place - 1, place + 1)  # "since my twenties"
        nth = ordinal_at(texts, place)
        if (
            nth is not None
            and texts[place - 2 : place] in (["since", "my"], ["after", "my"], ["before", "my"])
            and 10 <= nth[0] < age
        ):
            return Measure((age - nth[0]) * 365, place - 2, nth[1])
    for place in range(2, len(texts)):
        aged = number_at(texts, place) if texts[place - 2 : place] == ["i", "was"] else None
        if aged is not None and 3 < aged[0] < age and texts[aged[1] : aged[1] + 1] == ["when"] and (
            {"started", "began", "came", "start"} & set(texts[aged[1] : aged[1] + 4])
        ):  # fmt: skip
            return Measure((age - aged[0]) * 365, place - 2, aged[1])  # "I was 30 when it started"
        if texts[place - 3 : place] == ["since", "i", "was"] or (
            texts[place - 3 : place] == ["when", "i", "was"]
            and {"started", "began", "start", "starting", "came"} & set(texts[max(0, place - 6) : place])
        ):
            number = number_at(texts, place + (texts[place] in _ABOUT))
            if number is not None and 0 < number[0] < age:
                return Measure((age - number[0]) * 365, place - 3, number[1])
        elif texts[place - 1] == "since":
            number = number_at(texts, place)
            after = text_at(texts, number[1]) if number is not None else ""
            if number is not None and 13 <= number[0] < age and after not in UNIT_DAYS and after not in MONTHS:
                return Measure((age - number[0]) * 365, place - 1, number[1])
    return None


def at_age(texts: Sequence[str], place: int, age: float) -> Measure | None:
    """How long ago somebody who is ``age`` was so old: "since I was 19", "at thirty", "in my twenties"."""
    number = number_at(texts, place)
    before = place - 1 - (text_at(texts, place - 1) in _ABOUT)
    if number is not None and 4 <= number[0] < age and text_at(texts, before) in _AT:
        return Measure((age - number[0]) * 365, place, number[1])
    decade = TENS.get(texts[place].removesuffix("ies") + "y") if texts[place].endswith("ies") else None
    return Measure((age - decade - 5) * 365, place, place + 1) if decade and decade + 5 < age else None
