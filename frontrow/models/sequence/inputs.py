"""What the sequence model reads of histories: each viewer's interactions in the order they began.

An interaction is a work, how good it was, how long after the one before it began, and the hour and
day of that in the viewer's zone. When the next is asked for is left out: it moved nothing where it
was tried, and a moment that a test sets for everybody would be read as a long absence.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from frontrow.base.time import US_PER_MINUTE, US_PER_SECOND
from frontrow.models.histories import Floats, Histories, Ints

REWARD_BUCKETS = 9
"""Quarters of -1..1: a title that was left, one that was liked and one that was loved differ."""

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
GAP_EDGES = (
    *(_MINUTE, 10 * _MINUTE, _HOUR, 4 * _HOUR, 12 * _HOUR),
    *(_DAY, 3 * _DAY, 7 * _DAY, 30 * _DAY, 90 * _DAY),
)
"""Seconds. Below a minute is one sitting of rating titles; twelve hours are another evening."""

GAP_BUCKETS = len(GAP_EDGES) + 2
"""The first is that of no gap: nothing came before, or the time is not known."""

SLOT_HOURS = 4
SLOTS = 24 // SLOT_HOURS * 2 + 1
"""Parts of the day on weekdays and on weekends; the first is that of a time not known."""

_THURSDAY = 3  # 1970-01-01


@dataclass(frozen=True)
class Interactions:
    """All viewers' interactions, those of each together and in order; `m` of them."""

    indptr: NDArray[np.int64]  # [b + 1]
    work: Ints  # [m]
    reward: Floats  # [m], -1..1
    seconds: Ints  # [m], since the viewer's first
    gap: NDArray[np.int8]  # [m], bucket of the time since the one before
    slot: NDArray[np.int8]  # [m], hour and day


@dataclass(frozen=True)
class Tokens:
    """`b` windows of `t` places; a shorter one is filled up on the left with work -1."""

    work: Ints  # [b, t]
    reward: NDArray[np.int8]  # [b, t], bucket
    seconds: Ints  # [b, t]
    gap: NDArray[np.int8]  # [b, t]
    slot: NDArray[np.int8]  # [b, t]

    def arrays(self) -> dict[str, NDArray[Any]]:
        """By the names of the fields."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def in_order(histories: Histories) -> Interactions:
    """Sort each viewer's pairs by (second of the first event, work)."""
    viewer = histories.viewer
    order = np.lexsort((histories.work, histories.first_us // US_PER_SECOND, viewer))
    us = histories.first_us[order]
    first = _firsts(histories.indptr)
    before = np.where(first, 0, np.roll(us, 1))
    zone = histories.offset_minutes[viewer]
    started = np.repeat(us[first], np.diff(histories.indptr)[np.diff(histories.indptr) > 0])
    return Interactions(
        indptr=histories.indptr,
        work=histories.work[order],
        reward=histories.reward[order],
        seconds=((us - started) // US_PER_SECOND).astype(np.int32),
        gap=_gap(before, us),
        slot=_slot(us, zone),
    )


def windows(found: Interactions, places: NDArray[np.int64]) -> Tokens:
    """Take interactions into windows.

    places: int64[b, t], index of an interaction, -1: empty
    """
    empty = places < 0

    def take(values: NDArray[Any], instead: int) -> NDArray[Any]:
        if len(values) == 0:
            return np.full(places.shape, instead, dtype=values.dtype)
        return np.where(empty, np.asarray(instead, dtype=values.dtype), values[places])

    return Tokens(
        work=take(found.work, -1),
        reward=take(reward_bucket(found.reward), 0),
        seconds=take(found.seconds, 0),
        gap=take(found.gap, 0),
        slot=take(found.slot, 0),
    )


def latest(found: Interactions, length: int) -> Tokens:
    """The last interactions of each viewer, at most `length`; as wide as the longest needs."""
    counts = np.minimum(np.diff(found.indptr), length)
    t = max(int(counts.max(initial=0)), 1)
    back = np.arange(-t, 0)  # [t]
    places = found.indptr[1:, None] + back
    return windows(found, np.where(back >= -counts[:, None], places, -1))


def reward_bucket(reward: Floats) -> NDArray[np.int8]:
    """0..8 of -1..1."""
    found: NDArray[np.int8] = np.floor((reward + 1) * ((REWARD_BUCKETS - 1) / 2)).astype(np.int8)
    return found


def _firsts(indptr: NDArray[np.int64]) -> NDArray[np.bool_]:
    """bool[m]: the first interaction of each viewer."""
    first = np.zeros(int(indptr[-1]), dtype=bool)
    first[indptr[:-1][np.diff(indptr) > 0]] = True
    return first


def _gap(from_us: NDArray[np.int64], to_us: NDArray[np.int64]) -> NDArray[np.int8]:
    known = (from_us > 0) & (to_us > 0)
    seconds = np.maximum(to_us - from_us, 0) // US_PER_SECOND
    bucket = 1 + np.searchsorted(GAP_EDGES, seconds, side="right")
    return np.where(known, bucket, 0).astype(np.int8)


def _slot(us: NDArray[np.int64], offset_minutes: NDArray[np.int16]) -> NDArray[np.int8]:
    local = us // US_PER_MINUTE + offset_minutes
    part = local % (24 * 60) // (SLOT_HOURS * 60)
    weekend = (local // (24 * 60) + _THURSDAY) % 7 >= 5
    return np.where(us > 0, 1 + part + weekend * (24 // SLOT_HOURS), 0).astype(np.int8)
