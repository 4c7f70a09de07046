"""Ages in words that say so: "aged 54", "I'm 43", "my 8 year old", "a woman of 60"."""

from __future__ import annotations

from datetime import date
from typing import Sequence

from bot.language.measures import (
    ALONE,
    CHILDREN,
    COUNTED,
    KIN,
    UNIT_DAYS,
    Measure,
    text_at,
)
from bot.language.named_days import MONTHS
from bot.language.numbers import TENS, number_at
from bot.language.words import Word

OF_A_PERSON = frozenset(
    ["my", "i", "a", "still", "never", "feel", "feeling", "got", "have", "stiff", "sore", "bad", "already"]
)
"""What follows the "62 and" of somebody who opens with their age."""
PERSONS = ("pensioner", "granny", "gran", "grandad", "student", "nurse", "person", "youngster", "driver", "farmer",
    "worker", "man", "woman", "lady", "bloke", "guy", "male", "female", "girl", "gentleman", "lad", "lass",
    "chap")  # fmt: skip
SEXES = (["female"], ["male"], ["f"], ["m"], ["woman"], ["man"], ["lady"])
ABOUT_AGE = (
    ["nearly"], ["almost"], ["pushing"], ["over"], ["approaching"], ["nearing"], ["past"], ["just", "over"],
    ["just", "gone"], ["gone"], ["being"], ["just", "past"], ["well", "over"],
    ["wrong", "side", "of"], ["right", "side", "of"], ["other", "side", "of"],
    ["not", "bad", "for"], ["bad", "for"], ["good", "for"], ["fit", "for"], ["well", "for"],
    ["just", "under"], ["close", "to"], ["getting", "on", "for"], ["coming", "up", "to"], ["knocking", "on"],
)  # fmt: skip
AGE_ALWAYS = (["not", "bad", "for"], ["wrong", "side", "of"], ["right", "side", "of"], ["other", "side", "of"])
THINGS = frozenset(
    ["mattress", "bed", "sofa", "chair", "car", "van", "house", "pillow", "pillows", "desk", "dog", "cat",
    "horse", "shoes",
     "injury", "scar", "boots", "implant", "hip", "knee", "kitchen", "building", "problem", "couch",
     "settee", "truck"]
)  # fmt: skip
"""What is so many years old without being a person."""
LOADS = frozenset(
    ["got", "have", "having", "with", "lifting", "lift", "carrying", "carry", "chasing", "after", "and", "of", "hold",
     "holding", "rocking", "plus", "had", "two"]
)  # fmt: skip


