"""What the project's sparse featurizers share: one row a message, in columns that were learnt and saved as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, ClassVar, Dict, List, NamedTuple, Text, Type

import numpy as np
from rasa.engine.storage.resource import Resource
from rasa.nlu.constants import FEATURIZER_CLASS_ALIAS
from rasa.nlu.featurizers.sparse_featurizer.sparse_featurizer import SparseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.learning import Learning
from bot.nlu.rows import sparse_row

_FILE = "learnt.json"


class Row(NamedTuple):
    """``columns`` in rising order, each once, all below ``width``; a value for each."""

    columns: np.ndarray
    values: np.ndarray
    width: int


class SentenceRows(SparseFeaturizer, Learning):
    """Adds one sparse sentence feature to a message. A featurizer says what it learns and what its row is."""

    nothing: ClassVar[Any] = {}  # what is known before the training

    @classmethod
    def required_components(cls) -> List[Type]:
        """Rasa wants a tokenizer before any featurizer."""
        return [Tokenizer]

    @classmethod
    def validate_config(cls, config: Dict[Text, Any]) -> None:
        """There is nothing to set but ``alias``."""

    @classmethod
    def made(cls, config: Dict[Text, Any], name: Text) -> SentenceRows:
        """As Rasa makes featurizers."""
        return cls(name, config)

    def __init__(self, name: Text, config: Dict[Text, Any]) -> None:
        """A featurizer that knows nothing yet."""
        super().__init__(name, config)
        self._learnt: Any = self.nothing
        self.use(self._learnt)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn, and save what was learnt."""
        self._learnt = self.learn(training_data)
        self.use(self._learnt)
        return self.keep()

    def save(self, folder: Path) -> None:
        """As JSON."""
        (folder / _FILE).write_text(json.dumps(self._learnt), encoding="utf-8")

    def restore(self, folder: Path) -> None:
        """What ``save`` wrote."""
        self._learnt = json.loads((folder / _FILE).read_text("utf-8"))
        self.use(self._learnt)

    def process(self, messages: List[Message]) -> List[Message]:
        """The same messages, each that has a text with its row of shape (1, width), perhaps empty."""
        for message in messages:
            if message.get(TEXT):
                made = self.row(message)
                sparse = sparse_row(made.columns, made.values, max(1, made.width))
                alias = self._config[FEATURIZER_CLASS_ALIAS]
                message.add_features(Features(sparse, FEATURE_TYPE_SENTENCE, TEXT, alias))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """The same training data, each example that has an intent with its row."""
        self.process(training_data.intent_examples)
        return training_data

    def learn(self, training_data: TrainingData) -> Any:
        """What is to be known of the training data, as JSON can keep it."""
        raise NotImplementedError

    def use(self, learnt: Any) -> None:
        """Take over what was learnt."""
        raise NotImplementedError

    def row(self, message: Message) -> Row:
        """The row of a message that has a text."""
        raise NotImplementedError
