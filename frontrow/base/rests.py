"""Rests in long work beside requests.

A thread that computes in Python holds the interpreter for as long as 5 ms each time that another asks for it,
and one that builds a page asks dozens of times. Work that rests as often as it would be asked lets pages by:
it takes half as long again, and they take no longer than they would alone.
"""

from __future__ import annotations

import time

from frontrow.base.time import monotonic

_SECONDS = 0.001
"""Of work between two rests, and of a rest."""


def without_rest() -> None:
    """For work that nobody waits beside."""


class Rests:
    """Called again and again by one thread within its work: every now and then it sleeps."""

    def __init__(self) -> None:
        self._since = monotonic()

    def __call__(self) -> None:
        if monotonic() - self._since >= _SECONDS:
            time.sleep(_SECONDS)
            self._since = monotonic()
