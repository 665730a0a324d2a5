"""All metrics of pages together: one number for each viewer and metric, then means with intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from frontrow.base.randomness import rng_for
from frontrow.base.settings import PageSettings, ScreenSettings
from frontrow.catalog import Catalogue
from frontrow.evaluation.intervals import mean_interval
from frontrow.evaluation.pages.accuracy import ndcg2d, recall
from frontrow.evaluation.pages.beyond import (
    calibration_kl,
    diversity,
    genre_coverage,
    novelty,
    serendipity,
)
from frontrow.evaluation.pages.layout import Page, window_of
from frontrow.models.histories import GOOD, Floats
from frontrow.page.screen import screen_of
from frontrow.ranking.list_metrics import effective_catalogue_size
from frontrow.viewers import Dataset

WINDOWS = ((3, 4), (6, 10))
"""Rows x columns: about what a phone and what a television shows at first."""

Values = NDArray[np.float64]
Interval = tuple[float, float]


@dataclass(frozen=True)
class Ground:
    """What the pages of `b` viewers are measured against."""

    relevant: sparse.csr_array  # [b, n], what each then played well
    history: sparse.csr_array  # [b, n], what each had played well before
    genres: sparse.csr_array  # float32[n, g], 0 or 1
    played: NDArray[np.int64]  # [n], viewers with a good play before, of all
    viewers: int  # with a good play before, of all
    looked_at: Values | None = None  # [rows, columns], of places; None: as the defaults have it


def ground_of(
    before: Dataset,
    reward: Floats,
    viewers: NDArray[np.int64],
    relevant: sparse.csr_array,
    catalogue: Catalogue,
    looked_at: Values | None = None,
) -> Ground:
    """The ground for some viewers of a dataset.

    reward:   float32[m] of its records
    viewers:  int64[b], index in it
    relevant: [b, n], above 0: played well after the dataset's moment
    """
    good = reward >= GOOD
    upto = np.concatenate([[0], np.cumsum(good)])
    every = sparse.csr_array(
        (np.ones(int(good.sum()), np.float32), before.records.work[good], upto[before.indptr]),
        shape=(before.b, before.n),
    )
    return Ground(
        relevant=relevant,
        history=every[viewers],
        genres=catalogue.genres.has,
        played=np.bincount(every.indices, minlength=before.n).astype(np.int64),
        viewers=int((np.diff(every.indptr) > 0).sum()),
        looked_at=looked_at,
    )


def by_default(rows: int, columns: int) -> Values:
    """float64[rows, columns]: how much places are looked at by the settings' own defaults."""
    return screen_of("web", ScreenSettings(), PageSettings()).examination(rows, columns)


def measure_pages(pages: Sequence[Page], ground: Ground) -> dict[str, Values]:
    """metric -> float64[b]; nan where it can't be said of a viewer. docs/metrics.md explains each.

    pages: one for each viewer of the ground, in its order
    """
    found: dict[str, Values] = {}
    for rows, columns in WINDOWS:
        windows = [window_of(page, rows, columns) for page in pages]
        found[f"recall@{rows}x{columns}"] = recall(windows, ground.relevant, rows * columns)
    rows, columns = WINDOWS[-1]
    looked_at = by_default(rows, columns) if ground.looked_at is None else ground.looked_at
    seen = [window_of(page, rows, columns, looked_at) for page in pages]
    found |= {
        "ndcg2d": ndcg2d(windows, ground.relevant),
        "attended": ndcg2d(seen, ground.relevant),
        "diversity": diversity(windows, ground.genres),
        "genre_coverage": genre_coverage(windows, ground.genres),
        "calibration_kl": calibration_kl(windows, ground.history, ground.genres),
        "novelty": novelty(windows, ground.played, ground.viewers),
        "serendipity": serendipity(
            windows, ground.relevant, ground.history, ground.genres, ground.played, rows * columns
        ),
    }
    return found


def page_metrics(
    pages: Sequence[Page], ground: Ground, *, seed: int = 0
) -> tuple[dict[str, float], dict[str, Interval]]:
    """(metric -> mean, metric -> its 95% interval); one that can be said of nobody is left out.

    `ecs`, the effective catalogue size of all that stands in the largest windows, is one number for
    all pages together and has no interval.
    """
    if not pages:
        return {}, {}
    means, intervals = summary_of(measure_pages(pages, ground), seed=seed)
    means["ecs"] = ecs_of(pages, ground.relevant.shape[1])
    return means, intervals


def summary_of(
    values: Mapping[str, Values], *, seed: int
) -> tuple[dict[str, float], dict[str, Interval]]:
    """Means of metrics over viewers, and their intervals; nan is left out."""
    means: dict[str, float] = {}
    intervals: dict[str, Interval] = {}
    for name, of_viewers in values.items():
        said = of_viewers[~np.isnan(of_viewers)]
        if len(said):
            means[name] = float(said.mean())
            intervals[name] = mean_interval(said, rng_for(seed, "bootstrap"))
    return means, intervals


def ecs_of(pages: Sequence[Page], n: int) -> float:
    """The effective catalogue size of what stands in the largest windows, each page's work once."""
    weight = np.zeros(n)
    for page in pages:
        weight[window_of(page, *WINDOWS[-1]).works] += 1
    return effective_catalogue_size(weight)
