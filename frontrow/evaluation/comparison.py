"""Pages of the same viewers at the same moment, made in two ways: what differs, and how surely."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from frontrow.base.randomness import rng_for
from frontrow.evaluation.intervals import compare, mean_interval
from frontrow.evaluation.pages import Ground, Page, measure_pages, rows_kept, works_kept
from frontrow.evaluation.pages.measure import WINDOWS, ecs_of

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
    n = ground.relevant.shape[1]
    sizes = [ecs_of([page.works for page in pages], n) for pages in (as_is, changed or ())]
    if changed is None:
        found["ecs"] = Figure(sizes[0], None, len(as_is))
        return found
    found["ecs"] = Figure(
        sizes[0], None, len(as_is), changed=sizes[1], difference=sizes[1] - sizes[0]
    )
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
