"""Policies that differ by what is planted, each lived with for weeks: what rewards are put to the test by.

In: a world, a policy's weights, a seed. Out: the events of the first days as a service would hold them, and
how likely each viewer is to stay, by what is planted in them. Every policy of a world meets the same people
and the same catalogue. Nothing is served and nothing is fitted: the pages are arranged here, and only the
events leave.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
import numpy as np

from frontrow.base.randomness import rng_for
from frontrow.base.time import format_time, from_us, to_us
from frontrow.simulation.loop.arranged import by_order
from frontrow.simulation.loop.calling import Caller
from frontrow.simulation.loop.loop import FIRST_DAY, Run, live
from frontrow.simulation.loop.minds import told_liking
from frontrow.simulation.loop.parameters import CONTRARY, EVERYDAY, RESTLESS, Parameters, hash_of
from frontrow.simulation.loop.visit import Ask, Coming
from frontrow.simulation.loop.world import DAY, Bools, Floats, Integers, World

SHORT_DAYS = 14
"""Within which a short-term proxy is counted."""

CLICKBAIT = msgspec.structs.replace(
    EVERYDAY,
    name="clickbait",
    note="a quarter of the titles have pictures that promise far more than they hold: they are opened"
    " first of all, and left within a minute",
    bait_share=0.25,
    bait_pull=3.5,
    quality_weight=1.2,
    leaves_at_once=0.85,
)
SLOW_FINISH = msgspec.structs.replace(
    EVERYDAY,
    name="slow-finish",
    note="the longer a title, the less it pleases; it is watched a piece at a time, for long, and seldom to"
    " its end",
    leaves_early=0.25,
    leaves_at_once=0.05,
    disappointment=0.9,
    stops_midway=0.6,
)


@dataclass(frozen=True)
class TrialWorld:
    """A population, and what else is planted in its catalogue.

    padded: quality that a title's length costs, for each deviation of its logarithm
    """

    parameters: Parameters
    padded: float = 0.0

    @property
    def hash(self) -> str:
        """Of everything that is planted; a population's own where nothing else is."""
        told = hash_of(self.parameters)
        if not self.padded:
            return told
        return hashlib.blake2b(f"{told} {self.padded}".encode(), digest_size=8).hexdigest()

    def planted(self, world: World) -> World:
        """The catalogue with what else is planted."""
        if not self.padded:
            return world
        cost = self.padded * _standard(np.log(world.minutes))
        return replace(world, quality=world.quality - cost)


WORLDS: dict[str, TrialWorld] = {
    "everyday": TrialWorld(EVERYDAY),
    "restless": TrialWorld(RESTLESS),
    "contrary": TrialWorld(CONTRARY),
    "clickbait": TrialWorld(CLICKBAIT),
    "slow-finish": TrialWorld(SLOW_FINISH, padded=1.8),
}

PLANTED: tuple[str, ...] = ("taste", "quality", "bait", "length", "fame", "chance")
"""What a policy may order titles by, each in deviations over what may be seen."""

POLICIES: dict[str, Mapping[str, float]] = {
    "chance": {"chance": 1},
    "fame": {"fame": 1},
    "length": {"length": 1},
    "brevity": {"length": -1},
    "bait": {"bait": 1, "chance": 0.3},
    "no-bait": {"bait": -1, "chance": 0.3},
    "quality": {"quality": 1},
    "worst": {"quality": -1},
    "taste": {"taste": 1},
    "against-taste": {"taste": -1, "chance": 0.3},
    "taste-quality": {"taste": 1, "quality": 1},
    "taste-bait": {"taste": 1, "bait": 0.7},
    "bait-taste": {"taste": 0.5, "bait": 1},
    "taste-length": {"taste": 1, "length": 0.7},
    "length-taste": {"taste": 0.5, "length": 1},
    "taste-fame": {"taste": 1, "fame": 0.5},
    "taste-chance": {"taste": 1, "chance": 1},
    "fame-quality": {"fame": 0.5, "quality": 0.5},
}


