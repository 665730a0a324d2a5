"""`make bench-cold`: titles that enter without any history, with exploration and without, in simulation.

A population lives a week with a service; then a twentieth of the titles enter, and a few more that are
planted bad: nobody who starts them likes what follows. Four weeks later: how many of the former reached
twenty finished plays, and how often the latter were shown before nobody explored them any more.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
from threadpoolctl import threadpool_limits

from bench.quality.machine import machine
from frontrow.base.randomness import rng_for
from frontrow.base.time import format_time
from frontrow.cli.simulated import own_home
from frontrow.server.in_process import InProcess
from frontrow.server.refitting import refit
from frontrow.simulation.loop import FIRST_DAY, POPULATIONS, live, served
from frontrow.simulation.loop.calling import Caller
from frontrow.simulation.loop.loop import Run
from frontrow.simulation.loop.parameters import hash_of
from frontrow.simulation.loop.visit import Ask
from frontrow.simulation.loop.world import World

SEEDS = (201, 202, 203)
"""Those by which nothing was set: that was done on seeds below 10."""

ENTERS, DAYS = 7, 28
"""Day on which the cold titles enter, and for how many days they are followed."""

COLD_SHARE, BAD_SHARE = 0.05, 0.01
PLAYS = 20
"""Finished plays, episodes and films, that a title is to reach."""

MOST_SHOWN = 200
"""Impressions after which a planted bad title is to be explored no more."""

_BAD_QUALITY = -4.0
_REFIT_DAYS = 3
"""A service learns several times a day; every third day is what the bench has the time for."""


@dataclass
class Cold:
    """What was planted, and which tiles were explored."""

    cold: list[int]
    bad: list[int]
    explored: dict[tuple[int, float], set[int]]  # (viewer, moment) -> works


def plant(seed: int, told: Cold) -> Callable[[World], World]:
    """Some titles enter on a later day, some of them bad; all others are there from the beginning."""

    def planted(world: World) -> World:
        n = len(world)
        some = rng_for(seed, "cold").permutation(np.flatnonzero(~world.kids))
        of_cold, of_bad = round(COLD_SHARE * n), round(BAD_SHARE * n)
        told.cold, told.bad = some[:of_cold].tolist(), some[of_cold : of_cold + of_bad].tolist()
        enter = np.zeros(n, dtype=bool)
        enter[[*told.cold, *told.bad]] = True
        quality = world.quality.copy()
        quality[told.bad] = _BAD_QUALITY
        begins = format_time(FIRST_DAY + timedelta(days=ENTERS))
        sent: dict[int, list[dict[str, object]]] = {0: [], ENTERS: []}
        for title in (title for day in sorted(world.titles) for title in world.titles[day]):
            if enter[world.work_of[title["title_id"]]]:
                kept = {name: of for name, of in title.items() if name != "availability"}
                sent[ENTERS].append({**kept, "added_at": begins})
            else:
                sent[0].append(title)
        launched = np.where(enter, ENTERS, np.minimum(world.launched, 0))
        return replace(world, quality=quality, launched=launched, titles=sent)

    return planted


def lived(population: str, viewers: int, seed: int, *, row: int) -> tuple[Run, Cold]:
    """Five weeks of a population with a service. row: of trials; 0: nothing is explored at all"""
    told = Cold([], [], {})

    def watched(run: Run, caller: Caller, first: float) -> Ask:
        ask = served(run, caller, first)

        def noted(coming, mood):  # type: ignore[no-untyped-def]
            page = ask(coming, mood)
            tiles = [tile for row in page["rows"] for tile in row["tiles"] if tile["explore"]]
            told.explored[coming.v, coming.at] = {
                run.world.work_of[tile["title_id"]] for tile in tiles
            }
            return page

        return noted

    with own_home() as home, threadpool_limits(1):
        text = home.settings_path.read_text("utf-8")
        told_of_it = f"[exploration]\ntrial_row = {row}" if row else "[exploration]\nevery = 0"
        home.settings_path.write_text(text.replace("[exploration]", told_of_it, 1), "utf-8")
        caller = InProcess(home, FIRST_DAY)
        try:

            def after(day: int) -> None:
                caller.end_day()
                if day + 1 >= _REFIT_DAYS and (day + 1) % _REFIT_DAYS == 0:
                    refit(caller.service, seed=seed)

            run = live(
                POPULATIONS[population], caller, viewers=viewers, days=ENTERS + DAYS, seed=seed,
                policy=lambda day: watched, planted=plant(seed, told), after_day=after,
            )  # fmt: skip
        finally:
            caller.close()
    return run, told


def figures(run: Run, told: Cold) -> dict[str, float]:
    """What came of the titles that entered, and what the weeks were worth."""
    finished: Counter[int] = Counter()
    shown: Counter[int] = Counter()
    last: dict[int, int] = {}
    explored = 0
    looked = 0
    good = 0.0
    for seen in run.visits:  # in order of time but for waves, which are of one day
        tried = told.explored[seen.viewer, seen.at]
        for work in seen.shown:
            shown[work] += 1
            looked += 1
            if work in tried:
                explored += 1
                last[work] = shown[work]
        for play in seen.plays:
            finished[play.work] += play.completed
            good += play.seconds / 3600 if play.pleased and seen.day >= ENTERS else 0.0
    reached = [finished[work] >= PLAYS for work in told.cold]
    return {
        "reached": float(np.mean(reached)),
        "median_plays": float(np.median([finished[work] for work in told.cold])),
        "cold_shown": float(np.mean([shown[work] for work in told.cold])),
        "bad_shown": float(np.mean([shown[work] for work in told.bad])),
        "bad_last_explored": float(max((last.get(work, 0) for work in told.bad), default=0)),
        "explored": explored / max(looked, 1),
        "satisfying_hours": good / len(run.minds.ids) / (DAYS / 7),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--population", default="everyday")
    parser.add_argument("--viewers", type=int, default=500)
    parser.add_argument("--row", type=int, default=4, help="exploration.trial_row")
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS)
    chosen = parser.parse_args()
    parameters = hash_of(POPULATIONS[chosen.population])
    print(
        f"{chosen.viewers} viewers of `{chosen.population}`, {parameters}, {machine()}", flush=True
    )
    found: dict[bool, list[dict[str, float]]] = {False: [], True: []}
    for seed in chosen.seeds:
        for explores in (False, True):
            of = figures(*lived(chosen.population, chosen.viewers, seed, row=chosen.row * explores))
            found[explores].append(of)
            arm = "exploring" if explores else "without"
            print(f"seed {seed}  {arm:<9} " + told_of(of), flush=True)
    without, with_ = (float(np.mean([of["reached"] for of in found[e]])) for e in (False, True))
    worst = max(of["bad_last_explored"] for of in found[True])
    hours = [np.mean([of["satisfying_hours"] for of in found[e]]) for e in (False, True)]
    print(f"reached {PLAYS} finished plays in {DAYS} days: {with_:.1%} exploring, {without:.1%} without"
          f" (asked: 2 times as many; {with_ / max(without, 1e-9):.2f})")  # fmt: skip
    print(
        f"a planted bad title was explored last at its {worst:.0f}th impression (asked: {MOST_SHOWN})"
    )
    print(f"satisfying hours of all viewers: {hours[1] / hours[0] - 1:+.1%}")


def told_of(of: dict[str, float]) -> str:
    return (
        f"reached {of['reached']:.1%}, median {of['median_plays']:.0f} finished plays, shown"
        f" {of['cold_shown']:.0f} times; bad ones shown {of['bad_shown']:.0f} times, explored last at the"
        f" {of['bad_last_explored']:.0f}th; explored {of['explored']:.1%} of what was looked at;"
        f" {of['satisfying_hours']:.3f} satisfying hours a week"
    )


if __name__ == "__main__":
    main()
