"""A finding: one figure of an audit, its interval over viewers, and whether it lies within its bound."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]

RESAMPLES = 400
LEVEL = 0.95


@dataclass(frozen=True)
class Finding:
    """One figure.

    value: None where it can't be told, and `told` says why
    bound: what it is held to; None: it is only told
    passed: None where nothing is asked; a figure is refused only where its whole interval is out of bounds
    """

    name: str
    part: str  # which supplier, band, group …; "" where there is one
    value: float | None
    interval: tuple[float, float] | None
    bound: str | None
    passed: bool | None
    told: str

    def to_json(self) -> dict[str, Any]:
        """As JSON."""
        interval = None if self.interval is None else list(self.interval)
        return {
            "name": self.name,
            "part": self.part,
            "value": self.value,
            "interval": interval,
            "bound": self.bound,
            "passed": self.passed,
            "told": self.told,
        }


def at_least(
    name: str, part: str, value: float, interval: tuple[float, float], bound: float, told: str
) -> Finding:
    """A figure that fails where it is below a bound beyond noise."""
    return Finding(name, part, value, interval, f"at least {bound:g}", interval[1] >= bound, told)


def at_most(
    name: str, part: str, value: float, interval: tuple[float, float], bound: float, told: str
) -> Finding:
    """A figure that fails where it is above a bound beyond noise."""
    return Finding(name, part, value, interval, f"at most {bound:g}", interval[0] <= bound, told)


def only_told(
    name: str, part: str, value: float, interval: tuple[float, float] | None, told: str
) -> Finding:
    """A figure that nothing is asked of."""
    return Finding(name, part, value, interval, None, None, told)


def not_told(name: str, why: str, part: str = "") -> Finding:
    """What can't be measured, and what would be needed."""
    return Finding(name, part, None, None, None, None, why)


def over_viewers(
    viewer: NDArray[np.int32], figure: Callable[[Doubles], float], rng: np.random.Generator
) -> tuple[float, tuple[float, float]]:
    """(a figure, its interval over resampled viewers).

    viewer: int32[m], of each row; figure: of float64[m], how often each row counts
    """
    _, owner = np.unique(viewer, return_inverse=True)
    n = int(owner.max(initial=-1)) + 1
    value = figure(np.ones(len(viewer)))
    if n < 2:
        return value, (float("-inf"), float("inf"))
    drawn = [
        figure(np.bincount(rng.integers(0, n, n), minlength=n)[owner].astype(np.float64))
        for _ in range(RESAMPLES)
    ]
    low, high = np.nanquantile(drawn, ((1 - LEVEL) / 2, (1 + LEVEL) / 2))
    return value, (float(low), float(high))


def mean_of(values: Doubles, rng: np.random.Generator) -> tuple[float, tuple[float, float]]:
    """(the mean of one value a viewer, its interval)."""
    return over_viewers(
        np.arange(len(values), dtype=np.int32),
        lambda times: float((values * times).sum() / times.sum()),
        rng,
    )
