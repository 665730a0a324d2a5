"""Popularity: how many good starts a work has had, in all time or lately, in the viewer's country.

The counts are read from the live `Trends` when a page is built, so what rises is seen at once; the
fit only chooses the half-life.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from frontrow.catalog import Catalogue
from frontrow.models.histories import Floats, Histories, Ints
from frontrow.models.scorer import Arrays, Config
from frontrow.viewers import HALF_LIVES_DAYS, Trends

PRIOR_STARTS = 50.0
"""A country's own counts weigh as much as everyone's once it has had so many starts."""

DEFAULT_HALF_LIFE_DAYS = 14.0


def start_shares(trends: Trends, country: str | None) -> NDArray[np.float64]:
    """float64[h, n]: share of each work among the starts, at each half-life; 0 where none.

    A country's counts are joined by `PRIOR_STARTS` starts spread as everyone's are, so a country
    with few starts, or none, falls back to everywhere.
    """
    everywhere = trends.of_country(None)
    total = everywhere.sum(axis=1, keepdims=True)
    share: NDArray[np.float64] = everywhere / np.where(total > 0, total, 1.0)
    if country is None or country not in trends.countries:
        return share
    own = trends.of_country(country)
    joined: NDArray[np.float64] = (own + PRIOR_STARTS * share) / (
        own.sum(axis=1, keepdims=True) + PRIOR_STARTS
    )
    return joined


@dataclass(frozen=True)
class Popularity:
    """Scores are shares of starts, the same for every viewer."""

    name: str  # popularity | recent_popularity
    half_life_days: float

    def score(self, histories: Histories, trends: Trends, country: str | None = None) -> Floats:
        share = start_shares(trends, country)[HALF_LIVES_DAYS.index(self.half_life_days)]
        return np.repeat(share.astype(np.float32)[None], histories.b, axis=0)

    def bind(self, catalogue: Catalogue, to: Ints) -> Popularity:
        return self

    def arrays(self) -> Arrays:
        return {}

    def config(self) -> Config:
        endless = np.isinf(self.half_life_days)
        return {"name": self.name, "half_life_days": None if endless else self.half_life_days}

    @staticmethod
    def from_arrays(arrays: Mapping[str, NDArray[Any]], config: Config) -> Popularity:
        half_life = config["half_life_days"]
        return Popularity(config["name"], float("inf") if half_life is None else half_life)


def all_time() -> Popularity:
    """Every start counts alike."""
    return Popularity("popularity", float("inf"))


def fit_recent(slices: Sequence[tuple[Trends, NDArray[np.float64]]]) -> Popularity:
    """Recent popularity with the half-life that foretells best what was started next.

    slices: trends at several moments, and how often each work was started after it, float64[n]
    The fit is by likelihood: the mean log share of the starts that came, with a floor of one start.
    """
    finite = [h for h in HALF_LIVES_DAYS if np.isfinite(h)]
    likelihood = np.zeros(len(finite))
    starts = 0.0
    for trends, later in slices:
        starts += later.sum()
        counts = trends.of_country(None)[: len(finite)]
        n = counts.shape[1]
        smoothed = (counts + 1.0 / n) / (counts.sum(axis=1, keepdims=True) + 1.0)
        likelihood += np.log(smoothed) @ later
    best = finite[int(np.argmax(likelihood))] if starts > 0 else DEFAULT_HALF_LIFE_DAYS
    return Popularity("recent_popularity", best)
