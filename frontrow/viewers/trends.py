"""Trends: decayed counts of good starts by country and half-life, at one moment.

The same sums serve three masters: the snapshot that pages read, the popularity scorers, and the
fusion's view of what is rising; in fitting they are taken at the moment of the cut.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from frontrow.base.time import US_PER_DAY
from frontrow.events import Position
from frontrow.viewers.influence import in_full, limited

HALF_LIVES_DAYS: tuple[float, ...] = (1.0, 3.0, 7.0, 14.0, 30.0, 90.0, float("inf"))
"""From what rises today to all of time; the models choose among them by their own fit."""

SHOWN_HALF_LIFE_DAYS = 14.0
"""Of what was shown: pages of a fortnight ago count half."""

EVERYWHERE = 0
"""First row of the countries: all of them together."""


@dataclass(frozen=True)
class Trends:
    """Decayed counts at `at_us`; an event of age `a` days counts `2 ** (-a / half_life)`."""

    at_us: int
    countries: tuple[str, ...]  # [c]; the first is "*", all countries together
    counts: NDArray[np.float64]  # [c, len(HALF_LIVES_DAYS), n]
    position: Position = field(
        default_factory=Position
    )  # of a snapshot's: to where the log was read
    accounts: NDArray[np.int64] | None = None  # [c, n], of a snapshot's: about how many of late
    shown: NDArray[np.float64] | None = None  # [c, n], impressions of late, decayed; None: unknown

    def of_country(self, country: str | None) -> NDArray[np.float64]:
        """float64[h, n] of one country, all together where it is unknown."""
        found: NDArray[np.float64] = self.counts[self._place(country)]
        return found

    def accounts_of(self, country: str | None) -> NDArray[np.int64] | None:
        """int64[n]: about how many accounts (up to 64) started each work in the last days in a country,
        all together where it is unknown; None where that was not counted."""
        if self.accounts is None:
            return None
        found: NDArray[np.int64] = self.accounts[self._place(country)]
        return found

    def shown_in(self, country: str | None) -> NDArray[np.float64] | None:
        """float64[n]: how often each work was shown of late in a country, all together where it is
        unknown; None where that was not counted."""
        if self.shown is None:
            return None
        found: NDArray[np.float64] = self.shown[self._place(country)]
        return found

    def _place(self, country: str | None) -> int:
        return self.countries.index(country) if country in self.countries else EVERYWHERE


def no_trends(n: int, at_us: int = 0) -> Trends:
    """Nothing is known yet."""
    return Trends(at_us, ("*",), np.zeros((1, len(HALF_LIVES_DAYS), n)))


def count_trends(
    time_us: NDArray[np.int64],
    work: NDArray[np.int32],
    country: NDArray[np.int16],
    countries: tuple[str, ...],
    n: int,
    at_us: int,
    weight: NDArray[np.float64] | None = None,
    newcomer: NDArray[np.bool_] | None = None,
    shown: NDArray[np.float64] | None = None,
) -> Trends:
    """Trends of starts up to `at_us`.

    time_us, work: when each was and what it was of
    country:       index into `countries`, 0 where unknown
    weight:        how much each counts; None: each the same
    newcomer:      whether it is a newcomer's, of whom only so many count; None: no one is
    shown:         float64[2, c, n], impressions of settled accounts and of newcomers then; None: unknown
    """
    past = time_us <= at_us
    age = (at_us - time_us[past]) / US_PER_DAY
    cell = country[past].astype(np.int64) * n + work[past]
    each = np.ones(len(age)) if weight is None else weight[past]
    new = np.zeros(len(age), dtype=np.bool_) if newcomer is None else newcomer[past]
    counts = np.zeros((2, len(countries), len(HALF_LIVES_DAYS), n))  # of settled, of newcomers
    for h, half_life in enumerate(HALF_LIVES_DAYS):
        worth = each * np.exp2(-age / half_life)
        for whose, these in enumerate((~new, new)):
            sums = np.bincount(cell[these], worth[these], minlength=len(countries) * n)
            counts[whose, :, h] = sums.reshape(len(countries), n)
            counts[whose, EVERYWHERE, h] = counts[whose, :, h].sum(axis=0)
    full = in_full(counts[0, EVERYWHERE, -1], counts[1, EVERYWHERE, -1])
    of_shown = None if shown is None else limited(shown[0], shown[1], full)
    return Trends(at_us, countries, limited(counts[0], counts[1], full), shown=of_shown)
