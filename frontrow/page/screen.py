"""The screen a page is made for: what is seen at once, and how attention falls over rows and columns.

Examination is a table: the chance that a place is looked at, 1 at the first tile of the first row. It is
the one that was learned (`ranking.positions`), where there is one; else it falls by a share from row to row
and from column to column, as the settings have it (a cascade in two dimensions, as for carousels in Rahdari
et al. 2022, "From Clicks to Carousels"). Beyond the learned one it falls on by those shares.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from frontrow.base.settings import PageSettings, ScreenSettings
from frontrow.ranking.positions import DEVICES, Looked, Positions

__all__ = ["DEVICES", "Screen", "attention_kept", "screen_of"]

_ROWS = 10
"""Rows whose places compete for the best titles: about what a viewer scrolls through."""


@dataclass(frozen=True)
class Screen:
    """What one kind of device shows, and where its viewer looks."""

    rows: int  # seen at once
    columns: int  # seen at once
    row_kept: float  # share of the attention that goes on to the next row
    column_kept: float  # share that goes on to the next column
    learned: Looked | None = None  # what was learned of where this device's viewers look

    def attention(self, columns: int, row: int | None = None) -> NDArray[np.float32]:
        """float32[columns]: attention of a row's places, beside its first.

        row: the row's place on the page; None: as in the rows that are seen at once, on the whole
        """
        if self.learned is None:
            return (self.column_kept ** np.arange(columns)).astype(np.float32)
        return _row_of(self.learned, self.column_kept, columns, row, self.rows)

    def examination(self, rows: int, columns: int) -> NDArray[np.float64]:
        """float64[rows, columns]: how much each place is looked at beside the first."""
        if self.learned is not None:
            return _extended(self.learned, self.row_kept, self.column_kept, rows, columns)
        down, across = np.arange(rows)[:, None], np.arange(columns)
        return np.asarray(self.row_kept**down * self.column_kept**across)

    def better_places(self, columns: int) -> NDArray[np.int32]:
        """int32[columns]: places on the page with more attention than each column of the first row.

        The title of rank k belongs to the k-th best place; in a column with more than k better places
        it would be hidden, while a row further down could lead with it.
        """
        if self.learned is not None:
            return _better_learned(self.learned, self.row_kept, self.column_kept, columns)
        return _better_places(self.row_kept, self.column_kept, columns)


@lru_cache(16)
def _extended(
    learned: Looked, row_kept: float, column_kept: float, rows: int, columns: int
) -> NDArray[np.float64]:
    """The learned table to a size, falling on as the settings have it beyond its ends."""
    known = learned.looked_at.astype(np.float64)
    row, column = np.arange(rows), np.arange(columns)
    last_row, last_column = known.shape[0] - 1, known.shape[1] - 1
    found: NDArray[np.float64] = known[
        np.minimum(row, last_row)[:, None], np.minimum(column, last_column)
    ]
    found *= row_kept ** np.maximum(row - last_row, 0)[:, None]
    found *= column_kept ** np.maximum(column - last_column, 0)
    found.flags.writeable = False
    return found


@lru_cache(256)
def _row_of(
    learned: Looked, column_kept: float, columns: int, row: int | None, seen: int
) -> NDArray[np.float32]:
    table = _extended(learned, 1.0, column_kept, max(seen, (row or 0) + 1), columns)
    of = table[:seen].mean(axis=0) if row is None else table[row]
    found: NDArray[np.float32] = (of / of[0]).astype(np.float32)
    found.flags.writeable = False
    return found


@lru_cache(16)
def _better_learned(
    learned: Looked, row_kept: float, column_kept: float, columns: int
) -> NDArray[np.int32]:
    table = _extended(learned, row_kept, column_kept, _ROWS, columns)
    places = np.sort(table.ravel())
    upto = np.searchsorted(places, table[0] * (1 + 1e-9), side="right")
    found: NDArray[np.int32] = (len(places) - upto).astype(np.int32)
    found.flags.writeable = False
    return found


@lru_cache(64)
def _better_places(row_kept: float, column_kept: float, columns: int) -> NDArray[np.int32]:
    if column_kept >= 1 or row_kept <= 0:
        return np.zeros(columns, dtype=np.int32)
    if row_kept >= 1:
        return np.asarray(_ROWS * np.arange(columns), dtype=np.int32)
    steps = np.log(row_kept) / np.log(column_kept)  # columns that cost as much as one row
    ahead = np.arange(columns)[None, :] - steps * np.arange(_ROWS)[:, None]  # [rows, columns]
    found: NDArray[np.int32] = np.ceil(np.maximum(ahead - 1e-9, 0)).sum(axis=0).astype(np.int32)
    found.flags.writeable = False
    return found


def screen_of(
    device: str,
    screens: ScreenSettings,
    page: PageSettings,
    positions: Positions | None = None,
) -> Screen:
    """The screen of a device as the settings have it, and what was learned of where it is looked at; an
    unknown device is a browser."""
    known = device if device in DEVICES else "web"
    rows, columns = (int(part) for part in getattr(screens, known).split("x"))
    learned = None if positions is None or not page.learned_attention else positions.of(known)
    return Screen(rows, columns, *attention_kept(known, screens, page), learned)


def attention_kept(device: str, screens: ScreenSettings, page: PageSettings) -> tuple[float, float]:
    """Attention kept from row to row and from column to column, as the settings have it."""
    own = getattr(screens, f"{device}_attention")
    row, column = own.split("x") if own else (page.attention_rows, page.attention_columns)
    return float(row), float(column)
