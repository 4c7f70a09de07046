"""The learned reader of findings: which of them a message tells of, each with a likelihood. Knows nothing of Rasa.

Logistic regression for all findings at once, on words, pieces of words and the sentence vector. A long message is
read as a whole and sentence by sentence, and the likeliest reading of each finding counts, so that an alarm in
passing is not drowned. docs/decisions/0016-a-second-reader-of-findings.md says what it was chosen from.
"""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import Callable, Dict, Iterator, List, Mapping, NamedTuple, Optional, Sequence, Tuple

import numpy as np
import yaml
from scipy.sparse import csr_matrix

NONE = "none"
MORE = " | "
MIN_WORDS = 3  # a shorter sentence says nothing by itself
MAX_PARTS = 24  # of a message of 2,000 characters; the time of a message is bounded by it
MIN_COUNT = 2  # n-grams met only once teach nothing
WORDS, PIECES, VECTORS = "words", "pieces", "vectors"
_BREAKS = re.compile(r"(?<=[.!?;])\s+|\n+")
_APOSTROPHES = str.maketrans("", "", "'’`´")

Vectors = Callable[[str], np.ndarray]


class Example(NamedTuple):
    """A message and the findings that it tells of as there now."""

    text: str
    findings: Tuple[str, ...]


def read_examples(folder: Path) -> Iterator[Example]:
    """All examples of ``data/finding_examples``; ValueError names a file that is not a map of texts."""
    for path in sorted(folder.glob("*.yml")):
        topics = yaml.safe_load(path.read_text(encoding="utf-8"))
        if not isinstance(topics, dict) or not all(isinstance(lines, str) for lines in topics.values()):
            raise ValueError(f"{path.name}: expected finding: | and one message a line")
        for finding, lines in topics.items():
            for line in lines.splitlines():
                text, _, more = line.partition(MORE)
                told = [finding, *more.split()] if finding != NONE else more.split()
                yield Example(text.strip(), tuple(told))


def parts_of(text: str) -> List[str]:
    """The message, and each of its sentences that has some words, when it has several."""
    sentences = [part for part in _BREAKS.split(text) if len(part.split()) >= MIN_WORDS]
    return [text] if len(sentences) < 2 else [text, *sentences[: MAX_PARTS - 1]]


def grams(text: str) -> Dict[str, List[str]]:
    """Words with their pairs, and pieces of words of two to five characters, of one part of a message."""
    words = re.findall(r"\w+", text.lower().translate(_APOSTROPHES))
    pieces = []
    for word in words:
        padded = f" {word} "
        for length in range(2, 6):
            pieces += [padded[at : at + length] for at in range(max(1, len(padded) - length + 1))]
    return {WORDS: words + [f"{one} {two}" for one, two in pairwise(words)], PIECES: pieces}