def ages(words: Sequence[Word], today: date | None = None) -> list[Measure]:
    """Years of age: "I'm 41", "41 yo", "41F", "aged 70", "my 14 year old", "in my sixties", "born in 1961"."""
    texts = [word.text for word in words]
    found: list[Measure] = []
    for place in range(len(words)):
        tens = texts[place].rstrip("s") if texts[place].endswith("s") else ""
        decade = TENS.get(texts[place].removesuffix("ies") + "y") if texts[place].endswith("ies") else None
        before = texts[max(0, place - 3) : place]
        if decade and ("in" in before or before[-1:] in (["early"], ["mid"], ["late"])):
            shift = 2 if text_at(texts, place - 1) == "early" else 8 if text_at(texts, place - 1) == "late" else 5
            if today and "born" in before:
                decade = today.year - 1900 - decade - 2 * shift
            found.append(Measure(float(decade + shift), place, place + 1))
            continue
        number = number_at(texts, place)
        if number is None:
            continue
        value, after = number
        follow = text_at(texts, after)
        if today and 1900 < value <= today.year and {"born", "dob", "birth"} & set(texts[max(0, place - 5) : place]):
            found.append(Measure(today.year - value, place, after))
            continue
        if value != int(value) and value >= 3 and _says_age(texts, place):
            value = float(int(value))
        if not 1 <= value <= 115 or value != int(value):
            continue
        if follow == "something" and value % 10 == 0 and 20 <= value <= 90:
            found.append(Measure(value + 5, place, after + 1))
            continue
        if "(" in words[place].before and after < len(words) and ")" in words[after].before and (
            14 <= value <= 99 and (text_at(texts, place - 1) in KIN or text_at(texts, place - 1) in ("i", "me", "am"))
        ):  # fmt: skip
            found.append(Measure(value, place, after))
            continue
        if before[-2:] == ["i", "have"] and value >= 16 and follow in ("years", "year", "yrs") and (
            text_at(texts, after + 1) in ("", "and", "i", "old", "my", "now")
            and text_at(texts, after + 2) not in ("counting", "still")
        ):  # fmt: skip
            found.append(Measure(value, place, after + 1))
            continue
        coming = texts[after : after + 2] == ["next", "birthday"] or (
            place == 0
            and len(texts) <= ALONE
            and value >= 16
            and follow == "in"
            and text_at(texts, after + 1) in MONTHS
        )
        coming = coming or (
            (before[-2:] == ["will", "be"] or _says_age(texts, place) or place == 0)
            and value >= 14
            and (
                (follow == "next" and text_at(texts, after + 1) in ("week", "month", "year"))
                or (before[-2:] == ["will", "be"] and follow == "in")
            )
        )
        if coming:
            found.append(Measure(value - 1, place, after))
            continue
        if (
            follow in ("th", "st", "nd", "rd")
            and value >= 5
            and ("birthday" in texts[after : after + 3] or _had_birthday(before))
        ) or (follow in ("yrs", "years", "year", "yr") and before[-1:] in SEXES):
            found.append(Measure(value, place, after + 1))
            continue
        if _opens_with_age(words, texts, place, after, value):
            found.append(Measure(value, place, after + (follow in ("years", "m", "f"))))
            continue
        if _between_commas(words, texts, place, after, value):
            found.append(Measure(value, place, after))
            continue
        if (
            follow == "s"
            and ("in" in before or before[-1:] in (["early"], ["mid"], ["late"]))
            and value % 10 == 0
            and value >= 20
        ):
            shift = 2 if text_at(texts, place - 1) == "early" else 8 if text_at(texts, place - 1) == "late" else 5
            found.append(Measure(value + shift, place, after + 1))
            continue
        del tens
        if texts[after : after + 2] in (
            ["years", "old"],
            ["year", "old"],
            ["yrs", "old"],
            ["yr", "old"],
            ["y", "o"],
            ["years", "young"],
            ["years", "of"],
        ):
            if texts[after : after + 3] != ["years", "of", "age"] and texts[after + 1] == "of":
                continue
            if THINGS & set(texts[max(0, place - 4) : place]) or _is_load(texts, place, after, value):
                continue
            found.append(Measure(value, place, after + 2))
        elif follow == "y" and text_at(texts, after + 1) in ("of", "ago", "now", "back", "straight"):
            continue
        elif (follow in ("yo", "yrold", "y") and value >= 3) or (
            follow in ("f", "m", "female", "male")
            and value >= 12
            and (words[after].start == words[place].end or follow in ("female", "male") or len(texts) <= 3)
        ):
            found.append(Measure(value, place, after + 1))
        elif before[-1:] in (["aged"], ["age"], ["turned"], ["turning"]) or before[-2:] in (
            ["age", "is"],
            ["age", "of"],
            ["just", "turned"],
            ["now", "aged"],
            ["age", "'s"],
            *([person, "of"] for person in PERSONS),
        ):
            if before[-2:] == ["age", "of"] and before[-3:-2] in (["the"], ["since"]):
                continue
            found.append(Measure(value, place, after))
        elif (
            (before[-1:] in (["f"], ["m"], *([p] for p in PERSONS)) and value >= 14 and after >= len(words))
            or (value >= 5 and _says_age(texts, place) and _ends_age(texts, words, after))
            or (value >= 16 and _about_age(texts, place, after) and _ends_age(texts, words, after))
        ):
            found.append(Measure(value, place, after))
    return found


def _had_birthday(before: Sequence[str]) -> bool:
    return list(before[-2:]) in (
        ["had", "my"],
        ["celebrated", "my"],
        ["did", "my"],
        ["celebrating", "my"],
        ["was", "my"],
    )


