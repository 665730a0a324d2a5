"""`Histories`: what models read of viewers - which works, how good they were, how long ago.

What an interaction is worth is said by `frontrow.ranking.reward`; here the rewards come in as
an array beside the records. Pairs with nothing to say (reward 0) are left out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from frontrow.base.time import US_PER_DAY
from frontrow.viewers import Dataset, Records, languages_of

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]

GOOD = 0.5
"""From this reward on it was a good play: the positive of every fit and every metric."""

FINISHED = 0.75
"""From this reward on it was finished, or rated next to highest: the positive of the second value."""


@dataclass(frozen=True)
class Histories:
    """`b` viewers' rewarded works over `n` works, each as known at its moment."""

    n: int
    indptr: NDArray[np.int64]  # [b + 1], viewer -> pairs
    work: Ints  # [m], ascending within a viewer
    reward: Floats  # [m], -1..1, multiples of 1/256, never 0
    first_us: NDArray[np.int64]  # [m], first and last event of the pair; the moment where unknown
    last_us: NDArray[np.int64]  # [m]
    moment_us: NDArray[np.int64]  # [b], when each viewer is looked at
    first_age_days: Floats  # [b], from the viewer's first event to the moment; nan: none
    offset_minutes: NDArray[np.int16]  # [b], of the viewer's zone, east of UTC
    tired: sparse.csr_array  # float32[b, n], below 0: shown again and again, and passed over
    understands: tuple[tuple[str, ...], ...] = ()  # [b], languages; empty: nobody said

    @property
    def b(self) -> int:
        return len(self.indptr) - 1

    @cached_property
    def viewer(self) -> Ints:
        """int32[m]: the viewer of each pair."""
        return np.repeat(np.arange(self.b, dtype=np.int32), np.diff(self.indptr))

    @cached_property
    def age_days(self) -> Floats:
        """float32[m]: from the last event of the pair to the viewer's moment."""
        moment = np.repeat(self.moment_us, np.diff(self.indptr))
        found: Floats = ((moment - self.last_us) / US_PER_DAY).astype(np.float32)
        return found

    def good(self) -> sparse.csr_array:
        """float32[b, n]: 1 for every good play."""
        return self.weighted(np.ones(len(self.work), dtype=np.float32), self.reward >= GOOD)

    def weighted(self, weight: Floats, kept: NDArray[np.bool_] | None = None) -> sparse.csr_array:
        """float32[b, n] with `weight` [m] at the pairs that are `kept`."""
        if kept is None:
            return sparse.csr_array((weight, self.work, self.indptr), shape=(self.b, self.n))
        upto = np.concatenate([[0], np.cumsum(kept)])
        return sparse.csr_array(
            (weight[kept], self.work[kept], upto[self.indptr]), shape=(self.b, self.n)
        )

    def take(self, viewers: NDArray[np.int64]) -> Histories:
        """Some of the viewers, in the order asked."""
        lengths = np.diff(self.indptr)[viewers]
        indptr = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        places = np.repeat(self.indptr[viewers] - indptr[:-1], lengths) + np.arange(indptr[-1])
        return replace(
            self,
            indptr=indptr,
            work=self.work[places],
            reward=self.reward[places],
            first_us=self.first_us[places],
            last_us=self.last_us[places],
            moment_us=self.moment_us[viewers],
            first_age_days=self.first_age_days[viewers],
            offset_minutes=self.offset_minutes[viewers],
            tired=self.tired[viewers],
            understands=tuple(self.understands[i] for i in viewers) if self.understands else (),
        )

    def keep(self, kept: NDArray[np.bool_]) -> Histories:
        """The same viewers with some of their pairs: bool[m]."""
        upto = np.concatenate([[0], np.cumsum(kept)])
        return replace(
            self,
            indptr=upto[self.indptr],
            work=self.work[kept],
            reward=self.reward[kept],
            first_us=self.first_us[kept],
            last_us=self.last_us[kept],
        )


def histories_of(dataset: Dataset, reward: Floats, fatigue: Floats | None = None) -> Histories:
    """Everyone's history; `reward` and `fatigue` float32[m] are those of the dataset's records."""
    records, moment_us, first_us = dataset.records, dataset.moment_us, dataset.first_us
    kept = reward != 0
    moment = np.repeat(moment_us, np.diff(dataset.indptr))[kept]
    upto = np.concatenate([[0], np.cumsum(kept)])
    age = np.where(first_us > 0, np.maximum(moment_us - first_us, 0) / US_PER_DAY, np.nan)
    return Histories(
        n=dataset.n,
        indptr=upto[dataset.indptr],
        work=records.work[kept],
        reward=reward[kept].astype(np.float32),
        first_us=_no_later(records.first_us[kept], moment),
        last_us=_no_later(records.last_us[kept], moment),
        moment_us=moment_us,
        first_age_days=age.astype(np.float32),
        offset_minutes=dataset.offset_minutes,
        tired=_tired(fatigue, records.work, dataset.indptr, dataset.n),
        understands=tuple(() if p is None else languages_of(p) for p in dataset.profiles),
    )


def history_of(
    records: Records,
    reward: Floats,
    *,
    first_us: int,
    at_us: int,
    n: int,
    offset_minutes: int = 0,
    fatigue: Floats | None = None,
    understands: tuple[str, ...] = (),
) -> Histories:
    """One viewer's history, b = 1; `first_us` is the viewer's first event, 0: none."""
    kept = np.flatnonzero(reward)
    age = max(at_us - first_us, 0) / US_PER_DAY if first_us > 0 else np.nan
    return Histories(
        n=n,
        indptr=np.array([0, len(kept)], dtype=np.int64),
        work=records.work[kept],
        reward=reward[kept],
        first_us=_no_later(records.first_us[kept], at_us),
        last_us=_no_later(records.last_us[kept], at_us),
        moment_us=np.array([at_us], dtype=np.int64),
        first_age_days=np.array([age], dtype=np.float32),
        offset_minutes=np.array([offset_minutes], dtype=np.int16),
        tired=_tired(fatigue, records.work, np.array([0, len(records)]), n),
        understands=(understands,),
    )


def no_histories(b: int, n: int, at_us: int) -> Histories:
    """`b` viewers of whom nothing is known."""
    times, none = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
    return Histories(
        n=n,
        indptr=np.zeros(b + 1, dtype=np.int64),
        work=np.zeros(0, dtype=np.int32),
        reward=none,
        first_us=times,
        last_us=times,
        moment_us=np.full(b, at_us, dtype=np.int64),
        first_age_days=np.full(b, np.nan, dtype=np.float32),
        offset_minutes=np.zeros(b, dtype=np.int16),
        tired=_tired(None, np.zeros(0, dtype=np.int32), np.zeros(b + 1, dtype=np.int64), n),
    )


def _tired(
    fatigue: Floats | None, work: Ints, indptr: NDArray[np.int64], n: int
) -> sparse.csr_array:
    """float32[b, n]: fatigue [m] of records, without those that tire nobody."""
    if fatigue is None:
        fatigue, work, indptr = np.zeros(0, dtype=np.float32), work[:0], np.zeros_like(indptr)
    some = fatigue != 0
    upto = np.concatenate([[0], np.cumsum(some)])
    return sparse.csr_array((fatigue[some], work[some], upto[indptr]), shape=(len(indptr) - 1, n))


def _no_later(us: NDArray[np.int64], moment_us: NDArray[np.int64] | int) -> NDArray[np.int64]:
    """Times of events, the moment where there is none; a clock that ran ahead is set back to it."""
    found: NDArray[np.int64] = np.where(us > 0, np.minimum(us, moment_us), moment_us)
    return found
