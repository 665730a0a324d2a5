"""What a page is worth beside hits: variety, balance, and what the viewer would not have found alone.

A value is nan where it can't be said of a viewer; means leave it out.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from frontrow.evaluation.pages.layout import Window
from frontrow.page.balance import divergence

Values = NDArray[np.float64]


def diversity(windows: Sequence[Window], genres: sparse.csr_array) -> Values:
    """float64[b]: mean of 1 - cosine of the genres over all pairs of works in the window.

    genres: float32[n, g], 0 or 1. Ziegler et al. 2005, "Improving recommendation lists through topic
    diversification". Works without genres say nothing; nan with fewer than two others.
    """
    return np.array([_spread(_dense(genres, w.works)) for w in windows])


def _spread(has: Values) -> float:
    length = np.linalg.norm(has, axis=1)
    unit = has[length > 0] / length[length > 0, None]
    k = len(unit)
    if k < 2:
        return float("nan")
    alike = float((unit.sum(axis=0) ** 2).sum())  # all pairs, each with itself among them
    return 1.0 - (alike - k) / (k * (k - 1))


def genre_coverage(windows: Sequence[Window], genres: sparse.csr_array) -> Values:
    """float64[b]: share of the catalogue's genres that stand in the window; nan without genres."""
    g = genres.shape[1]
    if g == 0:
        return np.full(len(windows), np.nan)
    return np.array([(_dense(genres, w.works).sum(axis=0) > 0).sum() / g for w in windows])


def calibration_kl(
    windows: Sequence[Window], history: sparse.csr_array, genres: sparse.csr_array
) -> Values:
    """float64[b]: how far the page's genres are from those of the viewer's good plays, in nats.

    history: [b, n], above 0: a good play. A work's weight is shared by its genres; on the page it is
    the discount of its place. nan where no genre of a history is known.
    """
    share = _share_of_genres(genres)
    liked = np.asarray((history.astype(bool).astype(np.float64) @ share).toarray())
    shown = [w.weight @ _dense(share, w.works) for w in windows]
    return np.array([kl_of(p, q) for p, q in zip(liked, shown, strict=True)])


def kl_of(liked: Values, shown: Values) -> float:
    """C_KL of two weightings of genres, see `divergence`. nan where nothing was liked."""
    if liked.sum() <= 0:
        return float("nan")
    p = liked / liked.sum()
    q = shown / shown.sum() if shown.sum() > 0 else np.zeros_like(p)
    return float(divergence(p, q))


def novelty(windows: Sequence[Window], played: NDArray[np.int64], viewers: int) -> Values:
    """float64[b]: mean -log2 of the share of viewers with a good play of each work in the window.

    played: int64[n], viewers with a good play. Zhou et al. 2010, "Solving the apparent
    diversity-accuracy dilemma". What nobody played counts as played by one; nan for an empty page.
    """
    surprise = -np.log2(np.maximum(played, 1) / max(viewers, 1))
    return np.array([surprise[w.works].mean() if len(w.works) else np.nan for w in windows])


def serendipity(
    windows: Sequence[Window],
    relevant: sparse.csr_array,
    history: sparse.csr_array,
    genres: sparse.csr_array,
    played: NDArray[np.int64],
    size: int,
) -> Values:
    """float64[b]: share of the window's works that are relevant and that no primitive list would hold.

    Ge, Delgado-Battenfeld, Jannach 2010, "Beyond accuracy": |unexpected and useful| / |shown|, where
    unexpected is what a primitive recommender leaves out. Ours gives the `size` most played works of
    all, and the `size` most played of the genre that the viewer liked most. nan for an empty page and
    where nothing was relevant.
    """
    order = np.argsort(-played, kind="stable")
    known = np.zeros(len(played), dtype=bool)
    known[order[:size]] = True
    liked = np.asarray(
        (history.astype(bool).astype(np.float64) @ _share_of_genres(genres)).toarray()
    )
    by_genre = genres.tocsc()
    of_genre: dict[int, NDArray[np.int64]] = {}
    found = np.full(len(windows), np.nan)
    for b, window in enumerate(windows):
        right = relevant.indices[relevant.indptr[b] : relevant.indptr[b + 1]]
        if not len(window.works) or not len(right):
            continue
        expected = known
        if liked.shape[1] and liked[b].any():
            main = int(np.argmax(liked[b]))
            if main not in of_genre:
                inside = by_genre.indices[by_genre.indptr[main] : by_genre.indptr[main + 1]]
                of_genre[main] = order[np.isin(order, inside)][:size]
            expected = known.copy()
            expected[of_genre[main]] = True
        found[b] = (np.isin(window.works, right) & ~expected[window.works]).mean()
    return found


def _share_of_genres(genres: sparse.csr_array) -> sparse.csr_array:
    """float64[n, g]: each work's weight of 1, shared by its genres."""
    count = np.maximum(np.diff(genres.indptr), 1)
    return sparse.csr_array(genres.astype(np.float64).multiply(1.0 / count[:, None]))


def _dense(of_work: sparse.csr_array, works: NDArray[np.int64]) -> Values:
    """float64[k, g] of some works."""
    return np.asarray(of_work[works].toarray(), dtype=np.float64)
