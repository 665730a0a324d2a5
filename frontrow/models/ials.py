"""iALS: matrix factorisation of good plays, in which every work not played counts a little.

Hu, Koren, Volinsky (2008), "Collaborative Filtering for Implicit Feedback Datasets", with the
loss and the regularisation by frequency of Rendle et al. (2021), "Revisiting the Performance of
iALS": sum over good plays (1 - u'v)^2 + alpha sum over all pairs (u'v)^2
+ lambda sum of (plays + alpha * others)^nu |factor|^2. Only the works' factors are kept; a viewer's
are solved from the history whenever they are asked for.

The normal equations of many rows at once are one sparse product with the packed outer products of
the other side's factors. Viewers are taken in blocks of fixed size, so sums don't depend on workers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from frontrow.base.randomness import rng_for
from frontrow.catalog import Catalogue
from frontrow.engine.engine import add_as_tree
from frontrow.models.histories import Floats, Histories, Ints
from frontrow.models.scorer import Arrays, Config
from frontrow.viewers import Trends

BLOCK = 4_096
"""Rows solved at a time: bounds memory (4,096 x 32 x 32 floats are 17 MB)."""


@dataclass(frozen=True)
class Dials:
    """Defaults were chosen on inner cuts of MovieLens 1M."""

    factors: int = 32
    regularization: float = 0.01  # lambda
    unobserved: float = 1.0  # alpha, weight of a pair without a play
    exponent: float = 1.0  # nu
    epochs: int = 8
    init_scale: float = 0.1


@dataclass(frozen=True)
class Ials:
    """`n` works' factors."""

    factors: Floats  # [n, d]; nan: the work was not in the fit
    gram: Floats  # [d, d], V'V of the fit
    regularization: float
    unobserved: float
    exponent: float
    fitted_works: int  # works of the fit, for the viewers' regularisation
    name: str = "ials"

    def score(self, histories: Histories, trends: Trends, country: str | None = None) -> Floats:
        """u'v of every work; nan for works outside the fit and viewers without a good play of it."""
        viewers = self.fold_in(histories)  # [b, d]
        return viewers @ self.factors.T

    def fold_in(self, histories: Histories) -> Floats:
        """float32[b, d]: the viewers' factors, nan without a good play of a fitted work."""
        good = histories.good()
        kept = np.isfinite(self.factors[:, 0])[good.indices]
        if not kept.all():
            upto = np.concatenate([[0], np.cumsum(kept)])
            good = sparse.csr_array(
                (good.data[kept], good.indices[kept], upto[good.indptr]), shape=good.shape
            )
        viewers = np.full((histories.b, self.gram.shape[0]), np.nan, dtype=np.float32)
        for b in range(histories.b):
            seen = good.indices[good.indptr[b] : good.indptr[b + 1]]
            if len(seen) == 0:
                continue
            rows = self.factors[seen]  # [h, d]
            strength = self._strength(len(seen))
            system = rows.T @ rows + self.unobserved * self.gram
            system.flat[:: len(system) + 1] += np.float32(strength)
            viewers[b] = np.linalg.solve(system, rows.sum(axis=0))
        return viewers

    def _strength(self, plays: int) -> float:
        return float(
            self.regularization * (plays + self.unobserved * self.fitted_works) ** self.exponent
        )

    def bind(self, catalogue: Catalogue, to: Ints) -> Ials:
        factors = np.full((catalogue.n, self.factors.shape[1]), np.nan, dtype=np.float32)
        factors[to[to >= 0]] = self.factors[to >= 0]
        return replace(self, factors=factors)

    def arrays(self) -> Arrays:
        return {"factors": self.factors, "gram": self.gram}

    def config(self) -> Config:
        return {
            "regularization": self.regularization,
            "unobserved": self.unobserved,
            "exponent": self.exponent,
            "fitted_works": self.fitted_works,
        }

    @staticmethod
    def from_arrays(arrays: Mapping[str, NDArray[Any]], config: Config) -> Ials:
        return Ials(arrays["factors"], arrays["gram"], **config)


