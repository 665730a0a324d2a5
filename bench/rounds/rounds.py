"""A service refitted again and again on its own pages: what its viewers were shown and got in each round.

Chaney, Stewart, Engelhardt (2018), "How algorithmic confounding in recommendation systems increases
homogeneity and decreases utility": lists grow alike round by round while nobody is better off. Here viewers
are a population of `frontrow simulate`, and a round is some days and a fit.
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
from frontrow.simulation.loop import FIRST_DAY, POPULATIONS, Run, live, served
from frontrow.simulation.loop.measures import effective_size
from frontrow.simulation.loop.minds import told_liking
from frontrow.simulation.loop.world import spoken_of

Doubles = NDArray[np.float64]

ARMS: Mapping[str, Mapping[str, str]] = {
    "as shipped": {},
    "argmax": {"FRONTROW_EXPLORATION_BUDGET": "0", "FRONTROW_EXPLORATION_EVERY": "0"},
}
"""By name, the settings that differ: nothing is drawn, the best by value stand everywhere."""

_PAIRS = 4_000
_NICHE_SHARE = 1 / 3


@dataclass(frozen=True)
class Rounds:
    """One arm of one seed, by round."""

    likeness: (
        Doubles  # [rounds], mean Jaccard index of what two viewers looked at, the same for both
    )
    coverage: Doubles  # [rounds], effective number of titles looked at
    utility: Doubles  # [rounds], satisfying hours a viewer and week
    niche: Doubles  # [rounds], the same of the third that likes what is least spoken of
    others: Doubles  # [rounds], of the rest


def run_rounds(
    population: str, arm: str, *, seed: int, viewers: int, rounds: int, days: int, before: int
) -> Rounds:
    """Live through `before` days unfitted, then `rounds` of `days` each, with a fit before every one."""
    with _settings(ARMS[arm]), own_home() as home, threadpool_limits(1):
        caller = InProcess(home, FIRST_DAY)

        def after(day: int) -> None:
            caller.service.decisions.flush()
            caller.end_day()
            since = day + 1 - before
            if since >= 0 and since % days == 0 and since < rounds * days:
                refit(caller.service, seed=seed)

        try:
            run = live(
                POPULATIONS[population], caller, viewers=viewers, days=before + rounds * days,
                seed=seed, policy=lambda day: served, after_day=after,
            )  # fmt: skip
        finally:
            caller.close()
    return counted(run, rounds, days, before)


def counted(run: Run, rounds: int, days: int, before: int) -> Rounds:
    """A run by round; the first begins after `before` days."""
    niche = niche_of(run)
    rows = [_round(run, before + r * days, days, niche, r) for r in range(rounds)]
    return Rounds(*(np.array(column) for column in zip(*rows, strict=True)))


def niche_of(run: Run) -> NDArray[np.bool_]:
    """bool[viewers]: the third whose best liked titles, by what is planted, are the least spoken of."""
    world, minds = run.world, run.minds
    works, fame = np.arange(len(world)), spoken_of(world, 0)
    best = np.empty(len(minds.ids))
    for v in range(len(best)):
        mood = minds.weight[0, v]
        best[v] = fame[np.argsort(-told_liking(minds, world, v, works, mood))[:20]].mean()
    return np.asarray(best <= np.quantile(best, _NICHE_SHARE))


def _round(
    run: Run, start: int, days: int, niche: NDArray[np.bool_], number: int
) -> tuple[float, float, float, float, float]:
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
    found = []
    for _ in range(_PAIRS):
        a, b = rng.choice(len(lists), 2, replace=False).tolist()
        either = lists[a] | lists[b]
        if either:
            found.append(len(lists[a] & lists[b]) / len(either))
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
