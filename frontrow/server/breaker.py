"""A part that hung is left alone for a while, then asked by one request, and used again when it answers."""

from __future__ import annotations

import threading

from frontrow.base.time import monotonic

_FIRST_SECONDS = 0.5
_LONGEST_SECONDS = 5.0


class Breaker:
    """Open while a part is left alone. By the monotonic clock: it decides nothing of a page's content."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until: float | None = None
        self._seconds = _FIRST_SECONDS

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
        """The part hung: leave it alone, each time twice as long."""
        with self._lock:
            if self._until is not None:
                self._seconds = min(2 * self._seconds, _LONGEST_SECONDS)
            self._until = monotonic() + self._seconds

    def answered(self) -> None:
        """The part is well."""
        with self._lock:
            self._until, self._seconds = None, _FIRST_SECONDS
