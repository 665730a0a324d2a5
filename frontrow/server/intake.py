"""How much comes in at once: batches beyond what this process may hold are refused before they are read.

Batches have threads of their own, so that pages are answered while a slow disk holds events up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import ParamSpec, TypeVar

import anyio
from anyio.to_thread import run_sync

from frontrow.base.errors import TooMuch

P = ParamSpec("P")
T = TypeVar("T")

_THREADS = 16
"""Batches being stored at once: they share commits, and more would only take the interpreter's time."""


class Intake:
    """The batches that are inside. `enter` is for the event loop alone, so it needs no lock."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._inside = 0
        self._limiter: anyio.CapacityLimiter | None = None
        self.refused = 0

    @property
    def inside(self) -> int:
        """Bytes of the batches that are being read or stored."""
        return self._inside

    @contextmanager
    def enter(self, declared: str, most: int) -> Iterator[None]:
        """Be inside with a body. Raises `TooMuch` where there is no room for it now.

        declared: its length in bytes, where the caller says it; else it counts as the largest, `most`
        """
        size = min(int(declared), most) if declared.isdigit() else most
        if self._inside and self._inside + size > self._most_bytes:
            self.refused += 1
            raise TooMuch(
                f"{self._inside} bytes of batches are being stored", mend="come again in a moment"
            )
        self._inside += size
        try:
            yield
        finally:
            self._inside -= size

    async def run(self, work: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
        """Do the work in one of the threads for batches."""
        if self._limiter is None:
            self._limiter = anyio.CapacityLimiter(_THREADS)
        return await run_sync(partial(work, *given, **named), limiter=self._limiter)
