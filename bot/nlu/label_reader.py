"""What the readers that learn from labelled examples have in common: their model, its vectors, its files."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional, Sequence, Text, Type

import numpy as np
from rasa.nlu.utils.spacy_utils import SpacyNLP
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.intent_classifier import parts_of as features_of
from bot.nlu.label_model import VECTORS, Example, LabelModel, Names, Vectors, read_examples
from bot.nlu.learning import Learning
from bot.nlu.sentence_vectors import sentence_model

Given = Dict[str, np.ndarray]


class LabelReader(Learning):
    """A component with a ``LabelModel``. Settings: ``examples`` (a folder), its ``weights`` and ``strength``."""

    FILE = "labels"

    @classmethod
    def required_components(cls) -> List[Type]:
        """The component that leaves the spaCy doc on the message."""
        return [SpacyNLP]

    def __init__(self, config: Dict[Text, Any]) -> None:
        """A reader that has learnt nothing yet; ``config``: whole."""
        self._config = config
        self._model: Optional[LabelModel] = None

    def labelled(self) -> List[Example]:
        """The examples of the settings' folder; InvalidConfigException when it has none."""
        folder = Path(self._config["examples"])
        found = list(read_examples(folder))
        if not found:
            raise InvalidConfigException(f"{type(self).__name__} found no examples in {folder}.")
        return found

    def to_read(self) -> List[Example]:
        """The examples whose sentence vectors ``train`` asks for."""
        return self.labelled() if VECTORS in self._config["weights"] else []

    def vectors_of(self, examples: Sequence[Example]) -> Given:
        """The sentence vectors of examples by their texts; none when the settings give them no weight."""
        if VECTORS not in self._config["weights"]:
            return {}
        texts = [example.text for example in examples]
        return dict(zip(texts, sentence_model().vectors(texts), strict=True))

    def fit(
        self,
        examples: Sequence[Example],
        labels: Sequence[str],
        given: Given,
        read: Optional[Mapping[str, Names]] = None,
    ) -> None:
        """Learns from ``examples``, whose sentence vectors are ``given``; ``read``: what the rules read in each."""
        weights, strength = self._config["weights"], self._config["strength"]
        self._model = LabelModel.fit(examples, labels, weights, self._vectors(given), strength, read)

    def likelihoods(self, message: Message, read: Names = ()) -> np.ndarray:
        """Of each of the model's labels how likely the message has it (0–1); ``read``: what the rules read in it."""
        assert self._model is not None
        return self._model.likelihoods(message.get(TEXT), self._vectors(vector_of(message)), read)

    def _vectors(self, given: Given) -> Optional[Vectors]:
        """Sentence vectors, those ``given`` for the asking; None when the settings give them no weight."""
        if VECTORS not in self._config["weights"]:
            return None
        return lambda text: given[text] if text in given else _vector(text)

    def save(self, folder: Path) -> None:
        """Numbers as npz without pickle, names as JSON."""
        assert self._model is not None
        model = self._model
        np.savez(folder / f"{self.FILE}.npz", rarity=model.rarity, slopes=model.slopes, offsets=model.offsets)
        names = {"labels": model.labels, "weights": model.weights, "vocabulary": model.vocabulary}
        (folder / f"{self.FILE}.json").write_text(json.dumps(names), encoding="utf-8")

    def restore(self, folder: Path) -> None:
        """What ``save`` wrote."""
        names = json.loads((folder / f"{self.FILE}.json").read_text("utf-8"))
        with np.load(folder / f"{self.FILE}.npz", allow_pickle=False) as numbers:
            self._model = LabelModel(**names, **{name: numbers[name] for name in ("rarity", "slopes", "offsets")})


@lru_cache(maxsize=64)  # the sentences of a long message, which one reader after the other asks for
def _vector(text: str) -> np.ndarray:
    return sentence_model().vector(text)


def vector_of(message: Message) -> Given:
    """The sentence vector that an earlier component made of the whole message, by its text."""
    vector = features_of(message).get(VECTORS)
    return {} if vector is None else {message.get(TEXT): np.asarray(vector).ravel()}
