"""When a viewer watches: dayparts, weekdays and sittings' hours, in the viewer's own zone."""

from __future__ import annotations

from datetime import UTC, timedelta, tzinfo

import numpy as np
from numpy.typing import NDArray

from frontrow.base.time import US_PER_DAY, from_us
from frontrow.viewers.fold import QUARTER_US
from frontrow.viewers.viewer import Viewer

Floats = NDArray[np.float32]

DAYPARTS = ("night", "morning", "afternoon", "evening")
"""Six hours each, from midnight in the viewer's own zone."""

DAYS = ("weekday", "weekend")
"""Monday to Friday, Saturday and Sunday."""

SLOTS = tuple(f"{days}_{part}" for days in DAYS for part in DAYPARTS)
"""A part of the day on a kind of day: what a viewer's week is cut into."""

_FIRST_US, _LAST_US = -(70 * 365) * US_PER_DAY, (7_000 * 365) * US_PER_DAY
"""Between them (the years 1900 to about 8960) every zone can be asked."""

_WEEK_US = 7 * US_PER_DAY
_MONDAY_US = -3 * US_PER_DAY  # 1970 began on a Thursday


def local_us(times_us: NDArray[np.int64], zone: tzinfo) -> NDArray[np.int64]:
    """int64[m]: the same instants as a clock in the zone shows them.

    A zone is asked once for each week: only where its offset is not the same at both ends, for each
    instant. No zone changes it and back again within one.
    """
    times = np.clip(times_us, _FIRST_US, _LAST_US)
    weeks, place = np.unique(times // _WEEK_US, return_inverse=True)
    starts = [_offset_us(int(week) * _WEEK_US, zone) for week in weeks]
    ends = [_offset_us((int(week) + 1) * _WEEK_US, zone) for week in weeks]
    offset = np.array(starts, dtype=np.int64)[place]
    for i in np.flatnonzero((np.array(starts) != np.array(ends))[place]).tolist():
        offset[i] = _offset_us(int(times[i]), zone)
    return times_us + offset


def _offset_us(us: int, zone: tzinfo) -> int:
    offset = from_us(us).astimezone(zone).utcoffset() or timedelta()
    return offset // timedelta(microseconds=1)


def slots_of(times_us: NDArray[np.int64], zone: tzinfo) -> NDArray[np.int8]:
    """int8[m]: index into `SLOTS` of each instant; -1 where it is 0: no time is known."""
    local = local_us(times_us, zone)
    part = local % US_PER_DAY // (US_PER_DAY // len(DAYPARTS))
    weekend = (local - _MONDAY_US) % _WEEK_US >= 5 * US_PER_DAY
    slots = np.where(times_us != 0, part + len(DAYPARTS) * weekend, -1)
    return slots.astype(np.int8)


def dayparts_of(viewer: Viewer, zone: tzinfo | None) -> Floats:
    """float32[4]: share of watched time by part of the day in the viewer's zone (UTC if unknown)."""
    if not viewer.sittings:
        return np.zeros(len(DAYPARTS), dtype=np.float32)
    quarters = np.fromiter(viewer.sittings.keys(), dtype=np.int64, count=len(viewer.sittings))
    watched = np.fromiter(viewer.sittings.values(), dtype=np.int64, count=len(viewer.sittings))
    local = local_us(quarters * QUARTER_US, zone or UTC)
    part = local % US_PER_DAY // (US_PER_DAY // len(DAYPARTS))
    milliseconds = np.zeros(len(DAYPARTS), dtype=np.int64)  # the same sum in any order
    np.add.at(milliseconds, part, watched)
    shares: Floats = (milliseconds / milliseconds.sum()).astype(np.float32)
    return shares
