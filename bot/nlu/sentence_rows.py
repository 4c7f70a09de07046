"""What the project's sparse featurizers share: one row a message, in columns that were learnt and saved as JSON."""

from __future__ import annotations

import json
from typing import Any, ClassVar, Dict, List, NamedTuple, Text, Type

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
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

_FILE = "learnt.json"


class Row(NamedTuple):
    """``columns`` in rising order, each once, all below ``width``; a value for each."""

    columns: np.ndarray
    values: np.ndarray
    width: int


class SentenceRows(SparseFeaturizer, GraphComponent):
    """Adds one sparse sentence feature to a message. A featurizer says what it learns and what its row is."""

    nothing: ClassVar[Any] = {}  # what is known before the training

    @classmethod
    def required_components(cls) -> List[Type]:
        """Rasa wants a tokenizer before any featurizer."""
        return [Tokenizer]

    @classmethod
    def validate_config(cls, config: Dict[Text, Any]) -> None:
        """There is nothing to set but ``alias``."""

    def __init__(
        self, config: Dict[Text, Any], name: Text, model_storage: ModelStorage, resource: Resource, learnt: Any
    ) -> None:
        """``learnt``: what ``learn`` gave, as JSON keeps it."""
        super().__init__(name, {**self.get_default_config(), **config})
        self._model_storage, self._resource = model_storage, resource
        self.use(learnt)

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceRows:
        """A featurizer that knows nothing yet."""
        return cls(config, execution_context.node_name, model_storage, resource, cls.nothing)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn, and save what was learnt."""
        learnt = self.learn(training_data)
        self.use(learnt)
        with self._model_storage.write_to(self._resource) as folder:
            (folder / _FILE).write_text(json.dumps(learnt), encoding="utf-8")
        return self._resource

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SentenceRows:
        """The trained featurizer; an error when the model has none or it is broken."""
        with model_storage.read_from(resource) as folder:
            learnt = json.loads((folder / _FILE).read_text("utf-8"))
        return cls(config, execution_context.node_name, model_storage, resource, learnt)

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
