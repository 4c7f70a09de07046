"""The learned reader of facts as a part of the pipeline: those told in any words, beside or instead of the rules."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Set, Text

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.constants import SPACY_DOCS
from rasa.nlu.utils.spacy_utils import SpacyModel
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.language.observation import Kind, Observation, Value
from bot.language.pipeline import observations_of
from bot.nlu import fact_examples
from bot.nlu.label_model import READ, VECTORS
from bot.nlu.label_reader import LabelReader

DETAILS = ("side",)
_YES_NO = {"true": True, "false": False}


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True, model_from="SpacyNLP")
class LearnedFacts(LabelReader):
    """Takes facts that can be told in any words (place, side, how it began, daily life, stress, sleep).

    Where ``weights`` has ``read``, it learns from the words and from what the rules read, and of the facts in
    ``decides`` it has the last word: its value from that likelihood on, else the rules' unless less likely than
    ``dropped``; in fewer words than ``least``, a trade and no more, the rules' stands. Of all others it adds what the
    rules did not read, from the likelihood ``sure`` on.
    Labels of its examples are ``fact=value``; ``files``: as ``LearnedNumbers`` has it, to which numbers are left.
    """

    FILE = "facts"

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """Chosen on messages of strangers: docs/decisions/0026-a-second-reader-of-facts.md."""
        return {
            **fact_examples.WHERE,
            "weights": {"words": 1.0, "pieces": 1.0, VECTORS: 2.0, READ: 0.3},
            "strength": 10.0,
            "sure": 0.35,
            "decides": dict.fromkeys(fact_examples.IN_ANY_WORDS, 0.15),
            "dropped": 0.02,
            "least": 4,
        }

    def train(self, training_data: TrainingData, model: Optional[SpacyModel] = None) -> Resource:
        """Learn from the labelled examples; save."""
        examples = self.labelled()
        labels = sorted({label for example in examples for label in example.labels})
        read = None
        if model is not None and READ in self._config["weights"]:
            read = fact_examples.taken(model.model, self._config["examples"], self._config["files"]).names
        self.fit(examples, labels, self.vectors_of(examples), read)
        return self.keep()

    def process(self, messages: List[Message], model: Optional[SpacyModel] = None) -> List[Message]:
        """The same messages, each with what was heard among its entities."""
        for message in messages:
            if self._model is None or not message.get(TEXT):
                continue
            doc = message.get(SPACY_DOCS[TEXT])
            read = fact_examples.names_of(observations_of(doc)) if doc is not None else ()
            likelihoods = dict(zip(self._model.labels, self.likelihoods(message, read), strict=True))
            message.set(ENTITIES, self._weighed(message, likelihoods), add_to_output=True)
        return messages

    def _weighed(self, message: Message, likelihoods: Dict[Text, float]) -> List[Dict[Text, Any]]:
        """What the rules read, but of facts that are better known, and what was heard."""
        decides = self._config["decides"] if READ in self._config["weights"] else {}
        short = len(message.get(TEXT).split()) < self._config["least"]
        entities = list(message.get(ENTITIES, []))
        kept, heard = [], self._likeliest(likelihoods)
        for entity in entities:
            fact = entity["value"]
            if _tells(entity) and fact in decides and not short:
                own = fact_examples.label(fact, entity["amount"])
                best = heard.get(fact)
                better = best is not None and likelihoods[best] >= decides[fact] and best != own
                if better or likelihoods.get(own, 1.0) < self._config["dropped"]:
                    continue
            kept.append(entity)
        read: Set[str] = {entity["value"] for entity in kept if _tells(entity)}
        for fact, label in heard.items():
            if fact not in read and likelihoods[label] >= decides.get(fact, self._config["sure"]):
                kept.append(_told(label, len(message.get(TEXT))).to_entity())
        return kept

    @staticmethod
    def _likeliest(likelihoods: Dict[Text, float]) -> Dict[Text, Text]:
        """Of each fact the likeliest label."""
        return {label.partition("=")[0]: label for label in sorted(likelihoods, key=lambda one: likelihoods[one])}


def _tells(entity: Dict[Text, Any]) -> bool:
    return entity["entity"] in ("fact", "detail") and entity["status"] == "present"


def _told(label: Text, end: int) -> Observation:
    fact, _, word = label.partition("=")
    value: Value = _YES_NO.get(word, word)
    kind: Kind = "detail" if fact in DETAILS else "fact"
    return Observation(kind, fact, value=value, end=end, reader="learned")
