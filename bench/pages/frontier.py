"""The price of calibration: how far pages come nearer to the viewer's mix of genres, and what it costs.

Ours by the setting `page.calibration`; beside it plain greedy re-ranking (Steck 2018, eq. 7) of the list
of EASE, cut into the same window: the next title is the one that adds most of score - weight x C_KL.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.pages.judged import ground_for, measure, pages_of
from bench.pages.layouts import OURS, Layout, Rows, assembled, cut
from bench.pages.viewers import Viewers
from frontrow.base.settings import PageSettings, Settings
from frontrow.page.balance import Balance, divergence
from frontrow.page.stage import Stage, best_first

WINDOW = (6, 10)

OUR_WEIGHTS = (0.0, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2)
THEIR_WEIGHTS = (0.0, 0.02, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6)

_CANDIDATES = 300
"""Titles of the list that are re-ranked."""

KNOWN = ((-0.21, -0.008), (-0.43, -0.065), (-0.69, -0.19))
"""Published points of plain greedy re-ranking on EASE: (change of C_KL, change of nDCG)."""


@dataclass(frozen=True)
class Point:
    """Means over viewers at one weight."""

    method: str
    weight: float
    ndcg2d: float
    calibration_kl: float


def frontier(viewers: Viewers, places: NDArray[np.int64]) -> list[Point]:
    """Both curves, each from no calibration at all."""
    ground = ground_for(viewers, places)
    points = []
    for weight in OUR_WEIGHTS:
        settings = Settings(page=PageSettings(calibration=weight))
        pages = pages_of(viewers, places, WINDOW, {OURS: assembled}, settings)[OURS]
        points.append(_point(OURS, weight, pages, ground))
    ease = {str(weight): _greedy_on_ease(weight) for weight in THEIR_WEIGHTS}
    for weight, pages in pages_of(viewers, places, WINDOW, ease).items():
        points.append(_point("greedy on EASE", float(weight), pages, ground))
    return points


def changes(points: Sequence[Point], method: str) -> list[tuple[float, float]]:
    """(change of C_KL, change of nDCG), as shares of the method's own page without calibration."""
    own = [point for point in points if point.method == method]
    first = next(point for point in own if point.weight == 0)
    return [(p.calibration_kl / first.calibration_kl - 1, p.ndcg2d / first.ndcg2d - 1) for p in own]


def _point(method: str, weight: float, pages: list[Rows], ground: object) -> Point:
    values = measure(pages, WINDOW, ground)  # type: ignore[arg-type]
    kl = values["calibration_kl"]
    return Point(method, weight, float(values["ndcg2d"].mean()), float(np.nanmean(kl)))


def _greedy_on_ease(weight: float) -> Layout:
    def layout(stage: Stage, rows: int, columns: int) -> Rows:
        score = np.nan_to_num(stage.scored.scores["ease"], nan=-np.inf).astype(np.float32)
        known = np.flatnonzero(stage.open & np.isfinite(score)).astype(np.int32)
        if not len(known):  # nothing was liked yet: EASE can't say
            return cut(stage, rows, columns)
        works = best_first(score[known], known, _CANDIDATES)
        value = score[works] - score[works].min()
        value = value / max(float(value.max()), 1e-9)
        chosen = _calibrated(stage, works, value, weight, rows * columns)
        return [chosen[r * columns : (r + 1) * columns] for r in range(rows)]

    return layout


def _calibrated(
    stage: Stage, works: NDArray[np.int32], value: NDArray[np.float32], weight: float, k: int
) -> list[int]:
    if weight == 0:
        return [int(work) for work in works[:k]]
    balance = Balance(stage)
    share = balance.mixes(works[:, None], np.ones(1, dtype=np.float32))
    page = np.zeros(share.shape[1])
    left = np.ones(len(works), dtype=bool)
    chosen: list[int] = []
    for place in range(min(k, len(works))):
        shown = (page + share) / (place + 1)
        gain = value - weight * divergence(balance.wanted, shown)
        best = int(np.argmax(np.where(left, gain, -np.inf)))
        left[best] = False
        page = page + share[best]
        chosen.append(int(works[best]))
    return chosen
