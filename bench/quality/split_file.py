"""Ratings, and a split of them, as plain arrays: what was known, what may not be listed, what was right.

numpy only: peers read it with an interpreter that has no Frontrow.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Ratings:
    """`v` viewers' `m` ratings of `n` works."""

    works: NDArray[np.str_]  # [n], title ids in the order of the catalogue
    viewers: NDArray[np.str_]  # [v], profile ids, in order of (shard, id)
    indptr: NDArray[np.int64]  # [v + 1], viewer -> ratings
    work: NDArray[np.int32]  # [m], ascending within a viewer
    us: NDArray[np.int64]  # [m], when it was rated, microseconds since 1970
    rating: NDArray[np.float32]  # [m], 0..1 of the scale
    good: NDArray[np.bool_]  # [m], four stars and more: a good play

    @property
    def n(self) -> int:
        return len(self.works)

    @property
    def viewer(self) -> NDArray[np.int32]:
        """int32[m]: the viewer of each rating."""
        return np.repeat(np.arange(len(self.viewers), dtype=np.int32), np.diff(self.indptr))

    def keep(self, kept: NDArray[np.bool_]) -> Ratings:
        """Some of the ratings, bool[m]; viewers without any are gone, the catalogue stays."""
        counts = np.bincount(self.viewer[kept], minlength=len(self.viewers))
        some = counts > 0
        return Ratings(
            works=self.works,
            viewers=self.viewers[some],
            indptr=np.concatenate([[0], np.cumsum(counts[some])]).astype(np.int64),
            work=self.work[kept],
            us=self.us[kept],
            rating=self.rating[kept],
            good=self.good[kept],
        )


@dataclass(frozen=True)
class Split:
    """The training side, and for each of the `b` viewers asked what is out and what was right."""

    name: str  # such as ml-1m-b, ml-1m-b-inner1
    train: Ratings
    at_us: int  # the training side's last rating
    asked: NDArray[np.int64]  # [b], index into the training side's viewers
    seen_indptr: NDArray[np.int64]  # [b + 1], asked -> works that no list may hold
    seen_work: NDArray[np.int32]
    relevant_indptr: NDArray[np.int64]  # [b + 1], asked -> works of good plays on the test side
    relevant_work: NDArray[np.int32]


def write_split(split: Split, path: Path) -> None:
    """Write the arrays to `path` (.npz)."""
    train = {f.name: getattr(split.train, f.name) for f in fields(Ratings)}
    others = {
        f.name: np.asarray(getattr(split, f.name)) for f in fields(Split) if f.name != "train"
    }
    write_arrays(path, **train, **others)


def write_arrays(path: Path, **arrays: Any) -> None:
    """Write a .npz whole or not at all: who reads it meanwhile finds the earlier one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(unfinished_name(path, str(os.getpid())))
    np.savez_compressed(unfinished, **arrays)
    unfinished.replace(path)


def unfinished_name(path: Path, process: str) -> str:
    """The name under which a process writes what becomes `path`."""
    return f"{path.stem}.{process}.part.npz"


def read_split(path: Path) -> Split:
    """Read what `write_split` wrote."""
    with np.load(path) as stored:
        train = Ratings(**{f.name: stored[f.name] for f in fields(Ratings)})
        others = {f.name: stored[f.name] for f in fields(Split) if f.name != "train"}
    others |= {"name": str(others["name"]), "at_us": int(others["at_us"])}
    return Split(train=train, **others)
