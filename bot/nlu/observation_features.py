"""What the language pipeline read in a message, as features for the classifier: one column a kind, id and status.

Rasa's own featurizers know nothing of them, and entities come after the classifier.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any, Dict, FrozenSet, Iterable, List, Optional, Text, Type

import numpy as np
import yaml
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import FEATURIZER_CLASS_ALIAS, SPACY_DOCS
from rasa.nlu.featurizers.sparse_featurizer.sparse_featurizer import SparseFeaturizer
from rasa.nlu.utils.spacy_utils import SpacyNLP
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.language.observation import Observation
from bot.language.pipeline import observations_of
from bot.nlu.rows import sparse_row

FINDINGS = Path("data/clinical/findings.yml")
URGENT = ("emergency", "same_day")
_FILE = "columns.json"


def names_of(observations: Iterable[Observation]) -> List[str]:
    """Feature names of one message, sorted: of each observation a broad one and one with its id, both with status."""
    names = set()
    for one in observations:
        names.add(f"{one.kind} {one.status} {one.certainty}")
        names.add(f"{one.kind} {one.id} {one.status}")
    return sorted(names)


@lru_cache(maxsize=1)
def urgent_findings() -> FrozenSet[str]:
    """Ids of the findings that alone make it urgent, from data/clinical; read once."""
    findings = yaml.safe_load(FINDINGS.read_text("utf-8"))["findings"]
    urgent = (id for id, one in findings.items() if one.get("strength") == "alone" and one.get("level") in URGENT)
    return frozenset(urgent)


def alarm_in(observations: Iterable[Observation]) -> bool:
    """Whether one of them is a finding that alone makes it urgent, read plainly and as present."""
    return any(
        one.kind == "finding" and one.status == "present" and one.certainty == "plain" and one.id in urgent_findings()
        for one in observations
    )


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class ObservationFeatures(SparseFeaturizer, GraphComponent):
    """Adds one sparse sentence feature to a message: 1 in the column of each name that the training data had too."""

    @classmethod
    def required_components(cls) -> List[Type]:
        """The component that leaves the spaCy doc on the message."""
        return [SpacyNLP]

    @classmethod
    def validate_config(cls, config: Dict[Text, Any]) -> None:
        """There is nothing to set but ``alias``."""

    def __init__(
        self,
        config: Dict[Text, Any],
        name: Text,
        model_storage: ModelStorage,
        resource: Resource,
        columns: Optional[Dict[str, int]] = None,
    ) -> None:
        """``columns``: feature name → column, learnt."""
        super().__init__(name, config)
        self._model_storage, self._resource = model_storage, resource
        self._columns = columns or {}

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> ObservationFeatures:
        """A featurizer that knows no names yet."""
        return cls(config, execution_context.node_name, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn and save the names that the examples have."""
        names = {name for example in training_data.intent_examples for name in self._names(example)}
        self._columns = {name: column for column, name in enumerate(sorted(names))}
        with self._model_storage.write_to(self._resource) as folder:
            (folder / _FILE).write_text(json.dumps(self._columns), encoding="utf-8")
        return self._resource

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> ObservationFeatures:
        """The trained featurizer, or one that knows no names when nothing was saved."""
        columns = None
        try:
            with model_storage.read_from(resource) as folder:
                columns = json.loads((folder / _FILE).read_text("utf-8"))
        except (ValueError, FileNotFoundError):
            pass
        return cls(config, execution_context.node_name, model_storage, resource, columns)

    def process(self, messages: List[Message]) -> List[Message]:
        """The same messages, each that has a text with its row of shape (1, columns), perhaps empty."""
        for message in messages:
            if message.get(TEXT):
                columns = sorted(self._columns[name] for name in self._names(message) if name in self._columns)
                row = sparse_row(np.array(columns, dtype=np.int32), np.ones(len(columns)), max(1, len(self._columns)))
                message.add_features(Features(row, FEATURE_TYPE_SENTENCE, TEXT, self._config[FEATURIZER_CLASS_ALIAS]))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """The same training data, each example that has an intent with its row."""
        self.process(training_data.intent_examples)
        return training_data

    @staticmethod
    def _names(message: Message) -> List[str]:
        doc = message.get(SPACY_DOCS[TEXT])
        return names_of(observations_of(doc)) if doc is not None else []


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class AlarmFeature(ObservationFeatures):
    """One column: 1 where an urgent finding was read; by itself, so that no other observation dilutes its weight."""

    @staticmethod
    def _names(message: Message) -> List[str]:
        doc = message.get(SPACY_DOCS[TEXT])
        return ["alarm"] if doc is not None and alarm_in(observations_of(doc)) else []
