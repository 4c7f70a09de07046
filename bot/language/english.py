"""Which words are English, by a list of the language and not of this field; and which are forms of one."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

LEAST = 1_000_000
"""Times in the list's corpus (Google Books n-grams) from which a word counts; rarer ones are mostly slips."""
_ENDINGS = ("ings", "ing", "ed", "es", "s")
_SHORTEST = 3


@lru_cache(maxsize=1)
def english_words() -> frozenset[str]:
    """The 82,834 words of symspellpy's list (SCOWL with counts), without those met too seldom."""
    text = (files("symspellpy") / "frequency_dictionary_en_82_765.txt").read_text("utf-8-sig")
    rows = (line.split() for line in text.splitlines())
    return frozenset(word for word, count in rows if int(count) >= LEAST)


def same_word(one: str, other: str) -> bool:
    """Whether both are forms of one noun or verb: "question" and "questions", "stop" and "stopping"."""
    return one != other and bool(_stems(one) & _stems(other))


def _stems(word: str) -> frozenset[str]:
    stems = {word}
    for ending in _ENDINGS:
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= _SHORTEST:
            stems |= {stem, stem + "e"} if ending in ("ings", "ing", "ed") else {stem}  # "reversing" of "reverse"
            if stem[-1] == stem[-2] and len(stem) > _SHORTEST:
                stems.add(stem[:-1])
    if word.endswith(("ies", "ied")):
        stems.add(word[:-3] + "y")
    return frozenset(stems)
