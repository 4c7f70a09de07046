"""Which of the ages in a message is the patient's: "my mate's 50, I'm 52", "I walk like I'm 90"."""

from __future__ import annotations

import re
from datetime import date
from typing import Sequence

from bot.language.ages import ages
from bot.language.framed_ages import framed_ages
from bot.language.measures import CHILDREN, KIN, UNIT_DAYS, Measure
from bot.language.numbers import number_at
from bot.language.status import Reading
from bot.language.words import Word

_SMALL = frozenset(
    ["now", "only", "just", "nearly", "almost", "about", "already", "a", "both", "over", "barely", "still"]
)
_SEX_AND_AGE = re.compile(r"[mf](\d\d)")
_ADVISES = frozenset(["says", "said", "reckons", "thinks", "told", "gave", "rubs", "rubbed", "asked", "helped"])
_OPENERS = frozenset(
    ["only", "just", "barely", "hi", "hello", "hey", "im", "at", "aged", "nearly", "um", "er", "erm", "ok", "so"]
)
_MENDED = frozenset(["no", "sorry", "oops", "typo", "lie", "wait", "meant", "mean", "actually", "correction"])
_SEXES = frozenset(["f", "m", "female", "male", "woman", "man", "lady", "bloke", "guy", "girl", "lad"])
YOUNGEST = 12
"""Years below which nobody writes of themselves, or says whose age it is."""
SHORT = 6
_YEAR = 365
_INTO = frozenset(
    ["into", "in", "since", "on", "post", "pregnant", "gone", "along", "out", "off", "ago", "with", "of"]
)
_BABIES = frozenset(["he", "she", "who", "baby", "newborn", "infant"]) | CHILDREN
_OTHERS = frozenset(["he", "she", "his", "hers", "they", "theirs"])
_COMPARED = frozenset(
    ["like", "feel", "feels", "felt", "than", "though", "if", "until", "till", "when", "was", "not"]
)


def patient_age(
    words: Sequence[Word],
    reading: Reading,
    today: date,
    for_other: bool,
    others_pain: bool | None,
    childs: Measure | None = None,
) -> Measure | None:
    """The age that is the patient's, None when only somebody else's is said.

    ``for_other``: the patient is not the writer. ``others_pain``: all that hurts is somebody else's,
    None when no pain is told. ``childs``: where a child's age only says how long ago it was born.
    """
    texts = [word.text for word in words]
    framed = framed_ages(words, reading, today)
    told = {place for one in framed for place in range(one.start, one.end)}
    plain = [one for one in ages(words, today) if not told & set(range(one.start, one.end))]
    found = [one for one in [*framed, *plain] if not _compared(texts, one.start)]
    taken = {place for one in found for place in range(one.start, one.end)}
    found = sorted([*found, *_terse(words, texts, taken, today)], key=lambda one: one.start)
    if for_other or others_pain:
        found = sorted([*found, *_infants(texts, taken)], key=lambda one: one.start)
    found = [one for one in found if childs is None or not childs.start <= one.start < childs.end]
    kinds: dict[str, list[Measure]] = {"own": [], "plain": [], "other": [], "adviser": []}
    for one in found:
        owner = _owner(words, texts, one)
        if owner != "plain" or for_other or not _of_a_child(texts, one):
            kinds[owner].append(one)
    kinds["other"].sort(key=lambda one: -_named_again(texts, one.start))
    order: tuple[str, ...]
    if for_other:
        order = ("other", "plain", "own")
    elif others_pain:
        said = sorted((kinds[name][0].start, name) for name in ("own", "other") if kinds[name])
        order = (*(name for _, name in said), "plain")
    else:  # "she's 84", with nothing of the writer, is the patient's
        writer = {"i", "me", "mine", "myself", *(["my"] if others_pain is False else [])} & set(texts)
        order = ("own", "plain", *(() if writer else ("other",)))
    chosen = next((kinds[kind][0] for kind in order if kinds[kind]), None)
    return None if chosen is None else _put_right(texts, chosen)


def _put_right(texts: Sequence[str], one: Measure) -> Measure:
    """The second of "26, no 27", "54. Tell a lie, 55", "37 oops typo 73"."""
    if not _MENDED & set(texts[one.end : one.end + 4]):
        return one
    places = range(one.end + 1, min(one.end + 5, len(texts)))
    second = next((number for place in places if (number := number_at(texts, place)) is not None), None)
    if second is None or not 11 <= second[0] <= 105 or (set(texts[second[1] : second[1] + 1]) & UNIT_DAYS.keys()):
        return one
    return Measure(float(int(second[0])), one.start, second[1])


def _of_a_child(texts: Sequence[str], one: Measure) -> bool:
    """Whether an age is that of a child who is only mentioned, or of a thing: "lifting a chunky two year old"."""
    mentioned = one.start > 2 or "me" in texts[one.end : one.end + 5]  # "my 6 year old jumped on me"
    return one.value < YOUNGEST and len(texts) > SHORT and mentioned


