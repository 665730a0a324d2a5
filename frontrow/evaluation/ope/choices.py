"""Logged choices as arrays: what was drawn, from which candidates, how likely, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from frontrow.base.randomness import rng_for

Doubles = NDArray[np.float64]
Longs = NDArray[np.int64]
Ints = NDArray[np.int32]
Bools = NDArray[np.bool_]

_PAIRS_AT_ONCE = 2_000_000
"""(choice, candidate) pairs looked at in one go: 16 MB an array."""


@dataclass(frozen=True)
class Choices:
    """`n` choices among `a` actions.

    Where every choice had all actions as candidates, `candidates` is None. Else candidate lists stand
    one after the other, those of choice i from `indptr[i]` to `indptr[i + 1]`.
    """

    actions: tuple[str, ...]  # [a]
    action: Ints  # [n], what was drawn
    probability: Doubles  # [n], with which the log's policy drew it; nan: not on record
    reward: Doubles  # [n]
    cluster: Longs  # [n], whose choice it was: those of one viewer are not independent
    context: Doubles  # [n, d], d may be 0
    candidates: Ints | None = None  # [m]
    indptr: Longs | None = None  # [n + 1]
    chances: Doubles | None = None  # [m], the log's probability of every candidate, where on record
    target: Doubles | None = None  # [n], another policy's probability of what was drawn

    def __len__(self) -> int:
        return len(self.action)

    @property
    def sizes(self) -> Longs:
        """int64[n]: candidates of each choice."""
        if self.indptr is None:
            return np.full(len(self), len(self.actions), dtype=np.int64)
        return np.diff(self.indptr)

    def take(self, where: Longs) -> Choices:
        """Some of the choices."""
        told = {
            f.name: getattr(self, f.name)[where]
            for f in fields(self)
            if f.name in ("action", "probability", "reward", "cluster", "context")
        }
        if self.target is not None:
            told["target"] = self.target[where]
        if self.indptr is not None and self.candidates is not None:
            sizes = self.sizes[where]
            indptr = np.concatenate([[0], np.cumsum(sizes)])
            inside = np.arange(indptr[-1]) - np.repeat(indptr[:-1], sizes)
            pairs = np.repeat(self.indptr[where], sizes) + inside
            told["indptr"], told["candidates"] = indptr, self.candidates[pairs]
            if self.chances is not None:
                told["chances"] = self.chances[pairs]
        elif self.chances is not None:
            told["chances"] = self.chances.reshape(len(self), -1)[where].ravel()
        return replace(self, **told)

    def blocks(self) -> Iterator[Block]:
        """All pairs of a choice and one of its candidates, some choices at a time."""
        starts = np.concatenate([[0], np.cumsum(self.sizes)])
        first = 0
        while first < len(self):
            last = int(np.searchsorted(starts, starts[first] + _PAIRS_AT_ONCE, side="right")) - 1
            last = max(last, first + 1)
            sizes = self.sizes[first:last]
            rows = np.repeat(np.arange(first, last), sizes)
            if self.candidates is None:
                action = np.tile(np.arange(len(self.actions), dtype=np.int32), last - first)
            else:
                action = self.candidates[starts[first] : starts[last]]
            yield Block(slice(first, last), rows, action, starts[first:last] - starts[first], sizes)
            first = last


@dataclass(frozen=True)
class Block:
    """Pairs of some choices and their candidates."""

    choices: slice
    row: Longs  # [p], which choice
    action: Ints  # [p]
    start: Longs  # [choices], where each choice's pairs begin
    size: Longs  # [choices]

    def sums(self, values: Doubles) -> Doubles:
        """float64[choices]: of each choice's pairs."""
        return np.asarray(np.add.reduceat(values, self.start), dtype=np.float64)


def halves_of(cluster: Longs, seed: int) -> tuple[Longs, Longs]:
    """Numbers of the choices that a policy is learned on, and of those that it is judged on: each of half
    of the viewers. One viewer alone is both; of so few there is no number anyway."""
    half = folds_of(cluster, 2, seed, "ope learning")
    learning, judging = np.flatnonzero(half == 0), np.flatnonzero(half == 1)
    return learning, (judging if len(judging) else learning)


def folds_of(cluster: Longs, folds: int, seed: int, purpose: str) -> Longs:
    """int64[n]: a fold for each choice, the same for all of one viewer's."""
    which, place = np.unique(cluster, return_inverse=True)
    order = rng_for(seed, purpose).permutation(len(which))
    return np.asarray((order % folds)[place], dtype=np.int64)
