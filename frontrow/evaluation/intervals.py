"""Bootstrap intervals of a mean over viewers (Efron 1979, percentile method)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 1_000
LEVEL = 0.95
RESAMPLES_PER_BLOCK = 100


def mean_interval(values: NDArray[np.float64], rng: np.random.Generator) -> tuple[float, float]:
    """The bounds between which `LEVEL` of the means of resampled viewers lie.

    values: float64[b], one for each viewer; give every model the same stream, so that they are paired
    """
    b = len(values)
    means = [
        rng.multinomial(b, np.full(b, 1 / b), size=RESAMPLES_PER_BLOCK) @ values / b
        for _ in range(RESAMPLES // RESAMPLES_PER_BLOCK)
    ]
    low, high = np.quantile(np.concatenate(means), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)