def _named_again(texts: Sequence[str], place: int) -> int:
    """How often the relative whose age stands at ``place`` is named: "dad's 77, mum's 74. mum is the one"."""
    kin = next((text for text in reversed(_lead(texts, place)[-3:]) if text in KIN), None)
    return list(texts).count(kin) if kin else 1


def _lead(texts: Sequence[str], place: int) -> list[str]:
    lead = list(texts[max(0, place - 6) : place])
    while lead and lead[-1] in _SMALL:
        lead.pop()
    return lead


def _owner(words: Sequence[Word], texts: Sequence[str], age: Measure) -> str:
    """Whose an age is by the words around it: own, plain (nobody named), other, or adviser."""
    place = age.start
    of_kin = texts[place - 1 : place] == ["my"] and not KIN.isdisjoint(texts[age.end : age.end + 1])
    if of_kin and age.value >= YOUNGEST:
        return "other"  # "my 82yo dad"
    lead = _lead(texts, place)
    if lead[-2:] == ["i", "am"] or lead[-1:] in (["me"], ["myself"], ["i"]):
        return "own"
    verb = lead[-1:] in (["is"], ["'s"], ["are"], ["aged"], ["turned"])
    named = lead[-2:-1] if verb else lead[-1:]
    if verb and named and named[0] in ("we", "i"):
        return "own"
    if _advises(words, texts, place):
        return "adviser"
    if (
        not verb
        and named
        and words[place].before.strip() == ","
        and lead[-5:-1]
        and {"for", "with"} & set(lead[-5:-1])
    ):
        return "plain"  # "the shopping for my disabled mum, 19 yrs old, low back"
    if not verb and named == ["mate"] and words[place].before.strip():
        return "plain"  # "mate, 44 yo shearer"
    if named and (named[0] in _OTHERS or named[0] in KIN or named[0] in CHILDREN):
        return "own" if verb and named[0] == "him" else "other"
    return "other" if verb and named and named[0] == "who" else "plain"


def _advises(words: Sequence[Word], texts: Sequence[str], place: int) -> bool:
    """Whether a relative in front of an age in brackets only says or does something: "dad (46) says walk it off"."""
    number = number_at(texts, place)
    return (
        number is not None
        and "(" in words[place].before
        and not _ADVISES.isdisjoint(texts[number[1] : number[1] + 1])
    )


def _compared(texts: Sequence[str], place: int) -> bool:
    """Whether a number is what somebody feels or will be: "I walk like I'm 90", "23 not 83"."""
    lead = _lead(texts, place)
    if lead[-2:] == ["i", "am"]:
        return lead[-3:-2] == ["like"] or lead[-4:-2] in (["as", "if"], ["as", "though"])
    return lead[-1:] in (["like"], ["feel"], ["not"], ["feels"]) and len(texts) > 2


def _terse(words: Sequence[Word], texts: Sequence[str], taken: set[int], today: date) -> list[Measure]:
    """Ages told with few words: "M29", "(36)", "Postie, 56, 11 miles a day", "at 61 with sciatica"."""
    found: list[Measure] = []
    for place, text in enumerate(texts):
        if place in taken:
            continue
        letter = _SEX_AND_AGE.fullmatch(text)
        if letter and place == 0 and (len(texts) == 1 or words[1].before.strip()):
            found.append(Measure(float(letter.group(1)), place, place + 1))
            continue
        number = number_at(texts, place)
        if (
            number is None
            or number[0] != int(number[0])
            or (":" in words[place].before and texts[place - 1].isdecimal())
        ):
            continue
        value, end = number
        if 11 <= value < 14 and place <= 2 and _closed(words, end) and set(texts[:place]) <= _OPENERS:
            found.append(Measure(value, place, end))
            continue
        follow = texts[end] if end < len(texts) else ""
        born = _born(words, texts, place, value, today)
        if born is not None:
            found.append(Measure(born, place, end))
        elif _then(texts, place, value, today) is not None:
            found.append(Measure(_then(texts, place, value, today) or value, place, end))
        elif 14 <= value <= 99 and (
            _in_brackets(words, place, end)
            or _beside_sex(words, texts, place, end)
            or _at_age(words, texts, place, end)
            or _of_kin(words, texts, place, end)
            or (
                follow in ("odd", "ish")
                and value >= 30
                and place <= 3
                and (_closed(words, end + 1) or words[end + 1].text in ("and", "but", "with", "now"))
            )
            or _alone(words, texts, place, end)
        ):
            odd = follow == "odd" and value % 10 == 0
            found.append(Measure(value + 5 * odd, place, end))
    return found


