"""Numbers as people write them: digits and words. Standard library only."""

from __future__ import annotations

from typing import Sequence

UNITS = {
    "zero": 0, "nought": 0, "nil": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15,
    "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50,
    "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
ORDINALS = {
    "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "fifth": 5, "5th": 5,
    "sixth": 6, "6th": 6,
    "seventh": 7, "7th": 7, "eighth": 8, "8th": 8, "ninth": 9, "9th": 9, "tenth": 10, "10th": 10,
    "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14, "fifteenth": 15, "sixteenth": 16,
    "seventeenth": 17, "eighteenth": 18, "nineteenth": 19, "twentieth": 20, "thirtieth": 30, "fortieth": 40,
    "fiftieth": 50, "sixtieth": 60, "seventieth": 70, "eightieth": 80, "ninetieth": 90,
    "last": -1,
}  # fmt: skip


_MOST = 1e6
"""No age, score or length is told by a larger number."""


def ordinal_at(words: Sequence[str], place: int) -> tuple[float, int] | None:
    """The ordinal that begins at ``place`` and the place after it: "3rd", "twenty first", "fiftieth"."""
    if place >= len(words):
        return None
    word = words[place]
    following = words[place + 1] if place + 1 < len(words) else ""
    if ORDINALS.get(word, 0) > 0:
        return float(ORDINALS[word]), place + 1
    if word in TENS and 0 < ORDINALS.get(following, 0) < 10:
        return float(TENS[word] + ORDINALS[following]), place + 2
    if word.isdecimal() and following in ("st", "nd", "rd", "th"):
        return float(word), place + 2
    if word.isdecimal() and following == "and" and list(words[place + 2 : place + 3]) == ["of"]:
        return float(word), place + 2  # "2nd of", once "nd" is spelled out
    return None


def _digit(word: str) -> int | None:
    """One digit, written in figures or letters, None for anything else."""
    value = int(word) if word.isdecimal() else UNITS.get(word)
    return value if value is not None and value < 10 else None


def number_at(words: Sequence[str], place: int) -> tuple[float, int] | None:
    """The number that begins at ``place`` and the place after it: "7", "forty one", "three and a half"."""
    if place >= len(words):
        return None
    word = words[place]
    value: float
    after = place + 1
    if word[0].isdecimal():
        try:
            value = float(word)
        except ValueError:
            return None
        if value > _MOST:
            return None
    elif word in TENS:
        value = TENS[word]
        if after < len(words) and 0 < UNITS.get(words[after], 0) < 10:
            value += UNITS[words[after]]
            after += 1
    elif word in UNITS:
        value = UNITS[word]
        if after < len(words) and words[after] == "hundred":
            value *= 100
            after += 1
    elif word == "hundred":
        value = 100
    else:
        return None
    rest = list(words[after : after + 3])
    if rest[:1] == ["point"] and len(rest) > 1 and (tenth := _digit(rest[1])) is not None:
        return value + tenth / 10, after + 2  # "nought point five"
    if rest[:3] == ["and", "a", "half"]:
        return value + 0.5, after + 3
    if rest[:2] == ["and", "half"]:
        return value + 0.5, after + 2
    return value, after
