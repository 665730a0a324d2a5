"""Landmarks: moments at which a subscriber is looked at, and how it went on (van Houwelingen 2007).

A subscriber is looked at once in four weeks, from a week on after the beginning; what is asked is in which of
the weeks that follow the subscription ends, as far as that is known.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from frontrow.base.randomness import digest_of
from frontrow.base.time import US_PER_DAY
from frontrow.ranking.churn.signals import SIGNALS, Timeline, signals_at

WEEK_US = 7 * US_PER_DAY
WEEKS = 13
"""Weeks ahead that are told of: a quarter of a year."""

EVERY_WEEKS = 4


@dataclass(frozen=True)
class Landmarks:
    """`m` looks at subscribers."""

    x: NDArray[np.float64]  # [m, signals]
    profile: NDArray[np.int32]  # [m], index into `profiles`
    moment_us: NDArray[np.int64]  # [m]
    days: NDArray[np.float64]  # [m], that are known to have followed, a quarter of a year at most
    ended: NDArray[np.bool_]  # [m], whether the subscription ended with them
    open_days: NDArray[np.float64]  # [m], from the look to the end of what is known of anybody
    profiles: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.days)

    @property
    def weeks(self) -> NDArray[np.int32]:
        """int32[m]: the week in which it ended, else the whole weeks that are known to have followed."""
        whole = np.floor(self.days / 7)
        week = np.where(self.ended, np.maximum(np.ceil(self.days / 7), 1), whole)
        # The last week counts only where all of it could be known: of it those who left would be seen,
        # and those who stayed not yet.
        return np.minimum(week, np.floor(self.open_days / 7)).astype(np.int32)

    @property
    def seen_to_end(self) -> NDArray[np.bool_]:
        """bool[m]: those whose end lies within the weeks that count."""
        return np.asarray(self.ended & (np.ceil(self.days / 7) <= np.floor(self.open_days / 7)))

    def take(self, where: NDArray[np.bool_] | NDArray[np.intp]) -> Landmarks:
        """Some of them."""
        parts = {f.name: getattr(self, f.name)[where] for f in fields(self) if f.name != "profiles"}
        return Landmarks(**parts, profiles=self.profiles)

    def known_for(self, days: float) -> NDArray[np.bool_]:
        """bool[m]: those of which so many days could be known: of others those that ended soon are known,
        and those that stayed are not."""
        return np.asarray(self.open_days >= days)

    def ended_within(self, days: float) -> NDArray[np.bool_]:
        """bool[m]: whether they ended within so many days, where that is known."""
        return np.asarray(self.ended & (self.days <= days))


_Row = tuple[int, int, float, bool, float]
"""(profile, moment us, days known, ended, days that could be known)"""


def landmarks_of(timelines: Iterable[Timeline], until_us: int) -> Landmarks:
    """Looks at every subscriber up to a moment; what lies after it is unknown.

    The first look of a profile is in a week of its own, so that looks are spread over the calendar.
    """
    names: list[str] = []
    parts: list[tuple[NDArray[np.float64], list[_Row]]] = []
    for timeline in timelines:
        shift = 1 + digest_of(0, "landmark", timeline.profile_id, size=1)[0] % EVERY_WEEKS
        rows: list[_Row] = []
        looks: list[NDArray[np.float64]] = []
        for begin, end in timeline.periods:
            stop = min(until_us, end or until_us)
            moments = np.arange(
                begin + shift * WEEK_US, stop, EVERY_WEEKS * WEEK_US, dtype=np.int64
            )
            if not len(moments):
                continue
            looks.append(signals_at(timeline, moments, begin))
            for moment in moments.tolist():
                days = (stop - moment) / US_PER_DAY
                ended = end is not None and end <= until_us and days <= 7 * WEEKS
                left = (until_us - moment) / US_PER_DAY
                rows.append((len(names), moment, min(days, 7.0 * WEEKS), ended, left))
        if rows:
            names.append(timeline.profile_id)
            parts.append((np.concatenate(looks), rows))
    x = np.concatenate([look for look, _ in parts]) if parts else np.zeros((0, len(SIGNALS)))
    flat = [row for _, rows in parts for row in rows]
    return Landmarks(
        x,
        np.array([row[0] for row in flat], dtype=np.int32),
        np.array([row[1] for row in flat], dtype=np.int64),
        np.array([row[2] for row in flat], dtype=np.float64),
        np.array([row[3] for row in flat], dtype=bool),
        np.array([row[4] for row in flat], dtype=np.float64),
        tuple(names),
    )
