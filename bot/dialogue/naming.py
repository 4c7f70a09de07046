"""Choices named by a word of their label: "just the pee thing", "the calf one", "both legs"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import pairwise

# Words of labels that say nothing on their own, and everyday ones that are no alarm by themselves ("just stiff").
_PLAIN = frozenset(
    re.findall(
        r"\w+",
        """a an and any are as at back bad by comes down first for from goes has have in is it last low more new no
        not now of on one or out over pain part past problem side so such than that the then this to trouble two
        under very weeks when with you your
        stiff stiffness sore soreness tired tight heavy""",
    )
)
# More of them in the labels of signs: "just being dramatic" is not "being short of breath". Of times and places they
# are what is asked for.
_LIGHT = frozenset(
    re.findall(
        r"\w+",
        """after ago all allow another before began being better between came can cannot catche check checked come
        count day doe early ease easily feeling few gave get getting goe got hard hardly home hurt if just known less
        let life long main maybe minor minute month morning move much near never odd off once own rest
        same set short since small stand stay sudden suddenly there thi thing thought three time today too took
        trying unlike up was way week will within without worse yourself""",
    )
)
_POINTING = re.compile(
    r"\b(?:the|that|those|about|just|only|except|apart from|but|besides)\s+(?:the\s+|that\s+|my\s+|a\s+)?"
    r"(?P<word>[a-z]+)(?P<thing>\s+(?:one|ones|thing|things|bit|part|stuff|question))?\b"
)
_ALL_BUT = re.compile(r"\b(?:just|only|except|but|apart from|besides)\b")
_DENIAL = re.compile(r"\b(?:not|no|never|none|nor|without|\w+n'?t)\b")
_DOUBT = re.compile(r"\b(?:not (?:\w+ )?sure|unsure|uncertain|don'?t know|do not know|dunno|no idea)\b")
_YES = re.compile(r"\b(?:yes|yeah|yep|yup|i do|i have|it is|i did|i am)\b")
_BESIDE = frozenset(["my", "the", "its", "it", "is", "in", "left", "right", "side", "both", "i", "m", "s", "pain"])
_SHORT = 4  # words: a whole reply of this length may name a choice without "one" or "thing" after it


def pointed_at(labels: Mapping[str, str], text: str) -> tuple[str, ...]:
    """The ids of ``labels`` that a short reply points at by a word only their label has.

    A denial ("not the calf") names nothing, unless it leaves something out ("none, just the calf").
    """
    plain = _DOUBT.sub("", _plain(text))
    if _DENIAL.search(plain) and not _ALL_BUT.search(plain):
        return ()
    short = len(plain.split()) <= _SHORT
    stems = {
        _stem(found["word"])
        for found in _POINTING.finditer(plain)
        if short or found["thing"] or _YES.search(plain) or _ALL_BUT.search(plain)
    }
    return _owners(labels, stems - _LIGHT)


def bare(labels: Mapping[str, str], text: str) -> str:
    """The one id of ``labels`` that words of a short reply belong to ("middle left", "lower"); "" if none or two."""
    plain = _plain(text)
    if len(plain.split()) > 2 * _SHORT or _DENIAL.search(plain):
        return ""
    owners = _owners(labels, {_stem(word) for word in re.findall(r"[a-z]+", plain)})
    return owners[0] if len(owners) == 1 else ""


def repeated(labels: Mapping[str, str], text: str) -> tuple[str, ...]:
    """The ids of ``labels`` of which ``text`` repeats two words in a row ("actually both legs")."""
    plain = _plain(text)
    if _DENIAL.search(plain):
        return ()
    said = set(_pairs(plain))
    owners = {id: set(_pairs(_plain(label))) for id, label in labels.items()}
    often = Counter(pair for pairs in owners.values() for pair in pairs)
    return tuple(id for id, pairs in owners.items() if any(often[pair] == 1 for pair in pairs & said))


def only_of(labels: Mapping[str, str], text: str) -> bool:
    """Whether every word of ``text`` is one of the labels' own, beside "my", "the" and the like ("back", "lower")."""
    words = set(re.findall(r"[a-z]+", _plain(text)))
    own = {word for label in labels.values() for word in re.findall(r"[a-z]+", _plain(label))}
    return bool(words & own) and words <= own | _BESIDE


def doubts(text: str) -> bool:
    """Whether the reply says that the person is not sure ("not sure about the calf")."""
    return bool(_DOUBT.search(_plain(text)))


def agrees(text: str) -> bool:
    """Whether a yes stands anywhere in ``text`` ("oh, about the pee thing, yes")."""
    plain = _plain(text)
    return bool(_YES.search(plain)) and not _DENIAL.search(plain)


def _owners(labels: Mapping[str, str], stems: Iterable[str]) -> tuple[str, ...]:
    words = {id: {_stem(w) for w in re.findall(r"[a-z]+", _plain(label))} - _PLAIN for id, label in labels.items()}
    often = Counter(word for own in words.values() for word in own)
    said = {stem for stem in stems if often[stem] == 1}
    return tuple(id for id, own in words.items() if own & said)


def _pairs(plain: str) -> list[tuple[str, str]]:
    words = [_stem(word) for word in re.findall(r"[a-z]+", plain)]
    return [(first, second) for first, second in pairwise(words) if first not in _PLAIN and second not in _PLAIN]


def _plain(text: str) -> str:
    return text.lower().replace("\u2019", "'")


def _stem(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
