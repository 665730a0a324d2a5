"""What an interaction is worth: the one definition that fitting, taste and evaluation share.

A rating says it outright, and what was watched can only add to a good one. Without a rating what was
watched says it: to the end is good; fast, again, or as the first of a new genre is better; what was
begun and left some days ago is weak or worse, and until then undecided. A wish counts a little, a
dismissal counts against.

What was only shown and passed over is no interaction: its reward is 0, so no history, model or taste is
made of it (such pairs are many times the others, and say a little of one title and nothing of its
genre). How much it tires is said apart, by `fatigue_of`.
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from frontrow.base.time import US_PER_DAY
from frontrow.catalog import Catalogue
from frontrow.models.histories import GOOD as GOOD
from frontrow.ranking.novelty import opens_a_genre
from frontrow.viewers import Dataset
from frontrow.viewers.dataset import GOOD_RATING
from frontrow.viewers.records import Records

Bools = NDArray[np.bool_]
Worth = NDArray[np.float64]

VERSION = 2
"""Stands in every bundle: rewards of different versions don't compare."""

GRAIN = 256
"""Rewards are multiples of 1/256, so that sums are exact in any order."""

LEFT_DAYS = 3.0
"""A film that was stopped is left once so many days have passed without coming back to it."""

SERIES_LEFT_DAYS = 14.0
"""The same of a series: two weekly episodes missed."""

SLOW_DAYS = 14.0
"""A film, or an episode on average, that took longer was finished slowly; a weekly one was not."""

FAST_EPISODES = 3
"""Episodes finished, one a day or more, from which a season that was finished was finished fast;
also those from which a series is a good play, season or not."""

_COMPLETED = 0.8
_STRONG = 0.9375  # fast, or again
_OPENED = 1.0  # the first finished title of a genre
_SLOW = 0.625
_LISTED = 0.25
_ONE_EPISODE = 0.25
_UNDECIDED = 0.0625  # stopped early and lately, or nobody said how far it went
_LEFT = -0.125
_PAUSED = 0.0625  # off what was paused, to be gone on with, and never was
_SERIES_LEFT = 0.125  # off a series left between two episodes
_BY_ITSELF = 0.25  # share of the worth of what started by itself and was let run
_TIRED = -0.1875  # what endless showing comes to; half of it after so many impressions:
_TIRED_HALF = 12.0


def definition_hash() -> str:
    """Sixteen hexadecimal digits of the version and of every number that the definition rests on."""
    numbers = [
        VERSION, GRAIN, LEFT_DAYS, SERIES_LEFT_DAYS, SLOW_DAYS, FAST_EPISODES, GOOD, GOOD_RATING,
        _COMPLETED, _STRONG, _OPENED, _SLOW, _LISTED, _ONE_EPISODE, _UNDECIDED, _LEFT, _PAUSED,
        _SERIES_LEFT, _BY_ITSELF, _TIRED, _TIRED_HALF,
    ]  # fmt: skip
    return hashlib.blake2b(repr([float(n) for n in numbers]).encode(), digest_size=8).hexdigest()


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
    rated = ~np.isnan(records.rating)
    tried = records.begun | (records.finished > 0) | (records.fraction > 0)
    if tried.any():
        moment = np.repeat(moment_us, np.diff(indptr))
        worth = np.where(tried, _watched(records, catalogue, moment), 0.0)
    else:
        worth = np.zeros(len(records))
    worth = np.where(records.listed, np.maximum(worth, _LISTED), worth)
    # .75 (four stars, a like) is a good play just so; 1 is twice that, 0 the opposite of it.
    rating = np.nan_to_num(records.rating)
    said = np.where(np.abs(rating - GOOD_RATING) < 1e-6, GOOD, (rating - 0.5) * 2.0)
    said = np.where(said >= GOOD, np.maximum(said, worth), said)
    worth = np.where(rated, said, worth)
    finished = tried & records.begun & _is_finish(records) & (worth >= GOOD)
    opened = opens_a_genre(records, catalogue, indptr, tried | rated, finished)
    worth = np.where(opened, _OPENED, worth)
    worth = np.where(records.dismissed, -1.0, worth)
    return (np.round(worth * GRAIN) / GRAIN).astype(np.float32)


def fatigue_of(records: Records) -> NDArray[np.float32]:
    """float32[m], 0 to above -.25: what it tires to be shown a title again and again, a little more
    with every time; 0 where the viewer ever opened, began, listed, rated or dismissed it."""
    only_seen = (records.impressions > 0) & (records.first_us == 0)
    only_seen &= ~records.dismissed & ~records.begun & ~records.listed
    tired = _TIRED * (1 - np.exp2(-records.impressions / _TIRED_HALF))
    return (np.round(np.where(only_seen, tired, 0.0) * GRAIN) / GRAIN).astype(np.float32)


def is_good(reward: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Which rewards are of a good play."""
    return reward >= GOOD


def _watched(records: Records, catalogue: Catalogue, moment: NDArray[np.int64]) -> Worth:
    """What was watched is worth, by itself."""
    is_series = catalogue.is_series[records.work]
    idle = (moment - records.last_touch_us) / US_PER_DAY
    left = (records.last_touch_us > 0) & (idle > np.where(is_series, SERIES_LEFT_DAYS, LEFT_DAYS))
    part = _part(records, catalogue, left)
    share = np.minimum(records.finished / FAST_EPISODES, 1.0)
    episodes = _ONE_EPISODE + (_COMPLETED - _ONE_EPISODE) * share - _SERIES_LEFT * left
    begun = np.where(records.finished > 0, episodes, part * 0.5)
    worth = np.where(is_series, begun, part)
    worth = np.where(_is_finish(records), _finish(records, is_series), worth)
    return np.where(records.begun, worth, np.maximum(worth, 0.0) * _BY_ITSELF)


def _is_finish(records: Records) -> Bools:
    """Watched to the end: a film, or at least one season."""
    return records.completed | (records.seasons > 0)


def _finish(records: Records, is_series: Bools) -> Worth:
    """What it is worth that something was finished: more when fast or again, less when slowly."""
    days = (records.last_touch_us - records.first_touch_us) / US_PER_DAY
    again = records.rewatches > 0
    fast = is_series & (records.finished >= FAST_EPISODES) & (days > 0) & (days <= records.finished)
    slow = days > SLOW_DAYS * np.maximum(records.finished, 1)
    return np.where(again | fast, _STRONG, np.where(slow, _SLOW, _COMPLETED))


def _part(records: Records, catalogue: Catalogue, left: Bools) -> Worth:
    """What a part of a film, or of the episodes begun, is worth: with the square of the share."""
    runtime = catalogue.runtime_minutes[records.work] * np.float32(60)
    by_time = np.where(catalogue.is_series[records.work], np.nan, records.seconds / runtime)
    share = np.minimum(np.fmax(records.fraction, by_time), 1.0).astype(np.float64)
    known = (share > 0) | (records.seconds > 0)  # a start of which no more was said is undecided
    gone = np.where(left & known, _LEFT - _PAUSED * records.paused, _UNDECIDED)
    worth: Worth = gone + (_COMPLETED - gone) * share**2
    return worth
