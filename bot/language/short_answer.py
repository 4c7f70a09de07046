"""A short reply read as such: yes, no, not sure, none, a number, or which ones. Standard library only."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import Literal, Optional, Sequence

from bot.language.numbers import ORDINALS, number_at
from bot.language.short_words import SCORES, SPELLED, WORDS

Polarity = Literal["yes", "no", "unsure"]


@dataclass(frozen=True)
class ShortAnswer:
    """What a reply to a pending question says on its own.

    ``polarity``: None when the reply says none of the three. ``none_of_these``: every choice is turned down.
    ``number``: the one number in it ("6 to 7" is 6.5). ``picks``: choices by their place, 1 the first, -1 the last; a
    bare "2" is both a number and a pick. ``only``: just those. ``all_of_these``: every choice. ``left_out``: choices
    turned down by their place ("all but the third"); with ``picks`` empty, every other one is meant.
    ``weak``: a "yes" that rests only on an acknowledgement ("ok", "sure", "got it"), which may mean no more than
    that the question was read.
    ``refused``: the person would rather not say. ``again``: the answer is that of the time before ("as above").
    ``whole``: nothing else of substance was said. When False, ``polarity`` is what the reply begins with ("no but my
    calf is huge"), and the rest must be read as a message of its own; a "no" or "yes" that belongs to what
    follows it ("no pain at night but I lost weight") is no polarity.
    """

    polarity: Optional[Polarity] = None
    none_of_these: bool = False
    number: Optional[float] = None
    picks: tuple[int, ...] = ()
    only: bool = False
    left_out: tuple[int, ...] = ()
    all_of_these: bool = False
    whole: bool = False
    weak: bool = False
    refused: bool = False
    again: bool = False


_AUX = [
    "do",
    "does",
    "did",
    "am",
    "is",
    "are",
    "have",
    "has",
    "had",
    "was",
    "were",
    "can",
    "will",
    "would",
    "should",
    "could",
    "got",
]
_PRONOUNS = ["i", "it", "they", "he", "she", "we", "there", "that", "this"]

_PHRASES: dict[str, list[tuple[str, ...]]] = {
    kind: sorted(
        {
            tuple(SPELLED.get(word, word) for word in phrase.split())
            for phrase in re.sub(r"\s*\n\s*", "", text).split("|")
            if phrase
        },
        key=len,
        reverse=True,
    )
    for kind, text in WORDS.items()
}
_FIRST: dict[str, dict[str, list[tuple[str, ...]]]] = {}
for _kind, _list in _PHRASES.items():
    for _words in _list:
        _FIRST.setdefault(_kind, {}).setdefault(_words[0], []).append(_words)

_TOKEN = re.compile(r"\d+(?:\.\d+)?|[^\W\d_]+|[👍👎✅❌🤷#/]|[,.;:!?\n-]", re.UNICODE)
_NTH = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)\b")
_MARKS = frozenset(",.;:!?\n-")
_LINKS = frozenset(
    [
        "but",
        "i",
        "my",
        "it",
        "its",
        "just",
        "only",
        "and",
        "because",
        "cos",
        "though",
        "although",
        "however",
        "except",
        "im",
        "ive",
        "he",
        "she",
        "they",
        "we",
        "there",
        "the",
        "when",
        "if",
        "after",
    ]
)
_AFTER_HEDGE = frozenset(["but", "and", "though", "when", "if", "after", "yes", "yeah"])
_LONGEST = 200


def read_short_answer(text: str) -> ShortAnswer:
    """What ``text`` says as a reply to a question; an empty ShortAnswer when it is no short reply."""
    plain = _NTH.sub(r"number \1", _plain(text))
    tokens, marks = _tokens(plain)
    if not tokens:
        return ShortAnswer()
    long = len(text) > _LONGEST
    if _phrase("refuse", tokens, 0) == len(tokens):
        return ShortAnswer(refused=True, whole=True)
    counted = None if long else _one_by_one(tokens) or _number(tokens, marks) or _picked(tokens)
    return counted or _polarity(tokens, marks, long)


def _plain(text: str) -> str:
    """The beginning of a reply in small letters, without apostrophes and what nobody sees."""
    return re.sub(r"['’‘`´\u200b-\u200f\ufe0f]", "", unicodedata.normalize("NFKC", text[:_LONGEST]).lower())


def _tokens(text: str) -> tuple[list[str], list[str]]:
    """Words, and the marks in front of each."""
    tokens: list[str] = []
    marks: list[str] = []
    pending = ""
    for found in _TOKEN.findall(text):
        if found in _MARKS:
            pending += found
        elif found == "/" and tokens and tokens[-1] == "n":
            continue
        else:
            tokens.append(SPELLED.get(found, found))
            marks.append(pending)
            pending = ""
    return tokens, marks


def _phrase(kind: str, tokens: Sequence[str], place: int) -> int:
    """How many words of a phrase of ``kind`` stand at ``place``."""
    if place >= len(tokens):
        return 0
    for phrase in _FIRST[kind].get(tokens[place], ()):
        if tuple(tokens[place : place + len(phrase)]) == phrase:
            return len(phrase)
    return 0


def _skip(kinds: Sequence[str], tokens: Sequence[str], place: int) -> int:
    while place < len(tokens):
        step = max(_phrase(kind, tokens, place) for kind in kinds)
        if not step:
            break
        place += step
    return place


def _one_by_one(tokens: Sequence[str]) -> ShortAnswer | None:
    """ "1 no 2 no 3 yes": each choice with its own answer, or None."""
    pairs = list(zip(tokens[::2], tokens[1::2], strict=False))
    if (
        len(tokens) < 4
        or len(tokens) % 2
        or not all(n.isdecimal() and said in ("yes", "no", "y", "n") for n, said in pairs)
    ):
        return None
    picks = tuple(int(n) for n, said in pairs if said in ("yes", "y"))
    return ShortAnswer(picks=picks, whole=True) if picks else ShortAnswer("no", none_of_these=True, whole=True)


def _number(tokens: Sequence[str], marks: Sequence[str]) -> ShortAnswer | None:
    """A reply that is one number and nothing else, or None."""
    place = _skip(("about", "filler", "thinking", "mended"), tokens, 0)
    found = number_at(tokens, place)
    if found is None or (place < len(tokens) and tokens[place] == "one" and place + 1 < len(tokens)):
        return None
    value, place = found
    single = True
    if place < len(tokens) and (tokens[place] in ("to", "or") or "-" in marks[place]):
        step = 1 if tokens[place] in ("to", "or") else 0
        other = number_at(tokens, place + step)
        if other is not None:
            if tokens[place] == "or" and abs(other[0] - value) != 1:
                return None
            value, place, single = (value + other[0]) / 2, other[1], False
    if place < len(tokens) and tokens[place] == "/":
        single = False
        place += 1
    elif place < len(tokens) and tokens[place] in ("out", "of"):
        single = False
    place = _skip(("after_number", "filler"), tokens, place)
    if place < len(tokens):
        return None
    pick = (int(value),) if single and value == int(value) and 1 <= value <= 12 else ()
    return ShortAnswer(number=value, picks=pick, only=bool(pick) and bool({"only", "just"} & set(tokens)), whole=True)


def loose_number(text: str, fact: str) -> float | None:
    """The age or the score in a short reply that says a little more: "in year 9, thirteen", "five. no, six. six"."""
    tokens, _ = _tokens(unicodedata.normalize("NFKC", text[:_LONGEST]).lower())
    found: list[float] = []
    place = 0
    while place < len(tokens):
        number = number_at(tokens, place)
        if number is None:
            place += 1
            continue
        if not (_LOOSE & set(tokens[max(0, place - 1) : place])) and not (
            _COUNTS & set(tokens[number[1] : number[1] + 1])
        ):
            found.append(number[0])
        place = number[1]
    if len(tokens) > _LOOSE_LENGTH or not found:
        return None
    if fact == "age":
        mended = bool({"no", "sorry", "oops", "meant", "actually"} & set(tokens))
        first = number_at(tokens, 0) is not None or len(found) == 1  # "14, 15 in October"
        age = found[-1] if mended else found[0] if first else 0.0
        return age if 5 <= age < 110 else None
    return found[-1] if all(0 <= one <= 10 for one in found) else None


def score_in_words(text: str) -> int | None:
    """The score out of 10 that a reply of a few words stands for: "mild", "really bad at the moment"."""
    tokens, _ = _tokens(_plain(text))
    place = _skip(("about", "filler", "thinking"), tokens, 0)
    for words in (tokens, tokens[place:]):
        for score, phrases in _SCORES.items():
            for phrase in phrases:
                if tuple(words[: len(phrase)]) == phrase and _skip(("filler",), words, len(phrase)) == len(words):
                    return score
    return None


_SCORES = {score: [tuple(one.split()) for one in re.split(r"\|\s*", text)] for score, text in SCORES.items()}
_LOOSE = frozenset(["year", "grade", "class", "form", "number", "for", "since", "had", "got", "have"])
_COUNTS = frozenset(
    ["days", "day", "weeks", "week", "months", "month", "hours", "minutes", "mins", "kids", "children", "times",
     "tablets",
     "pills", "people", "of", "am", "pm", "kg", "stone", "years", "year", "nights", "am", "half"]
)  # fmt: skip
_LOOSE_LENGTH = 8
_OPENERS = ("filler", "yes", "weak", "thinking")


def _places(tokens: Sequence[str], place: int) -> tuple[list[int], int]:
    """Choices named by their place from ``place`` on, and where that ends."""
    picks: list[int] = []
    several = len(tokens) > 1
    while place < len(tokens):
        word = tokens[place]
        if word in ORDINALS:
            nth = ORDINALS[word]
            after = number_at(tokens, place + 1)
            if nth == 1 and after and 2 <= after[0] <= 6 and tokens[place + 1] != "one":
                picks.extend(range(1, int(after[0]) + 1))
                place = after[1]
            else:
                picks.append(nth)
                place += 1
            continue
        if word == "one" and picks:
            place += 1
            continue
        found = number_at(tokens, place)
        if found and found[0] == int(found[0]) and 1 <= found[0] <= 12 and several:
            picks.append(int(found[0]))
            place = found[1]
            continue
        if _phrase("except_not", tokens, place):
            break
        step = max(_phrase(kind, tokens, place) for kind in ("pick", *_OPENERS))
        if not step:
            break
        place += step
    return list(dict.fromkeys(picks)), place


def _excepts(tokens: Sequence[str], place: int) -> int:
    return max(_phrase("except", tokens, place), _phrase("except_not", tokens, place))


def _picked(tokens: Sequence[str]) -> ShortAnswer | None:
    """A reply that points at choices by their place, or at all but some, or None."""
    start, said = 0, ""
    for kind in ("none", "all", "no"):
        place = _skip(_OPENERS, tokens, 0)
        step = _phrase(kind, tokens, place)
        excepts = _excepts(tokens, place + step) if kind == "all" else _phrase("except", tokens, place + step)
        if step and excepts:
            start, said = place + step, kind
            break
    opened = _skip(_OPENERS, tokens, 0)
    if not said and _phrase("yes", tokens, 0) and _excepts(tokens, opened):
        start, said = opened, "all"
    picks, place = ([], start) if said else _places(tokens, 0)
    left_out: list[int] = []
    if place < len(tokens):
        step = _excepts(tokens, place)
        if not step or not (picks or said):
            return None
        if tokens[place + step :] == ["one"]:  # "all but one" does not say which
            return None
        left_out, place = _places(tokens, place + step)
        if not left_out:
            return None
    place = _skip(("filler", "pick"), tokens, place)
    if place < len(tokens) or not (picks or left_out):
        return None
    only = bool({"only", "just"} & set(tokens))
    if said in ("none", "no"):  # "none but the third" is the third
        return ShortAnswer(picks=tuple(left_out), only=True, whole=True)
    return ShortAnswer(
        picks=tuple(pick for pick in picks if pick not in left_out),
        only=only,
        left_out=tuple(left_out),
        all_of_these=said == "all",
        whole=True,
    )


def _clause(tokens: Sequence[str], place: int) -> tuple[Polarity, int] | None:
    """ "I do", "it doesn't", "they have not": a bare pronoun and verb at ``place``, and how many words."""
    if place + 1 >= len(tokens) or tokens[place] not in _PRONOUNS:
        return None
    verb = tokens[place + 1]
    if verb in _AUX:
        negated = tokens[place + 2 : place + 3] == ["not"]
        return ("no", 3) if negated else ("yes", 2)
    if verb.endswith("nt") and (verb[:-2] in _AUX or verb in ("cant", "wont")):
        return ("no", 2)
    return None


_OWNERS = frozenset(["my", "our", "his", "her", "your", "their"])
_SAYS: dict[str, Polarity] = {"yes": "yes", "over": "yes", "no": "no", "unsure": "unsure"}
_OUTRIGHT = frozenset(["yes", "yeah", "yep", "yea", "yup", "yh", "aye"])
_KINDS = ("none", "all", "unsure", "again", "no", "yes", "hedge", "weak", "thinking", "filler")


@dataclass(frozen=True)
class _Heard:
    """What the words so far say, and where the last phrase that says anything ends."""

    polarity: Polarity | None = None
    none: bool = False
    every: bool = False
    acknowledged: bool = False
    again: bool = False
    last: int = 0

    def then(self, kind: str, place: int, end: int) -> _Heard:
        """With one more phrase of ``kind`` from ``place`` to ``end``."""
        if kind == "weak":
            return replace(self, acknowledged=True, last=end)
        if kind == "again":
            return replace(self, again=True, last=end)
        if kind == "none":
            return replace(self, none=True, polarity="no", last=end)
        if kind == "all":
            return replace(self, every=True, polarity=self.polarity or "yes", last=end)
        said = _SAYS.get(kind)
        if said is None:
            return self
        polarity = self.polarity
        outright = polarity == "no" and kind == "over"  # "no, I mean yes"
        if polarity is None or outright or (polarity == "yes" and said == "no" and place == self.last):
            polarity = said
        elif polarity != said and "unsure" in (polarity, said) and polarity != "no":
            polarity = "unsure"
        return replace(self, polarity=polarity, last=end)


def _next_phrase(tokens: Sequence[str], marks: Sequence[str], place: int) -> tuple[str, int]:
    """Kind and length of the longest phrase at ``place``; ("", 0) when none stands there."""
    best, kind = 0, ""
    for name in _KINDS:
        step = _phrase(name, tokens, place)
        if step > best:
            best, kind = step, name
    if kind == "all" and best == 1 and tokens[place + 1 : place + 2] and tokens[place + 1] in _OWNERS:
        return "", 0  # "all my friends had that"
    if kind == "hedge":
        end = place + best
        alone = end >= len(tokens) or bool(marks[end]) or tokens[end] in _AFTER_HEDGE
        kind = "yes" if alone else ""
        best = best if alone else 0
    elif kind == "yes" and tokens[place] in _OUTRIGHT:
        kind = "over"
    clause = _clause(tokens, place)
    if clause is not None and clause[1] >= best:
        end = place + clause[1]
        if end >= len(tokens) or marks[end] or tokens[end] in ("but", "and"):
            kind, best = "over" if clause[0] == "yes" else "no", clause[1]
    return kind, best


def _polarity(tokens: Sequence[str], marks: Sequence[str], long: bool) -> ShortAnswer:
    place = 0
    heard = before = _Heard()
    while place < len(tokens):
        kind, step = _next_phrase(tokens, marks, place)
        if not step:
            break
        now = heard.then(kind, place, place + step)
        if now.last != heard.last:
            before = heard
        heard = now
        place += step
    whole = place >= len(tokens) and not long
    if whole:
        if heard.polarity is None and not heard.acknowledged and not heard.again:
            return ShortAnswer()
        return _answer(heard, whole=True)
    if heard.every and any(_phrase("none", tokens, after) for after in range(place, len(tokens))):
        return ShortAnswer("no", none_of_these=True)  # "all that, have none"
    if _runs_on(tokens, marks, heard.last):
        if heard.polarity == "yes" and tokens[0] in _OUTRIGHT:
            return ShortAnswer("yes")
        # The last phrase belongs to what follows ("none, just a bit of tingling"): what stood before it counts.
        if not before.last or _runs_on(tokens, marks, before.last):
            return ShortAnswer()
        heard = before
    return _answer(heard, whole=False)


def _runs_on(tokens: Sequence[str], marks: Sequence[str], end: int) -> bool:
    """Whether the words after ``end`` hang on those before it, with no mark or linking word between."""
    return 0 < end < len(tokens) and not marks[end] and tokens[end] not in _LINKS


def _answer(heard: _Heard, whole: bool) -> ShortAnswer:
    weak = heard.acknowledged and heard.polarity is None
    polarity: Polarity | None = "yes" if weak else heard.polarity
    every = heard.every and not heard.none and polarity != "no"
    again = heard.again and whole
    return ShortAnswer(polarity, heard.none, all_of_these=every, whole=whole, weak=weak, again=again)
