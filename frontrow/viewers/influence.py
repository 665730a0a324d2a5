"""How much one account, and a crowd of new ones, may move what everybody sees.

Anyone who can make accounts can make a crowd. So starts are counted apart by who made them: accounts that
are settled, and newcomers, whose events are among an account's first few or come within a day of its
first. Newcomers count for a title as much as they do for all others together, and a twentieth more; beyond
that they are heard of (`crowded`) and not counted. Which titles go together is not learned from them. In a
service most of whose starts ever were newcomers', as every service begins, they count in full, the less so
the more the settled accounts have started. A single account's events count in full up to a number that no
viewer reaches, and then ever less, so that many times as many move little more.

The age of an account is from the own times of its first events, so that a history that is brought along
makes its viewers settled. Whoever may send events can claim that too; it costs more than a handful of
events for every account, and bounds nothing worse than before.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

import numpy as np
from numpy.typing import NDArray

from frontrow.base.time import US_PER_DAY
from frontrow.events.log import Logged

Floats = NDArray[np.float64]

FEW_EVENTS = 4
"""An account's first events, settled or not: two plays with their stops."""

_NEW_US = US_PER_DAY

_FULL_EVENTS_A_DAY = 500
"""Events of all kinds that an account may send a day and count in full: a page of 400 tiles seen whole,
every day, and a hundred things done."""

_STEPS = 256
"""Weights are multiples of 1/256, so that sums of them are exact."""

SLACK = 0.05
"""What newcomers may add to a title beyond their ordinary share."""

CROWD_STARTS = 20.0
"""Starts of newcomers beyond what counts, from which on a title is crowded."""

CROWD_BUCKETS = 14
"""Of 64 buckets of accounts, so many filled stand for about 16 accounts."""

_CROWD_SHARE = 0.5
"""Where most are newcomers: the share of all their starts from which on one title is crowded."""

_CROWD_STARTS_OF_MOST = 50.0


def since_of(first_few: Sequence[Logged]) -> int:
    """Since when there is an account, us; first_few: its first `FEW_EVENTS` events, or fewer."""
    return min(min(logged.received_us, logged.time_us) for logged in first_few)


def is_newcomer(logged: Logged, since_us: int) -> bool:
    """Whether an event counts as a newcomer's, of an account that is there since then."""
    return logged.number <= FEW_EVENTS or logged.received_us - since_us < _NEW_US


def is_new_at(events: Sequence[Logged], us: int) -> bool:
    """Whether an account is a newcomer's at a moment; events: all of its, in order of number."""
    if us - since_of(events[:FEW_EVENTS]) < _NEW_US:
        return True
    return sum(logged.time_us <= us for logged in events) <= FEW_EVENTS


def weight_of(logged: Logged, since_us: int) -> float:
    """How much an event of an account counts, 1 down to 1/256."""
    days = max(0, logged.received_us - since_us) / US_PER_DAY
    full = _FULL_EVENTS_A_DAY * (1 + days)
    return 1.0 if logged.number <= full else max(1, ceil(_STEPS * full / logged.number)) / _STEPS


def in_full(ever_settled: Floats, ever_newcomers: Floats) -> float:
    """Which part of the newcomers' starts counts whatever else: 1 in a service of newcomers only, 0
    where at most half of all starts ever were theirs.

    ever_settled, ever_newcomers: float64[n], starts of all time, everywhere
    """
    settled, newcomers = float(ever_settled.sum()), float(ever_newcomers.sum())
    share = settled / (settled + newcomers) if settled > 0 else 0.0
    return max(0.0, 1 - 2 * share)


def allowed(settled: Floats, newcomers: Floats) -> Floats:
    """float64[..., n]: how many starts of newcomers may count for each title.

    settled, newcomers: float64[..., n], decayed starts
    """
    first = settled * (_usual(settled, newcomers) + SLACK)
    # Again without what was too much: a crowd on one title makes no room for one on another.
    return np.asarray(settled * (_usual(settled, np.minimum(newcomers, first)) + SLACK))


def _usual(settled: Floats, newcomers: Floats) -> Floats:
    """float64[..., n]: starts of newcomers for each of settled accounts, over all other titles."""
    elsewhere = settled.sum(axis=-1, keepdims=True) - settled
    new_elsewhere = np.maximum(newcomers.sum(axis=-1, keepdims=True) - newcomers, 0)
    return np.asarray(
        np.divide(new_elsewhere, elsewhere, out=np.zeros_like(settled), where=elsewhere > 0)
    )


def limited(settled: Floats, newcomers: Floats, counting_in_full: float) -> Floats:
    """float64[..., n]: starts as they count."""
    bounded = np.minimum(newcomers, allowed(settled, newcomers))
    return settled + np.maximum(bounded, counting_in_full * newcomers)


def crowded(
    settled: Floats, newcomers: Floats, buckets: NDArray[np.int64], counting_in_full: float
) -> NDArray[np.int32]:
    """Titles that newcomers flock to as settled accounts don't.

    settled, newcomers: float64[n], decayed starts
    buckets:            int64[n], filled buckets of the newcomers behind them
    """
    many = buckets >= CROWD_BUCKETS
    if counting_in_full == 0:
        found = many & (newcomers - allowed(settled, newcomers) >= CROWD_STARTS)
    else:
        bar = max(_CROWD_SHARE * float(newcomers.sum()), _CROWD_STARTS_OF_MOST)
        found = many & (newcomers > bar)
    return np.flatnonzero(found).astype(np.int32)
