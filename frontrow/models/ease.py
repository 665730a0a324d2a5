"""EASE: a linear model from the works one liked to all works, in closed form.

Steck (2019), "Embarrassingly Shallow Autoencoders for Sparse Data", equation 8:
P = (X'X + lambda I)^-1, B = I - P diag(1 / diag P). A viewer's scores are the sum of the rows of
B that belong to the good plays. With more than `MAX_WORKS` works the most watched are taken and
the others have no score.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.linalg import lapack

from frontrow.catalog import Catalogue
from frontrow.models.histories import GOOD, Floats, Histories, Ints
from frontrow.models.looks import summed
from frontrow.models.scorer import Arrays, Config, spread
from frontrow.viewers import Trends

MAX_WORKS = 10_000
"""B is dense: 10,000 works are 400 MB and a minute of fitting on two cores."""

VIEWERS_PER_BLOCK = 1_024
"""Viewers whose products are added at a time; counts are whole numbers, so any cut gives the same."""


@dataclass(frozen=True)
class Ease:
    """`w` works of the catalogue and the weights between them."""

    n: int  # works of the catalogue
    works: Ints  # [w], index in the catalogue; -1: gone
    weights: Floats  # [w, w], B: row = what a good play of it adds to every work
    regularization: float
    name: str = "ease"

    def score(self, histories: Histories, trends: Trends, country: str | None = None) -> Floats:
        """Sums of rows; nan for works outside the fit, and for viewers without a good play of it."""
        found: Floats = self.looking(histories, np.ones((1, len(histories.work)), np.float32))[0]
        return found

    def looking(self, histories: Histories, looks: Floats) -> Floats:
        """float32[k, b, n]: as `score`, the good plays weighted by each of float32[k, m] looks."""
        place = self._place
        weights = looks * (histories.reward >= GOOD)
        scores = summed(histories, weights, self.weights, place)  # [k, b, w]
        for of_look, weight in zip(scores, weights, strict=True):
            speaks = (weight != 0) & (place[histories.work] >= 0)
            of_look[np.bincount(histories.viewer[speaks], minlength=histories.b) == 0] = np.nan
        return np.stack([spread(of_look, self.works, self.n) for of_look in scores])

    def moved(self, anchors: Ints, works: Ints, into: Floats) -> None:
        """What a good play of each anchor adds to each work, in deviations of the anchor's row, written
        over float32[a, w] where both were fitted."""
        place = self._place
        at = place[works]
        known = np.flatnonzero(at >= 0)
        for a, anchor in enumerate(place[anchors].tolist()):
            if anchor >= 0:
                row = self.weights[anchor]
                mean = float(row.mean())
                spread = max(float(np.dot(row, row)) / len(row) - mean * mean, 1e-24) ** 0.5
                into[a, known] = row[at[known]] / np.float32(spread)

    @cached_property
    def _place(self) -> Ints:
        """int32[n]: where each work stands among the fitted ones; -1: it does not."""
        place = np.full(self.n, -1, dtype=np.int32)
        there = self.works >= 0
        place[self.works[there]] = np.flatnonzero(there)
        return place

    def bind(self, catalogue: Catalogue, to: Ints) -> Ease:
        works = np.where(self.works >= 0, to[self.works], -1).astype(np.int32)
        return replace(self, n=catalogue.n, works=works)

    def arrays(self) -> Arrays:
        return {"works": self.works, "weights": self.weights}

    def config(self) -> Config:
        return {
            "n": self.n,
            "regularization": self.regularization,
            "max_works": MAX_WORKS,
            "works_left_out": self.n - len(self.works),
        }

    @staticmethod
    def from_arrays(arrays: Mapping[str, NDArray[Any]], config: Config) -> Ease:
        return Ease(config["n"], arrays["works"], arrays["weights"], config["regularization"])


def default_regularization(good: sparse.csr_array) -> float:
    """A lambda in proportion to the good plays of a watched work; see `REGULARIZATION_PER_PLAY`."""
    watched = len(np.unique(good.indices))
    return REGULARIZATION_PER_PLAY * max(good.nnz / max(watched, 1), 1.0)


REGULARIZATION_PER_PLAY = 40.0
"""Found on inner cuts of MovieLens 1M, where it means about 5,000."""


def fit_ease(histories: Histories, regularization: float | None = None) -> Ease:
    """Fit on good plays; `regularization` (lambda) follows the size of the data where not given."""
    return Gram.of(histories).solve(regularization)


@dataclass(frozen=True)
class Gram:
    """X'X over the fitted works: what every lambda shares."""

    n: int
    works: Ints
    counts: NDArray[np.float64]  # [w, w]
    default: float

    @staticmethod
    def of(histories: Histories) -> Gram:
        good = histories.good()
        plays = np.bincount(good.indices, minlength=histories.n)
        works = np.flatnonzero(plays).astype(np.int32)
        if len(works) > MAX_WORKS:
            order = np.lexsort((works, -plays[works]))[:MAX_WORKS]
            works = np.sort(works[order])
        good = _columns(good, works)
        counts = np.zeros((len(works), len(works)))
        for start in range(0, histories.b, VIEWERS_PER_BLOCK):
            add_products(counts, good[start : start + VIEWERS_PER_BLOCK])
        return Gram(histories.n, works, counts, default_regularization(good))

    def solve(self, regularization: float | None = None) -> Ease:
        """B of equation 8."""
        strength = self.default if regularization is None else regularization
        system = self.counts.copy(order="F")
        np.fill_diagonal(system, system.diagonal() + strength)
        if len(system) == 0:
            return Ease(self.n, self.works, np.zeros((0, 0), dtype=np.float32), strength)
        factor, failed = lapack.dpotrf(system, lower=1, overwrite_a=1)
        inverse, failed_too = lapack.dpotri(factor, lower=1, overwrite_c=1)
        if failed or failed_too:
            raise AssertionError("X'X + lambda I is positive definite for every lambda > 0")
        diagonal = inverse.diagonal().copy()
        lower = np.tril(inverse).astype(np.float32)  # [w, w]
        weights = lower + np.tril(lower, -1).T
        weights /= -diagonal.astype(np.float32)  # column j by P_jj
        np.fill_diagonal(weights, 0.0)
        return Ease(self.n, self.works, np.ascontiguousarray(weights), strength)


def add_products(counts: NDArray[np.float64], good: sparse.csr_array) -> None:
    """Add X'X of some viewers to `counts`, in place."""
    products = (good.T @ good).tocoo()
    counts[products.row, products.col] += products.data


def _columns(good: sparse.csr_array, works: Ints) -> sparse.csr_array:
    """float32[b, w]: only the columns of `works`, in that order."""
    n = good.shape[1]
    if len(works) == n and np.array_equal(works, np.arange(n)):
        return good
    place = np.full(n, -1, dtype=np.int32)
    place[works[works >= 0]] = np.flatnonzero(works >= 0)
    at = place[good.indices]
    kept = at >= 0
    upto = np.concatenate([[0], np.cumsum(kept)])
    return sparse.csr_array(
        (good.data[kept], at[kept], upto[good.indptr]), shape=(good.shape[0], len(works))
    )
