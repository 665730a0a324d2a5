"""The scale of a column of ratings, found from the values in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from frontrow.events.event import RATINGS

_HIGHEST = (1.0, 5.0, 10.0, 100.0)  # of the usual scales
_SURE = 0.99
"""Share of the ratings that a scale holds at least; of fewer than a hundred it holds all."""


@dataclass(frozen=True)
class Scale:
    """Lowest and highest rating; neither for the API's own -1, 1, 2."""

    low: float | None
    high: float | None

    def words(self) -> str:
        if self.low is None:
            return "-1 no, 1 like, 2 love"
        return f"{self.low:g} to {self.high:g}"


def usual_values(values: Counter[float]) -> set[float]:
    """The values that say which scale a column has: without a few damaged ones, of which a single 99 would
    make a 5 of everybody a rating of nearly nothing. Those are then outside of the scale.

    values: how often each comes
    """
    if set(values) <= set(RATINGS):
        return set(values)  # few say no, and they mean it
    total = values.total()
    for highest in _HIGHEST:
        within = {value for value in values if 0 <= value <= highest}
        if total and sum(values[value] for value in within) >= _SURE * total:
            return within
    return set(values)


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
