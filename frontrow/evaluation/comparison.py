"""Pages of the same viewers at the same moment, made in two ways: what differs, and how surely."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from frontrow.base.randomness import rng_for
from frontrow.evaluation.intervals import LEVEL, RESAMPLES, compare, mean_interval
from frontrow.evaluation.pages import (
    Ground,
    Page,
    measure_pages,
    rows_kept,
    window_of,
    works_kept,
)
from frontrow.evaluation.pages.measure import WINDOWS, ecs_of
from frontrow.ranking.list_metrics import effective_catalogue_size

Values = NDArray[np.float64]
Interval = tuple[float, float]


@dataclass(frozen=True)
class Laid:
    """One page: its rows' ids, and the works of each."""

    row_ids: tuple[str, ...]
    works: Page


@dataclass(frozen=True)
class Figure:
    """One metric: as it is, and, where something was changed, what the change makes of it."""

    as_is: float
    as_is_interval: Interval | None
    viewers: int  # of whom it can be said
    changed: float | None = None
    difference: float | None = None
    difference_interval: Interval | None = None


def figures_of(
    as_is: Sequence[Laid], changed: Sequence[Laid] | None, ground: Ground, *, seed: int
) -> dict[str, Figure]:
    """metric -> its figure, over viewers of whom it can be said; differences are paired by viewer.

    as_is, changed: one page for each viewer of the ground, in its order; None: nothing was changed
    """
    before = measure_pages([page.works for page in as_is], ground)
    after = None if changed is None else measure_pages([page.works for page in changed], ground)
    found: dict[str, Figure] = {}
    for name, values in before.items():
        figure = _figure(values, None if after is None else after[name], seed)
        if figure is not None:
            found[name] = figure
    found["ecs"] = _sizes(as_is, changed, ground.relevant.shape[1], seed)
    return found


def kept_of(as_is: Sequence[Laid], changed: Sequence[Laid]) -> dict[str, Values]:
    """`row_stability` and `work_stability`, float64[b]: how much of each page is left on the other."""
    rows, columns = WINDOWS[0]
    pairs = list(zip(as_is, changed, strict=True))
    return {
        "row_stability": np.array(
            [rows_kept(one.row_ids, two.row_ids, WINDOWS[-1][0]) for one, two in pairs]
        ),
        "work_stability": np.array(
            [works_kept(one.works, two.works, rows, columns) for one, two in pairs]
        ),
    }


def kept_figures(kept: dict[str, Values], *, seed: int) -> dict[str, Figure]:
    """The same as figures: of one way beside the other there is no difference to tell."""
    return {
        name: Figure(
            float(values.mean()), mean_interval(values, rng_for(seed, "bootstrap")), len(values)
        )
        for name, values in kept.items()
        if len(values)
    }


def _sizes(as_is: Sequence[Laid], changed: Sequence[Laid] | None, n: int, seed: int) -> Figure:
    """The effective catalogue size, which is of all pages together: viewers are resampled as wholes."""
    before = ecs_of([page.works for page in as_is], n)
    if changed is None:
        return Figure(before, None, len(as_is))
    after = ecs_of([page.works for page in changed], n)
    one, two = _shown(as_is, n), _shown(changed, n)
    b = len(as_is)
    drawn = rng_for(seed, "bootstrap").multinomial(b, np.full(b, 1 / b), size=RESAMPLES)
    differences = [
        effective_catalogue_size(times @ two) - effective_catalogue_size(times @ one)
        for times in drawn.astype(np.float64)
    ]
    low, high = np.quantile(differences, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Figure(before, None, b, after, after - before, (float(low), float(high)))


def _shown(pages: Sequence[Laid], n: int) -> sparse.csr_array:
    """float64[b, n]: 1 where a page's largest window holds a work."""
    works = [window_of(page.works, *WINDOWS[-1]).works for page in pages]
    ends = np.cumsum([0, *(len(of_page) for of_page in works)])
    held = np.concatenate([np.zeros(0, dtype=np.int64), *works])
    return sparse.csr_array((np.ones(len(held)), held, ends), shape=(len(pages), n))


def _figure(before: Values, after: Values | None, seed: int) -> Figure | None:
    said = ~np.isnan(before) if after is None else ~np.isnan(before) & ~np.isnan(after)
    if not said.any():
        return None
    ours = before[said]
    interval = mean_interval(ours, rng_for(seed, "bootstrap"))
    if after is None:
        return Figure(float(ours.mean()), interval, len(ours))
    other = after[said]
    paired = compare(other, ours, rng_for(seed, "bootstrap"))
    return Figure(
        float(ours.mean()),
        interval,
        len(ours),
        changed=float(other.mean()),
        difference=paired.difference,
        difference_interval=paired.difference_interval,
    )