def _infants(texts: Sequence[str], taken: set[int]) -> list[Measure]:
    """Ages in weeks or months, as whole years: "he's 10 months", "our 8 week old"."""
    found: list[Measure] = []
    for place in range(len(texts)):
        number = number_at(texts, place)
        unit = UNIT_DAYS.get(texts[number[1]], 0) if number is not None and number[1] < len(texts) else 0
        if number is None or place in taken or not 1 <= unit < _YEAR:
            continue
        lead = _lead(texts, place)
        told = lead[-1:] in (["is"], ["'s"], ["aged"]) and bool(_BABIES & set(lead[-2:-1]))
        after = texts[number[1] + 1 : number[1] + 2]
        if (told and not _INTO & set(after)) or after == ["old"]:
            found.append(Measure(float(number[0] * unit // _YEAR), place, number[1] + 1))
    return found


def _closed(words: Sequence[Word], place: int) -> bool:
    return place >= len(words) or bool(set(",.;:!?()\n") & set(words[place].before)) or " - " in words[place].before


def _born(words: Sequence[Word], texts: Sequence[str], place: int, value: float, today: date) -> float | None:
    """ "born in '79", "'87 baby", "a 1990 baby", "1962 vintage"."""
    follow = texts[place + 1] if place + 1 < len(texts) else ""
    said = bool({"born", "dob"} & set(texts[max(0, place - 3) : place])) or follow in (
        "baby",
        "vintage",
        "model",
        "born",
    )
    if not said or not texts[place].isdecimal():
        return None
    if len(texts[place]) == 2 and ("'" in words[place].before or texts[place - 1 : place] == ["in"]):
        value += 1900 if value > today.year % 100 - 5 else 2000
    return float(today.year - value) if 1920 < value <= today.year else None


def _then(texts: Sequence[str], place: int, value: float, today: date) -> float | None:
    """ "in 1998 I was 20": as old as that makes one today."""
    if list(texts[place - 2 : place]) != ["i", "was"] or not 4 <= value <= 90:
        return None
    for at in range(max(0, place - 6), place):
        if texts[at].isdecimal() and len(texts[at]) == 4 and 1930 < int(texts[at]) < today.year:
            return value + today.year - int(texts[at])
    return None


def _beside_sex(words: Sequence[Word], texts: Sequence[str], place: int, end: int) -> bool:
    """ "33 f", "f 31", "Female 58." """
    after = texts[end] if end < len(texts) else ""
    if place and texts[place - 1] in _SEXES and not words[place].before.strip():
        return _closed(words, end) and after not in UNIT_DAYS
    return after in ("f", "m", "female", "male") and _closed(words, end + 1) and (not place or _closed(words, place))


def _in_brackets(words: Sequence[Word], place: int, end: int) -> bool:
    """ "not old (36)", with nothing else between the brackets."""
    return "(" in words[place].before and (
        (end < len(words) and ")" in words[end].before) or (end >= len(words) and ")" in words[-1].after)
    )


def _at_age(words: Sequence[Word], texts: Sequence[str], place: int, end: int) -> bool:
    """ "at 61 with sciatica", "at 59 I'm not used to it", "too old at 78 for a massage"."""
    if texts[place - 1 : place] != ["at"] or place < 2:
        return False
    if (
        texts[place - 2] not in ("and", "old", "even", "but", "here", "young", "that")
        and not words[place - 1].before.strip()
    ):
        return False
    follow = list(texts[end : end + 2])
    return follow[:1] in (["with"], ["you"], ["my"], ["it"], ["for"]) or follow == ["i", "am"] or _closed(words, end)


def _of_kin(words: Sequence[Word], texts: Sequence[str], place: int, end: int) -> bool:
    """ "mum 72 needs", "my mother of 78 years"; "we are both 62"."""
    before = list(texts[max(0, place - 2) : place])
    unit = texts[end] if end < len(texts) else ""
    if before[-1:] == ["both"] and before[-2:-1] in (["are"], ["am"]):
        return unit not in UNIT_DAYS
    if before[-1:] == ["of"] and before[:1] and before[0] in KIN and unit in ("years", "year"):
        return True
    return bool(before) and before[-1] in KIN and unit not in UNIT_DAYS and int(number_at(texts, place)[0]) >= 30  # type: ignore[index]


def _alone(words: Sequence[Word], texts: Sequence[str], place: int, end: int) -> bool:
    """A number between two marks, or with "last March" after it, that opens or closes what is said of oneself."""
    opens = _closed(words, place) or place == 0 or (place <= 2 and texts[place - 1] in _OPENERS)
    sexed = bool(place) and texts[place - 1] in ("f", "m", "female", "male") and "/" in words[place].before
    if sexed:
        return end >= len(words) or "/" in words[end].before or _closed(words, end)
    earlier = texts[place - 1] if place else ""
    if not opens or (earlier[:1].isdecimal() and (not earlier.isdecimal() or int(earlier) > 10)):
        return False
    follow = list(texts[end : end + 2])
    if follow[:1] in (["last"], ["this"]) and follow[1:] != ["time"]:
        return follow[1:] not in (["week"], ["night"], ["morning"], ["one"])
    if place <= 2 and follow[:1] == ["and"] and texts[place - 1 : place] and texts[place - 1] in _OPENERS:
        return follow[1:] in (["i"], ["my"], ["already"], ["still"])
    if not _closed(words, end):
        return False
    other = number_at(texts, end)
    bare = other is not None and _closed(words, other[1]) and other[0] > 10
    return place > 0 and not bare
