"""Drawn choices with their exact probabilities.

A draw without replacement in proportion to exp(value / temperature) (Plackett 1975): the largest of
value / temperature + Gumbel noise, one after the other, are such a draw (Yellott 1977), and the
chance of each, given those drawn before it, has a closed form.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

_LEAST_VALUE = 1e-9


def log_value(value: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    """float32[p]: log of values, so that a draw at temperature 1 is in proportion to value."""
    return np.asarray(np.log(np.maximum(value, _LEAST_VALUE)), dtype=np.float32)


@dataclass(frozen=True)
class Draw:
    """Titles drawn in order, each with its chance at the moment when it was drawn."""

    works: NDArray[np.int32]  # [k]
    propensity: NDArray[np.float64]  # [k], given those drawn before
    candidates: NDArray[np.int32]  # [p], from which the first was drawn


def draw_slots(
    value: NDArray[np.float32],
    candidates: NDArray[np.int32],
    k: int,
    *,
    temperature: float,
    rng: np.random.Generator,
) -> Draw:
    """Draw `k` of the candidates without replacement.

    value: float32[p], expected reward of each candidate
    """
    k = min(k, len(candidates))
    logits = value.astype(np.float64) / temperature
    logits -= logits.max(initial=-np.inf) if len(logits) else 0.0
    order = np.argsort(-(logits + rng.gumbel(size=len(logits))), kind="stable")[:k]
    weight = np.exp(logits)
    # What is left before each draw: the weights of everything not drawn yet, summed without the
    # drawn ones rather than subtracted, so that tiny weights lose no digits.
    rest = weight.copy()
    rest[order] = 0.0
    left = rest.sum() + np.cumsum(weight[order][::-1])[::-1]
    return Draw(candidates[order], weight[order] / left, candidates)
