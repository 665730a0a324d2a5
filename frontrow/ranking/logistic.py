"""Logistic regression with a ridge, by Newton's method: small, convex, the same bits every time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

STEPS = 50
HALVINGS = 30

Doubles = NDArray[np.float64]


def fit_logistic(x: Doubles, y: NDArray[np.bool_], penalty: Doubles, start: Doubles) -> Doubles:
    """float64[k]: the weights of least logistic loss + penalty x weights² / 2.

    x: float64[m, k]; y: bool[m]; penalty, start: float64[k]
    """
    weights = start.copy()
    loss = _loss(x, weights, y, penalty)
    for _ in range(STEPS):
        p = 1 / (1 + np.exp(-np.clip(x @ weights, -60, 60)))
        slope = x.T @ (p - y) + penalty * weights
        curve = (x * (p * (1 - p))[:, None]).T @ x + np.diag(penalty)
        move = np.linalg.solve(curve, slope)
        before = loss
        for _ in range(HALVINGS):  # a full step overshoots where all probabilities are small
            loss = _loss(x, weights - move, y, penalty)
            if loss < before:
                weights = weights - move
                break
            move = move / 2
        else:
            break
    return weights


def _loss(x: Doubles, weights: Doubles, y: NDArray[np.bool_], penalty: Doubles) -> float:
    logit = x @ weights
    fits = np.logaddexp(0, logit).sum() - logit[y].sum()
    return float(fits + 0.5 * (penalty * weights**2).sum())
