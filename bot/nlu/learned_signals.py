"""The learned reader of signals as a part of the pipeline: whether somebody tells of a complaint of their own."""

from __future__ import annotations

from typing import Any, Dict, List, Text

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.constants import SPACY_DOCS
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.language.observation import Observation
from bot.language.pipeline import observations_of
from bot.nlu.label_model import VECTORS, Example
from bot.nlu.label_reader import LabelReader, vector_of

COMPLAINT = "complaint"  # the label of the examples
HEARD = "complaint_likely"  # the signal: the rules have one of the label's name, for plain words of pain
OWN = ("describe_complaint", "report_alarm")
GENERAL = ("ask_", "out_of_scope", "greet", "thank", "goodbye")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class LearnedSignals(LabelReader):
    """Adds ``complaint_likely`` where a wish hides a complaint: "which oil for a shoulder like an old gate?".

    Settings beside those of every label reader: ``sure``, the likelihood from which it is added.
    """

    FILE = "signals"

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """Chosen on examples held out: docs/decisions/0027-replies-and-wishes-in-any-words.md."""
        return {
            "examples": "data/signal_examples",
            "weights": {VECTORS: 2.0},
            "strength": 3.0,
            "sure": 0.6,
        }

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the labelled examples, and from the intents' own where the rules leave no doubt; save."""
        examples = self.labelled()
        given = self.vectors_of(examples)
        known = {example.text for example in examples}
        for message in training_data.intent_examples:
            text, intent = message.get(TEXT), message.get(INTENT)
            doc = message.get(SPACY_DOCS[TEXT])
            read = {one.id for one in observations_of(doc) if one.kind != "signal"} if doc is not None else set()
            own = intent in OWN
            if text in known or not (own or (intent.startswith(GENERAL) and not read)):
                continue
            examples.append(Example(text, (COMPLAINT,) if own else ()))
            given.update(vector_of(message))
        self.fit(examples, [COMPLAINT], given)
        return self.keep()

    def process(self, messages: List[Message]) -> List[Message]:
        """The same messages, each with what was heard among its entities."""
        for message in messages:
            if self._model is None or not message.get(TEXT):
                continue
            if self.likelihoods(message)[0] >= self._config["sure"]:
                heard = Observation("signal", HEARD, end=len(message.get(TEXT)), reader="learned")
                message.set(ENTITIES, [*message.get(ENTITIES, []), heard.to_entity()], add_to_output=True)
        return messages
