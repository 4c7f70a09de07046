"""Which words are English, by a list of the language and not of this field; and which are forms of one word."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

LEAST = 1_000_000
"""Times in the list's corpus (Google Books n-grams) from which a word counts; rarer ones are mostly slips."""
_ENDINGS = ("iest", "ings", "ier", "est", "ing", "ers", "er", "ies", "ied", "es", "ed", "ly", "y", "s", "d", "e")
_SHORTEST = 3


@lru_cache(maxsize=1)
def english_words() -> frozenset[str]:
    """The 82,834 words of symspellpy's list (SCOWL with counts), without those met too seldom."""
    text = (files("symspellpy") / "frequency_dictionary_en_82_765.txt").read_text("utf-8-sig")
    rows = (line.split() for line in text.splitlines())
    return frozenset(word for word, count in rows if int(count) >= LEAST)


def same_word(one: str, other: str) -> bool:
    """Whether both are forms of one word: "question" and "questions", "heavy" and "heavily"."""
    return one != other and bool(_stems(one) & _stems(other))


def _stems(word: str) -> frozenset[str]:
    stems = {word}
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            stem = word[: -len(ending)]
            stems |= {stem, stem[:-1]} if stem[-1] == stem[-2] else {stem}
    return frozenset(stems)
