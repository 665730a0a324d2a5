"""Transitions: what viewers begin next, and like, after a work; a directed count beside EASE's company.

A Markov chain of the first order with skips (Rendle et al. 2010, "Factorizing Personalized Markov
Chains", without the factors): a work counts for the `WINDOW` works before it, less for each further
one, and a row's counts are shrunk by `PRIOR` so that a rare work does not speak as loud as a common
one. A viewer's latest works speak, the last the loudest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from frontrow.catalog import Catalogue
from frontrow.models.histories import GOOD, Floats, Histories, Ints
from frontrow.models.looks import latest_first
from frontrow.models.scorer import Arrays, Config
from frontrow.viewers import Trends

WINDOW = 5
DISCOUNT = 0.7
"""What each further step back counts of the one before."""

PRIOR = 20.0
"""Steps that every work has beside its own, to nowhere."""

KEPT = 200
"""Successors kept of each work, the most frequent: a viewer's score is a sum of few short rows."""

SPEAKING = 8
"""Latest works that speak; each counts half of the one after it."""

NOT_GOOD = 0.5
"""What a work that was no good play counts of one that was: it was chosen, but not liked."""


@dataclass(frozen=True)
class Transitions:
    """Successors of `n` works, as rows of a sparse matrix, each row by work."""

    n: int
    indptr: NDArray[np.int64]  # [n + 1]
    works: Ints  # successors
    chance: Floats  # of each, shrunk
    name: str = "transitions"

    def score(self, histories: Histories, trends: Trends, country: str | None = None) -> Floats:
        """Square root of the summed chances; 0 where nothing leads, nan without a history."""
        rank = latest_first(histories)
        loud = np.exp2(-rank) * np.where(histories.reward >= GOOD, 1.0, NOT_GOOD)
        loud = np.where(rank < SPEAKING, loud, 0.0).astype(np.float32)
        scores = np.zeros((histories.b, self.n), dtype=np.float32)
        for b in range(histories.b):
            mine = slice(histories.indptr[b], histories.indptr[b + 1])
            for work, weight in zip(histories.work[mine].tolist(), loud[mine], strict=True):
                if weight:
                    row = slice(self.indptr[work], self.indptr[work + 1])
                    scores[b, self.works[row]] += self.chance[row] * weight
            if mine.start == mine.stop:
                scores[b] = np.nan
        return np.sqrt(scores, out=scores)

    def bind(self, catalogue: Catalogue, to: Ints) -> Transitions:
        fitted = np.repeat(np.arange(self.n), np.diff(self.indptr))
        here, there = to[fitted], to[self.works]
        kept = (here >= 0) & (there >= 0)
        return _rows(here[kept], there[kept], self.chance[kept], catalogue.n)

    def arrays(self) -> Arrays:
        return {"indptr": self.indptr, "works": self.works, "chance": self.chance}

    def config(self) -> Config:
        return {"n": self.n}

    @staticmethod
    def from_arrays(arrays: Mapping[str, NDArray[Any]], config: Config) -> Transitions:
        return Transitions(config["n"], arrays["indptr"], arrays["works"], arrays["chance"])


def fit_transitions(histories: Histories) -> Transitions:
    """Count what was begun well within `WINDOW` works of each work."""
    n = histories.n
    order = np.lexsort((histories.work, histories.first_us, histories.viewer))
    viewer, work = histories.viewer[order], histories.work[order]
    good = histories.reward[order] >= GOOD
    counts = sparse.csr_array((n, n), dtype=np.float32)
    for step in range(1, WINDOW + 1):
        leads = (viewer[step:] == viewer[:-step]) & good[step:]
        weight = np.full(int(leads.sum()), DISCOUNT ** (step - 1), dtype=np.float32)
        pairs = (work[:-step][leads], work[step:][leads])
        counts = counts + sparse.csr_array(sparse.coo_array((weight, pairs), shape=(n, n)))
    counts = sparse.csr_array(counts)
    total = np.asarray(counts.sum(axis=1)).ravel() + PRIOR
    rows = np.repeat(np.arange(n, dtype=np.int32), np.diff(counts.indptr))
    chance = (counts.data / total[rows]).astype(np.float32)
    by_row = np.lexsort((counts.indices, -chance, rows))
    place = np.arange(len(rows)) - counts.indptr[rows[by_row]]
    kept = by_row[place < KEPT]
    return _rows(rows[kept], counts.indices[kept].astype(np.int32), chance[kept], n)


def _rows(of: Ints, works: Ints, chance: Floats, n: int) -> Transitions:
    order = np.lexsort((works, of))
    indptr = np.concatenate([[0], np.cumsum(np.bincount(of, minlength=n))]).astype(np.int64)
    return Transitions(n, indptr, works[order].astype(np.int32), chance[order])
