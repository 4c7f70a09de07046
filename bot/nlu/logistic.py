"""Logistic regression on sparse and dense features, fitted by L-BFGS on all processors. Knows nothing of Rasa.

scikit-learn's takes one label at a time, or all with softmax on one processor in 64 bits; this takes half the time.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import List, Optional, Tuple

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

Fitted = Tuple[np.ndarray, np.ndarray]


def fit(
    sparse: csr_matrix,
    dense: np.ndarray,
    told: np.ndarray,
    strength: float,
    one_of: bool = False,
    weights: Optional[np.ndarray] = None,
    steps: int = 60,
) -> Fitted:
    """Slopes, float32, shape (sparse columns + dense columns, labels), and offsets, shape (labels,).

    ``sparse`` and ``dense``: float32, one row a message; ``told``: boolean, shape (messages, labels).
    ``strength``: as scikit-learn's C. ``one_of``: each message has one label (softmax), else any number of them.
    ``weights``: of the messages, shape (messages,). Sixty ``steps`` fit as well as convergence does
    (docs/decisions/0016). The same input gives the same output on the same number of processors.
    """
    problem = _Problem(sparse, dense, told, strength, one_of, weights)
    start = np.zeros((problem.width + 1) * told.shape[1])
    options = {"maxiter": steps, "ftol": 1e-6, "maxcor": 6}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = minimize(problem.loss, start, args=(pool,), jac=True, method="L-BFGS-B", options=options)
    table = found.x.reshape(problem.width + 1, told.shape[1]).astype(np.float32)
    return table[:-1].copy(), table[-1].copy()


class _Problem:
    def __init__(
        self,
        sparse: csr_matrix,
        dense: np.ndarray,
        told: np.ndarray,
        strength: float,
        one_of: bool,
        weights: Optional[np.ndarray],
    ) -> None:
        self.sparse, self.dense, self.strength, self.one_of = sparse, dense, strength, one_of
        self.across, self.dense_across = sparse.T.tocsr(), np.ascontiguousarray(dense.T)
        self.narrow = sparse.shape[1]
        self.width = self.narrow + dense.shape[1]
        self.told = told.astype(np.float32)
        self.signs = np.where(told, 1.0, -1.0).astype(np.float32)
        self.weights = None if weights is None else weights.astype(np.float32)[:, None]
        parts = np.array_split(np.arange(told.shape[1]), os.cpu_count() or 1)
        self.cuts: List[slice] = [slice(part[0], part[-1] + 1) for part in parts if len(part)]

    def loss(self, flat: np.ndarray, pool: ThreadPoolExecutor) -> Tuple[float, np.ndarray]:
        """Cost and gradient of slopes and offsets, the labels shared out among the processors."""
        table = flat.reshape(self.width + 1, self.told.shape[1]).astype(np.float32)
        scores = np.concatenate(list(pool.map(lambda cut: self._forward(table, cut), self.cuts)), axis=1)
        cost, pull = self._softmax(scores) if self.one_of else self._sigmoid(scores)
        if self.weights is not None:
            cost, pull = cost * self.weights, pull * self.weights
        gradient = np.concatenate(list(pool.map(lambda cut: self._backward(pull, cut), self.cuts)), axis=1)
        gradient[:-1] += table[:-1] / self.strength
        penalty = float((table[:-1].astype(np.float64) ** 2).sum()) / (2 * self.strength)
        return float(cost.sum(dtype=np.float64)) + penalty, gradient.ravel().astype(np.float64)

    def _forward(self, table: np.ndarray, cut: slice) -> np.ndarray:
        part = np.ascontiguousarray(table[:, cut])
        return np.asarray(
            self.sparse @ part[: self.narrow] + self.dense @ part[self.narrow : self.width] + part[self.width]
        )

    def _backward(self, pull: np.ndarray, cut: slice) -> np.ndarray:
        part = np.ascontiguousarray(pull[:, cut])
        return np.concatenate([self.across @ part, self.dense_across @ part, part.sum(axis=0, keepdims=True)])

    def _softmax(self, scores: np.ndarray) -> Tuple[np.ndarray, np.ndarray]:
        scores = scores - scores.max(axis=1, keepdims=True)
        likely = np.exp(scores)
        whole = likely.sum(axis=1, keepdims=True)
        return np.log(whole) - (scores * self.told).sum(axis=1, keepdims=True), likely / whole - self.told

    def _sigmoid(self, scores: np.ndarray) -> Tuple[np.ndarray, np.ndarray]:
        margins = self.signs * scores
        return np.logaddexp(0.0, -margins), -self.signs / (1.0 + np.exp(np.minimum(margins, 50.0)))