def fit_ials(histories: Histories, seed: int, dials: Dials | None = None) -> Ials:
    """Alternate: viewers from works, then works from viewers, `epochs` times."""
    dials = dials or Dials()
    all_good = histories.good()
    works = np.unique(all_good.indices)
    good = all_good[:, works].tocsr() if len(works) else all_good[:, :0].tocsr()
    good = good[np.diff(good.indptr) > 0]
    d = dials.factors
    rng = rng_for(seed, "ials")
    # Drawn for every work of the catalogue, so that a further work does not move the others' start.
    start = rng.standard_normal((histories.n, d), dtype=np.float32)
    factors = start[works] * np.float32(dials.init_scale / np.sqrt(d))
    strength = _strengths(np.bincount(good.indices, minlength=len(works)), good.shape[0], dials)
    viewer_strength = _strengths(np.diff(good.indptr), len(works), dials)
    blocks = [slice(i, i + BLOCK) for i in range(0, good.shape[0], BLOCK)]
    unobserved = np.float32(dials.unobserved)
    for _ in range(dials.epochs if len(works) else 0):
        gram: Floats = (unobserved * (factors.T @ factors)).astype(np.float32)
        packed = _pack(factors)  # [w, d (d + 1) / 2]
        parts = [_half_step(good[s], factors, packed, gram, viewer_strength[s]) for s in blocks]
        normal, right, viewer_gram = add_as_tree(parts, _add)
        gram = (unobserved * viewer_gram).astype(np.float32)
        factors = _solve(normal, gram, strength, right)
    full = np.full((histories.n, d), np.nan, dtype=np.float32)
    full[works] = factors
    return Ials(
        factors=full,
        gram=(factors.T @ factors).astype(np.float32),
        regularization=dials.regularization,
        unobserved=dials.unobserved,
        exponent=dials.exponent,
        fitted_works=len(works),
    )


_Share = tuple[Floats, Floats, Floats]


def _add(a: _Share, b: _Share) -> _Share:
    return a[0] + b[0], a[1] + b[1], a[2] + b[2]


def _half_step(
    good: sparse.csr_array, factors: Floats, packed: Floats, gram: Floats, strength: Floats
) -> _Share:
    """A range of viewers' share of the works' normal equations; their own factors end here.

    returns: packed normals float32[w, d (d + 1) / 2], right sides float32[w, d], U'U float32[d, d]
    """
    viewers = _solve(good @ packed, gram, strength, good @ factors)  # [b, d]
    by_work = good.T.tocsr()
    return by_work @ _pack(viewers), by_work @ viewers, viewers.T @ viewers


def _strengths(plays: NDArray[np.int64], others: int, dials: Dials) -> Floats:
    """float32[rows]: lambda (plays + alpha * others)^nu."""
    strength = dials.regularization * (plays + dials.unobserved * others) ** dials.exponent
    found: Floats = strength.astype(np.float32)
    return found


def _pack(factors: Floats) -> Floats:
    """float32[rows, d (d + 1) / 2]: lower triangles of the outer products."""
    rows, columns = np.tril_indices(factors.shape[1])
    packed: Floats = factors[:, rows] * factors[:, columns]
    return packed


def _solve(packed: Floats, gram: Floats, strength: Floats, right: Floats) -> Floats:
    """float32[rows, d]: (unpacked + gram + strength I)^-1 right, row by row."""
    d = len(gram)
    at = np.zeros((d, d), dtype=np.intp)
    lower = np.tril_indices(d)
    at[lower] = np.arange(len(lower[0]))
    at = np.maximum(at, at.T)
    solved = np.empty_like(right)
    for start in range(0, len(packed), BLOCK):
        rows = slice(start, start + BLOCK)
        systems = packed[rows][:, at] + gram  # [rows, d, d]
        systems[:, np.arange(d), np.arange(d)] += strength[rows, None]
        solved[rows] = np.linalg.solve(systems, right[rows][:, :, None])[:, :, 0]
    return solved
