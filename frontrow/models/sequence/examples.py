"""What the sequence model is fitted on: windows of interactions, in batches of like length.

All viewers' windows are cut anew in every epoch: where a long history is cut is chance, so nothing is
learned of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from frontrow.models.histories import GOOD, Floats, Histories
from frontrow.models.sequence.dials import SequenceDials
from frontrow.models.sequence.inputs import Tokens, in_order, windows

LEAST_INTERACTIONS = 2
"""Something to read and something to foretell."""

LEAST_TOKENS_PER_STEP = 400

STEPS_PER_EPOCH = 20
"""Where there is little to read, steps are made smaller until an epoch has so many."""


@dataclass(frozen=True)
class Batch:
    """One step's windows."""

    tokens: Tokens  # [b, t]
    target: Floats  # [b, t], weight of each interaction where it is to be foretold; 0: empty
    share: float  # of the epoch that is done with it


def widths(length: int) -> tuple[int, ...]:
    """The widths of windows: each is compiled once, and a short history costs a third."""
    return (length // 3, length) if length >= 30 else (length,)


def tokens_per_step(histories: Histories, dials: SequenceDials) -> int:
    """As the dials say, fewer where there is little to read."""
    few = max(len(histories.work) // STEPS_PER_EPOCH, LEAST_TOKENS_PER_STEP)
    return max(min(dials.tokens_per_step, few), dials.length)


def batches(
    histories: Histories, dials: SequenceDials, rng: np.random.Generator
) -> Iterator[Batch]:
    """Everyone's interactions once, in chance order."""
    found = in_order(histories)
    weight = np.where(found.reward >= GOOD, 1.0, dials.other_weight).astype(np.float32)
    size = tokens_per_step(histories, dials)
    cuts = cut(found.indptr, dials.length, rng)
    total, done = int((cuts[1] - cuts[0]).sum()), 0
    for places in _shuffled(cuts, widths(dials.length), size, rng):
        target = np.where(places >= 0, weight[places], np.float32(0))
        done += int((places >= 0).sum())
        yield Batch(windows(found, places), target, done / total)


def cut(
    indptr: NDArray[np.int64], length: int, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(from, until) of windows that hold every interaction once.

    A history longer than `length` ends in a window of any length, and begins with what remains.
    """
    counts = np.diff(indptr)
    last = np.where(counts > length, rng.integers(1, length + 1, len(counts)), counts)
    pieces = np.where(counts > 0, 1 + -(-(counts - last) // length), 0)
    viewer = np.repeat(np.arange(len(counts)), pieces)
    first = np.concatenate([[0], np.cumsum(pieces)])[:-1]
    back = np.arange(len(viewer)) - first[viewer]  # windows from the latest on
    until = indptr[1:][viewer] - np.where(back > 0, last[viewer] + (back - 1) * length, 0)
    start = np.where(back > 0, until - length, until - last[viewer])
    start = np.maximum(start, indptr[:-1][viewer])
    enough = until - start >= LEAST_INTERACTIONS
    return start[enough], until[enough]


def _shuffled(
    cuts: tuple[NDArray[np.int64], NDArray[np.int64]],
    widths: Sequence[int],
    tokens: int,
    rng: np.random.Generator,
) -> Iterator[NDArray[np.int64]]:
    """int64[b, t]: places of batches; all of one width have the same shape."""
    start, until = cuts
    counts = until - start
    steps: list[tuple[int, NDArray[np.int64]]] = []
    narrower = 0
    for width in widths:
        mine = np.flatnonzero((counts > narrower) & (counts <= width))
        mine = mine[rng.permutation(len(mine))]
        rows = max(tokens // width, 1)
        steps += [(width, mine[i : i + rows]) for i in range(0, len(mine), rows)]
        narrower = width
    for step in rng.permutation(len(steps)):
        width, mine = steps[step]
        back = np.arange(-width, 0)
        places = np.full((max(tokens // width, 1), width), -1, dtype=np.int64)
        inside = back >= -counts[mine][:, None]
        places[: len(mine)] = np.where(inside, until[mine][:, None] + back, -1)
        yield places
