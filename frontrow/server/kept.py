"""The last few results of something dear, by what they depend on."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")


class _Slot:
    __slots__ = ("lock", "made", "value")

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.made = False
        self.value: Any = None


class Kept:
    """Values by key; while one is being made, those of other keys are given as ever."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._slots: OrderedDict[Hashable, _Slot] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The value of a key, made once however many ask."""
        with self._lock:
            slot = self._slots.get(key)
            if slot is None:
                slot = self._slots[key] = _Slot()
                while len(self._slots) > self._most:
                    self._slots.popitem(last=False)
            self._slots.move_to_end(key)
        with slot.lock:
            if not slot.made:
                slot.value, slot.made = make(), True
            value: T = slot.value
            return value

    def clear(self) -> None:
        """Keep nothing: as in a process that has just begun."""
        with self._lock:
            self._slots.clear()
