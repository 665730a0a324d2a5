"""Whether page metrics put rankers in the same order when they weigh places by a curve that is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from bench.pages.layouts import LAYOUTS
from bench.positions.curves import Doubles
from bench.positions.world import Viewer
from frontrow.base.randomness import rng_for
from frontrow.evaluation.intervals import compare
from frontrow.evaluation.pages.accuracy import ndcg2d
from frontrow.evaluation.pages.layout import window_of

ROWS, COLUMNS = 6, 10
PLAYS = 12
"""Titles that a viewer plays well afterwards, drawn by what they are worth to them."""


@dataclass(frozen=True)
class Pair:
    """Two rankers by `attended`, under the curve that is true and under another."""

    one: str
    other: str
    true: str
    used: str
    difference: float  # under the true curve
    interval: tuple[float, float]
    with_used: float
    used_interval: tuple[float, float]

    @property
    def told_apart(self) -> bool:
        """Whether the true curve tells them apart beyond noise."""
        low, high = self.interval
        return low > 0 or high < 0

    @property
    def flips(self) -> bool:
        """Whether the other curve puts them in the other order."""
        return self.difference * self.with_used < 0


def pairs(viewers: Sequence[Viewer], curves: Mapping[str, Doubles], seed: int) -> list[Pair]:
    """Every pair of rankers under every pair of curves."""
    relevant = _plays(viewers, seed)
    values: dict[tuple[str, str], NDArray[np.float64]] = {}
    for name, layout in LAYOUTS.items():
        pages = [layout(viewer.stage, ROWS, COLUMNS) for viewer in viewers]
        for curve, table in curves.items():
            windows = [window_of(page, ROWS, COLUMNS, table) for page in pages]
            values[name, curve] = ndcg2d(windows, relevant)
    found = []
    for one, other in combinations(LAYOUTS, 2):
        compared = {
            curve: compare(values[one, curve], values[other, curve], rng_for(seed, "bootstrap"))
            for curve in curves
        }
        for true in curves:
            for used in curves:
                if used != true:
                    a, b = compared[true], compared[used]
                    found.append(
                        Pair(one, other, true, used, a.difference, a.difference_interval,
                             b.difference, b.difference_interval)
                    )  # fmt: skip
    return found


def _plays(viewers: Sequence[Viewer], seed: int) -> sparse.csr_array:
    """[b, n], what each viewer plays well afterwards, of what could be shown."""
    rows = []
    for viewer in viewers:
        worth = np.where(viewer.stage.open, viewer.worth, 0)
        rng = rng_for(seed, "plays", viewer.profile_id)
        drawn = rng.choice(len(worth), PLAYS, replace=False, p=worth / worth.sum())
        rows.append(np.isin(np.arange(len(worth)), drawn).astype(np.float32))
    return sparse.csr_array(np.stack(rows))
