"""Planted curves of examination: how much each place is looked at beside the first tile of the first row."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]

ROWS, COLUMNS = 10, 40
"""Of the pages that are asked."""


def f_shaped() -> Doubles:
    """Two bars and a stem: the first row to its end, the third for a while, else little but first tiles."""
    row, column = np.arange(ROWS)[:, None], np.arange(COLUMNS)
    table = np.maximum(0.93**row * np.exp(-column / 1.6), 0.02)
    table[0] = 0.96**column
    table[2] = np.maximum(table[2], 0.7 * np.exp(-np.maximum(column - 5, 0) / 1.5))
    return table


def l_shaped() -> Doubles:
    """The first row and the first column; between them a fifth of it."""
    row, column = np.arange(ROWS)[:, None], np.arange(COLUMNS)
    table = 0.22 * 0.9**row * 0.9**column
    table[0] = 0.95**column
    table[:, 0] = 0.94 ** np.arange(ROWS)
    return table


def after_swipe() -> Doubles:
    """Six columns are seen at once; half go on to the next six, and begin again at their left."""
    row, column = np.arange(ROWS)[:, None], np.arange(COLUMNS)
    return np.asarray(0.87**row * 0.5 ** (column // 6) * 0.8 ** (column % 6))


CURVES: Mapping[str, Doubles] = {
    "F": f_shaped(),
    "L": l_shaped(),
    "after-swipe": after_swipe(),
}
