"""n-grams as features for the classifier, counted once for both learned readers.

Rasa's CountVectorsFeaturizer does the same by way of scikit-learn, for eight times the time of a message.
"""

from __future__ import annotations

import json
from typing import Any, Dict, List, Optional, Text, Type

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import FEATURIZER_CLASS_ALIAS
from rasa.nlu.featurizers.sparse_featurizer.sparse_featurizer import SparseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.grams import KINDS, columns_of, counted
from bot.nlu.rows import sparse_row

_FILE = "columns.json"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class GramFeatures(SparseFeaturizer, GraphComponent):
    """Adds one sparse sentence feature of counts to a message. Settings: ``alias`` and ``of`` (words or pieces)."""

    @classmethod
    def required_components(cls) -> List[Type]:
        """Rasa wants a tokenizer before any featurizer."""
        return [Tokenizer]

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """Words."""
        return {**SparseFeaturizer.get_default_config(), "of": KINDS[0]}

    @classmethod
    def validate_config(cls, config: Dict[Text, Any]) -> None:
        """InvalidConfigException for a kind that there is not."""
        if config.get("of", KINDS[0]) not in KINDS:
            raise InvalidConfigException(f"GramFeatures has no {config['of']!r}; there are {', '.join(KINDS)}.")

    def __init__(
        self,
        config: Dict[Text, Any],
        name: Text,
        model_storage: ModelStorage,
        resource: Resource,
        columns: Optional[Dict[str, int]] = None,
    ) -> None:
        """``columns``: n-gram → column, learnt."""
        super().__init__(name, {**self.get_default_config(), **config})
        self._model_storage, self._resource = model_storage, resource
        self._columns = columns or {}

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> GramFeatures:
        """A featurizer that knows no n-grams yet."""
        return cls(config, execution_context.node_name, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn and save the n-grams that at least two examples have."""
        texts = [example.get(TEXT) for example in training_data.intent_examples if example.get(TEXT)]
        self._columns, _ = columns_of(texts, self._config["of"])
        with self._model_storage.write_to(self._resource) as folder:
            (folder / _FILE).write_text(json.dumps(list(self._columns)), encoding="utf-8")
        return self._resource

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> GramFeatures:
        """The trained featurizer; an error when the model has none or it is broken."""
        with model_storage.read_from(resource) as folder:
            kept = json.loads((folder / _FILE).read_text("utf-8"))
        columns = {gram: column for column, gram in enumerate(kept)}
        return cls(config, execution_context.node_name, model_storage, resource, columns)

    def process(self, messages: List[Message]) -> List[Message]:
        """The same messages, each that has a text with its row of shape (1, columns), perhaps empty."""
        for message in messages:
            if message.get(TEXT):
                columns, counts = counted(message.get(TEXT), self._config["of"], self._columns)
                row = sparse_row(columns, counts, max(1, len(self._columns)))
                message.add_features(Features(row, FEATURE_TYPE_SENTENCE, TEXT, self._config[FEATURIZER_CLASS_ALIAS]))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """The same training data, each example that has an intent with its row."""
        self.process(training_data.intent_examples)
        return training_data