def _is_load(texts: Sequence[str], place: int, after: int, value: float) -> bool:
    """ "got a 2 year old and my back is wrecked": a child that is carried, not the patient."""
    if value >= 12 or {"who", "with", "whose"} & set(texts[after + 2 : after + 4]):
        return False
    return (text_at(texts, place - 1) in ("a", "an", "my") and text_at(texts, place - 2) in LOADS) or (
        text_at(texts, place - 1) in LOADS and text_at(texts, place - 1) != "of"
    )  # fmt: skip


def _between_commas(words: Sequence[Word], texts: Sequence[str], place: int, after: int, value: float) -> bool:
    """ "nurse, 26, both shoulders", "my son, 9, hurt his neck"; no list of numbers."""
    if not (1 if text_at(texts, place - 1) in CHILDREN else 14) <= value <= 99:
        return False
    if after >= len(words) or words[after].before.strip() not in (",", ".", ";"):
        return False
    opens = place == 0 or words[place].before.strip() in (",", ".", ";")
    return opens and not any(
        near and near[0].isdecimal()
        for near in (text_at(texts, place - 1), text_at(texts, after), text_at(texts, after + 1))
    )


def _opens_with_age(words: Sequence[Word], texts: Sequence[str], place: int, after: int, value: float) -> bool:
    """ "62 and my back's gone", "fifty eight here", "at 71 you expect aches", "41 years, 3 weeks", "35 m neck"."""
    follow, then = text_at(texts, after), text_at(texts, after + 1)
    if not 14 <= value <= 99:
        return False
    if follow == "here" and (place == 0 or bool(words[place].before.strip())):
        return True
    if place == 1 and texts[0] == "at":
        return follow in ("you", "i", "my", "it", "years", "the", "everything") and then not in UNIT_DAYS
    if place != 0:
        return False
    if follow in ("years", "m", "f"):
        length = number_at(texts, after + 1)
        if follow == "years":
            return length is not None and "," in words[after + 1].before and text_at(texts, length[1]) in UNIT_DAYS
        return then not in ("", "away", "run", "swim", "high", "drop") and length is None
    if follow == "now":
        return after + 1 < len(words) and "," in words[after + 1].before
    return follow in ("and", "with") and then in OF_A_PERSON


def _about_age(texts: Sequence[str], place: int, after: int) -> bool:
    """ "nearly 60" as a whole reply, "I'm getting on for 80", "he's close to 50", "pushing 70"."""
    for lead in ABOUT_AGE:
        start = place - len(lead)
        if start < 0 or list(texts[start:place]) != lead:
            continue
        if (
            start == 0 and (after == len(texts) or texts[after] in ("with", "and", "here", "now"))
        ) or lead in AGE_ALWAYS:
            return True
        if lead == ["being"] and start == 0 and text_at(texts, after) not in UNIT_DAYS:
            return True
        if text_at(texts, start - 1) in ("am", "is", "'s") or (lead == ["pushing"] and texts[place] != "through"):
            return texts[place - 1] != "over" or text_at(texts, after) not in ("kg", "stone", "miles")
    return False


def _says_age(texts: Sequence[str], place: int) -> bool:
    lead = texts[max(0, place - 3) : place]
    while lead and lead[-1] in ("now", "only", "almost", "nearly", "about", "just", "over", "already", "a"):
        lead = lead[:-1]
    return lead[-2:] in (
        ["i", "am"],
        ["he", "is"],
        ["she", "is"],
        ["she", "'s"],
        ["he", "'s"],
        ["who", "is"],
        ["who", "'s"],
    ) or (len(lead) >= 2 and lead[-1] in ("is", "'s") and (lead[-2] in KIN or lead[-2] in CHILDREN))


def _ends_age(texts: Sequence[str], words: Sequence[Word], after: int) -> bool:
    """Whether "I'm 52" ends here: what follows is no unit, no part of a number and no thing that is counted."""
    if after >= len(words):
        return True
    if {"/", "'", '"', "%", "°"} & set(words[after].before) or (
        "-" in words[after].before.strip(" ") and texts[after][0].isdecimal()
    ):
        return False
    if words[after].before.strip():
        return True
    return not (texts[after] in UNIT_DAYS and texts[after] not in ("years", "year")) and not (
        texts[after] in COUNTED or texts[after][0].isdecimal()
    )
