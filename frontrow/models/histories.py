"""`Histories`: what models read of viewers - which works, how good they were, how long ago.

What an interaction is worth is said by `frontrow.ranking.reward`; here the rewards come in as
an array beside the records. Pairs with nothing to say (reward 0) are left out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from frontrow.base.time import US_PER_DAY
from frontrow.viewers import Dataset, Records

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]

GOOD = 0.5
"""From this reward on it was a good play: the positive of every fit and every metric."""


@dataclass(frozen=True)
class Histories:
    """`b` viewers' rewarded works over `n` works, as known at `at_us`."""

    at_us: int
    n: int
    indptr: NDArray[np.int64]  # [b + 1], viewer -> pairs
    work: Ints  # [m], ascending within a viewer
    reward: Floats  # [m], -1..1, multiples of 1/256, never 0
    age_days: Floats  # [m], since the last event of the pair
    first_age_days: Floats  # [b], since the viewer's first event; nan: none

    @property
    def b(self) -> int:
        return len(self.indptr) - 1

    @property
    def viewer(self) -> Ints:
        """int32[m]: the viewer of each pair."""
        return np.repeat(np.arange(self.b, dtype=np.int32), np.diff(self.indptr))

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
            age_days=self.age_days[places],
            first_age_days=self.first_age_days[viewers],
        )

    def keep(self, kept: NDArray[np.bool_]) -> Histories:
        """The same viewers with some of their pairs: bool[m]."""
        upto = np.concatenate([[0], np.cumsum(kept)])
        return replace(
            self,
            indptr=upto[self.indptr],
            work=self.work[kept],
            reward=self.reward[kept],
            age_days=self.age_days[kept],
        )


def histories_of(dataset: Dataset, reward: Floats) -> Histories:
    """Everyone's history; `reward` float32[m] is that of the dataset's records."""
    return _histories(
        dataset.records, reward, dataset.indptr, dataset.first_us, dataset.at_us, dataset.n
    )


def history_of(records: Records, reward: Floats, *, first_us: int, at_us: int, n: int) -> Histories:
    """One viewer's history, b = 1; `first_us` is the viewer's first event, 0: none."""
    indptr = np.array([0, len(records)], dtype=np.int64)
    return _histories(records, reward, indptr, np.array([first_us], dtype=np.int64), at_us, n)


def _histories(
    records: Records,
    reward: Floats,
    indptr: NDArray[np.int64],
    first_us: NDArray[np.int64],
    at_us: int,
    n: int,
) -> Histories:
    kept = reward != 0
    last = np.where(records.last_us > 0, records.last_us, at_us)[kept]
    upto = np.concatenate([[0], np.cumsum(kept)])
    first_age = np.where(first_us > 0, np.maximum(at_us - first_us, 0) / US_PER_DAY, np.nan)
    return Histories(
        at_us=at_us,
        n=n,
        indptr=upto[indptr],
        work=records.work[kept],
        reward=reward[kept].astype(np.float32),
        age_days=(np.maximum(at_us - last, 0) / US_PER_DAY).astype(np.float32),
        first_age_days=first_age.astype(np.float32),
    )
