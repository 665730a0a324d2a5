"""Subscribers whose hidden satisfaction drifts, shows in what they do, and decides whether they stay.

Another family than the model: satisfaction is a random walk that no signal holds, the hazard follows it and
the age of the subscription, and what is seen of it is counts with noise. In the trial some are kept by a
better page, some don't care, and some, quiet ones, leave because they were approached.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from frontrow.base.randomness import rng_for
from frontrow.base.time import US_PER_DAY, from_us
from frontrow.events import Event
from frontrow.events.log import Logged
from frontrow.ranking.churn import SIGNALS, Timeline, timeline_of
from frontrow.ranking.churn.uplift import Trial

WEEK_US = 7 * US_PER_DAY
BEGIN_US = 1_700_000_000_000_000 // US_PER_DAY * US_PER_DAY

Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Subscribers:
    """Their timelines, the end of what is known, and the hidden hazard of every week of each."""

    timelines: list[Timeline]
    until_us: int
    begin_us: dict[str, int]
    logits: dict[str, Doubles]  # by week of the subscription


def subscribers(n: int, weeks: int, seed: int) -> Subscribers:
    """So many subscribers who come over the first half of the time."""
    until = BEGIN_US + weeks * WEEK_US
    found = Subscribers([], until, {}, {})
    for number in range(n):
        name = f"s{number}"
        rng = rng_for(seed, "subscriber", name)
        begin = BEGIN_US + int(rng.uniform(0, weeks / 2 * WEEK_US))
        events, logits = _life(name, begin, until, rng)
        timeline = timeline_of(name, events)
        assert timeline is not None
        found.timelines.append(timeline)
        found.begin_us[name] = begin
        found.logits[name] = np.array(logits)
    return found


def _life(
    name: str, begin: int, until: int, rng: np.random.Generator
) -> tuple[list[Logged], list[float]]:
    told: list[Logged] = []

    def tell(kind: str, us: int, **more: object) -> None:
        event = Event(
            event_id=f"{name}-{len(told)}", type=kind, profile_id=name, time=from_us(us), **more  # type: ignore[arg-type]
        )  # fmt: skip
        told.append(Logged(len(told) + 1, kind, us, us, event, {}))

    tell("subscribe", begin)
    mood, logits, week = float(rng.normal()), [], 0
    while begin + week * WEEK_US < until:
        start = begin + week * WEEK_US
        mood += 0.25 * float(rng.normal())
        logit = -4.3 - 1.2 * mood + 0.8 * np.exp(-week / 6)
        logits.append(float(logit))
        leaves = rng.random() < 1 / (1 + np.exp(-logit))
        lasts = float(rng.uniform(0, 1)) if leaves else 1.0
        for _ in range(int(rng.poisson(lasts * np.exp(1.0 + 0.55 * mood)))):
            us = start + int(rng.uniform(0, lasts) * WEEK_US)
            if us < until:
                _visit(tell, us, mood, rng)
        if leaves:
            end = start + int(lasts * WEEK_US)
            if end < until:
                tell("cancel", end)
            break
        week += 1
    told.sort(key=lambda one: one.time_us)
    return told, logits


def _visit(tell, us: int, mood: float, rng: np.random.Generator) -> None:  # type: ignore[no-untyped-def]
    tell("impression", us, title_id=f"t{int(rng.integers(500))}")
    if rng.random() < 1 / (1 + np.exp(1.2 + 0.8 * mood)):
        if rng.random() < 0.4:
            tell("search", us + 20_000_000, query="something else")
        return
    title, runtime = f"t{int(rng.integers(500))}", 5_400.0
    tell("play", us + 30_000_000, title_id=title)
    fate = rng.random()
    finishes = 1 / (1 + np.exp(-0.4 - 0.9 * mood))
    share = 1.0 if fate < finishes else (0.1 if fate < finishes + 0.5 * (1 - finishes) else 0.6)
    seconds = share * runtime
    tell("stop", us + 30_000_000 + int(seconds * 1e6), title_id=title, seconds_watched=seconds,
         position_seconds=seconds, runtime_seconds=runtime)  # fmt: skip
    if share < 0.2 and rng.random() < 0.1:
        tell("rate", us + 40_000_000 + int(seconds * 1e6), title_id=title, value=-1)


def planted_trial(m: int, seed: int, *, keeps: bool = True) -> tuple[Trial, Doubles]:
    """(a trial of so many viewers, by how much the approach truly lowers each one's chance to leave).

    keeps: False: the approach changes nothing
    """
    rng = rng_for(seed, "trial")
    x = rng.normal(size=(m, len(SIGNALS)))
    at = {name: i for i, name in enumerate(SIGNALS)}
    alone = -2.4 + 0.9 * x[:, at["silent"]] + 0.5 * x[:, at["empty_visits"]]
    # A better page keeps those who come and find nothing; who has long been silent is woken up, and leaves.
    change = -0.9 * x[:, at["empty_visits"]] + 0.9 * np.maximum(x[:, at["silent"]], 0) - 0.1
    change = change if keeps else np.zeros(m)
    left_alone, approached = (1 / (1 + np.exp(-logit)) for logit in (alone, alone + change))
    treated = rng.random(m) < 0.5
    ended = rng.random(m) < np.where(treated, approached, left_alone)
    return Trial(x, treated, ended, np.full(m, 0.5)), left_alone - approached
