"""Looks: ways of looking back at a history, each a weight for every work in it.

What a viewer likes in the long run, is at this week, has just begun, watches at this hour of the
week, and in the session going on are five questions to the same history. A model that reads a history
as a sum over its works answers all of them in one product.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from frontrow.base.time import US_PER_DAY
from frontrow.models.histories import Floats, Histories, Ints

WEEK_DAYS = 7.0
"""`week`: a work counts half of one that was watched so many days later."""

QUARTER_DAYS = 90.0
"""`quarter`: the same, for tastes that last."""

RECENT_WORKS = 5.0
"""`recent`: a work counts half of one that was begun so many works later."""

NOW_HOURS = 3.0
"""`now`: hours of the day apart at which a work counts e^-1/2 of one at the hour itself."""

OTHER_DAYS = 0.35
"""`now`: what a work on another kind of day (weekday, weekend) counts."""

SESSION_GAP_US = 4 * US_PER_DAY // 24
"""`session`: it goes on as long as no pause is longer."""

ROWS_PER_BLOCK = 32
"""Rows gathered at a time in `summed`: 32 of 10,000 floats stay in the second-level cache."""

_THURSDAY = 3  # 1970-01-01
_HOUR_US = US_PER_DAY // 24


def looks_of(histories: Histories) -> dict[str, Floats]:
    """Look -> float32[m], 0..1."""
    age = histories.age_days - np.repeat(latest_age(histories), np.diff(histories.indptr))
    return {
        "always": np.ones(len(histories.work), dtype=np.float32),
        "quarter": np.exp2(-age / np.float32(QUARTER_DAYS)),
        "week": np.exp2(-age / np.float32(WEEK_DAYS)),
        "recent": np.exp2(-latest_first(histories) / RECENT_WORKS).astype(np.float32),
        "now": _as_now(histories),
        "session": in_session(histories).astype(np.float32),
    }


def latest_first(histories: Histories) -> NDArray[np.int64]:
    """int64[m]: how many works the viewer began after this one; ties in time go by work."""
    order = np.lexsort((histories.work, histories.first_us, histories.viewer))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = histories.indptr[histories.viewer[order] + 1] - 1 - np.arange(len(order))
    return rank


def latest_age(histories: Histories) -> Floats:
    """float32[b]: days since the viewer's last event; nan without a history."""
    latest = np.full(histories.b, np.nan, dtype=np.float32)
    some = np.flatnonzero(np.diff(histories.indptr))
    if len(some):
        latest[some] = np.minimum.reduceat(histories.age_days, histories.indptr[some])
    return latest


def in_session(histories: Histories) -> NDArray[np.bool_]:
    """bool[m]: works of the session that goes on at the viewer's moment."""
    viewer = histories.viewer
    order = np.lexsort((-histories.last_us, viewer))
    last, of = histories.last_us[order], viewer[order]
    after = np.roll(last, 1)
    first = np.ones(len(of), dtype=bool)
    first[1:] = of[1:] != of[:-1]
    after[first] = histories.moment_us[of[first]]
    broken = np.cumsum(after - last > SESSION_GAP_US)
    before = np.zeros(histories.b, dtype=np.int64)  # breaks in the viewers before
    before[of[first]] = broken[first] - (after - last > SESSION_GAP_US)[first]
    found = np.empty(len(of), dtype=bool)
    found[order] = broken == before[of]
    return found


def local_hours(us: NDArray[np.int64], offset_minutes: NDArray[np.int16]) -> NDArray[np.int64]:
    """int64[...]: whole hours since 1970 as the clock in the viewer's zone shows them."""
    return (us // 60_000_000 + offset_minutes.astype(np.int64)) // 60


def is_weekend(hours: NDArray[np.int64]) -> NDArray[np.bool_]:
    """bool[...]: Saturday or Sunday."""
    found: NDArray[np.bool_] = (hours // 24 + _THURSDAY) % 7 >= 5
    return found


def _as_now(histories: Histories) -> Floats:
    counts = np.diff(histories.indptr)
    offset = np.repeat(histories.offset_minutes, counts)
    then = local_hours(histories.last_us, offset)
    now = np.repeat(local_hours(histories.moment_us, histories.offset_minutes), counts)
    apart = np.abs((then - now + 12) % 24 - 12)
    near = np.exp(-0.5 * (apart / NOW_HOURS) ** 2)
    found: Floats = np.where(is_weekend(then) == is_weekend(now), near, OTHER_DAYS * near).astype(
        np.float32
    )
    return found


def summed(
    histories: Histories, weights: Floats, rows: Floats, place: Ints | None = None
) -> Floats:
    """float32[k, b, d]: sums of the works' rows, under each of several weightings.

    weights: float32[k, m], rows: float32[w, d]
    place:   int32[n], the row of each work, -1: none; None: its number
    """
    k = len(weights)
    found = np.zeros((k, histories.b, rows.shape[1]), dtype=np.float32)
    at = histories.work if place is None else place[histories.work]
    for b in range(histories.b):
        mine = slice(histories.indptr[b], histories.indptr[b + 1])
        speaks = np.flatnonzero((at[mine] >= 0) & weights[:, mine].any(axis=0))
        some, weight = at[mine][speaks], weights[:, mine][:, speaks]
        for start in range(0, len(some), ROWS_PER_BLOCK):
            block = slice(start, start + ROWS_PER_BLOCK)
            found[:, b] += weight[:, block] @ rows[some[block]]
    return found
