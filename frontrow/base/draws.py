"""Draws: a stream of uniform numbers with the few ways in which the inventing code draws from it.

A numpy generator is slow for single numbers; this takes them in blocks. The draws depend
on the generator alone, so the same seed and keys give the same world anywhere.
"""

import math
from collections.abc import Sequence
from itertools import accumulate
from typing import TypeVar

import numpy as np

T = TypeVar("T")

_BLOCK = 256


class Draws:
    """Single random choices from one generator, block by block."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._block: list[float] = []

    def unit(self) -> float:
        """A number in [0, 1)."""
        if not self._block:
            self._block = self._rng.random(_BLOCK).tolist()
        return self._block.pop()

    def between(self, low: float, high: float) -> float:
        """A real number in [low, high)."""
        return low + (high - low) * self.unit()

    def whole(self, low: int, high: int) -> int:
        """An integer from low to high, both included."""
        return low + int(self.unit() * (high - low + 1))

    def chance(self, probability: float) -> bool:
        """True with this probability."""
        return self.unit() < probability

    def pick(self, choices: Sequence[T]) -> T:
        """One of them, all alike."""
        return choices[int(self.unit() * len(choices))]

    def weighted(self, choices: Sequence[T], weights: Sequence[float]) -> T:
        """One of them, in proportion to its weight."""
        sums = list(accumulate(weights))
        mark = self.unit() * sums[-1]
        for choice, reached in zip(choices, sums, strict=True):
            if mark < reached:
                return choice
        return choices[-1]

    def several(self, choices: Sequence[T], count: int) -> list[T]:
        """`count` different ones (fewer if there are fewer), in drawn order."""
        pool = list(choices)
        drawn = []
        for _ in range(min(count, len(pool))):
            drawn.append(pool.pop(int(self.unit() * len(pool))))
        return drawn

    def normal(self, mean: float = 0.0, deviation: float = 1.0) -> float:
        """A Gaussian number (Box and Muller, 1958)."""
        radius = math.sqrt(-2.0 * math.log(1.0 - self.unit()))
        return mean + deviation * radius * math.cos(2.0 * math.pi * self.unit())
