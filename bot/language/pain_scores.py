"""Pain scores in words that say so: "8 out of 10", "a seven at night", "pain level 6"."""

from __future__ import annotations

from typing import Sequence

from bot.language.measures import (
    ALONE,
    SENTENCE_ENDS,
    UNIT_DAYS,
    Measure,
)
from bot.language.numbers import number_at
from bot.language.words import Word

PEOPLE = frozenset(
    ["people", "adults", "men", "women", "dentists", "doctors", "patients", "cats", "times", "others", "folk", "us"]
)  # fmt: skip
"""After an "out of ten" that is no score."""
PEAKS = frozenset(
    ["hits", "hit", "hitting", "reaches", "reach", "reaching", "peaks", "peaking", "jumps", "spikes",
    "shoots", "climbs",
     "touching", "topping", "than", "even", "averaging", "average", "hovers", "hovering", "maximum",
     "becomes", "call",
     "gets"]
)  # fmt: skip
"""Right before a pain score: "hits an 8"."""
AROUND_SCORE = frozenset(
    ["not", "even", "no", "more", "less", "than", "maybe", "probably", "just", "only", "well", "oh",
    "easily", "about",
     "around", "like", "say", "id", "would", "i", "a", "an", "and", "half", "between", "maximum", "max",
     "or", "so", "now",
     "today", "tbh", "honestly", "really", "at", "most", "least", "worst", "best", "it", "is", "'s", "to",
     "ish", "call",
     "that", "then"]
)  # fmt: skip


