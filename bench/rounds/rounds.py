"""A service refitted again and again on its own pages: what its viewers were shown and got in each round.

Chaney, Stewart, Engelhardt (2018), "How algorithmic confounding in recommendation systems increases
homogeneity and decreases utility": first everything is shown by chance, then models are refitted round by
round on what came of their own lists; viewers, each beside the nearest by what is planted, end up with lists
that are liker than the ideal's would be, while nobody is better off. Here viewers are a population of
`frontrow simulate`, a round is some days and a fit, and the ideal is its oracle.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from frontrow.base.randomness import rng_for
from frontrow.cli.simulated import own_home
from frontrow.server.in_process import InProcess
from frontrow.server.refitting import refit
from frontrow.simulation.loop import FIRST_DAY, POPULATIONS, Run, by_chance, by_oracle, live, served
from frontrow.simulation.loop.measures import effective_size
from frontrow.simulation.loop.minds import told_liking
from frontrow.simulation.loop.world import spoken_of

Doubles = NDArray[np.float64]

SHIPPED, UNDRAWN, ARGMAX, IDEAL = "as shipped", "nothing drawn", "argmax", "ideal"

_NOTHING_DRAWN = {"FRONTROW_EXPLORATION_BUDGET": "0", "FRONTROW_EXPLORATION_EVERY": "0"}

ARMS: Mapping[str, Mapping[str, str]] = {
    SHIPPED: {},
    UNDRAWN: _NOTHING_DRAWN,
    ARGMAX: {
        **_NOTHING_DRAWN,
        "FRONTROW_PAGE_CALIBRATION": "0",
        "FRONTROW_PAGE_INTERESTS": "0",
        "FRONTROW_PAGE_REDUNDANCY": "0",
        "FRONTROW_PAGE_SPREAD": "0",
    },
    IDEAL: {},
}
"""By name, the settings that differ. Argmax: what is of most value stands first, and nothing speaks
against it; ideal: the pages of the simulation's oracle."""

_PAIRS = 4_000
_NICHE_SHARE = 1 / 3


@dataclass(frozen=True)
class Rounds:
    """One arm of one seed, by round."""

    likeness: Doubles  # [rounds], mean Jaccard index of what two viewers looked at, drawn pairs
    nearest: Doubles  # [rounds], the same of each viewer and the one of likest taste
    coverage: Doubles  # [rounds], effective number of titles looked at
    utility: Doubles  # [rounds], satisfying hours a viewer and week
    niche: Doubles  # [rounds], the same of the third that likes what is least spoken of
    others: Doubles  # [rounds], of the rest


def run_rounds(
    population: str, arm: str, *, seed: int, viewers: int, rounds: int, days: int, before: int
) -> Rounds:
    """Live through `before` days of chance, then `rounds` of `days` each, with a fit before every one."""
    with _settings(ARMS[arm]), own_home() as home, threadpool_limits(1):
        caller = InProcess(home, FIRST_DAY)
        later = by_oracle if arm == IDEAL else served

        def after(day: int) -> None:
            caller.service.decisions.flush()
            caller.end_day()
            since = day + 1 - before
            if arm != IDEAL and since >= 0 and since % days == 0 and since < rounds * days:
                refit(caller.service, seed=seed)

        try:
            run = live(
                POPULATIONS[population], caller, viewers=viewers, days=before + rounds * days,
                seed=seed, policy=lambda day: by_chance if day < before else later, after_day=after,
            )  # fmt: skip
        finally:
            caller.close()
    return counted(run, rounds, days, before)


def counted(run: Run, rounds: int, days: int, before: int) -> Rounds:
    """A run by round; the first begins after `before` days."""
    liked = _liked(run)
    niche, nearest = niche_of(run, liked), nearest_of(liked)
    rows = [_round(run, before + r * days, days, niche, nearest, r) for r in range(rounds)]
    return Rounds(*(np.array(column) for column in zip(*rows, strict=True)))


def _liked(run: Run) -> Doubles:
    """float64[viewers, works]: liking as it can be told beforehand, in no special mood."""
    works = np.arange(len(run.world))
    return np.stack(
        [
            told_liking(run.minds, run.world, v, works, run.minds.weight[0, v])
            for v in range(len(run.minds.ids))
        ]
    )


def niche_of(run: Run, liked: Doubles) -> NDArray[np.bool_]:
    """bool[viewers]: the third whose best liked titles, by what is planted, are the least spoken of."""
    fame = spoken_of(run.world, 0)
    best = fame[np.argsort(-liked, axis=1)[:, :20]].mean(axis=1)
    return np.asarray(best <= np.quantile(best, _NICHE_SHARE))


def nearest_of(liked: Doubles) -> NDArray[np.int64]:
    """int64[viewers]: for each the other whose liking correlates most."""
    centred = liked - liked.mean(axis=1, keepdims=True)
    centred /= np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-12)
    like = centred @ centred.T
    np.fill_diagonal(like, -2.0)
    return np.asarray(like.argmax(axis=1), dtype=np.int64)


def _round(
    run: Run,
    start: int,
    days: int,
    niche: NDArray[np.bool_],
    nearest: NDArray[np.int64],
    number: int,
) -> tuple[float, float, float, float, float, float]:
    visits = [seen for seen in run.visits if start <= seen.day < start + days]
    shown: dict[int, set[int]] = {}
    looked = np.zeros(len(run.world), dtype=np.int64)
    good = np.zeros(len(run.minds.ids))
    for seen in visits:
        shown.setdefault(seen.viewer, set()).update(seen.shown)
        np.add.at(looked, list(seen.shown), 1)
        good[seen.viewer] += sum(play.seconds / 3600 for play in seen.plays if play.pleased)
    week = good * 7 / days
    return (
        mean_likeness(list(shown.values()), number),
        _jaccard(
            [(shown[v], shown[w]) for v, w in enumerate(nearest) if v in shown and w in shown]
        ),
        effective_size(looked),
        float(week.mean()),
        float(week[niche].mean()),
        float(week[~niche].mean()),
    )


def mean_likeness(lists: list[set[int]], number: int) -> float:
    """Mean Jaccard index over drawn pairs of lists."""
    if len(lists) < 2:
        return 0.0
    rng = rng_for(number, "pairs")
    drawn = (rng.choice(len(lists), 2, replace=False).tolist() for _ in range(_PAIRS))
    return _jaccard([(lists[a], lists[b]) for a, b in drawn])


def _jaccard(pairs: list[tuple[set[int], set[int]]]) -> float:
    """Mean Jaccard index over pairs of sets; pairs of two empty ones don't count."""
    found = [len(a & b) / len(a | b) for a, b in pairs if a or b]
    return float(np.mean(found)) if found else 0.0


@contextmanager
def _settings(changed: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in changed}
    os.environ.update(changed)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
