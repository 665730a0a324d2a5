"""Dials chosen on the training side: the best mean over the inner splits, never the test side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.quality.baselines import Baseline, lists_of
from bench.quality.judging import lead
from bench.quality.split_file import Split


@dataclass(frozen=True)
class Choice:
    """The dials taken, and what each of the grid reached on the inner splits."""

    dials: dict[str, Any]
    reached: float  # mean over the inner splits' viewers; nan where there was nothing to choose
    at_edge: bool  # of the grid: a wider one might do better


def choose(
    grid: Sequence[dict[str, Any]], reached: NDArray[np.float64], viewers: Sequence[int]
) -> Choice:
    """The best of a grid by float64[splits, grid] over all their viewers; ties go to the earlier."""
    means = np.average(reached, axis=0, weights=viewers)
    best = int(np.argmax(means))
    return Choice(grid[best], float(means[best]), _at_edge(grid, best))


def _at_edge(grid: Sequence[dict[str, Any]], best: int) -> bool:
    for name, value in grid[best].items():
        values = sorted({one[name] for one in grid})
        if len(values) > 2 and value in (values[0], values[-1]):
            return True
    return False


def tune(baseline: Baseline, inner: Sequence[Split], progress: Callable[[str], None]) -> Choice:
    """Fit a baseline's grid on every inner split."""
    if len(baseline.grid) == 1:
        return Choice(baseline.grid[0], float("nan"), False)
    reached = np.zeros((len(inner), len(baseline.grid)))
    for row, split in enumerate(inner):
        progress(f"{baseline.name}: {len(baseline.grid)} sets of dials on {split.name}")
        for column, score in enumerate(baseline.fits(split, baseline.grid)):
            reached[row, column] = lead(lists_of(score, split), split)
    return choose(baseline.grid, reached, [len(split.asked) for split in inner])
