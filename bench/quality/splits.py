"""Two ways to hide what came later, each as a file, with inner ones to choose dials on.

`a`: one moment for everybody, as `frontrow.evaluation.split` has it: the time by which 80 % of the
good plays had begun. Asked are viewers with at least five good plays before.
`b`: each viewer's ratings in order of (time, work); the last 20 %, rounded up, are hidden.
In both, relevant are hidden good plays of works that somebody had played well on the training side,
and everything rated on the training side is excluded. An inner split is the same cut made on the
training side of the one outside it, so a dial chosen there has seen nothing of the test side.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.quality.movielens import FOLDERS, load_ratings
from bench.quality.split_file import Ratings, Split, read_split, write_split
from frontrow.evaluation.split import MIN_GOOD, TRAIN_SHARE
from frontrow.ranking.slices import moment_at

CACHE = Path(__file__).resolve().parents[1] / "results-cache"
"""Split files and lists of works; ratings can be rebuilt from both, so git ignores the folder."""

NAMES = ("ml-1m-a", "ml-1m-b", "ml-latest-small-b")
INNER = 2
"""Inner splits of each: on fewer a dial follows one stretch of time, on more the data runs thin."""

HIDDEN_ONE_IN = 5
"""Split b hides a fifth of each viewer's ratings."""


def path_of(name: str, inner: int = 0) -> Path:
    """Where a split is kept; `inner` 1..INNER are the ones on its training side, 0 is itself."""
    return CACHE / (f"{name}.npz" if inner == 0 else f"{name}-inner{inner}.npz")


def load_split(name: str, inner: int = 0) -> Split:
    """Read a split that `prepare` wrote."""
    return read_split(path_of(name, inner))


def prepare(name: str, progress: Callable[[str], None] = lambda words: None) -> None:
    """Write a split and its inner ones where they are missing."""
    if all(path_of(name, inner).exists() for inner in range(INNER + 1)):
        return
    data, kind = name.rsplit("-", 1)
    progress(f"reading {data}")
    known = load_ratings(FOLDERS[data])
    for inner in range(INNER + 1):
        path = path_of(name, inner)
        progress(f"splitting {path.stem}")
        split = SPLITTERS[kind](path.stem, known)
        write_split(split, path)
        known = split.train


def split_by_time(name: str, ratings: Ratings) -> Split:
    """Split a: what came after one moment is hidden."""
    begun = np.sort(ratings.us[ratings.good])
    hidden = ratings.us > moment_at(TRAIN_SHARE, begun)
    return _split(name, ratings, hidden, min_good=MIN_GOOD)


def split_by_viewer(name: str, ratings: Ratings) -> Split:
    """Split b: the last fifth of each viewer's ratings is hidden."""
    viewer = ratings.viewer
    order = np.lexsort((ratings.work, ratings.us, viewer))
    place = np.empty(len(ratings.work), dtype=np.int64)
    place[order] = np.arange(len(order)) - ratings.indptr[viewer]
    counts = np.diff(ratings.indptr)
    hidden = place >= (counts - -(-counts // HIDDEN_ONE_IN))[viewer]
    return _split(name, ratings, hidden, min_good=0)


SPLITTERS: dict[str, Callable[[str, Ratings], Split]] = {"a": split_by_time, "b": split_by_viewer}


def _split(name: str, ratings: Ratings, hidden: NDArray[np.bool_], *, min_good: int) -> Split:
    train = ratings.keep(~hidden)
    known = np.bincount(train.work[train.good], minlength=ratings.n) > 0
    right = ratings.keep(hidden & ratings.good & known[ratings.work])
    good_plays = np.bincount(train.viewer[train.good], minlength=len(train.viewers))
    place = {viewer: i for i, viewer in enumerate(right.viewers.tolist())}
    of_right = np.array([place.get(v, -1) for v in train.viewers.tolist()], dtype=np.int64)
    asked = np.flatnonzero((good_plays >= min_good) & (of_right >= 0))
    seen_indptr, seen_work = _rows(train, asked)
    relevant_indptr, relevant_work = _rows(right, of_right[asked])
    return Split(
        name=name,
        train=train,
        at_us=int(train.us.max()),
        asked=asked,
        seen_indptr=seen_indptr,
        seen_work=seen_work,
        relevant_indptr=relevant_indptr,
        relevant_work=relevant_work,
    )


def _rows(
    ratings: Ratings, viewers: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Some viewers' works: where each begins, and the works."""
    lengths = np.diff(ratings.indptr)[viewers]
    indptr = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    places = np.repeat(ratings.indptr[viewers] - indptr[:-1], lengths) + np.arange(indptr[-1])
    return indptr, ratings.work[places]
