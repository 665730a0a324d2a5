"""Baselines: popularity, recent popularity, item-kNN and EASE, each with its dial's grid.

A fitted model is a function from rows of asked viewers to scores; it knows the training side only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from bench.quality.judging import K, good_of, plays_of, seen_of
from bench.quality.split_file import Split
from frontrow.base.time import US_PER_DAY
from frontrow.models.ease import Gram
from frontrow.ranking.list_metrics import top

Dials = dict[str, float]
Score = Callable[[NDArray[np.int64]], NDArray[np.float32]]
"""From rows of asked viewers, int64[r], to scores float32[r, n]; nan: the work was not fitted."""

VIEWERS_PER_BLOCK = 512

LAMBDAS = (
    50.0,
    100.0,
    200.0,
    350.0,
    500.0,
    750.0,
    1_000.0,
    1_500.0,
    2_500.0,
    5_000.0,
    10_000.0,
    20_000.0,
)
HALF_LIVES_DAYS = (1.0, 3.0, 7.0, 14.0, 30.0, 60.0, 90.0, 180.0, 365.0, 730.0, 1_460.0, 2_920.0)
NEIGHBOURS = (20, 50, 100, 200, 500)
SHRINKAGES = (0.0, 10.0, 50.0, 200.0, 500.0)


@dataclass(frozen=True)
class Baseline:
    """A model with the grid of its dials; `fits` gives a model for each set of dials."""

    name: str
    fits: Callable[[Split, list[Dials]], Iterator[Score]]
    grid: list[Dials]


def lists_of(score: Score, split: Split) -> NDArray[np.int32]:
    """int32[b, K]; viewers of whom no good play is known get what is popular, from every model."""
    seen, popular = seen_of(split), plays_of(split).astype(np.float32)
    silent = np.diff(good_of(split).indptr)[split.asked] == 0
    parts = []
    for start in range(0, len(split.asked), VIEWERS_PER_BLOCK):
        rows = np.arange(start, min(start + VIEWERS_PER_BLOCK, len(split.asked)))
        scores = score(rows)
        scores[silent[rows]] = popular
        parts.append(top(scores, seen[rows], K))
    return np.concatenate(parts)


def fill_silent(lists: NDArray[np.int32], split: Split) -> NDArray[np.int32]:
    """The same for lists from elsewhere: empty ones become what is popular."""
    empty = np.flatnonzero(lists[:, 0] < 0)
    filled = lists.copy()
    if len(empty):
        popular = np.repeat(plays_of(split)[None].astype(np.float32), len(empty), axis=0)
        filled[empty] = top(popular, seen_of(split)[empty], K)
    return filled


# -- the models


def _popularity(split: Split, grid: list[Dials]) -> Iterator[Score]:
    """Good plays of the training side."""
    for _ in grid:
        yield _same_for_all(plays_of(split).astype(np.float32))


def _recent_popularity(split: Split, grid: list[Dials]) -> Iterator[Score]:
    """Good plays that count 2^(-age / half-life) at the training side's end."""
    train = split.train
    age = (split.at_us - train.us[train.good]) / US_PER_DAY
    for dials in grid:
        weight = np.exp2(-age / dials["half_life_days"])
        counts = np.bincount(train.work[train.good], weight, minlength=train.n)
        yield _same_for_all(counts.astype(np.float32))


def _same_for_all(value: NDArray[np.float32]) -> Score:
    return lambda rows: np.repeat(value[None], len(rows), axis=0)


def _ease(split: Split, grid: list[Dials]) -> Iterator[Score]:
    """EASE of all works with a good play (Steck 2019); every lambda shares X'X."""
    good = good_of(split)
    works = np.flatnonzero(plays_of(split)).astype(np.int32)
    good = good[:, works].tocsr()
    gram = Gram(split.train.n, works, (good.T @ good).toarray().astype(np.float64), 1.0)
    for dials in grid:
        weights = gram.solve(dials["regularization"]).weights
        yield _item_model(good[split.asked], weights, works, split.train.n)


def _item_knn(split: Split, grid: list[Dials]) -> Iterator[Score]:
    """Cosine between works, with a shrinkage added to the product of norms (Deshpande, Karypis 2004);
    each work is reached from its most similar ones only."""
    good = good_of(split)
    works = np.flatnonzero(plays_of(split)).astype(np.int32)
    good = good[:, works].tocsr()
    both = (good.T @ good).toarray().astype(np.float32)
    norm = np.sqrt(both.diagonal())
    np.fill_diagonal(both, 0.0)
    for dials in grid:
        cosine = both / (norm[:, None] * norm[None] + np.float32(dials["shrinkage"]))
        keep = min(int(dials["neighbours"]), len(works))
        floor = np.partition(cosine, -keep, axis=0)[-keep]
        cosine[cosine < floor] = 0.0
        yield _item_model(good[split.asked], cosine, works, split.train.n)


def _item_model(
    good: sparse.csr_array, weights: NDArray[np.float32], works: NDArray[np.int32], n: int
) -> Score:
    def score(rows: NDArray[np.int64]) -> NDArray[np.float32]:
        scores = np.full((len(rows), n), np.nan, dtype=np.float32)
        scores[:, works] = good[rows] @ weights
        return scores

    return score


BASELINES = (
    Baseline("popularity", _popularity, [{}]),
    Baseline(
        "recent popularity", _recent_popularity, [{"half_life_days": h} for h in HALF_LIVES_DAYS]
    ),
    Baseline(
        "item-kNN",
        _item_knn,
        [{"neighbours": k, "shrinkage": s} for k in NEIGHBOURS for s in SHRINKAGES],
    ),
    Baseline("EASE", _ease, [{"regularization": strength} for strength in LAMBDAS]),
)