def pain_scores(words: Sequence[Word], pain_places: frozenset[int]) -> list[Measure]:
    """Points of ten: "7/10", "eight out of ten", "pain is 6", "about a seven"."""
    texts = [word.text for word in words]
    found: list[Measure] = []
    of_ten_said: list[Measure] = []
    for place in range(len(words)):
        if found and place < found[-1].end:
            continue
        number = number_at(texts, place)
        if number is not None and number[0] > 10 and texts[number[1] : number[1] + 3] == ["out", "of", "10"]:
            number = (10.0, number[1])
        if texts[place] == "halfway" and len(texts) <= ALONE:
            number = (5.0, place + 1)
        if number is None or not 0 <= number[0] <= 10 or after_its_unit(texts, place):
            continue
        if texts[place - 2 : place] == ["out", "of"]:
            continue  # "out of ten, three"
        value, after = number
        if texts[after : after + 1] == ["maybe"] and len(texts) <= ALONE and number_at(texts, after + 1):
            found.append(Measure(value, place, after))
            continue
        if texts[place - 1 : place] == ["to"] and "scale" in texts[max(0, place - 4) : place]:
            continue
        joined = ("to", "or", "and") if texts[place - 1 : place] == ["between"] else ("to", "or")
        if after < len(words) and ("-" in words[after].before or texts[after] in joined):
            other = number_at(texts, after + (texts[after] in joined))
            if other is not None and value <= 1 and other[0] == 10:
                continue  # "zero to ten" is the scale
            if other is not None and value < other[0] <= 10:
                low = other[0] if joined[-1] == "and" else value
                value, after = (low + other[0]) / 2, other[1]
        after += (
            after < len(texts)
            and texts[after] in ("points", "point", "pts")
            and texts[after + 1 : after + 2] == ["of"]
        )
        rest = texts[after : after + 3]
        ended = after < len(words) and bool(SENTENCE_ENDS & set(words[after].before))
        ten = bool(rest) and rest[0] in ("10", "ten") and "/" in words[after].before
        of_ten = rest[:2] in (["of", "10"], ["of", "ten"], ["on", "10"], ["on", "ten"], ["by", "10"]) or (
            len(rest) > 1
            and rest[0] in ("over", "from")
            and rest[1] in ("10", "ten")
            and rest[2:] not in (["to"], ["years"])
        )
        out_of = rest in (["out", "of", "10"], ["out", "of", "ten"])
        if ten or of_ten or out_of:
            end = after + (1 if ten else 2 if of_ten else 3)
            if set(texts[end : end + 1]) & PEOPLE:
                continue
            found.append(Measure(value, place, end))
            of_ten_said.append(found[-1])
            continue
        if (
            rest
            and not ended
            and (
                rest[0] in UNIT_DAYS
                or rest[0]
                in (
                    "in",
                    "times",
                    "x",
                    "percent",
                    "of",
                    "year",
                    "other",
                    "or",
                    "and",
                    "kids",
                    "children",
                    "am",
                    "pm",
                    "o",
                    "kg",
                    "lb",
                    "lbs",
                    "stone",
                    "miles",
                    "km",
                    "k",
                    "more",
                    "different",
                    "people",
                    "pillows",
                    "cups",
                )
            )
        ):
            continue
        if after < len(words) and "/" in words[after].before:
            continue
        lead = texts[max(0, place - 5) : place]
        scale = "scale" in texts[after : after + 4] or "scale" in texts[max(0, place - 9) : place]
        named = (
            any(p in pain_places for p in range(max(0, place - 6), place))
            and bool(lead)
            and lead[-1]
            in (
                "is",
                "a",
                "about",
                "around",
                "at",
                "level",
                "score",
                "of",
                "'s",
                "was",
                "to",
                "say",
                "like",
                "roughly",
                "maybe",
                "pain",
                "than",
                "approx",
                "its",
            )
        )
        alone = lead[-2:] in (
            ["about", "a"],
            ["around", "a"],
            ["is", "a"],
            ["'s", "a"],
            ["say", "a"],
            ["it", "about"],
            ["maybe", "a"],
            ["probably", "a"],
            ["solid", "a"],
            ["would", "say"],
            ["give", "it"],
            ["rate", "it"],
            ["give", "a"],
            ["like", "a"],
            ["only", "a"],
            ["roughly", "a"],
            ["go", "with"],
            ["just", "a"],
            ["score", "it"],
            ["it", "at"],
        ) or lead[-1:] in (["solid"], ["probably"], ["usually"], ["normally"], ["mostly"])
        alone = (
            alone
            or (lead[-1:] in (["a"], ["an"]) and len(lead) > 1 and lead[-2] in PEAKS)
            or (lead[-1:] != [] and lead[-1] in PEAKS and lead[-1] != "than")
            or rest[:1] == ["mark"]
            or (len(texts) <= 2 * ALONE and _whole_reply(texts, place, after))
            or (place == 0 and after < len(texts) and texts[after] in ("when", "if", "whenever"))
            or (
                texts[place] in ("zero", "0", "nil")
                and rest[:1] == ["pain"]
                and (place == 0 or bool(words[place].before.strip()))
                and texts[after + 1 : after + 2] in ([], ["right"], ["now"], ["today"], ["at"])
            )
        )
        held = bool(found) or "rest" in texts
        alone = (
            alone
            or (held and texts[after : after + 1] in (["when"], ["if"]))
            or (bool(found) and lead[-2:] == ["up", "to"])
            or texts[place] == "halfway"
            or (place == 0 and len(texts) <= ALONE and texts[after : after + 1] in (["right"], ["today"], ["now"]))
        )
        last = (
            after >= len(words)
            or bool(words[after].before.strip())
            or texts[after]
            in (
                "at",
                "when",
                "but",
                "right",
                "today",
                "now",
                "on",
                "most",
                "some",
                "out",
                "mark",
                "if",
                "whenever",
                "pain",
                "after",
                "max",
                "though",
                "tbh",
                "lol",
                "i",
                "day",
                "days",
                "maybe",
                "then",
            )
        )
        if (
            scale and texts[place - 1 : place] not in (["of"], ["to"]) and last and texts[after : after + 1] != ["to"]
        ) or (last and (named or alone) and (texts[place] != "one" or "score" in lead or "level" in lead)):
            found.append(Measure(value, place, after))
    return of_ten_said if len(of_ten_said) == 1 and not _told_twice(texts) else found


def _told_twice(texts: Sequence[str]) -> bool:
    """Whether one score takes the place of another or comes at another time, with only one of them "out of ten"."""
    return bool({"now", "but", "then", "up", "down", "no", "actually", "today", "worst", "when"} & set(texts))


def after_its_unit(texts: Sequence[str], place: int) -> bool:
    """Whether a number goes on with a length of time: "3 months maybe 4", "grown with the months, maybe five"."""
    before = place - 1
    while before >= 0 and place - before < 3 and texts[before] in ("maybe", "perhaps", "or", "possibly", "probably"):
        before -= 1
    return 1 <= before < place - 1 and texts[before] in UNIT_DAYS


def _whole_reply(texts: Sequence[str], place: int, after: int) -> bool:
    """Whether the reply is only a number with its article and small words: "not even a 2", "maximum 4"."""
    small = place > 0 and texts[place - 1] in (
        "a",
        "an",
        "than",
        "maximum",
        "max",
        "between",
        "and",
        "to",
        "or",
        "about",
    )
    framed = texts[place - 1 : place] in (["a"], ["an"]) or texts[0] in ("maximum", "max", "between")
    return small and framed and not {"years", "kids", "children", "days", "weeks", "months"} & set(texts) and all(
        text in AROUND_SCORE for text in (*texts[: place - 1], *texts[after:])
    )  # fmt: skip
