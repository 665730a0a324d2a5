"""A handful of ratings, as the quality bench reads them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bench.quality.split_file import Ratings, Split
from frontrow.base.randomness import rng_for

Row = tuple[int, int, int, float]
"""viewer, work, time in us, rating 0..1."""


def ratings_of(rows: Sequence[Row], n: int) -> Ratings:
    """Ratings of viewers 0, 1, … (each has at least one) and of `n` works."""
    rows = sorted(rows)
    viewer, work, us, rating = (np.array(column) for column in zip(*rows, strict=True))
    counts = np.bincount(viewer)
    return Ratings(
        works=np.array([f"w{i:03d}" for i in range(n)]),
        viewers=np.array([f"v{i:03d}" for i in range(len(counts))]),
        indptr=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        work=work.astype(np.int32),
        us=us.astype(np.int64),
        rating=rating.astype(np.float32),
        good=rating >= 0.75,
    )


def some_ratings(seed: int = 1, *, viewers: int = 40, n: int = 60) -> Ratings:
    """Viewers with 1 to 30 ratings each, two of three good, some of them in the same moment."""
    rng = rng_for(seed, "ratings")
    rows: list[Row] = []
    for viewer in range(viewers):
        for work in rng.choice(n, int(rng.integers(1, 31)), replace=False).tolist():
            rows.append((viewer, work, int(rng.integers(1, 60)), float(rng.random() < 2 / 3)))
    return ratings_of(rows, n)


def pairs_of(ratings: Ratings) -> set[tuple[str, int]]:
    """(viewer, work) of all ratings."""
    return set(zip(ratings.viewers[ratings.viewer].tolist(), ratings.work.tolist(), strict=True))


def rows_of(split: Split, which: str) -> dict[str, list[int]]:
    """Asked viewer -> works that are `seen` or `relevant`."""
    indptr, work = getattr(split, f"{which}_indptr"), getattr(split, f"{which}_work")
    return {
        str(split.train.viewers[viewer]): work[indptr[i] : indptr[i + 1]].tolist()
        for i, viewer in enumerate(split.asked.tolist())
    }


def split_of(
    train: Ratings, asked: Sequence[int], relevant: Sequence[Sequence[int]], at_us: int = 100
) -> Split:
    """A split whose test side is written down; what an asked viewer had rated is seen."""
    seen = [train.work[train.indptr[v] : train.indptr[v + 1]].tolist() for v in asked]
    return Split(
        name="by-hand",
        train=train,
        at_us=at_us,
        asked=np.array(asked, dtype=np.int64),
        seen_indptr=_ends(seen),
        seen_work=np.array([w for works in seen for w in works], dtype=np.int32),
        relevant_indptr=_ends(relevant),
        relevant_work=np.array([w for works in relevant for w in works], dtype=np.int32),
    )


def _ends(works: Sequence[Sequence[int]]) -> np.ndarray:
    return np.concatenate([[0], np.cumsum([len(some) for some in works])]).astype(np.int64)
