"""Where the choices of invented worlds come from: hypothesis, which shrinks, or a seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import numpy as np
from hypothesis import strategies as st

T = TypeVar("T")


class Dice(Protocol):
    """Where a maker's choices come from."""

    def below(self, n: int) -> int:
        """A whole number in 0..n-1."""
        ...


@dataclass(frozen=True)
class SeededDice:
    """Choices of a generator: the fuzz."""

    rng: np.random.Generator

    def below(self, n: int) -> int:
        return int(self.rng.integers(n))


@dataclass(frozen=True)
class DrawnDice:
    """Choices of hypothesis: small numbers are the plain case, so that it shrinks to that."""

    draw: Any

    def below(self, n: int) -> int:
        return 0 if n <= 1 else int(self.draw(st.integers(0, n - 1)))


def chance(dice: Dice, percent: int) -> bool:
    """True that often; a shrunk world says no."""
    return dice.below(100) >= 100 - percent


def pick(dice: Dice, options: Sequence[T]) -> T:
    return options[dice.below(len(options))]


def some(dice: Dice, options: Sequence[T], most: int) -> list[T]:
    """Up to `most` different ones, in any order."""
    return list(dict.fromkeys(pick(dice, options) for _ in range(dice.below(most + 1))))
