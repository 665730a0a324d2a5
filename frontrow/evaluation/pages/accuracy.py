"""Of that which was watched next, how much stood in the window, and how near the corner."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from frontrow.evaluation.pages.layout import Window

Values = NDArray[np.float64]


def recall(windows: Sequence[Window], relevant: sparse.csr_array, size: int) -> Values:
    """float64[b]: hits in the window, a work once, over min(size, relevant).

    size: places that the window has: rows x columns. nan where nothing was relevant.
    """
    hits = np.array([len(h) for h in _hits(windows, relevant)], dtype=np.float64)
    most = np.minimum(np.diff(relevant.indptr), size)
    return np.where(most > 0, hits / np.maximum(most, 1), np.nan)


def ndcg2d(windows: Sequence[Window], relevant: sparse.csr_array) -> Values:
    """float64[b]: the weights of all hits over those of the best page of the same layout.

    A work's gain counts once, however many rows hold it (Felicioni et al. 2021); the best page has
    what is relevant at the places of its layout that weigh most. nan where nothing was
    relevant.
    """
    found = np.full(len(windows), np.nan)
    for b, (window, hits) in enumerate(zip(windows, _hits(windows, relevant), strict=True)):
        most = int(relevant.indptr[b + 1] - relevant.indptr[b])
        best = float(window.cells[:most].sum())
        if most:
            found[b] = window.weight[hits].sum() / best if best else 0.0
    return found


def _hits(windows: Sequence[Window], relevant: sparse.csr_array) -> list[NDArray[np.intp]]:
    """Places, within each window's works, of those that are relevant."""
    return [
        np.flatnonzero(
            np.isin(window.works, relevant.indices[relevant.indptr[b] : relevant.indptr[b + 1]])
        )
        for b, window in enumerate(windows)
    ]
