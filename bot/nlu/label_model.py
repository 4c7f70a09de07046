"""What the learned readers learn: which labels (findings, facts) a message has, each with a likelihood.

Logistic regression for all labels at once, on words, pieces of words, the sentence vector or the names of what
another reader read. A long message is read as a whole and sentence by sentence, and its likeliest sentence counts as
much as the whole: an alarm in passing is not drowned, and a sentence out of its place ("She could not feel it.")
raises none alone. docs/decisions/0016 says what it was chosen from.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Callable, Dict, Iterator, List, Mapping, NamedTuple, Optional, Sequence, Tuple

import numpy as np
from scipy.sparse import csr_matrix

from bot import fast_yaml
from bot.language.told_numbers import AGE, LENGTH, SCORE
from bot.nlu import logistic
from bot.nlu.grams import KINDS, columns_of, counted
from bot.nlu.rows import columns_of_names

NONE = "none"
MORE = " | "
STEPS = 30  # of fitting; more change nothing that can be measured
MIN_WORDS = 3  # a shorter sentence says nothing by itself
MIN_HAVING = 3  # a name that fewer messages have teaches nothing
MAX_PARTS = 24  # of a message of 2,000 characters; the time of a message is bounded by it
VECTORS = "vectors"
READ = "read"
NUMBERS = (AGE, SCORE, LENGTH)
"""Facts that are numbers, learned by ``bot.nlu.learned_numbers`` and no labels of a message."""
_BREAKS = re.compile(r"(?<=[.!?;])\s+|\n+")

Vectors = Callable[[str], np.ndarray]
Names = Sequence[str]


class Example(NamedTuple):
    """A message and its labels: the findings that it tells of as there now, or facts as ``stress=true``."""

    text: str
    labels: Tuple[str, ...]


def read_examples(folder: Path, files: str = "*.yml", numbers: bool = False) -> Iterator[Example]:
    """All examples of a folder, in the format of ``data/finding_examples``; ValueError names a file without it.

    ``numbers``: with the labels of the facts in ``NUMBERS`` ("age=41"), which are left out else.
    """
    for path in sorted(folder.glob(files)):
        topics = fast_yaml.load(path.read_text(encoding="utf-8"))
        if not isinstance(topics, dict) or not all(isinstance(lines, str) for lines in topics.values()):
            raise ValueError(f"{path.name}: expected label: | and one message a line")
        for label, lines in topics.items():
            for line in lines.splitlines():
                text, _, more = line.partition(MORE)
                told = [label, *more.split()] if label != NONE else more.split()
                yield Example(text.strip(), tuple(one for one in told if numbers or one.split("=")[0] not in NUMBERS))


def parts_of(text: str) -> List[str]:
    """The message, and each of its sentences that has some words, when it has several."""
    sentences = [part for part in _BREAKS.split(text) if len(part.split()) >= MIN_WORDS]
    return [text] if len(sentences) < 2 else [text, *sentences[: MAX_PARTS - 1]]


class LabelModel:
    """Text to likelihoods. Immutable once fitted."""

    def __init__(
        self,
        labels: Sequence[str],
        weights: Mapping[str, float],
        vocabulary: Mapping[str, Mapping[str, int]],
        rarity: np.ndarray,
        slopes: np.ndarray,
        offsets: np.ndarray,
    ) -> None:
        """``vocabulary``: for words and pieces, n-gram → column, for what was read, name → column.

        ``rarity``: IDF by column, 1 for names, shape (columns,).

        ``slopes``: float32, shape (columns + vector, labels); ``offsets``: shape (labels,).
        """
        self.labels = tuple(labels)
        self.weights = dict(weights)
        self.vocabulary = {kind: dict(columns) for kind, columns in vocabulary.items()}
        self.rarity, self.slopes, self.offsets = rarity, slopes, offsets

    def likelihoods(self, text: str, vectors: Optional[Vectors] = None, read: Names = ()) -> np.ndarray:
        """For each of ``labels`` how likely the message has it (0–1), by the whole and by its likeliest part.

        ``read``: names of what another reader read in the whole.
        """
        scores = [self._score(part, vectors) for part in parts_of(text)]
        score = (scores[0] + np.max(scores, axis=0)) / 2
        columns, values = self._read_row(read)
        return np.asarray(1.0 / (1.0 + np.exp(-(score + values @ self.slopes[columns]))))

    def _score(self, part: str, vectors: Optional[Vectors]) -> np.ndarray:
        columns, values = self.sparse_row(part)
        scores = values.astype(np.float32) @ self.slopes[columns] + self.offsets
        if vectors is not None and VECTORS in self.weights:
            scores = scores + (self.weights[VECTORS] * vectors(part)) @ self.slopes[len(self.rarity) :]
        return np.asarray(scores)

    def sparse_row(self, part: str) -> Tuple[np.ndarray, np.ndarray]:
        """Columns and values of the n-grams: TF-IDF with a dampened count, each kind scaled to its weight."""
        columns, values = [np.zeros(0, dtype=np.int64)], [np.zeros(0)]
        for kind, known in self.vocabulary.items():
            if kind == READ:
                continue
            at, counts = counted(part, kind, known)
            value = (1.0 + np.log(counts)) * self.rarity[at]
            columns.append(at)
            values.append(value * (self.weights[kind] / max(float(np.linalg.norm(value)), 1e-12)))
        return np.concatenate(columns), np.concatenate(values)

    def _read_row(self, read: Names) -> Tuple[np.ndarray, np.ndarray]:
        known = self.vocabulary.get(READ, {})
        columns = np.array(sorted({known[name] for name in read if name in known}), dtype=np.int64)
        return columns, np.full(len(columns), self.weights.get(READ, 0.0), dtype=np.float32)

    @classmethod
    def fit(
        cls,
        examples: Sequence[Example],
        labels: Sequence[str],
        weights: Mapping[str, float],
        vectors: Optional[Vectors] = None,
        strength: float = 10.0,
        read: Optional[Mapping[str, Names]] = None,
    ) -> LabelModel:
        """The model of ``examples``; ``strength`` as scikit-learn's C. The same examples give the same model.

        ``read``: by text the names of what another reader read.
        """
        vocabulary: Dict[str, Mapping[str, int]] = {}
        rarity = np.zeros(0)
        for kind in (kind for kind in KINDS if kind in weights):
            vocabulary[kind], having = columns_of((example.text for example in examples), kind, len(rarity))
            rarity = np.concatenate([rarity, np.log((1 + len(examples)) / (1 + having)) + 1])
        if read is not None and READ in weights:
            vocabulary[READ] = columns_of_names((read[example.text] for example in examples), MIN_HAVING, len(rarity))
            rarity = np.concatenate([rarity, np.ones(len(vocabulary[READ]))])
        empty = np.zeros((0, len(labels)), dtype=np.float32)
        model = cls(labels, weights, vocabulary, rarity, empty, np.zeros(len(labels), dtype=np.float32))
        rows = [
            tuple(np.concatenate(two) for two in zip(model.sparse_row(text), model._read_row(names), strict=True))
            for text, names in ((example.text, read[example.text] if read else ()) for example in examples)
        ]
        ends = np.cumsum([0] + [len(columns) for columns, _ in rows])
        sparse = csr_matrix(
            (np.concatenate([v for _, v in rows]).astype(np.float32), np.concatenate([c for c, _ in rows]), ends),
            shape=(len(rows), len(rarity)),
        )
        dense = np.zeros((len(rows), 0), dtype=np.float32)
        if vectors is not None and VECTORS in weights:
            dense = weights[VECTORS] * np.array([vectors(example.text) for example in examples], dtype=np.float32)
        told = np.array([[label in example.labels for label in labels] for example in examples])
        model.slopes, model.offsets = logistic.fit(sparse, dense, told, strength, steps=STEPS)
        return model
