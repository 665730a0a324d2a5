"""Pages of every layout for the viewers of a split, and what each is worth to each viewer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from bench.pages.layouts import LAYOUTS, OURS, Layout, Rows
from bench.pages.viewers import Viewers
from bench.quality.judging import relevant_of
from frontrow.base.randomness import rng_for
from frontrow.base.settings import PageSettings, ScreenSettings, Settings
from frontrow.evaluation.pages.accuracy import ndcg2d, recall
from frontrow.evaluation.pages.beyond import calibration_kl, diversity, genre_coverage, novelty
from frontrow.evaluation.pages.layout import window_of
from frontrow.evaluation.pages.measure import Ground, ground_of
from frontrow.ranking.reward import rewards

Values = NDArray[np.float64]

SCREENS = {(3, 4): "tablet", (6, 10): "web"}
"""Rows x columns that are judged, and the device whose screen the settings make so large."""

MOST = 1_500
"""Viewers of a split whose pages are built: a sample, the same for every layout."""


@dataclass(frozen=True)
class Judged:
    """One layout in one window: metric -> float64[b]."""

    layout: str
    window: tuple[int, int]
    values: Mapping[str, Values]


def sample_of(viewers: Viewers, most: int = MOST) -> NDArray[np.int64]:
    """Places among the split's viewers asked, ascending."""
    order = rng_for(1, "pages").permutation(len(viewers.split.asked))
    return np.sort(order[:most]).astype(np.int64)


def settings_for(window: tuple[int, int], settings: Settings | None = None) -> Settings:
    """Settings under which the window's device shows the window at once."""
    known = settings or Settings()
    rows, columns = window
    return Settings(
        page=known.page, screens=ScreenSettings(**{SCREENS[window]: f"{rows}x{columns}"})
    )


def pages_of(
    viewers: Viewers,
    places: NDArray[np.int64],
    window: tuple[int, int],
    layouts: Mapping[str, Layout],
    settings: Settings | None = None,
) -> dict[str, list[Rows]]:
    """Layout -> the pages of some viewers."""
    told = settings_for(window, settings)
    found: dict[str, list[Rows]] = {name: [] for name in layouts}
    for asked in viewers.asked(places):
        stage = viewers.stage(asked, told, SCREENS[window])
        for name, layout in layouts.items():
            found[name].append(layout(stage, *window))
    return found


def ground_for(viewers: Viewers, places: NDArray[np.int64]) -> Ground:
    """What the pages of some viewers are measured against."""
    split = viewers.split
    return ground_of(
        viewers.whole,
        rewards(viewers.whole, viewers.films),
        split.asked[places],
        relevant_of(split)[places],
        viewers.films,
    )


def judge_layouts(viewers: Viewers, places: NDArray[np.int64]) -> list[Judged]:
    """Every layout in every window; the others get the ranking as it is, led by nothing."""
    ground = ground_for(viewers, places)
    others = {name: layout for name, layout in LAYOUTS.items() if name != OURS}
    plain = Settings(page=PageSettings(calibration=0, interests=0))
    found = []
    for window in SCREENS:
        pages = pages_of(viewers, places, window, {OURS: LAYOUTS[OURS]})
        pages |= pages_of(viewers, places, window, others, plain)
        found += [Judged(name, window, measure(of, window, ground)) for name, of in pages.items()]
    return found


def measure(pages: list[Rows], window: tuple[int, int], ground: Ground) -> dict[str, Values]:
    """Metric -> float64[b]; see docs/metrics.md, `row_variety` beside."""
    rows, columns = window
    windows = [window_of(page, rows, columns) for page in pages]
    return {
        "recall": recall(windows, ground.relevant, rows * columns),
        "ndcg2d": ndcg2d(windows, ground.relevant),
        "diversity": diversity(windows, ground.genres),
        "row_variety": np.array([row_variety(p[:rows], columns, ground.genres) for p in pages]),
        "genre_coverage": genre_coverage(windows, ground.genres),
        "calibration_kl": calibration_kl(windows, ground.history, ground.genres),
        "novelty": novelty(windows, ground.played, ground.viewers),
    }


def row_variety(page: Rows, columns: int, genres: sparse.csr_array) -> float:
    """Mean of 1 - cosine of the genres of two rows: how much each row is about something else."""
    mixes = np.array([genres[row[:columns]].sum(axis=0) for row in page if row])
    length = np.linalg.norm(mixes, axis=1)
    unit = mixes[length > 0] / length[length > 0, None]
    k = len(unit)
    if k < 2:
        return float("nan")
    return 1.0 - (float((unit.sum(axis=0) ** 2).sum()) - k) / (k * (k - 1))
