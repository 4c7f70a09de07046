"""A linear classifier over several kinds of features, each brought to a common scale first.

Rasa's own LogisticRegressionClassifier takes raw counts, where a long message outweighs its words and the numbers of
a sentence vector vanish beside them. Here each featurizer's part of a message is scaled to length 1 (counts by TF-IDF
with a dampened count) and weighted by its name in config.yml, so that no part drowns another.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional, Sequence, Text, Tuple, Type

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.classifiers import LABEL_RANKING_LENGTH
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.utils.tensorflow.constants import RANKING_LENGTH
from scipy.sparse import csr_matrix, issparse, isspmatrix_csr, vstack

from bot.nlu import logistic
from bot.nlu.learning import Learning

_FILE = "intents"


def parts_of(message: Message) -> Dict[str, Any]:
    """The sentence features of a message's text by featurizer name: rows of shape (1, n), sparse or dense."""
    return {
        feature.origin: feature.features
        for feature in message.features
        if feature.attribute == TEXT and feature.type == FEATURE_TYPE_SENTENCE
    }


def _counts(row: Any) -> Tuple[np.ndarray, np.ndarray]:
    """Columns and counts above 0 of a sparse row, without the checks that make scipy's conversions slow."""
    if isspmatrix_csr(row):  # our own featurizers: in order, each column once
        return row.indices, row.data
    row = row.tocoo(copy=False)
    columns, places = np.unique(row.col, return_inverse=True)
    counts = np.bincount(places, weights=row.data, minlength=len(columns))
    return columns[counts > 0], counts[counts > 0]


