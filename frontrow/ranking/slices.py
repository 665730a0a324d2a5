"""Slices of time: what was known at a moment, and what each viewer then played well.

Fitting the fusion and judging a system ask the same question, so both ask it here: whom can one
ask at a moment, what is out of the question, and what turned out to be right.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from frontrow.base.time import US_PER_DAY
from frontrow.models.histories import FINISHED, GOOD, Floats
from frontrow.ranking.closed import Closed
from frontrow.ranking.exposure import shown_since
from frontrow.viewers import Dataset

SOON_US = US_PER_DAY // 2
"""After so long what began counts half of what it would count more had it begun at once."""


@dataclass(frozen=True)
class Asked:
    """`b` viewers of a dataset, what may not stand on their lists, and what they then played well."""

    viewers: NDArray[np.int64]  # [b], index in the dataset at the moment
    seen: sparse.csr_array  # [b, n], all that was touched before, and all that may not be shown
    relevant: sparse.csr_array  # [b, n], above 0: a good play of a work not touched before
    finished: sparse.csr_array  # [b, n], above 0 at those of them that were finished
    shown: sparse.csr_array  # [b, n], true at what was shown from the moment on

    def take(self, chosen: NDArray[np.int64]) -> Asked:
        """Some of the viewers."""
        return Asked(
            self.viewers[chosen],
            self.seen[chosen],
            self.relevant[chosen],
            self.finished[chosen],
            self.shown[chosen],
        )

    def among_shown(self) -> Asked:
        """The same question among what each viewer was shown: what was neither shown nor played is out, so
        that nothing is right or wrong for what a page of then happened to hold. Viewers who were shown
        nothing are asked as before."""
        told = np.diff(self.shown.indptr) > 0
        open_ = sparse.csr_array(self.shown.astype(bool) + self.relevant.astype(bool))
        rows, every = [], np.arange(self.seen.shape[1], dtype=np.int32)
        for i in range(len(told)):
            mine = self.seen.indices[self.seen.indptr[i] : self.seen.indptr[i + 1]]
            if told[i]:
                inside = open_.indices[open_.indptr[i] : open_.indptr[i + 1]]
                mine = np.union1d(mine, np.setdiff1d(every, inside))
            rows.append(mine.astype(np.int32))
        indptr = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
        indices = np.concatenate(rows) if rows else every[:0]
        out = sparse.csr_array((np.ones(len(indices), bool), indices, indptr), self.seen.shape)
        return replace(self, seen=out)


def begun_us(dataset: Dataset, reward: Floats, until_us: int | None = None) -> NDArray[np.int64]:
    """int64[...]: when each good play began, ascending, up to a moment."""
    times = dataset.records.first_us[reward >= GOOD]
    found: NDArray[np.int64] = np.sort(times if until_us is None else times[times <= until_us])
    return found


def moment_at(share: float, begun: NDArray[np.int64]) -> int:
    """The time in us up to which `share` of the good plays (at least one) had begun."""
    return int(begun[max(int(len(begun) * share) - 1, 0)])


def ask(
    before: Dataset,
    reward_before: Floats,
    after: Dataset,
    reward_after: Floats,
    *,
    min_good: int,
    known: NDArray[np.bool_] | None = None,
    horizon_us: int | None = None,
    closed: Closed | None = None,
    soon: float = 1.0,
) -> Asked:
    """Whom to ask, each at its moment in `before`, and what was right by what `after` knows.

    reward_…:   float32[m] of each dataset's records
    min_good:   good plays before the moment that a viewer needs
    known:      bool[n], only these works are right; None: all
    horizon_us: only what began so soon after the moment is right; None: all that came
    closed:     says what may not be shown; None: everything may
    soon:       weight of what began at once, against 1 of what began much later
    """
    history = _matrix(before, reward_before >= GOOD)
    seen = _matrix(before, (before.records.first_us > 0) | before.records.dismissed)
    place = {profile_id: i for i, profile_id in enumerate(after.profile_ids)}
    at = np.array([place.get(p, -1) for p in before.profile_ids], dtype=np.int64)
    moment = np.full(after.b, np.iinfo(np.int64).max)
    moment[at[at >= 0]] = before.moment_us[at >= 0]
    waited = after.records.first_us - moment[after.viewer]
    right = (reward_after >= GOOD) & (waited >= 0)  # what was known then is in `seen`
    if horizon_us is not None:
        right &= waited <= horizon_us
    if known is not None:
        right &= known[after.records.work]
    viewers = np.flatnonzero((np.diff(history.indptr) >= min_good) & (at >= 0))
    weight = 1 + (soon - 1) * np.exp2(-np.maximum(waited, 0) / SOON_US)
    relevant = _without(_matrix(after, right, weight)[at[viewers]], seen[viewers])
    some = np.diff(relevant.indptr) > 0
    viewers, relevant = viewers[some], relevant[some]
    finished = _matrix(after, right & (reward_after >= FINISHED))[at[viewers]].multiply(relevant)
    out = seen[viewers]
    if closed is not None:
        out = sparse.csr_array(out + _without(closed.of(before, viewers), relevant))
        out.sort_indices()
    shown = shown_since(before, after, viewers)
    return Asked(viewers, out, relevant, sparse.csr_array(finished), shown)


def known_works(dataset: Dataset, reward: Floats) -> NDArray[np.bool_]:
    """bool[n]: works of which anybody had a good play."""
    good = dataset.records.work[reward >= GOOD]
    return np.bincount(good, minlength=dataset.n) > 0


def _matrix(
    dataset: Dataset, kept: NDArray[np.bool_], weight: NDArray[np.float64] | None = None
) -> sparse.csr_array:
    upto = np.concatenate([[0], np.cumsum(kept)])
    values = np.ones(int(kept.sum())) if weight is None else weight[kept]
    return sparse.csr_array(
        (values.astype(np.float32), dataset.records.work[kept], upto[dataset.indptr]),
        shape=(dataset.b, dataset.n),
    )


def _without(one: sparse.csr_array, other: sparse.csr_array) -> sparse.csr_array:
    """`one` where nothing is stored in `other`."""
    found = sparse.csr_array(one - one.multiply(other.astype(bool)))
    found.eliminate_zeros()
    found.sort_indices()
    return found
