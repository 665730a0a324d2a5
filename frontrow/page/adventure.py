"""How adventurous a viewer wants to be: from what many watch to what few have found.

The preference `adventurousness` moves the ranking along the frontier of accuracy and novelty, where novelty
is self-information: -log2 of how often a title is started (Zhou et al. 2010). In the middle, where it
stands by itself, it changes nothing. It also says how much of the exploration budget is used.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from frontrow.viewers import Trends
from frontrow.viewers.trends import HALF_LIVES_DAYS

Floats = NDArray[np.float32]

MIDDLE = 0.5

_STRENGTH = 0.5
"""Logarithm by which a value changes at the ends, for a title one deviation rarer than the mean."""

_MOST = 2.0
"""Deviations beyond which a title is not rarer, nor better known, than rare."""

_ALL_TIME = HALF_LIVES_DAYS.index(float("inf"))


def novelty_factor(trends: Trends, adventurousness: float) -> Floats:
    """float32[n]: factors on titles' values; below 1 for the well known where the preference is above
    the middle, below 1 for the rare where it is under it."""
    starts = trends.of_country(None)[_ALL_TIME]
    rare = -np.log2(starts + 1)
    spread = float(rare.std()) if len(rare) else 0.0
    if spread == 0:
        return np.ones(len(starts), dtype=np.float32)
    away = np.clip((rare - rare.mean()) / spread, -_MOST, _MOST)
    towards = 2 * (adventurousness - MIDDLE)
    return np.asarray(np.exp(_STRENGTH * towards * away), dtype=np.float32)


def budget_of(budget: int, adventurousness: float) -> int:
    """Titles of a page that may be drawn for such a viewer: none at 0, twice the budget at 1."""
    return round(budget * adventurousness / MIDDLE)
