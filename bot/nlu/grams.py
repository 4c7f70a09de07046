"""Words with their pairs, and pieces of words, of a text: what both learned readers count. Knows nothing of Rasa."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from itertools import pairwise
from typing import Dict, Iterable, Mapping, Tuple

import numpy as np

WORDS, PIECES = "words", "pieces"
KINDS = (WORDS, PIECES)
SHORTEST, LONGEST = 3, 4  # characters of a piece, the blanks around a word counted; 2 to 5 tell no more (measured)
MIN_COUNT = 2  # n-grams met only once teach nothing
_APOSTROPHES = str.maketrans("", "", "'’`´")


@lru_cache(maxsize=64)  # the two readers ask for the same message one after the other
def grams(text: str) -> Mapping[str, Tuple[str, ...]]:
    """Kind → n-grams in the order of the text, as often as they stand there."""
    words = re.findall(r"\w+", text.lower().translate(_APOSTROPHES))
    pieces = []
    for word in words:
        padded = f" {word} "
        for length in range(SHORTEST, LONGEST + 1):
            pieces += [padded[at : at + length] for at in range(max(1, len(padded) - length + 1))]
    return {WORDS: (*words, *(f"{one} {two}" for one, two in pairwise(words))), PIECES: tuple(pieces)}


def columns_of(texts: Iterable[str], kind: str, first: int = 0) -> Tuple[Dict[str, int], np.ndarray]:
    """n-gram → column for all met in at least ``MIN_COUNT`` texts, from ``first`` on; and in how many, shape (n,)."""
    having = Counter(gram for text in texts for gram in set(grams(text)[kind]))
    kept = sorted(gram for gram, count in having.items() if count >= MIN_COUNT)
    return {gram: first + place for place, gram in enumerate(kept)}, np.array([having[gram] for gram in kept])


def counted(text: str, kind: str, columns: Mapping[str, int]) -> Tuple[np.ndarray, np.ndarray]:
    """Columns in rising order, int64, and how often the n-gram of each stands in ``text``."""
    at, counts = np.unique([columns[gram] for gram in grams(text)[kind] if gram in columns], return_counts=True)
    return at.astype(np.int64), counts
