"""n-grams as features for the classifier, counted once for both learned readers.

Rasa's CountVectorsFeaturizer does the same by way of scikit-learn, for eight times the time of a message.
"""

from __future__ import annotations

from typing import Any, ClassVar, Dict, List, Text

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.grams import KINDS, columns_of, counted
from bot.nlu.sentence_rows import Row, SentenceRows


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class GramFeatures(SentenceRows):
    """The counts of n-grams that at least two examples have. Settings: ``alias`` and ``of`` (words or pieces)."""

    nothing: ClassVar[List[str]] = []

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """Words."""
        return {**SentenceRows.get_default_config(), "of": KINDS[0]}

    @classmethod
    def validate_config(cls, config: Dict[Text, Any]) -> None:
        """InvalidConfigException for a kind that there is not."""
        if config.get("of", KINDS[0]) not in KINDS:
            raise InvalidConfigException(f"GramFeatures has no {config['of']!r}; there are {', '.join(KINDS)}.")

    def learn(self, training_data: TrainingData) -> List[str]:
        """The n-grams in the order of their columns."""
        texts = [example.get(TEXT) for example in training_data.intent_examples if example.get(TEXT)]
        return list(columns_of(texts, self._config["of"])[0])

    def use(self, learnt: List[str]) -> None:
        """``learnt``: n-grams."""
        self._columns = {gram: column for column, gram in enumerate(learnt)}

    def row(self, message: Message) -> Row:
        """How often each n-gram stands in the message."""
        return Row(*counted(message.get(TEXT), self._config["of"], self._columns), len(self._columns))
