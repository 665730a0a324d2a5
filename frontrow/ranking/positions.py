"""How much each place of a page is looked at, by device: learned tables with their intervals.

The chance that a viewer looks at a place, beside that of the first tile of the first row. What a place
earns is that chance times what stands there (the examination hypothesis: Craswell et al. 2008, "An
experimental comparison of click position-bias models"). Tables are fitted by `training.positions` and
travel in the bundle, so that a page is rebuilt with those that it was made with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from frontrow.models.scorer import Arrays, Config

ROWS, COLUMNS = 10, 20
"""Of a table: rows that a viewer scrolls through, columns of three or four screens side by side."""

DEVICES = ("tv", "web", "phone", "tablet")

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Looked:
    """One device's table and how sure it is."""

    looked_at: Floats  # [ROWS, COLUMNS], 1 at the first place
    low: Floats  # [ROWS, COLUMNS], 95% intervals
    high: Floats
    pages: int  # with swapped places
    opens: int  # on them, of titles that could have stood elsewhere


@dataclass(frozen=True)
class Positions:
    """The tables of all devices that were learned of, and why others weren't."""

    tables: Mapping[str, Looked] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)  # device -> why it has none

    def of(self, device: str) -> Looked | None:
        return self.tables.get(device)

    def arrays(self) -> Arrays:
        """Every array, by `device/name`."""
        return {
            f"{device}/{name}": getattr(table, name)
            for device, table in self.tables.items()
            for name in ("looked_at", "low", "high")
        }

    def config(self) -> Config:
        return {
            "devices": {d: {"pages": t.pages, "opens": t.opens} for d, t in self.tables.items()},
            "left_out": dict(self.left_out),
        }

    @staticmethod
    def from_arrays(arrays: Mapping[str, NDArray[Any]], config: Config | None) -> Positions:
        """The tables that gave `arrays` and `config`; None: a bundle of before there were any."""
        if config is None:
            return Positions()
        tables = {
            device: Looked(
                looked_at=arrays[f"{device}/looked_at"],
                low=arrays[f"{device}/low"],
                high=arrays[f"{device}/high"],
                pages=int(told["pages"]),
                opens=int(told["opens"]),
            )
            for device, told in config["devices"].items()
        }
        return Positions(tables, dict(config["left_out"]))
