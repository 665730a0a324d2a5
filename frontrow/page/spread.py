"""What stands on everyone's pages makes room for what does not.

Pages are ranked by what was played, and what was played is what stood on pages: round by round the same
titles lead more of them, pages grow alike, and what a title is worth is overrated for having been shown
(Chaney, Stewart, Engelhardt 2018, "How algorithmic confounding in recommendation systems increases
homogeneity and decreases utility"). So a title's value for a page falls with its share of all that was shown
of late, by a power, as popularity is taken out of a measure of accuracy (Steck 2011, "Item popularity and
recommendation accuracy"). What a title loses is the same for all viewers, so what is common to them counts
less beside what is a viewer's own. Where nothing is known of what was shown, nothing changes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from frontrow.page.adventure import MIDDLE

Floats = NDArray[np.float32]

_PRIOR = 20.0
"""Impressions that every title is credited with: a handful tells nothing."""


def spread_factors(
    shown: NDArray[np.float64], candidates: NDArray[np.int32], strength: float
) -> NDArray[np.float64]:
    """float64[n]: ((2 mean + prior) / (shown + mean + prior)) ** strength: 1 of what was shown as often as
    the mean, less of what was shown more.

    shown:      float64[n], impressions of late
    candidates: int32[m], what may be ranked, of which the mean is taken
    """
    mean = float(shown[candidates].mean()) if len(candidates) else 0.0
    return ((2 * mean + _PRIOR) / (shown + mean + _PRIOR)) ** strength


def spread_value(
    value: Floats, shown: NDArray[np.float64], candidates: NDArray[np.int32], strength: float
) -> Floats:
    """float32[n]: values by their factors, and all of them times what leaves the best candidate's as it was:
    whether going on with something is worth more than a page of other titles is not asked here.

    value: float32[n]; shown, candidates: as for `spread_factors`
    """
    spread = (value * spread_factors(shown, candidates, strength)).astype(np.float32)
    most, best = float(value[candidates].max()), float(spread[candidates].max())
    return spread * np.float32(most / best) if best > 0 else value


def strength_of(spread: float, adventurousness: float) -> float:
    """How strongly for such a viewer: not at all for who wants what many watch (0), in full from the
    middle on."""
    return spread * min(adventurousness / MIDDLE, 1.0)
