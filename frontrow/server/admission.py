"""How many pages are under way at once: no more than can be answered in time, the others refused at once.

Under overload a queue makes every answer late; a short one and honest refusals keep those that are
accepted within the deadline, and a client that waits a second finds the service as quick as ever.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import ParamSpec, TypeVar

import anyio
from anyio.to_thread import run_sync

from frontrow.base.errors import Overloaded

_SHARE = 0.3
"""Share of the deadline that may be spent on those who came before."""

_WEIGHT = 0.1
"""Of the latest page in the mean of how long one takes."""

_FIRST_GUESS_SECONDS = 0.02

_THREADS = 64
"""Threads of their own for pages: others may all wait for a database that hangs."""

P = ParamSpec("P")
T = TypeVar("T")


class Admission:
    """Who may come in, and whose turn it is. `enter` is for the event loop, `turn` for threads."""

    def __init__(self, turns: int, deadline_seconds: float) -> None:
        self._turns = turns
        self._deadline = deadline_seconds
        self._turn = threading.Semaphore(turns)
        self._lock = threading.Lock()
        self.mean_seconds = _FIRST_GUESS_SECONDS  # a page, its turn alone
        self._inside = 0
        self._limiter: anyio.CapacityLimiter | None = None
        self.refused = 0

    @property
    def inside(self) -> int:
        """Pages that wait or are being built."""
        return self._inside

    @property
    def most(self) -> int:
        """Pages that may be inside: those whose turn it is, and as many as are built in time."""
        waiting = _SHARE * self._deadline * self._turns / self.mean_seconds
        return self._turns + int(waiting)

    def check(self) -> None:
        """Raise `Overloaded` where there are too many inside: cheap, so that a flood of calls is refused
        before anything of them is read."""
        if self._inside >= self.most:
            self.refused += 1
            raise Overloaded("more pages are asked for than can be built in time")

    @contextmanager
    def enter(self) -> Iterator[None]:
        """Be one of those inside. Raises `Overloaded` at once where there are too many."""
        self.check()
        with self._lock:
            self._inside += 1
        try:
            yield
        finally:
            with self._lock:
                self._inside -= 1

    async def run(self, work: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
        """Do the work in one of the threads for pages."""
        if self._limiter is None:
            self._limiter = anyio.CapacityLimiter(_THREADS)
        return await run_sync(partial(work, *given, **named), limiter=self._limiter)

    @contextmanager
    def turn(self, seconds: float) -> Iterator[None]:
        """Have a turn. Raises `Overloaded` where none comes within some seconds."""
        if not self._turn.acquire(timeout=max(seconds, 0.0)):
            with self._lock:
                self.refused += 1
            raise Overloaded("more pages are asked for than can be built in time")
        try:
            yield
        finally:
            self._turn.release()

    def took(self, seconds: float) -> None:
        """A page took so long, its turn alone."""
        seconds = min(seconds, self._deadline)  # one that was late says nothing of the others
        with self._lock:
            self.mean_seconds += _WEIGHT * (seconds - self.mean_seconds)
