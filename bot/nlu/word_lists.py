"""The word lists of data/nlu/lookups.yml as features: which of them have a word or phrase in the message.

Rasa's RegexFeaturizer tries each list's pattern on every message and marks each token, in 2 ms; this looks words up.
"""

from __future__ import annotations

import re
from typing import Any, Dict, Iterable, List, Mapping, Sequence, Set, Tuple

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.sentence_rows import Row, SentenceRows


def words_of(text: str) -> List[str]:
    """The words of a text in lower case; whatever stands between them counts as one gap."""
    return re.findall(r"\w+", text.lower())


class Lists:
    """Named lists of words and phrases, looked up by their first word."""

    def __init__(self, lists: Mapping[str, Sequence[str]]) -> None:
        self.lists = {name: list(entries) for name, entries in lists.items()}
        self._by_first: Dict[str, List[Tuple[Tuple[str, ...], int]]] = {}
        for place, entries in enumerate(self.lists.values()):
            for words in {tuple(words_of(entry)) for entry in entries}:
                if words:
                    self._by_first.setdefault(words[0], []).append((words, place))

    def met(self, text: str) -> List[int]:
        """Places of the lists, in rising order, that have an entry among the words of ``text``."""
        words = words_of(text)
        found: Set[int] = set()
        for at, word in enumerate(words):
            for entry, place in self._by_first.get(word, ()):
                if tuple(words[at : at + len(entry)]) == entry:
                    found.add(place)
        return sorted(found)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class WordLists(SentenceRows):
    """1 in the column of each list that is met."""

    def learn(self, training_data: TrainingData) -> Dict[str, List[str]]:
        """The lookup tables, those of one name as one list."""
        lists: Dict[str, List[str]] = {}
        for table in training_data.lookup_tables:
            lists.setdefault(table["name"], []).extend(_entries(table["elements"]))
        return lists

    def use(self, learnt: Dict[str, List[str]]) -> None:
        """``learnt``: entries by the name of their list."""
        self._lists = Lists(learnt)

    def row(self, message: Message) -> Row:
        """The lists that have an entry in the message."""
        met = self._lists.met(message.get(TEXT))
        return Row(np.array(met, dtype=np.int32), np.ones(len(met)), len(self._lists.lists))


def _entries(elements: Any) -> Iterable[str]:
    """A lookup table's own entries; one that names a file is not used here, so ValueError."""
    if not isinstance(elements, list):
        raise ValueError("a lookup table of data/nlu must list its entries, not name a file")
    return elements
