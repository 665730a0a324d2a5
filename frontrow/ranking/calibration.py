"""Calibration: from the fusion's values to the probability of a good play.

Platt (1999), "Probabilistic Outputs for Support Vector Machines": a logistic regression on the log
share that a work has in the softmax over the catalogue, and on the features of the viewer. It says
how likely a viewer who comes back plays the work well within the slice of time that it was fitted on;
where impressions are known, a viewer who is shown it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from frontrow.models.histories import Floats
from frontrow.models.scorer import Arrays
from frontrow.ranking.features import VIEWER
from frontrow.ranking.logistic import fit_logistic

RIDGE = 1.0
"""Keeps the weights of viewer features that hardly vary near 0."""


@dataclass(frozen=True)
class Calibration:
    """logit p = slope x log share + of_viewer . viewer + bias."""

    slope: float
    bias: float
    of_viewer: Floats  # [len(VIEWER)]

    def probability(self, value: Floats, viewer: Floats) -> Floats:
        """float32[n], 0..1, in the order of `value`; viewer: float32[len(VIEWER)]."""
        logit = log_share(value)
        logit *= np.float32(self.slope)
        logit += np.float32(self.bias + float(self.of_viewer @ viewer))
        np.negative(logit, out=logit)
        np.clip(logit, -80, 80, out=logit)
        np.exp(logit, out=logit)
        logit += 1
        np.reciprocal(logit, out=logit)
        return logit

    def arrays(self) -> Arrays:
        return {"of_viewer": self.of_viewer, "line": np.array([self.slope, self.bias])}

    @staticmethod
    def from_arrays(
        arrays: Mapping[str, NDArray[Any]], viewer: Sequence[str] = VIEWER
    ) -> Calibration:
        """`viewer` names the features that it was fitted on; what it didn't know moves nothing."""
        slope, bias = arrays["line"].tolist()
        known = dict(zip(viewer, arrays["of_viewer"], strict=True))
        of_viewer = np.array([known.get(name, 0.0) for name in VIEWER], dtype=np.float32)
        return Calibration(slope, bias, of_viewer)


def no_calibration() -> Calibration:
    """The softmax share itself, near enough."""
    return Calibration(1.0, 0.0, np.zeros(len(VIEWER), dtype=np.float32))


def log_share(value: Floats) -> Floats:
    """float32[..., n]: log of softmax over the last axis."""
    if value.shape[-1] == 0:
        return value.copy()
    found: Floats = value - value.max(axis=-1, keepdims=True)
    found -= np.log(np.exp(found).sum(axis=-1, keepdims=True))
    return found


def fit_calibration(share: Floats, viewer: Floats, good: NDArray[np.bool_]) -> Calibration:
    """Newton's method on the logistic loss of pairs that the fusion was not fitted on.

    share:  float32[m], log share of each pair
    viewer: float32[m, len(VIEWER)], good: bool[m]
    Without a rising line (nothing good, or nothing that value tells) the share stays as it is.
    """
    x = np.column_stack([share, viewer, np.ones(len(share))]).astype(np.float64)
    center = x[:, 1:-1].mean(axis=0)
    x[:, 1:-1] -= center
    penalty = np.full(x.shape[1], RIDGE)
    penalty[-1] = 1e-6
    weights = np.zeros(x.shape[1])
    weights[0] = 1.0
    if not good.any():
        return no_calibration()
    weights = fit_logistic(x, good, penalty, weights)
    if not np.isfinite(weights).all() or weights[0] <= 0:
        return no_calibration()
    of_viewer = weights[1:-1].astype(np.float32)
    return Calibration(float(weights[0]), float(weights[-1] - weights[1:-1] @ center), of_viewer)
