"""Metrics of ranked lists: what share of what was watched next stood on them, and how high.

All are over `b` viewers with lists of `k` works; `relevant` is a 0/1 matrix of what each viewer
then played well.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from frontrow.models.histories import Floats, Ints


def top(scores: Floats, excluded: sparse.csr_array, k: int) -> Ints:
    """int32[b, k]: each viewer's best works, best first; ties go to the smaller index.

    scores:   float32[b, n], nan ranks last
    excluded: [b, n], stored entries are never listed; -1 fills a list that runs out
    """
    value = np.where(np.isnan(scores), np.float32(-np.inf), scores).astype(np.float32)
    rows = np.repeat(np.arange(len(value)), np.diff(excluded.indptr))
    never = np.zeros(value.shape, dtype=bool)
    never[rows, excluded.indices] = True
    value[never] = -np.inf
    k = min(k, value.shape[1])
    lists = np.empty((len(value), k), dtype=np.int32)
    for b in range(len(value)):
        floor = np.partition(value[b], -k)[-k]
        above = np.flatnonzero(value[b] >= floor)
        above = above[~never[b, above]]
        order = above[np.argsort(-value[b, above], kind="stable")][:k]
        lists[b] = -1
        lists[b, : len(order)] = order
    return lists


def hits_of(lists: Ints, relevant: sparse.csr_array) -> NDArray[np.bool_]:
    """bool[b, k]: which places of the lists are relevant."""
    hits = np.zeros(lists.shape, dtype=bool)
    for b, row in enumerate(lists):
        hits[b] = np.isin(row, relevant.indices[relevant.indptr[b] : relevant.indptr[b + 1]])
    return hits


def recall(lists: Ints, relevant: sparse.csr_array, k: int) -> NDArray[np.float64]:
    """float64[b]: hits in the first k over min(k, relevant)."""
    hits = hits_of(lists[:, :k], relevant).sum(axis=1)
    found: NDArray[np.float64] = hits / np.minimum(np.diff(relevant.indptr), k)
    return found


def ndcg(lists: Ints, relevant: sparse.csr_array, k: int) -> NDArray[np.float64]:
    """float64[b]: discounted gain of the first k over that of the best list (Jarvelin, Kekalainen 2002)."""
    hits = hits_of(lists[:, :k], relevant)
    discount = 1.0 / np.log2(np.arange(k) + 2.0)
    ideal = np.concatenate([[0.0], np.cumsum(discount)])
    best = ideal[np.minimum(np.diff(relevant.indptr), k)]
    found: NDArray[np.float64] = hits @ discount[: hits.shape[1]] / best
    return found


def coverage(lists: Ints, n: int, k: int) -> float:
    """Share of the works that stand on anybody's list of k."""
    shown = np.unique(lists[:, :k])
    return float((shown >= 0).sum() / max(n, 1))


def effective_catalogue_size(weight: NDArray[np.float64]) -> float:
    """Of how many works the catalogue seems to be made: 1 where one work has all the weight, n where
    all have the same (Gomez-Uribe, Hunt 2015): 2 sum_i p_i i - 1, works in falling order of p."""
    total = float(weight.sum())
    if total <= 0:
        return 0.0
    share = np.sort(weight)[::-1] / total
    return float(2.0 * (share * np.arange(1, len(share) + 1)).sum() - 1.0)
