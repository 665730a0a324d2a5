"""The scale of a column of ratings, found from the values in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from frontrow.events.event import RATINGS


@dataclass(frozen=True)
class Scale:
    """Lowest and highest rating; neither for the API's own -1, 1, 2."""

    low: float | None
    high: float | None

    def words(self) -> str:
        if self.low is None:
            return "-1 no, 1 like, 2 love"
        return f"{self.low:g} to {self.high:g}"


def find_scale(values: Iterable[float]) -> Scale | None:
    """The usual scale that holds all values; None where there are none.

    Usual: -1/1/2, 0-1, 1-5 (0.5-5 or 0-5 where something lies below 1 or between whole numbers),
    1-10 or 0-10, 0-100; else from the lowest to the highest value.
    """
    distinct = set(values)
    if not distinct:
        return None
    low, high = min(distinct), max(distinct)
    if low < 0:
        return Scale(None, None) if distinct <= set(RATINGS) else Scale(low, max(high, -low))
    if high <= 1:
        return Scale(0.0, 1.0)
    if high <= 5:
        if low >= 1 and all(value.is_integer() for value in distinct):
            return Scale(1.0, 5.0)
        return Scale(0.5, 5.0) if low >= 0.5 else Scale(0.0, 5.0)
    if high <= 10:
        return Scale(1.0, 10.0) if low >= 1 else Scale(0.0, 10.0)
    return Scale(0.0, max(high, 100.0))
