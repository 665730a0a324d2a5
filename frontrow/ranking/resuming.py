"""How likely a viewer goes on with what is under way: a logistic regression on what the records say.

It learns from earlier moments: of what was under way then, what was touched again within the slice of
time after it, the same slice that a good play of a new title is predicted for; so the row of what is
under way and the rows of what is new can be weighed against each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from frontrow.base.time import US_PER_MINUTE
from frontrow.catalog import Catalogue
from frontrow.models.scorer import Arrays
from frontrow.ranking.logistic import fit_logistic
from frontrow.viewers import Dataset, Records

FEATURES = (
    "one",
    "log_idle_hours",
    "log_idle_hours_of_series",
    "series",
    "share_reached",
    "nearly_done",
    "log_episodes_finished",
    "log_plays",
    "paused",
)

BEFORE_FITTING = (0.5, -0.5, 0.1, 0.3, 1.0, -0.3, 0.3, 0.1, 0.3)
"""Weights where nothing was fitted yet: lately, far and in a series first."""

NEARLY_DONE = 0.85
"""Share of a film from which little but the credits is left."""

RIDGE = 1.0
LEAST_EXAMPLES = 200
MOST_EXAMPLES = 200_000

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Resuming:
    """Weights over `FEATURES`."""

    weights: tuple[float, ...] = BEFORE_FITTING
    fitted: bool = False

    def probability(
        self, records: Records, catalogue: Catalogue, now_us: int | NDArray[np.int64]
    ) -> Floats:
        """float32[m], 0..1: of going on with the work of each record, soon after a moment."""
        logit = features_of(records, catalogue, now_us) @ np.array(self.weights)
        return np.asarray(1 / (1 + np.exp(-np.clip(logit, -60, 60))), dtype=np.float32)

    def arrays(self) -> Arrays:
        return {"weights": np.array(self.weights)}

    @staticmethod
    def from_arrays(arrays: Mapping[str, NDArray[Any]], features: Sequence[str]) -> Resuming:
        """Of a bundle that knew these features; none: the weights before fitting."""
        if not arrays:
            return Resuming()
        known = dict(zip(features, arrays["weights"].tolist(), strict=True))
        return Resuming(tuple(known.get(name, 0.0) for name in FEATURES), fitted=True)


def features_of(records: Records, catalogue: Catalogue, now_us: int | NDArray[np.int64]) -> Doubles:
    """float64[m, len(FEATURES)]."""
    series = catalogue.is_series[records.work].astype(np.float64)
    idle = np.log1p(np.maximum(now_us - records.last_touch_us, 0) / (60 * US_PER_MINUTE))
    share = np.nan_to_num(records.fraction).astype(np.float64)
    return np.column_stack(
        [
            np.ones(len(records)),
            idle,
            idle * series,
            series,
            share * (1 - series),
            (share >= NEARLY_DONE) * (1 - series),
            np.log1p(records.finished) * series,
            np.log1p(records.plays),
            records.paused.astype(np.float64),
        ]
    )


def may_go_on(records: Records) -> NDArray[np.bool_]:
    """bool[m]: begun, and neither watched to the end nor dismissed."""
    return records.begun & ~records.completed & ~records.dismissed & (records.last_touch_us > 0)


def went_on(then: Dataset, after: Dataset) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """(records of `then` under way, whether `after` knows of a later touch of each)."""
    under_way = np.flatnonzero(may_go_on(then.records))
    viewer = np.repeat(np.arange(then.b), np.diff(then.indptr))[under_way]
    place = {profile_id: i for i, profile_id in enumerate(after.profile_ids)}
    there = np.array([place.get(p, -1) for p in then.profile_ids], dtype=np.int64)
    owner = np.repeat(np.arange(after.b), np.diff(after.indptr))
    known = owner.astype(np.int64) * after.n + after.records.work
    wanted = there[viewer] * after.n + then.records.work[under_way]
    at = np.minimum(np.searchsorted(known, wanted), max(len(known) - 1, 0))
    found = (known[at] == wanted) if len(known) else np.zeros(len(wanted), dtype=bool)
    later = np.zeros(len(wanted), dtype=bool)
    later[found] = after.records.last_touch_us[at[found]] > then.moment_us[viewer[found]]
    return under_way, later


def fit_resuming(
    pairs: Sequence[tuple[Dataset, Dataset]], catalogue: Catalogue, rng: np.random.Generator
) -> Resuming:
    """Fitted on pairs of what was known at a moment and what is known of the time after it; with too
    few examples the weights before fitting."""
    xs, ys = [], []
    for then, after in pairs:
        under_way, later = went_on(then, after)
        records = then.records.take(under_way)
        moment = np.repeat(then.moment_us, np.diff(then.indptr))[under_way]
        xs.append(features_of(records, catalogue, moment))
        ys.append(later)
    if sum(len(y) for y in ys) < LEAST_EXAMPLES:
        return Resuming()
    x, y = np.concatenate(xs), np.concatenate(ys)
    if len(y) > MOST_EXAMPLES:
        chosen = np.sort(rng.choice(len(y), MOST_EXAMPLES, replace=False))
        x, y = x[chosen], y[chosen]
    start = np.array(BEFORE_FITTING)
    weights = fit_logistic(x, y, np.full(len(FEATURES), RIDGE), start)
    if not np.isfinite(weights).all():
        return Resuming()
    return Resuming(tuple(weights.tolist()), fitted=True)