class Scaling:
    """Features of messages as rows, from their parts: learnt inverse document frequencies and given weights."""

    def __init__(self, weights: Mapping[str, float], factors: Mapping[str, np.ndarray]) -> None:
        """``factors``: for each part what its columns are multiplied by, shape (n,): IDF of counts, 1 of others."""
        self.weights = dict(weights)
        self.factors = dict(factors)

    @classmethod
    def learn(cls, weights: Mapping[str, float], messages: Sequence[Mapping[str, Any]]) -> Scaling:
        """From the parts of all training messages; IDF as ln((1 + rows) / (1 + rows with it)) + 1.

        InvalidConfigException when no message has a part of the weights.
        """
        factors = {}
        given = {name: [parts[name] for parts in messages if name in parts] for name in weights}
        for name, rows in given.items():
            if not rows:
                raise InvalidConfigException(f"No featurizer with the alias {name!r} comes before the classifier.")
        # Dense parts come last, so that training can take them as one table.
        weights = dict(sorted(weights.items(), key=lambda one: not issparse(given[one[0]][0])))
        for name in weights:
            rows = given[name]
            if issparse(rows[0]):
                having = np.asarray((vstack(rows) != 0).sum(axis=0)).ravel()
                factors[name] = np.log((1.0 + len(messages)) / (1.0 + having)) + 1.0
            else:
                factors[name] = np.ones(rows[0].shape[1])
        return cls(weights, factors)

    def row(self, parts: Mapping[str, Any]) -> Tuple[np.ndarray, np.ndarray]:
        """Columns and values of one message, all parts in the order of the weights; a missing part is all zero."""
        columns, values, start = [np.zeros(0, dtype=np.int64)], [np.zeros(0)], 0
        for name, weight in self.weights.items():
            factor = self.factors[name]
            part = parts.get(name)
            if part is not None:
                if issparse(part):
                    at, counts = _counts(part)
                    # A dampened count: the tenth "pain" says less than the first.
                    value = (1.0 + np.log(counts)) * factor[at]
                else:
                    at = np.arange(factor.shape[0])
                    value = np.asarray(part, dtype=np.float64).ravel()
                columns.append(at + start)
                values.append(value * (weight / max(float(np.linalg.norm(value)), 1e-12)))
            start += factor.shape[0]
        return np.concatenate(columns), np.concatenate(values)

    def rows(self, messages: Sequence[Mapping[str, Any]]) -> Tuple[csr_matrix, np.ndarray]:
        """``row`` of each message, below one another, float32: the sparse parts, and what dense parts follow them."""
        each = [self.row(parts) for parts in messages]
        width = sum(factor.shape[0] for factor in self.factors.values())
        dense = sum(
            self.factors[name].shape[0]
            for name in self.weights
            if not any(issparse(parts[name]) for parts in messages if name in parts)
        )
        table = np.zeros((len(each), dense), dtype=np.float32)
        kept = []
        for place, (columns, values) in enumerate(each):
            first = int(np.searchsorted(columns, width - dense))
            kept.append((columns[:first], values[:first].astype(np.float32)))
            table[place, columns[first:] - (width - dense)] = values[first:]
        ends = np.cumsum([0] + [len(columns) for columns, _ in kept])
        values, columns = (np.concatenate([one[i] for one in kept]) for i in (1, 0))
        return csr_matrix((values, columns, ends), shape=(len(each), width - dense)), table


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class ScaledLogisticRegression(IntentClassifier, Learning):
    """Multinomial logistic regression with rare intents weighted up.

    Settings: ``weights`` (featurizer alias → weight), ``C`` (the larger, the closer to the training data),
    ``steps`` of fitting, ``ranking_length``, ``lean`` (intent → added to its score: above 0 it is taken sooner).
    """

    @classmethod
    def required_components(cls) -> List[Type]:
        """At least one featurizer."""
        return [Featurizer]

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """Values chosen by cross-validation: docs/decisions/0007-the-nlu-pipeline.md."""
        return {
            "weights": {},
            "C": 5.0,
            "steps": 60,
            "lean": {},
            RANKING_LENGTH: LABEL_RANKING_LENGTH,
        }

    def __init__(self, config: Dict[Text, Any]) -> None:
        """Untrained; ``config``: whole. InvalidConfigException when no ``weights`` are given."""
        self._config = config
        if not self._config["weights"]:
            raise InvalidConfigException("ScaledLogisticRegression needs weights: {featurizer alias: weight, ...}.")
        self._scaling: Optional[Scaling] = None
        self._intents: List[str] = []
        self._slopes = np.zeros((0, 0), dtype=np.float32)  # shape (columns, intents)
        self._offsets = np.zeros(0, dtype=np.float32)  # shape (intents,)

    def train(self, training_data: TrainingData) -> Resource:
        """Fit to the examples that have an intent and a text, and save; the same data give the same model."""
        examples = [e for e in training_data.intent_examples if e.get(INTENT) and e.get(TEXT)]
        if len({e.get(INTENT) for e in examples}) < 2:
            raise InvalidConfigException("ScaledLogisticRegression needs examples of at least two intents.")
        parts = [parts_of(example) for example in examples]
        self._scaling = Scaling.learn(self._config["weights"], parts)
        self._intents = sorted({str(example.get(INTENT)) for example in examples})
        told = np.array([[example.get(INTENT) == intent for intent in self._intents] for example in examples])
        # As scikit-learn's class_weight="balanced": all examples of an intent together weigh the same.
        weights = (told / (told.sum(axis=0) * len(self._intents))).sum(axis=1) * len(examples)
        sparse, dense = self._scaling.rows(parts)
        self._slopes, self._offsets = logistic.fit(
            sparse, dense, told, self._config["C"], one_of=True, weights=weights, steps=self._config["steps"]
        )
        return self.keep()

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
        columns, values = self._scaling.row(parts_of(message))
        scores = values.astype(np.float32) @ self._slopes[columns] + self._offsets + self._leaning()
        likely = np.exp(scores - scores.max())
        likely /= likely.sum()
        return [
            {"name": self._intents[place], "confidence": float(likely[place])}
            for place in np.argsort(-likely, kind="stable")
        ]

    def _leaning(self) -> np.ndarray:
        """What ``lean`` adds to the score of each intent, shape (intents,)."""
        return np.array([self._config["lean"].get(intent, 0.0) for intent in self._intents], dtype=np.float32)

    def save(self, folder: Path) -> None:
        """Numbers as npz without pickle, names as JSON."""
        assert self._scaling is not None
        factors = {f"factor_{i}": values for i, values in enumerate(self._scaling.factors.values())}
        np.savez(folder / f"{_FILE}.npz", slopes=self._slopes, offsets=self._offsets, **factors)
        names = {"intents": self._intents, "weights": list(self._scaling.weights.items())}
        (folder / f"{_FILE}.json").write_text(json.dumps(names), encoding="utf-8")

    def restore(self, folder: Path) -> None:
        """What ``save`` wrote."""
        names = json.loads((folder / f"{_FILE}.json").read_text("utf-8"))
        with np.load(folder / f"{_FILE}.npz", allow_pickle=False) as numbers:
            factors = {name: numbers[f"factor_{i}"] for i, (name, _) in enumerate(names["weights"])}
            self._scaling = Scaling(dict(names["weights"]), factors)
            self._intents = names["intents"]
            self._slopes, self._offsets = numbers["slopes"], numbers["offsets"]
