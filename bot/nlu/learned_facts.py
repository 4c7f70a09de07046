"""The learned reader of facts as a part of the pipeline: of some facts, what the rules did not hear."""

from __future__ import annotations

from typing import Any, Dict, List, Text

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

    Of each only what the rules did not read, or read and it finds unlikely. Labels of its examples are
    ``fact=value``. Settings beside those of every label reader: ``sure``, the likelihood from which a value is taken;
    ``overrules``, by fact that from which it takes the place of the rules' value, if that is less likely than
    ``doubted``.
    Numbers are left to ``LearnedNumbers``.
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
            "overrules": {},
            "doubted": 0.1,
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
                likelihoods = dict(zip(self._model.labels, self.likelihoods(message), strict=True))
                entities = self._undisputed(list(message.get(ENTITIES, [])), likelihoods)
                entities += [one.to_entity() for one in self._heard(message, entities, likelihoods)]
                message.set(ENTITIES, entities, add_to_output=True)
        return messages

    def _undisputed(self, entities: List[Dict[Text, Any]], likelihoods: Dict[Text, float]) -> List[Dict[Text, Any]]:
        """Without the rules' values of facts of which another one is far likelier."""
        kept = list(entities)
        for fact, least in self._config["overrules"].items():
            own = [e for e in entities if e["entity"] == "fact" and e["value"] == fact and e["status"] == "present"]
            read = max((likelihoods.get(_label(fact, e["amount"]), 0.0) for e in own), default=1.0)
            best = max(value for label, value in likelihoods.items() if label.startswith(f"{fact}="))
            if read < self._config["doubted"] and best >= least:
                kept = [e for e in kept if e not in own]
        return kept

    def _heard(
        self, message: Message, entities: List[Dict[Text, Any]], likelihoods: Dict[Text, float]
    ) -> List[Observation]:
        read = {e["value"] for e in entities if e["entity"] in ("fact", "detail") and e["status"] == "present"}
        heard: Dict[str, Observation] = {}
        for label, likelihood in sorted(likelihoods.items(), key=lambda pair: -pair[1]):
            if likelihood < self._config["sure"]:
                break
            fact, _, word = label.partition("=")
            value: Value = _YES_NO.get(word, word)
            kind: Kind = "detail" if fact in DETAILS else "fact"
            if fact not in read and fact not in heard:
                heard[fact] = Observation(kind, fact, value=value, end=len(message.get(TEXT)), reader="learned")
        return list(heard.values())


def _label(fact: str, value: Value) -> str:
    return f"{fact}={str(value).lower()}"
