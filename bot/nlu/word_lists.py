"""The word lists of data/nlu/lookups.yml as features: which of them have a word or phrase in the message.

Rasa's RegexFeaturizer tries each list's pattern on every message and marks each token, in 2 ms; this looks words up.
"""

from __future__ import annotations

import json
import re
from typing import Any, Dict, Iterable, List, Mapping, Optional, Sequence, Set, Text, Tuple, Type

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import FEATURIZER_CLASS_ALIAS
from rasa.nlu.featurizers.sparse_featurizer.sparse_featurizer import SparseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.rows import sparse_row

_FILE = "lists.json"


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
class WordLists(SparseFeaturizer, GraphComponent):
    """Adds one sparse sentence feature to a message: 1 in the column of each list that is met."""

    @classmethod
    def required_components(cls) -> List[Type]:
        """Rasa wants a tokenizer before any featurizer."""
        return [Tokenizer]

    @classmethod
    def validate_config(cls, config: Dict[Text, Any]) -> None:
        """There is nothing to set but ``alias``."""

    def __init__(
        self,
        config: Dict[Text, Any],
        name: Text,
        model_storage: ModelStorage,
        resource: Resource,
        lists: Optional[Lists] = None,
    ) -> None:
        """``lists``: learnt, that is, copied from the training data."""
        super().__init__(name, config)
        self._model_storage, self._resource = model_storage, resource
        self._lists = lists or Lists({})

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> WordLists:
        """A featurizer without lists."""
        return cls(config, execution_context.node_name, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Take over the lookup tables, those of one name as one list."""
        lists: Dict[str, List[str]] = {}
        for table in training_data.lookup_tables:
            lists.setdefault(table["name"], []).extend(_entries(table["elements"]))
        self._lists = Lists(lists)
        with self._model_storage.write_to(self._resource) as folder:
            (folder / _FILE).write_text(json.dumps(self._lists.lists), encoding="utf-8")
        return self._resource

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> WordLists:
        """The trained featurizer; an error when the model has none or it is broken."""
        with model_storage.read_from(resource) as folder:
            lists = Lists(json.loads((folder / _FILE).read_text("utf-8")))
        return cls(config, execution_context.node_name, model_storage, resource, lists)

    def process(self, messages: List[Message]) -> List[Message]:
        """The same messages, each that has a text with its row of shape (1, lists), perhaps empty."""
        width = max(1, len(self._lists.lists))
        for message in messages:
            if message.get(TEXT):
                met = self._lists.met(message.get(TEXT))
                row = sparse_row(np.array(met, dtype=np.int32), np.ones(len(met)), width)
                message.add_features(Features(row, FEATURE_TYPE_SENTENCE, TEXT, self._config[FEATURIZER_CLASS_ALIAS]))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """The same training data, each example that has an intent with its row."""
        self.process(training_data.intent_examples)
        return training_data


def _entries(elements: Any) -> Iterable[str]:
    """A lookup table's own entries; one that names a file is not used here, so ValueError."""
    if not isinstance(elements, list):
        raise ValueError("a lookup table of data/nlu must list its entries, not name a file")
    return elements
