"""How a page is looked at: which tiles, in which order, until something is chosen or patience ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from frontrow.base.draws import Draws
from frontrow.simulation.loop.parameters import Parameters, screen_of

Page = dict[str, Any]
_MOST_ROWS = 12


@dataclass(frozen=True)
class Look:
    """A tile that was looked at, and where it stood."""

    row: dict[str, Any]
    column: int
    tile: dict[str, Any]


def looks(page: Page, p: Parameters, device: str, draws: Draws, most: int) -> Iterator[Look]:
    """Tiles in the order in which they are looked at: row by row, each from its left edge on, to a depth
    that the device makes likely; sometimes from a lower row upwards."""
    rows = [row for row in page["rows"] if row["tiles"]][:_MOST_ROWS]
    screen = screen_of(p, device)
    order = list(range(len(rows)))
    if len(rows) > 2 and draws.chance(p.enters_below):
        order = order[draws.whole(2, len(rows) - 1) :: -1]
    seen = 0
    for at in order:
        for column, tile in enumerate(rows[at]["tiles"]):
            yield Look(rows[at], column, tile)
            seen += 1
            if seen >= most or not draws.chance(screen.across):
                break
        if seen >= most or not draws.chance(screen.down):
            return
