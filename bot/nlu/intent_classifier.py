"""A linear classifier over several kinds of features, each brought to a common scale first.

Rasa's own LogisticRegressionClassifier takes raw counts, where a long message outweighs its words and the numbers of a
sentence vector vanish beside them. Here each featurizer's part of a message is scaled to length 1 (counts by TF-IDF
with a dampened count) and weighted by its name in config.yml, so that no part drowns another.
"""

from __future__ import annotations

import json
from typing import Any, Dict, List, Mapping, Optional, Sequence, Text, Type

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers import LABEL_RANKING_LENGTH
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.utils.tensorflow.constants import RANKING_LENGTH
from scipy.sparse import csr_matrix, diags, hstack, issparse, vstack

_FILE = "intents"


def parts_of(message: Message, names: Sequence[str]) -> Dict[str, Any]:
    """The sentence features of a message's text by featurizer name: rows of shape (1, n), sparse or dense."""
    found = {
        feature.origin: feature.features
        for feature in message.features
        if feature.attribute == TEXT and feature.type == FEATURE_TYPE_SENTENCE
    }
    missing = [name for name in names if name not in found]
    if missing:
        raise InvalidConfigException(f"No featurizer with the alias {missing[0]!r} comes before the classifier.")
    return {name: found[name] for name in names}


def dampened(counts: csr_matrix) -> csr_matrix:
    """1 + ln(count) for each count above zero: the tenth "pain" says less than the first."""
    rows = csr_matrix(counts, dtype=np.float64, copy=True)
    rows.eliminate_zeros()
    rows.data = 1.0 + np.log(rows.data)
    return rows


def of_length_one(rows: csr_matrix) -> csr_matrix:
    """Each row divided by its Euclidean length; empty rows stay empty."""
    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    return diags(1.0 / np.where(lengths > 0, lengths, 1.0)) @ rows