class FindingModel:
    """Text to likelihoods. Immutable once fitted."""

    def __init__(
        self,
        findings: Sequence[str],
        weights: Mapping[str, float],
        vocabulary: Mapping[str, Mapping[str, int]],
        rarity: np.ndarray,
        slopes: np.ndarray,
        offsets: np.ndarray,
    ) -> None:
        """``vocabulary``: for words and pieces, n-gram → column; ``rarity``: IDF by column, shape (columns,).

        ``slopes``: float32, shape (columns + vector, findings); ``offsets``: shape (findings,).
        """
        self.findings = tuple(findings)
        self.weights = dict(weights)
        self.vocabulary = {kind: dict(columns) for kind, columns in vocabulary.items()}
        self.rarity, self.slopes, self.offsets = rarity, slopes, offsets

    def likelihoods(self, text: str, vectors: Optional[Vectors] = None) -> np.ndarray:
        """For each of ``findings`` how likely the message tells of it (0–1), the likeliest of its parts."""
        scores = [self._score(part, vectors) for part in parts_of(text)]
        return 1.0 / (1.0 + np.exp(-np.max(scores, axis=0)))

    def _score(self, part: str, vectors: Optional[Vectors]) -> np.ndarray:
        columns, values = self.sparse_row(part)
        scores = values.astype(np.float32) @ self.slopes[columns] + self.offsets
        if vectors is not None and VECTORS in self.weights:
            scores = scores + (self.weights[VECTORS] * vectors(part)) @ self.slopes[len(self.rarity) :]
        return np.asarray(scores)

    def sparse_row(self, part: str) -> Tuple[np.ndarray, np.ndarray]:
        """Columns and values of the n-grams: TF-IDF with a dampened count, each kind scaled to its weight."""
        columns, values = [np.zeros(0, dtype=np.int64)], [np.zeros(0)]
        for kind, said in grams(part).items():
            known = self.vocabulary.get(kind)
            if not known:
                continue
            at, counts = np.unique([known[gram] for gram in said if gram in known], return_counts=True)
            at = at.astype(np.int64)
            value = (1.0 + np.log(counts)) * self.rarity[at]
            columns.append(at)
            values.append(value * (self.weights[kind] / max(float(np.linalg.norm(value)), 1e-12)))
        return np.concatenate(columns), np.concatenate(values)

    @classmethod
    def fit(
        cls,
        examples: Sequence[Example],
        findings: Sequence[str],
        weights: Mapping[str, float],
        vectors: Optional[Vectors] = None,
        strength: float = 10.0,
    ) -> FindingModel:
        """The model of ``examples``; ``strength`` as scikit-learn's C. The same examples give the same model."""
        kinds = [kind for kind in (WORDS, PIECES) if kind in weights]
        having: Dict[str, Dict[str, int]] = {kind: {} for kind in kinds}
        for example in examples:
            said = grams(example.text)
            for kind in kinds:
                for gram in set(said[kind]):
                    having[kind][gram] = having[kind].get(gram, 0) + 1
        vocabulary: Dict[str, Dict[str, int]] = {}
        rarity: List[float] = []
        for kind in kinds:
            kept = sorted(gram for gram, count in having[kind].items() if count >= MIN_COUNT)
            vocabulary[kind] = {gram: len(rarity) + place for place, gram in enumerate(kept)}
            rarity += [float(np.log((1 + len(examples)) / (1 + having[kind][gram])) + 1) for gram in kept]
        empty = np.zeros((0, len(findings)), dtype=np.float32)
        model = cls(findings, weights, vocabulary, np.array(rarity), empty, np.zeros(len(findings), dtype=np.float32))
        rows = [model.sparse_row(example.text) for example in examples]
        ends = np.cumsum([0] + [len(columns) for columns, _ in rows])
        sparse = csr_matrix(
            (np.concatenate([v for _, v in rows]).astype(np.float32), np.concatenate([c for c, _ in rows]), ends),
            shape=(len(rows), len(rarity)),
        )
        dense = np.zeros((len(rows), 0), dtype=np.float32)
        if vectors is not None and VECTORS in weights:
            dense = weights[VECTORS] * np.array([vectors(example.text) for example in examples], dtype=np.float32)
        told = np.array([[finding in example.findings for finding in findings] for example in examples])
        model.slopes, model.offsets = _logistic(sparse, dense, told, strength)
        return model


def _logistic(
    sparse: csr_matrix, dense: np.ndarray, told: np.ndarray, strength: float, steps: int = 150
) -> Tuple[np.ndarray, np.ndarray]:
    """Slopes and offsets of one logistic regression for each column of ``told``, all fitted together by L-BFGS."""
    from scipy.optimize import minimize

    width, labels = sparse.shape[1] + dense.shape[1], told.shape[1]
    across = sparse.T.tocsr()
    signs = np.where(told, 1.0, -1.0).astype(np.float32)

    def loss(flat: np.ndarray) -> Tuple[float, np.ndarray]:
        table = flat.reshape(width + 1, labels).astype(np.float32)
        slopes, offsets = table[:-1], table[-1]
        margins = signs * (sparse @ slopes[: sparse.shape[1]] + dense @ slopes[sparse.shape[1] :] + offsets)
        cost = np.logaddexp(0.0, -margins)
        pull = -signs / (1.0 + np.exp(np.minimum(margins, 50.0)))
        slope = np.concatenate([across @ pull, dense.T @ pull]) + slopes / strength
        gradient = np.concatenate([slope, pull.sum(axis=0, keepdims=True)])
        value = float(cost.sum(dtype=np.float64)) + float((slopes.astype(np.float64) ** 2).sum()) / (2 * strength)
        return value, gradient.ravel().astype(np.float64)

    start = np.zeros((width + 1) * labels)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": steps, "ftol": 1e-6, "maxcor": 6})
    table = found.x.reshape(width + 1, labels).astype(np.float32)
    return table[:-1].copy(), table[-1].copy()
