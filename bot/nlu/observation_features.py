"""What the language pipeline read in a message, as features for the classifier: one column a kind, id and status.

Rasa's own featurizers know nothing of them, and entities come after the classifier.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import ClassVar, Dict, FrozenSet, Iterable, List, Tuple, Type

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.constants import SPACY_DOCS
from rasa.nlu.utils.spacy_utils import SpacyNLP
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot import fast_yaml
from bot.language.observation import Observation
from bot.language.pipeline import observations_of
from bot.nlu.sentence_rows import Row, SentenceRows

FINDINGS = Path("data/clinical/findings.yml")
URGENT = ("emergency", "same_day")


def names_of(observations: Iterable[Observation]) -> List[str]:
    """Feature names of one message, sorted: of each observation a broad one and one with its id, both with status."""
    names = set()
    for one in observations:
        names.add(f"{one.kind} {one.status} {one.certainty}")
        names.add(f"{one.kind} {one.id} {one.status}")
    return sorted(names)


@lru_cache(maxsize=4)
def urgent_findings(levels: Tuple[str, ...] = URGENT) -> FrozenSet[str]:
    """Ids of the findings that alone make it so urgent, from data/clinical; read once."""
    findings = fast_yaml.load(FINDINGS.read_text("utf-8"))["findings"]
    urgent = (id for id, one in findings.items() if one.get("strength") == "alone" and one.get("level") in levels)
    return frozenset(urgent)


def alarm_in(observations: Iterable[Observation]) -> bool:
    """Whether one of them is a finding that alone makes it urgent, read plainly and as present."""
    return any(
        one.kind == "finding" and one.status == "present" and one.certainty == "plain" and one.id in urgent_findings()
        for one in observations
    )


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class ObservationFeatures(SentenceRows):
    """1 in the column of each name that the training data had too."""

    nothing: ClassVar[Dict[str, int]] = {}

    @classmethod
    def required_components(cls) -> List[Type]:
        """The component that leaves the spaCy doc on the message."""
        return [SpacyNLP]

    def learn(self, training_data: TrainingData) -> Dict[str, int]:
        """The names that the examples have, each with its column."""
        names = {name for example in training_data.intent_examples for name in self._names(example)}
        return {name: column for column, name in enumerate(sorted(names))}

    def use(self, learnt: Dict[str, int]) -> None:
        """``learnt``: feature name → column."""
        self._columns = learnt

    def row(self, message: Message) -> Row:
        """The names that the message has."""
        columns = sorted(self._columns[name] for name in self._names(message) if name in self._columns)
        return Row(np.array(columns, dtype=np.int32), np.ones(len(columns)), len(self._columns))

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
