"""What a run was worth to its viewers, by what is planted in them: what policies are compared by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from frontrow.simulation.loop.loop import Run
from frontrow.simulation.loop.visit import FOUND_SECONDS
from frontrow.simulation.loop.world import Bools, Floats, Integers, World

BANDS: tuple[str, ...] = ("head", "middle", "tail")


@dataclass(frozen=True)
class Measure:
    """A mean over viewers with its 95% interval; `low` and `high` are None where there is no mean."""

    name: str
    words: str
    value: float
    low: float | None = None
    high: float | None = None


def measures_of(run: Run, since: int = 0) -> list[Measure]:
    """The measures of the days from `since` on."""
    n, days = len(run.minds.ids), max(run.days - since, 1)
    visits = [seen for seen in run.visits if seen.day >= since]
    hours, good, found, came = np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n)
    in_band, band = np.zeros((len(BANDS), n)), bands_of(run.world)
    for seen in visits:
        came[seen.viewer] += 1
        found[seen.viewer] += seen.found_seconds <= FOUND_SECONDS
        for play in seen.plays:
            hours[seen.viewer] += play.seconds / 3600
            good[seen.viewer] += play.seconds / 3600 if play.pleased else 0.0
            in_band[band[play.work], seen.viewer] += play.seconds / 3600 if play.pleased else 0.0
    week = 7 / days
    left = {viewer for day, viewer in run.cancels if day >= since}
    stayed = np.array([v not in left for v in range(n)], dtype=np.float64)
    shown = np.bincount(
        np.array([w for seen in visits for w in seen.shown], dtype=np.int64),
        minlength=len(run.world),
    )
    played = np.bincount(
        np.array([p.work for seen in visits for p in seen.plays], dtype=np.int64),
        minlength=len(run.world),
    )
    plenty = came > 0
    return [
        _mean("satisfying_hours", "satisfying hours a viewer and week", good * week),
        _mean("hours", "hours watched a viewer and week", hours * week),
        _share(
            "found_90s", "visits that found something to watch within 90 s", found, came, plenty
        ),
        _mean("visits", "visits a viewer and week", came * week),
        _mean("stayed", "share of viewers who did not cancel", stayed),
        *(
            _mean(f"satisfying_hours_{name}", f"satisfying hours, {name} of fame", those * week)
            for name, those in zip(BANDS, in_band, strict=True)
        ),
        Measure("ecs_shown", "effective number of titles looked at", effective_size(shown)),
        Measure("ecs_played", "effective number of titles played", effective_size(played)),
    ]


def bands_of(world: World) -> Integers:
    """int64[n]: the band of each work by word of mouth, the loudest tenth, the next 40%, the rest."""
    share = np.argsort(np.argsort(-world.fame, kind="stable"), kind="stable") / max(len(world), 1)
    return np.digitize(share, (0.1, 0.5)).astype(np.int64)


def effective_size(counts: Integers) -> float:
    """How many titles, equally used, would be as varied: the exponential of the entropy."""
    total = counts.sum()
    if total == 0:
        return 0.0
    share = counts[counts > 0] / total
    return float(np.exp(-(share * np.log(share)).sum()))


def _mean(name: str, words: str, values: Floats) -> Measure:
    mean, half = float(values.mean()), _half(values)
    return Measure(name, words, mean, mean - half, mean + half)


def _share(name: str, words: str, of: Floats, all_: Floats, there: Bools) -> Measure:
    """A share of visits, its interval over viewers (a ratio of means, linearised)."""
    if not there.any():
        return Measure(name, words, 0.0)
    ratio = float(of.sum() / all_.sum())
    half = _half((of - ratio * all_) / all_.mean())
    return Measure(name, words, ratio, ratio - half, ratio + half)


def _half(values: Floats) -> float:
    half: float = 1.96 * float(values.std()) / max(len(values), 1) ** 0.5
    return half
