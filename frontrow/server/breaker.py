"""A part that hung again and again is left alone for a while, then asked by one request, and used again when
it answers. Once is no sign: a busy machine makes a page late now and then, and the next is whole."""

from __future__ import annotations

import threading

from frontrow.base.time import monotonic

_FIRST_SECONDS = 0.5
_LONGEST_SECONDS = 5.0

IN_A_ROW = 3
"""Times in a row that a part hangs before it is left alone."""


class Breaker:
    """Open while a part is left alone. By the monotonic clock: it decides nothing of a page's content."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until: float | None = None
        self._seconds = _FIRST_SECONDS
        self._failures = 0

    @property
    def is_open(self) -> bool:
        """Whether the part is left alone, also while one request tries it."""
        return self._until is not None

    def may_try(self) -> bool:
        """Whether this request may ask the part: it is well, or it is this request's turn to look."""
        with self._lock:
            if self._until is None:
                return True
            if monotonic() < self._until:
                return False
            self._until = monotonic() + self._seconds  # the others wait for what this one finds
            return True

    def failed(self) -> None:
        """The part hung: after some times in a row leave it alone, each time twice as long."""
        with self._lock:
            self._failures += 1
            if self._failures < IN_A_ROW:
                return
            if self._until is not None:
                self._seconds = min(2 * self._seconds, _LONGEST_SECONDS)
            self._until = monotonic() + self._seconds

    def answered(self) -> None:
        """The part is well."""
        with self._lock:
            self._until, self._seconds, self._failures = None, _FIRST_SECONDS, 0
