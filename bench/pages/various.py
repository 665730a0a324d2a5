"""The price of variety: how much more various a list can be made, and how much of its recall that costs.

The known way, on the same ranking as under our pages: the next title is the one that adds most of value and
of difference from those chosen (maximal marginal relevance, Carbonell and Goldstein 1998, with the mean
likeness as in Ziegler et al. 2005), cut into the window. At weight 1 value counts for nothing, so what
comes of it is about as various as those titles can be, as far as a greedy choice finds it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.pages.judged import SCREENS, ground_for, measure, pages_of
from bench.pages.layouts import OURS, Layout, Rows, assembled
from bench.pages.viewers import Viewers
from frontrow.base.settings import PageSettings, Settings
from frontrow.page.stage import Stage

WEIGHTS = (0.0, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0)

KNOWN = "one list, more various"

_CANDIDATES = 300
"""Titles of the list that are re-ranked."""


@dataclass(frozen=True)
class Various:
    """One way to lay out a window: means over viewers, as shares of the list's that is only cut."""

    window: tuple[int, int]
    method: str
    weight: float  # nan: ours
    recall: float
    diversity: float


def variety(viewers: Viewers, places: NDArray[np.int64]) -> list[Various]:
    """Both windows: the known way at every weight, and our page."""
    ground = ground_for(viewers, places)
    plain = Settings(page=PageSettings(calibration=0, interests=0))
    found = []
    for window in SCREENS:
        ways: dict[str, Layout] = {f"{weight:g}": _more_various(weight) for weight in WEIGHTS}
        pages = pages_of(viewers, places, window, ways, plain)
        pages |= pages_of(viewers, places, window, {OURS: assembled})
        means = {name: _means(of, window, ground) for name, of in pages.items()}
        recall, diversity = means[f"{WEIGHTS[0]:g}"]
        for name, (r, d) in means.items():
            told = (OURS, float("nan")) if name == OURS else (KNOWN, float(name))
            found.append(Various(window, *told, r / recall, d / diversity))
    return found


def _means(pages: Sequence[Rows], window: tuple[int, int], ground: object) -> tuple[float, float]:
    values = measure(list(pages), window, ground)  # type: ignore[arg-type]
    return float(values["recall"].mean()), float(np.nanmean(values["diversity"]))


def _more_various(weight: float) -> Layout:
    def layout(stage: Stage, rows: int, columns: int) -> Rows:
        works = stage.ranked[:_CANDIDATES]
        value = stage.value[works] / max(float(stage.value[works].max(initial=0)), 1e-9)
        has = stage.catalogue.genres.has[works].toarray().astype(np.float64)
        unit = has / np.maximum(np.linalg.norm(has, axis=1, keepdims=True), 1e-9)
        left, chosen = np.ones(len(works), dtype=bool), np.zeros(unit.shape[1])
        found: list[int] = []
        for place in range(min(rows * columns, len(works))):
            unlike = 1 - unit @ chosen / max(place, 1)
            best = int(np.argmax(np.where(left, (1 - weight) * value + weight * unlike, -np.inf)))
            left[best] = False
            chosen += unit[best]
            found.append(int(works[best]))
        return [found[r * columns : (r + 1) * columns] for r in range(rows)]

    return layout
