"""The part of a page that is looked at: which works stand in it, and how near the corner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Page = Sequence[Sequence[int]]
"""Rows of work indices, as laid out."""


@dataclass(frozen=True)
class Window:
    """The first rows and columns of a page, every work once."""

    works: NDArray[np.int64]  # [k], nearest the corner first, then by row
    weight: NDArray[np.float64]  # [k], the discount of its place
    cells: NDArray[np.float64]  # [m], discounts of all places of the layout, falling


def window_of(
    page: Page, rows: int, columns: int, looked_at: NDArray[np.float64] | None = None
) -> Window:
    """The window of a page. A work that stands twice counts where it is nearest the corner.

    looked_at: float64[>= rows, >= columns], how much each place is looked at; None: as below

    The discount of row i and column j, counted from 1, is 1 / log2(i + j): Felicioni et al. 2021,
    "Measuring the Ranking Quality of Recommendations in a Two-Dimensional Carousel Setting", with
    both weights 1. Attention falls to the right and downwards, not row after row.
    """
    if looked_at is not None:
        return _window_by(page, looked_at[:rows, :columns])
    places = [
        (i + j, i, int(work))
        for i, row in enumerate(page[:rows], start=1)
        for j, work in enumerate(row[:columns], start=1)
    ]
    places.sort()
    first: dict[int, int] = {}
    for distance, _row, work in places:
        first.setdefault(work, distance)
    return Window(
        np.array(list(first), dtype=np.int64),
        _discount([*first.values()]),
        _discount([distance for distance, _, _ in places]),
    )


def _window_by(page: Page, looked_at: NDArray[np.float64]) -> Window:
    """The same with a table in place of the discount: a work that stands twice counts where more look."""
    rows, columns = looked_at.shape
    places = [
        (-float(looked_at[i, j]), i, j, int(work))
        for i, row in enumerate(page[:rows])
        for j, work in enumerate(row[:columns])
    ]
    places.sort()
    first: dict[int, float] = {}
    for less, _i, _j, work in places:
        first.setdefault(work, -less)
    return Window(
        np.array(list(first), dtype=np.int64),
        np.array(list(first.values()), dtype=np.float64),
        np.array([-less for less, *_ in places], dtype=np.float64),
    )


def _discount(distance: Sequence[int]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = 1.0 / np.log2(np.array(distance, dtype=np.float64))
    return found
