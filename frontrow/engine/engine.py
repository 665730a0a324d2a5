"""The engine Protocol and its two local forms."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from typing import Any, Protocol, TypeVar

from frontrow.base.errors import Unavailable
from frontrow.base.ids import SHARDS
from frontrow.engine.workers import worker_pool

T = TypeVar("T")
Leaf = range
"""A range of shards: the unit of divided work."""


def leaf_ranges(leaves: int) -> list[Leaf]:
    """All shards cut into `leaves` ranges; the number belongs to the work, never to the workers."""
    cuts = [SHARDS * i // leaves for i in range(leaves + 1)]
    return [range(a, b) for a, b in itertools.pairwise(cuts)]


def add_as_tree(parts: Sequence[T], add: Callable[[T, T], T]) -> T:
    """Pairwise sums, neighbours first: the same additions in the same order on every engine."""
    level = list(parts)
    while len(level) > 1:
        pairs = [
            add(level[i], level[i + 1]) if i + 1 < len(level) else level[i]
            for i in range(0, len(level), 2)
        ]
        level = pairs
    return level[0]


class Engine(Protocol):
    """Where work over ranges of shards runs."""

    def map(self, fn: Callable[..., T], leaves: Sequence[Leaf], *shared: Any) -> Iterator[T]:
        """`fn(leaf, *shared)` of each leaf, in the order of the leaves."""
        ...

    def reduce(
        self, fn: Callable[..., T], add: Callable[[T, T], T], leaves: Sequence[Leaf], *shared: Any
    ) -> T:
        """The results of `map`, added in a tree fixed by leaf number."""
        ...


class ThisProcess:
    """One leaf after the other, here."""

    def map(self, fn: Callable[..., T], leaves: Sequence[Leaf], *shared: Any) -> Iterator[T]:
        return (fn(leaf, *shared) for leaf in leaves)

    def reduce(
        self, fn: Callable[..., T], add: Callable[[T, T], T], leaves: Sequence[Leaf], *shared: Any
    ) -> T:
        return add_as_tree(list(self.map(fn, leaves, *shared)), add)


class LocalProcesses:
    """The same over a pool of processes of this machine; `fn` must be a module's own function."""

    def __init__(self, workers: int) -> None:
        self._workers = workers

    def map(self, fn: Callable[..., T], leaves: Sequence[Leaf], *shared: Any) -> Iterator[T]:
        with worker_pool(self._workers, _hold, fn, shared) as pool:
            try:
                yield from pool.map(_run_held, leaves)
            except BrokenProcessPool:
                raise Unavailable(
                    "a process that worked on the log was ended from outside, half-way",
                    mend="see whether memory ran out, and run it again: nothing was changed",
                ) from None

    def reduce(
        self, fn: Callable[..., T], add: Callable[[T, T], T], leaves: Sequence[Leaf], *shared: Any
    ) -> T:
        return add_as_tree(list(self.map(fn, leaves, *shared)), add)


WORTH_PROCESSES = 200_000
"""Events from which several processes pay for their start."""


def engine_for(events: int) -> Engine:
    """The engine that folds a log of some events soonest on this machine; the results are the same."""
    cores = os.cpu_count() or 1
    return LocalProcesses(cores) if events >= WORTH_PROCESSES and cores > 1 else ThisProcess()


_held: tuple[Callable[..., Any], tuple[Any, ...]] | None = None
"""In a worker: the function and what all leaves share, sent once and not with every leaf."""


def _hold(fn: Callable[..., Any], shared: tuple[Any, ...]) -> None:
    global _held
    _held = fn, shared


def _run_held(leaf: Leaf) -> Any:
    assert _held is not None
    fn, shared = _held
    return fn(leaf, *shared)
