"""What an interaction is worth: the one definition that fitting, taste and evaluation share.

A rating says it outright. Without one, what was watched says it: to the end is good, most of it is
nearly as good, ten minutes and gone is weak. A wish counts a little, a dismissal counts against.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from frontrow.catalog import Catalogue
from frontrow.models.histories import GOOD as GOOD
from frontrow.viewers import Dataset
from frontrow.viewers.dataset import GOOD_RATING
from frontrow.viewers.records import Records

VERSION = 1
"""Stands in every bundle: rewards of different versions don't compare."""

GRAIN = 256
"""Rewards are multiples of 1/256, so that sums are exact in any order."""

ABANDONED_FRACTION = 0.1
"""Stopped before this share of a film: it was tried and left."""

_COMPLETED = 0.8
_LISTED = 0.25
_ABANDONED = -0.125
_WEAK = 0.125
_EPISODES_GOOD = 3  # episodes finished from which a series is a good play, season or not


def rewards(dataset: Dataset, catalogue: Catalogue) -> NDArray[np.float32]:
    """float32[m]: the reward of each record of a dataset, as known at its viewer's moment."""
    return reward_of(dataset.records, catalogue, indptr=dataset.indptr, moment_us=dataset.moment_us)


def reward_of_one(records: Records, catalogue: Catalogue, now_us: int) -> NDArray[np.float32]:
    """float32[m]: the reward of one viewer's records."""
    return reward_of(
        records,
        catalogue,
        indptr=np.array([0, len(records)], dtype=np.int64),
        moment_us=np.array([now_us], dtype=np.int64),
    )


def reward_of(
    records: Records,
    catalogue: Catalogue,
    *,
    indptr: NDArray[np.int64],
    moment_us: NDArray[np.int64],
) -> NDArray[np.float32]:
    """float32[m] in -1..1 of each (viewer, work) pair; 0 where nothing is known.

    indptr:    int64[b + 1], viewer -> records
    moment_us: int64[b], when each viewer is looked at
    """
    is_series = catalogue.is_series
    fraction = np.nan_to_num(records.fraction)
    tried = (records.plays > 0) | (records.finished > 0) | (fraction > 0)
    film = np.where(
        fraction < ABANDONED_FRACTION, _ABANDONED, _WEAK + (_COMPLETED - _WEAK) * fraction**2
    )
    film = np.where(records.completed, _COMPLETED, film)
    share = np.minimum(records.finished / _EPISODES_GOOD, 1.0)
    series = np.where(records.finished > 0, 0.25 + (_COMPLETED - 0.25) * share, film * 0.5)
    series = np.where(records.completed, 1.0, series)
    watched = np.where(is_series[records.work], series, film)
    worth = np.where(tried, watched, 0.0)
    worth = np.where(records.listed, np.maximum(worth, _LISTED), worth)
    rated = ~np.isnan(records.rating)
    # .75 (four stars, a like) is a good play just so; 1 is twice that, 0 the opposite of it.
    said = (np.nan_to_num(records.rating) - 0.5) * 2.0
    said = np.where(np.abs(np.nan_to_num(records.rating) - GOOD_RATING) < 1e-6, GOOD, said)
    worth = np.where(rated, said, worth)
    worth = np.where(records.dismissed, -1.0, worth)
    return (np.round(worth * GRAIN) / GRAIN).astype(np.float32)


def is_good(reward: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Which rewards are of a good play."""
    return reward >= GOOD
