"""The learned reader of facts as a part of the pipeline: of some facts, what the rules did not hear."""

from __future__ import annotations

from typing import Any, Dict, List, Text

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.language.observation import Kind, Observation, Value
from bot.nlu.label_model import VECTORS
from bot.nlu.label_reader import LabelReader

DETAILS = ("side",)
_YES_NO = {"true": True, "false": False}


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class LearnedFacts(LabelReader):
    """Adds facts that can be told in any words (place, side, how it began, daily life, stress, sleep).

    Of each only what the rules did not read. Labels of its examples are ``fact=value``. Settings beside those of
    every label reader: ``sure``, the likelihood from which a value is taken. Numbers are left to the rules.
    """

    FILE = "facts"

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """Chosen on tests/understanding/practice: docs/decisions/0026-a-second-reader-of-facts.md."""
        return {
            "examples": "data/fact_examples",
            "weights": {"words": 1.0, "pieces": 1.0, VECTORS: 2.0},
            "strength": 10.0,
            "sure": 0.35,
        }

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the labelled examples; save."""
        examples = self.labelled()
        labels = sorted({label for example in examples for label in example.labels})
        self.fit(examples, labels, self.vectors_of(examples))
        return self.keep()

    def process(self, messages: List[Message]) -> List[Message]:
        """The same messages, each with what was heard among its entities."""
        for message in messages:
            if self._model is not None and message.get(TEXT):
                entities = list(message.get(ENTITIES, []))
                entities += [one.to_entity() for one in self._heard(message, entities)]
                message.set(ENTITIES, entities, add_to_output=True)
        return messages

    def _heard(self, message: Message, entities: List[Dict[Text, Any]]) -> List[Observation]:
        assert self._model is not None
        read = {e["value"] for e in entities if e["entity"] in ("fact", "detail") and e["status"] == "present"}
        likelihoods = self.likelihoods(message)
        heard: Dict[str, Observation] = {}
        for place in np.argsort(-likelihoods, kind="stable"):
            if likelihoods[place] < self._config["sure"]:
                break
            fact, _, word = self._model.labels[place].partition("=")
            value: Value = _YES_NO.get(word, word)
            kind: Kind = "detail" if fact in DETAILS else "fact"
            if fact not in read and fact not in heard:
                heard[fact] = Observation(kind, fact, value=value, end=len(message.get(TEXT)), reader="learned")
        return list(heard.values())