class Scaling:
    """Features of a message, one row, from its parts: learnt inverse document frequencies and given weights."""

    def __init__(self, weights: Mapping[str, float], frequencies: Mapping[str, np.ndarray]) -> None:
        """``frequencies``: for each sparse part the IDF of its columns, shape (n,)."""
        self.weights = dict(weights)
        self.frequencies = dict(frequencies)

    @classmethod
    def learn(cls, weights: Mapping[str, float], parts: Mapping[str, Any]) -> Scaling:
        """From all training rows of each part; IDF as ln((1 + rows) / (1 + rows with it)) + 1."""
        frequencies = {}
        for name, rows in parts.items():
            if issparse(rows):
                having = np.asarray((rows != 0).sum(axis=0)).ravel()
                frequencies[name] = np.log((1.0 + rows.shape[0]) / (1.0 + having)) + 1.0
        return cls(weights, frequencies)

    def apply(self, parts: Mapping[str, Any]) -> csr_matrix:
        """Rows of all parts side by side, in the order of the weights."""
        scaled = []
        for name, weight in self.weights.items():
            rows = parts[name]
            if issparse(rows):
                rows = dampened(rows) @ diags(self.frequencies[name])
            scaled.append(of_length_one(csr_matrix(rows)) * weight)
        return hstack(scaled, format="csr")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class ScaledLogisticRegression(IntentClassifier, GraphComponent):
    """Multinomial logistic regression with rare intents weighted up. Settings: ``weights`` (featurizer alias → weight),
    ``C`` (the larger, the closer to the training data), ``max_iter``, ``tol``, ``ranking_length``.
    """

    @classmethod
    def required_components(cls) -> List[Type]:
        """At least one featurizer."""
        return [Featurizer]

    @staticmethod
    def required_packages() -> List[Text]:
        """Used in training alone."""
        return ["sklearn"]

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """Values chosen by cross-validation: docs/decisions/0007-the-nlu-pipeline.md."""
        return {"weights": {}, "C": 5.0, "max_iter": 150, "tol": 1e-3, RANKING_LENGTH: LABEL_RANKING_LENGTH}

    def __init__(self, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource) -> None:
        """Untrained; InvalidConfigException when no ``weights`` are given."""
        self._config = {**self.get_default_config(), **config}
        if not self._config["weights"]:
            raise InvalidConfigException("ScaledLogisticRegression needs weights: {featurizer alias: weight, ...}.")
        self._model_storage, self._resource = model_storage, resource
        self._scaling: Optional[Scaling] = None
        self._intents: List[str] = []
        self._slopes = np.zeros((0, 0), dtype=np.float32)  # shape (columns, intents)
        self._offsets = np.zeros(0, dtype=np.float32)  # shape (intents,)

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> ScaledLogisticRegression:
        """An untrained classifier."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Fit to the examples that have an intent and a text, and save; the same data give the same model."""
        from sklearn.linear_model import LogisticRegression

        examples = [e for e in training_data.intent_examples if e.get(INTENT) and e.get(TEXT)]
        if len({e.get(INTENT) for e in examples}) < 2:
            return self._resource
        of_each = [parts_of(example, list(self._config["weights"])) for example in examples]
        parts = {
            name: (vstack if issparse(of_each[0][name]) else np.concatenate)([one[name] for one in of_each])
            for name in self._config["weights"]
        }
        self._scaling = Scaling.learn(self._config["weights"], parts)
        model = LogisticRegression(
            C=self._config["C"], max_iter=self._config["max_iter"], tol=self._config["tol"], class_weight="balanced"
        )
        model.fit(self._scaling.apply(parts), [e.get(INTENT) for e in examples])
        slopes, offsets = model.coef_, model.intercept_
        if len(model.classes_) == 2:  # scikit-learn keeps one row for two
            slopes, offsets = np.vstack([-slopes, slopes]) / 2, np.concatenate([-offsets, offsets]) / 2
        self._intents = [str(intent) for intent in model.classes_]
        self._slopes, self._offsets = slopes.T.astype(np.float32).copy(), offsets.astype(np.float32)
        self._persist()
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing that comes later in training needs a guess at a known label."""
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        """The same messages with ``intent`` and ``intent_ranking``; without a text or a model, no intent at 0."""
        for message in messages:
            ranking = self._rank(message) if self._scaling and message.get(TEXT) else []
            message.set(INTENT, ranking[0] if ranking else {"name": None, "confidence": 0.0}, add_to_output=True)
            length = self._config[RANKING_LENGTH]
            message.set(INTENT_RANKING_KEY, ranking[:length] if length > 0 else ranking, add_to_output=True)
        return messages

    def _rank(self, message: Message) -> List[Dict[Text, Any]]:
        assert self._scaling is not None
        row = self._scaling.apply(parts_of(message, list(self._scaling.weights)))
        scores = row.data.astype(np.float32) @ self._slopes[row.indices] + self._offsets
        likely = np.exp(scores - scores.max())
        likely /= likely.sum()
        return [
            {"name": self._intents[i], "confidence": float(likely[i])} for i in np.argsort(-likely, kind="stable")
        ]

    def _persist(self) -> None:
        """Numbers as npz without pickle, names as JSON."""
        assert self._scaling is not None
        with self._model_storage.write_to(self._resource) as folder:
            frequencies = {f"idf_{i}": values for i, values in enumerate(self._scaling.frequencies.values())}
            np.savez(folder / f"{_FILE}.npz", slopes=self._slopes, offsets=self._offsets, **frequencies)
            names = {
                "intents": self._intents,
                "weights": list(self._scaling.weights.items()),
                "frequencies": list(self._scaling.frequencies),
            }
            (folder / f"{_FILE}.json").write_text(json.dumps(names), encoding="utf-8")

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> ScaledLogisticRegression:
        """The trained classifier, or an untrained one when nothing was saved."""
        loaded = cls(config, model_storage, resource)
        try:
            with model_storage.read_from(resource) as folder:
                names = json.loads((folder / f"{_FILE}.json").read_text("utf-8"))
                with np.load(folder / f"{_FILE}.npz", allow_pickle=False) as numbers:
                    frequencies = {name: numbers[f"idf_{i}"] for i, name in enumerate(names["frequencies"])}
                    loaded._scaling = Scaling(dict(names["weights"]), frequencies)
                    loaded._intents = names["intents"]
                    loaded._slopes, loaded._offsets = numbers["slopes"], numbers["offsets"]
        except (ValueError, FileNotFoundError):
            return cls(config, model_storage, resource)
        return loaded
