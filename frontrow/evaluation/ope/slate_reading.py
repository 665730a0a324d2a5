"""Slates from a file with one row for each slot of each slate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from frontrow.base.errors import BadInput
from frontrow.evaluation.ope.choices import Doubles, Ints, Longs, halves_of
from frontrow.evaluation.ope.reading import Columns, read_slots
from frontrow.evaluation.ope.slates import Slates

SLATE_POLICIES = ("uniform", "best-fixed")


@dataclass(frozen=True)
class _Read:
    """Slates without a target; candidates of a slot are what was ever drawn there."""

    action: Ints  # [n, l]
    probability: Doubles  # [n, l]
    reward: Doubles  # [n, l]
    cluster: Longs  # [n]
    sizes: tuple[int, ...]  # [l], candidates of each slot


def read_slates(
    path: Path, columns: Columns, slate: str, slot: str, policy: str, *,
    floor: float = 0.0, seed: int = 0,
) -> Slates:  # fmt: skip
    """Slates of a file, and the target `policy`; `best-fixed` is learned on half of the viewers, and only
    the other half's slates come out. Raises `BadInput` where slates differ in their slots."""
    read = _read(path, columns, slate, slot)
    if policy == "uniform":
        return _slates(read, np.arange(len(read.action)), _even)
    learning, judging = halves_of(read.cluster, seed)
    best = _best(read, learning)

    def mostly(slot: int, size: int) -> Doubles:
        told = np.full(size, floor / size)
        told[best[slot]] += 1.0 - floor
        return told

    return _slates(read, judging, mostly)


def _even(slot: int, size: int) -> Doubles:
    return np.full(size, 1.0 / size)


def _best(read: _Read, learning: Longs) -> list[int]:
    """Of each slot the candidate whose slates earned most on average; one drawn seldom is as the mean."""
    total = read.reward[learning].sum(axis=1)
    found = []
    for slot, size in enumerate(read.sizes):
        drawn = read.action[learning, slot]
        counts = np.bincount(drawn, minlength=size)
        sums = np.bincount(drawn, weights=total - total.mean(), minlength=size)
        found.append(int((sums / (counts + 20.0)).argmax()))
    return found


def _slates(read: _Read, rows: Longs, chance: Callable[[int, int], Doubles]) -> Slates:
    slots, k = len(read.sizes), max(read.sizes)
    target = np.zeros((slots, k))
    for slot, size in enumerate(read.sizes):
        target[slot, :size] = chance(slot, size)
    return Slates(
        action=read.action[rows],
        probability=read.probability[rows],
        target=np.broadcast_to(target, (len(rows), slots, k)),
        reward=read.reward[rows],
        cluster=read.cluster[rows],
    )


def _read(path: Path, columns: Columns, slate: str, slot: str) -> _Read:
    told = read_slots(path, columns, slate, slot)
    names, sizes = np.unique(told.slate, return_counts=True)
    n, slots = len(names), told.slots
    odd = np.flatnonzero(sizes != slots)
    if not len(odd):
        odd = np.flatnonzero((told.slot.reshape(n, slots) != np.arange(slots)).any(axis=1))
    if len(odd):
        raise BadInput(
            f"slate {str(names[odd[0]])!r} hasn't one choice in each of the {slots} slots",
            where=str(path),
            mend="leave such slates, or slots that not all have, out with --where",
        )
    whose = told.cluster.reshape(n, slots)
    odd = np.flatnonzero((whose != whose[:, :1]).any(axis=1))
    if len(odd):
        raise BadInput(
            f"slate {str(names[odd[0]])!r} is of more than one viewer",
            where=str(path),
            mend="name the right columns with --slate and --cluster, or leave such slates out with --where",
        )
    action = np.empty((n, slots), dtype=np.int32)
    counts = []
    for at in range(slots):
        drawn, number = np.unique(told.action[at::slots], return_inverse=True)
        action[:, at] = number
        counts.append(len(drawn))
    return _Read(
        action=action,
        probability=told.probability.reshape(n, slots),
        reward=told.reward.reshape(n, slots),
        cluster=told.cluster[::slots],
        sizes=tuple(counts),
    )