@dataclass
class _Listener:
    """A service that only listens."""

    moves_clock: bool = True
    titles: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)

    def set_clock(self, seconds: float) -> None:
        """Nothing here is dated by it."""

    def call(self, method: str, path: str, body: bytes | None) -> tuple[int, bytes]:
        told: dict[str, Any] = {} if body is None else msgspec.json.decode(body)
        if path == "/v1/titles":
            self.titles += told["titles"]
        elif path == "/v1/events":
            self.events += told["events"]
        return 200, b'{"rejected":[]}'


@dataclass(frozen=True)
class Trial:
    """One policy's weeks.

    titles: as sent;  events: of the first days, as sent, by profile
    stays:  float64[b], the chance to be there at the end, by what is planted
    stayed: bool[b], who was
    """

    world: str
    policy: str
    from_us: int
    until_us: int  # the end of the first days
    profile_ids: list[str]
    titles: list[dict[str, Any]]
    events: dict[str, list[dict[str, Any]]]
    stays: Floats
    stayed: Bools


def lived_trial(
    world: str, policy: str, *, viewers: int, days: int, seed: int, first_days: int = SHORT_DAYS
) -> Trial:
    """Let the people of a world live with one policy. first_days: of which the events are kept"""
    chosen, service = WORLDS[world], _Listener()
    felt: list[Floats] = []
    weights = POLICIES[policy]

    def pages(run: Run, caller: Caller, first: float) -> Ask:
        felt.append(run.minds.satisfaction.copy())
        return by_order(run, _ordering(run, weights))

    run = live(
        chosen.parameters, service,
        viewers=viewers, days=days, seed=seed, policy=lambda day: pages, planted=chosen.planted,
    )  # fmt: skip
    felt.append(run.minds.satisfaction.copy())
    p = chosen.parameters
    hazards = [p.cancels_a_day * np.exp(-p.cancel_slope * mood) for mood in felt[1:]]
    there = np.flatnonzero(run.minds.joins < 0)
    left = {v for _, v in run.cancels}
    ids = [run.minds.ids[v] for v in there.tolist()]
    begin = to_us(FIRST_DAY)
    until = begin + first_days * DAY * 1_000_000
    return Trial(
        world=world,
        policy=policy,
        from_us=begin,
        until_us=until,
        profile_ids=ids,
        titles=service.titles,
        events=_of_first_days(service.events, ids, until),
        stays=np.prod(1 - np.minimum(np.stack(hazards), 1.0), axis=0)[there],
        stayed=np.array([v not in left for v in there.tolist()], dtype=np.bool_),
    )


def _of_first_days(
    events: list[dict[str, Any]], ids: list[str], until_us: int
) -> dict[str, list[dict[str, Any]]]:
    until = format_time(from_us(until_us))
    mine: dict[str, list[dict[str, Any]]] = {profile_id: [] for profile_id in ids}
    for event in events:
        if event["time"] < until and event["profile_id"] in mine:
            mine[event["profile_id"]].append(event)
    return mine


def _ordering(
    run: Run, weights: Mapping[str, float]
) -> Callable[[Coming, Floats, Integers], Integers]:
    world = run.world
    fixed = {
        "quality": world.quality,
        "bait": world.bait.astype(np.float64),
        "length": np.log(world.minutes),
        "fame": world.fame,
    }
    common = sum(
        (weight * _standard(fixed[name]) for name, weight in weights.items() if name in fixed),
        np.zeros(len(world)),
    )

    def order(coming: Coming, mood: Floats, works: Integers) -> Integers:
        value = common[works]
        if "taste" in weights:
            told = told_liking(run.minds, world, coming.v, works, mood)
            value = value + weights["taste"] * _standard(told)
        if "chance" in weights:
            rng = rng_for(0, "trial", run.minds.ids[coming.v], str(int(coming.at)))
            value = value + weights["chance"] * rng.standard_normal(len(works))
        return works[np.argsort(-value, kind="stable")]

    return order


def _standard(values: Floats) -> Floats:
    spread = float(values.std())
    standard: Floats = (values - values.mean()) / (spread or 1.0)
    return standard
