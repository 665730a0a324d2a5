"""The screen a page is made for: what is seen at once, and how attention falls over rows and columns.

Examination is a table: the chance that a place is looked at, 1 at the first tile of the first row,
falling by a share from row to row and from column to column (a cascade in two dimensions, as for
carousels in Rahdari et al. 2022, "From Clicks to Carousels"). It comes from the settings.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from frontrow.base.settings import PageSettings, ScreenSettings

DEVICES = ("tv", "web", "phone", "tablet")

_ROWS = 10
"""Rows whose places compete for the best titles: about what a viewer scrolls through."""


@dataclass(frozen=True)
class Screen:
    """What one kind of device shows, and where its viewer looks."""

    rows: int  # seen at once
    columns: int  # seen at once
    row_kept: float  # share of the attention that goes on to the next row
    column_kept: float  # share that goes on to the next column

    def attention(self, columns: int) -> NDArray[np.float32]:
        """float32[columns]: attention of a row's places, beside its first."""
        return (self.column_kept ** np.arange(columns)).astype(np.float32)

    def better_places(self, columns: int) -> NDArray[np.int32]:
        """int32[columns]: places on the page with more attention than each column of the first row.

        The title of rank k belongs to the k-th best place; in a column with more than k better places
        it would be hidden, while a row further down could lead with it.
        """
        return _better_places(self.row_kept, self.column_kept, columns)


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


def screen_of(device: str, screens: ScreenSettings, page: PageSettings) -> Screen:
    """The screen of a device as the settings have it; an unknown device is a browser."""
    known = device if device in DEVICES else "web"
    rows, columns = (int(part) for part in getattr(screens, known).split("x"))
    own = getattr(screens, f"{known}_attention")
    kept = own.split("x") if own else (page.attention_rows, page.attention_columns)
    return Screen(rows, columns, float(kept[0]), float(kept[1]))
