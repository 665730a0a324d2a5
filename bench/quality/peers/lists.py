"""From a peer's scores to its lists: the best works that are not excluded."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bench.quality.split_file import Split

K = 20


def best(scores: NDArray[np.float32], split: Split, asked: NDArray[np.int64]) -> NDArray[np.int32]:
    """int32[b, K]: best first; ties go to the smaller index.

    scores: float32[b, n], -inf: never listed
    asked:  int64[b], which of the split's asked viewers the rows are
    """
    lists = np.full((len(asked), K), -1, dtype=np.int32)
    for row, viewer in enumerate(asked.tolist()):
        value = scores[row].copy()
        value[split.seen_work[split.seen_indptr[viewer] : split.seen_indptr[viewer + 1]]] = -np.inf
        floor = np.partition(value, -K)[-K]
        above = np.flatnonzero((value >= floor) & (value > -np.inf))
        order = above[np.argsort(-value[above], kind="stable")][:K]
        lists[row, : len(order)] = order
    return lists
