"""Hands the observations of the project's spaCy pipeline on as Rasa entities."""

from __future__ import annotations

from typing import Any, Dict, List, Type

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import SPACY_DOCS
from rasa.nlu.utils.spacy_utils import SpacyNLP
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

# This import registers the spaCy components too. Rasa imports the classes of a graph before it makes the first
# node, so it has happened when SpacyNLP loads models/language.
from bot.language.pipeline import observations_of


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class ObservationExtractor(GraphComponent):
    """Adds one entity per observation: see ``bot.language.observation.Observation.to_entity``."""

    @classmethod
    def required_components(cls) -> List[Type[GraphComponent]]:
        """The component that leaves the spaCy doc on the message."""
        return [SpacyNLP]

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> ObservationExtractor:
        """A new extractor; it has no settings and learns nothing."""
        return cls()

    def process(self, messages: List[Message]) -> List[Message]:
        """The same messages, each with its observations among its entities."""
        for message in messages:
            doc = message.get(SPACY_DOCS[TEXT])
            if doc is None:
                continue
            entities = [observation.to_entity() for observation in observations_of(doc)]
            message.set(ENTITIES, message.get(ENTITIES, []) + entities, add_to_output=True)
        return messages
