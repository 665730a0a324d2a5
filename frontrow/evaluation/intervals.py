"""Bootstrap intervals of means over viewers (Efron 1979, percentile method)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 1_000
LEVEL = 0.95
RESAMPLES_PER_BLOCK = 100

_Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Comparison:
    """One model beside another on the same viewers, each figure with its interval's bounds."""

    difference: float  # of the means
    difference_interval: tuple[float, float]
    ratio: float  # of the means; nan where the other's is 0
    ratio_interval: tuple[float, float]


def mean_interval(values: _Floats, rng: np.random.Generator) -> tuple[float, float]:
    """The bounds between which `LEVEL` of the means of resampled viewers lie.

    values: float64[b], one for each viewer; give every model the same stream, so that they are paired
    """
    return _bounds(_resampled(values[:, None], rng)[:, 0])


def compare(ours: _Floats, theirs: _Floats, rng: np.random.Generator) -> Comparison:
    """The difference and the ratio of two means, whose viewers are resampled together.

    ours, theirs: float64[b], of the same viewers in the same order
    """
    means = _resampled(np.stack([ours, theirs], axis=1), rng)
    mine, other = float(ours.mean()), float(theirs.mean())
    defined = bool((means[:, 1] > 0).all())
    return Comparison(
        difference=mine - other,
        difference_interval=_bounds(means[:, 0] - means[:, 1]),
        ratio=mine / other if defined else float("nan"),
        ratio_interval=_bounds(means[:, 0] / means[:, 1]) if defined else (float("nan"),) * 2,
    )


def _resampled(values: _Floats, rng: np.random.Generator) -> _Floats:
    """float64[RESAMPLES, c]: means of the columns of `values` [b, c] over resampled viewers."""
    b = len(values)
    return np.concatenate(
        [
            rng.multinomial(b, np.full(b, 1 / b), size=RESAMPLES_PER_BLOCK) @ values / b
            for _ in range(RESAMPLES // RESAMPLES_PER_BLOCK)
        ]
    )


def _bounds(means: _Floats) -> tuple[float, float]:
    low, high = np.quantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)
