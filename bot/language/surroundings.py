"""What stands around a number in a message, from which its part in it is learned."""

from __future__ import annotations

from typing import Iterator, Sequence

from bot.language.measures import CHILDREN, KIN, WEEKDAYS
from bot.language.named_days import MONTHS
from bot.language.numbers import number_at
from bot.language.observation import Observation
from bot.language.told_numbers import AGE, LENGTH, SCORE, Candidate
from bot.language.words import Word

_NEAR, _FAR = 3, 7
_SELF = frozenset(["i", "my", "me", "mine", "myself"])
_THEY = frozenset(["he", "she", "his", "her", "they", "their", "him", "hers"])
_SITES = frozenset(["region", "complaint", "back_unspecified", "side", "onset"])
_BOUNDS = (0, 1, 3, 8, 15, 31, 62, 190, 370, 1500, 5000)
"""Of lengths in days, between which they count as alike."""


def surroundings(
    words: Sequence[Word], found: Sequence[Candidate], read: Sequence[Observation]
) -> list[tuple[str, ...]]:
    """Of each candidate what can tell its part: the words and marks around it, persons, places of pain.

    ``read``: the rules' observations of the message. Which number they chose is left out: they know the examples.
    """
    shapes = [_shape(word.text) for word in words]
    sites = [one for one in read if one.id in _SITES]
    places = [word for word in words if any(site.start <= word.start < site.end for site in sites)]
    others = any(one.id == "for_someone_else" for one in read)
    alike = {kind: [one for one in found if one.kind == kind] for kind in {one.kind for one in found}}
    return [
        tuple(
            " ".join((one.kind, *map(str, parts)))
            for parts in (
                *_itself(words, shapes, one, alike[one.kind]),
                *_words_around(words, shapes, one),
                *_persons_and_places(words, shapes, one, places),
                ("for other", others),
            )
        )
        for one in found
    ]


def _shape(text: str) -> str:
    """The word, or its kind where that says more than the word."""
    if text[0].isdecimal() or number_at([text], 0) is not None:
        return "#"
    for kind, known in (("KIN", KIN), ("KIN", CHILDREN), ("DAY", WEEKDAYS), ("MONTH", MONTHS)):
        if text in known and text not in ("half", "may", "man", "sun", "sat"):
            return kind
    return text


def _itself(
    words: Sequence[Word], shapes: Sequence[str], one: Candidate, same: Sequence[Candidate]
) -> Iterator[tuple[object, ...]]:
    """How it is written, and which of how many of its kind it is."""
    yield ("any",)
    yield "rule", one.rule
    yield "value", _bucket(one)
    yield "digits", words[one.start].text[0].isdecimal()
    if one.kind == LENGTH:
        yield "unit", shapes[one.end - 1]
        yield "first word", shapes[one.start]
    yield "of", min(len(same), 4), "first" if same[0] == one else "last" if same[-1] == one else "between"
    yield "words", min(len(words) // 4, 8)
    yield "opens", one.start == 0, "closes", one.end >= len(words)


def _words_around(words: Sequence[Word], shapes: Sequence[str], one: Candidate) -> Iterator[tuple[object, ...]]:
    """The words and marks before and after, by their place, and those of its sentence and clause."""
    start, end = one.start, one.end
    before = [shapes[place] if place >= 0 else "^" for place in range(start - _NEAR, start)]
    after = [shapes[place] if place < len(shapes) else "$" for place in range(end, end + _NEAR)]
    marked_before = words[start].before.strip() or ("^" if start == 0 else "")
    marked_after = words[end].before.strip() if end < len(words) else "$"
    yield "mark before", marked_before[:2]
    yield "mark after", marked_after[:2]
    yield "marks", marked_before[:1], marked_after[:1]
    for step in range(_NEAR):
        yield "before", step + 1, before[-1 - step]
        yield "after", step + 1, after[step]
    yield "pair before", before[-2], before[-1]
    yield "pair after", after[0], after[1]
    yield "around", before[-1], after[0]
    yield ("three before", *before)
    sentence, clause = words[start].sentence, words[start].clause
    for side, places in (("left", range(max(0, start - _FAR), start)), ("right", range(end, end + _FAR))):
        for place in places:
            if place < len(words) and words[place].sentence == sentence:
                yield side, shapes[place]
    for text in sorted({shapes[place] for place, word in enumerate(words) if word.clause == clause}):
        yield "clause", text


def _persons_and_places(
    words: Sequence[Word], shapes: Sequence[str], one: Candidate, places: Sequence[Word]
) -> Iterator[tuple[object, ...]]:
    """Whose it is by the word before it, and how near a place of pain is."""
    start = words[one.start]
    person = _person(words, one.start)
    yield "person", person
    yield "person here", person, shapes[one.start - 1] if one.start else "^"
    yield "site", _distance(words, one, places)
    yield "site in sentence", any(word.sentence == start.sentence for word in places)
    yield "site in clause", any(word.clause == start.clause for word in places)


def _bucket(one: Candidate) -> str:
    if one.kind == AGE:
        value = one.value
        return "child" if value < 12 else "youth" if value < 18 else "adult" if value < 100 else "old"
    if one.kind == SCORE:
        return str(int(one.value)) if one.value == int(one.value) else "part"
    return str(sum(one.value > bound for bound in _BOUNDS))


def _person(words: Sequence[Word], start: int) -> str:
    sentence = words[start].sentence
    for place in range(start - 1, -1, -1):
        if words[place].sentence != sentence:
            break
        text = words[place].text
        if text in _SELF:
            return "self"
        if text in _THEY or _shape(text) == "KIN":
            return "they"
        if text in ("it", "pain", "ache"):
            return "it"
    return "none"


def _distance(words: Sequence[Word], one: Candidate, places: Sequence[Word]) -> str:
    """How near the next word of a place of pain is, in words, and on which side."""
    last = words[one.end - 1].end
    best: tuple[int, str] | None = None
    for word in places:
        if word.start >= last:
            gap = (sum(1 for between in words[one.end :] if between.start < word.start), "after")
        else:
            gap = (sum(1 for between in words[: one.start] if between.start > word.start), "before")
        best = gap if best is None or gap < best else best
        if gap[1] == "after":
            break  # those after it are farther
    return "none" if best is None else f"{min(best[0], 8) // 2} {best[1]}"
