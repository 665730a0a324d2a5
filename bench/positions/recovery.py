"""Planted curves, and what is learned of them from so many pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

import numpy as np
from numpy.typing import NDArray

from bench.positions.curves import CURVES, Doubles
from bench.positions.world import Viewer, look
from frontrow.base.settings import PageSettings
from frontrow.ranking.positions import COLUMNS, ROWS
from frontrow.training.positions import Seen, fit_positions, fit_table, settings_table

SCREEN = 3, 6
"""Of a browser: rows x columns that are seen at once."""

FILLED = 0.1
"""Share of pages on which a place holds a title, below which nothing stands there that could be looked at."""

_viewers: Sequence[Viewer] = ()


@dataclass(frozen=True)
class Recovered:
    """One curve as learned once, beside the planted one."""

    curve: str
    pages: int
    share: float
    seed: int
    swapped: int  # pages with swapped places
    opens: int  # on them, of titles that could have stood elsewhere
    table: Doubles
    error: float  # mean absolute, over the table
    screen_error: float  # over what is seen at once
    worst: float
    covered: float  # share of places whose interval holds the planted value
    filled_error: float  # mean absolute, over places that hold a title on `FILLED` of pages
    filled_covered: float
    filled: int  # such places
    used: bool  # whether it went through the gate
    earned_error: float  # of what places earn, taken for how much they are looked at
    settings_error: float


def planted(curve: str) -> Doubles:
    return CURVES[curve][:ROWS, :COLUMNS]


def by_settings() -> Doubles:
    page = PageSettings()
    return settings_table(page.attention_rows, page.attention_columns)


def filled_places(viewers: Sequence[Viewer]) -> NDArray[np.bool_]:
    """bool[ROWS, COLUMNS]: places that hold a title on enough pages."""
    titles = np.zeros((ROWS, COLUMNS))
    for viewer in viewers:
        for row in viewer.placed[:ROWS]:
            titles[row.row, : len(row.works)] += 1
    return np.asarray(titles >= FILLED * len(viewers))


def recovered(
    curve: str, seen: Seen, pages: int, share: float, seed: int, filled: NDArray[np.bool_]
) -> Recovered:
    """What is learned from what was seen, beside what was planted."""
    page = PageSettings()
    truth = planted(curve)
    table, _ = fit_table(seen, by_settings())
    gate = fit_positions({"web": seen}, {"web": (page.attention_rows, page.attention_columns)})
    found = table.looked_at.astype(np.float64)
    error = np.abs(found - truth)
    inside = (table.low <= truth) & (truth <= table.high)
    rate = seen.earned / np.maximum(seen.served, 1)
    rows, columns = SCREEN
    return Recovered(
        curve=curve,
        pages=pages,
        share=share,
        seed=seed,
        swapped=seen.pages,
        opens=len(seen.places),
        table=found,
        error=float(error.mean()),
        screen_error=float(error[:rows, :columns].mean()),
        worst=float(error.max()),
        covered=float(inside.ravel()[1:].mean()),
        filled_error=float(error[filled].mean()),
        filled_covered=float(inside[filled][1:].mean()),
        filled=int(filled.sum()),
        used="web" in gate.tables,
        earned_error=float(np.abs(rate / max(rate[0, 0], 1e-9) - truth).mean()),
        settings_error=float(np.abs(np.exp(by_settings()) - truth).mean()),
    )


def recover_all(
    viewers: Sequence[Viewer], pages: int, asked: Sequence[tuple[float, int]], processes: int
) -> Iterator[Recovered]:
    """Every curve from so many pages, for each share of them with swaps and each seed."""
    global _viewers
    _viewers = viewers
    with ProcessPoolExecutor(processes, get_context("fork")) as pool:
        for found in pool.map(_recover, [pages] * len(asked), *zip(*asked, strict=True)):
            yield from found


def _recover(pages: int, share: float, seed: int) -> list[Recovered]:
    seen = look(list(_viewers), dict(CURVES), pages, share, seed)
    filled = filled_places(_viewers)
    return [recovered(name, of, pages, share, seed, filled) for name, of in seen.items()]
