"""What happens once a title is chosen: how long it is watched, how it pleases, whether more follows."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from frontrow.base.draws import Draws
from frontrow.simulation.loop.minds import Minds, hidden_liking, watch_changes
from frontrow.simulation.loop.parameters import Parameters
from frontrow.simulation.loop.world import World

SATISFYING = 1.2
"""Liking from which on what was watched counts as satisfying."""

_LONG_SECONDS = 600.0
_ENDED = 0.94


@dataclass(frozen=True)
class Play:
    """One sitting with a title: an episode, or a film."""

    title_id: str
    work: int
    began: float  # seconds after the visit's beginning
    start_seconds: float
    seconds: float
    runtime: float
    completed: bool
    liking: float
    autoplay: bool
    rated: int | None

    @property
    def pleased(self) -> bool:
        """Whether this was good for the viewer, by what is planted."""
        return self.liking >= SATISFYING and self.seconds >= min(_LONG_SECONDS, 0.8 * self.runtime)


def sit(
    minds: Minds,
    world: World,
    v: int,
    work: int,
    told: float,
    *,
    resume: tuple[str, float] | None,
    title_id: str,
    began: float,
    day: int,
    draws: Draws,
) -> list[Play]:
    """The plays that follow a choice.

    told: liking as far as it could be known;  resume: episode or film to go on with, and where
    """
    p, lived = world.parameters, minds.lived[v]
    liking = told + float(hidden_liking(minds, world, v, np.array([work]))[0])
    episodes = world.episodes[work]
    left = 3600 * float(minds.hours_left[v]) * -math.log(1 - draws.unit())
    number, start = 0, 0.0
    if resume is not None:
        start = resume[1]
        number = episodes.index(resume[0]) if resume[0] in episodes else 0
        if resume[0] not in episodes and episodes:
            start = 0.0
    plays: list[Play] = []
    at = began
    while True:
        playing = episodes[number] if episodes else (title_id if resume is None else resume[0])
        runtime = 60 * world.minutes_of.get(playing, float(world.minutes[work]))
        start = min(start, 0.9 * runtime)
        known = resume is not None or bool(plays)
        odds = math.log(p.leaves_early / (1 - p.leaves_early)) - p.disappointment * (liking - 1.5)
        leaves = draws.chance(1 / (1 + math.exp(-odds)) * (0.5 if known else 1.0))
        seconds = _seconds(p, runtime - start, leaves, draws)
        completed = start + seconds >= _ENDED * runtime
        plays.append(
            Play(
                playing, work, at, start, seconds, runtime, completed, liking, bool(plays),
                _rating(p.rates, liking, draws, leaves),
            )
        )  # fmt: skip
        at += seconds + draws.between(3, 12)
        lived.plays += 1
        if completed and number + 1 < len(episodes):
            lived.under_way[work] = (number + 1, 0.0)
        elif completed:
            lived.under_way.pop(work, None)
            lived.finished[work] = day
        elif not leaves:
            lived.under_way[work] = (number, start + seconds)
        elif resume is not None:
            lived.under_way.pop(work, None)
        more = completed and number + 1 < len(episodes) and at - began < left
        if not more or not draws.chance(float(minds.binge[v]) * (1 + 0.15 * math.tanh(liking - 1))):
            break
        number, start = number + 1, 0.0
    watch_changes(minds, world, v, work, day)
    return plays


def _seconds(p: Parameters, ahead: float, leaves: bool, draws: Draws) -> float:
    """How long one plays of what lies ahead, in seconds."""
    if leaves:
        quick = draws.chance(p.leaves_at_once)
        return draws.between(3, 45) if quick else ahead * draws.between(0.04, 0.4)
    if draws.chance(p.stops_midway):
        return ahead * draws.between(0.35, 0.9)
    return ahead * draws.between(0.96, 1.0)


def _rating(share: float, liking: float, draws: Draws, leaves: bool) -> int | None:
    if not draws.chance(share):
        return None
    felt = liking + draws.normal(0, 0.5)
    return -1 if felt < 0.5 or leaves else 2 if felt > 3 else 1
