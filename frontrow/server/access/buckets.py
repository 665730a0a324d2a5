"""How often each caller may ask: a bucket of tokens for each, filled at a steady rate."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

_MOST_CALLERS = 50_000
"""Buckets kept; of more callers at once, those who asked least lately begin with a full one."""


class Buckets:
    """The token buckets of one kind of caller, in this process."""

    def __init__(self, per_second: float, burst: int, clock: Callable[[], float]) -> None:
        self._per_second = per_second
        self._burst = burst
        self._clock = clock
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()  # (level, at)

    def take(self, caller: str) -> float:
        """Take one token: 0 where there was one, else the seconds until there is."""
        now = self._clock()
        level, at = self._levels.get(caller, (float(self._burst), now))
        level = min(self._burst, level + (now - at) * self._per_second)
        wait = 0.0 if level >= 1 else (1 - level) / self._per_second
        self._levels[caller] = (level - 1 if wait == 0 else level, now)
        self._levels.move_to_end(caller)
        if len(self._levels) > _MOST_CALLERS:
            self._levels.popitem(last=False)
        return wait
