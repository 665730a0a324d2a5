"""A viewer as the simulation plays it: taste and what has happened to it so far."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from frontrow.base.draws import Draws
from frontrow.base.randomness import rng_for
from frontrow.simulation.appeal import Appeal
from frontrow.simulation.sittings import Diary
from frontrow.simulation.tastes import Taste, cost_of_length, feel, fits_profile, plant_taste
from frontrow.simulation.windows import COUNTRIES
from frontrow.simulation.world import Booleans, Floats, World


@dataclass(frozen=True)
class Stage:
    """What all viewers share.

    length_cost: float64[4, n], by daypart
    first:       seconds since 1970 of the first day, midnight UTC
    end:         seconds since 1970; nothing happens then or later
    """

    world: World
    appeal: Appeal
    length_cost: Floats
    first: int
    end: int
    days: int


@dataclass
class Started:
    """A title in progress: how it pleases, and where the viewer is in it."""

    pleasure: float
    last_seen: int
    next_episode: int = 0
    position_seconds: int = 0


@dataclass
class Viewer:
    """One viewer and the state that visits change."""

    profile: dict[str, Any]
    taste: Taste
    country: int
    value: Floats
    value_later: Floats
    fits: Booleans
    prefers_second: Booleans
    rng: np.random.Generator
    draws: Draws
    diary: Diary
    mood: float = 0.35  # that of a viewer in the middle of things
    n_visits: int = 0
    in_progress: dict[int, Started] = field(default_factory=dict)
    finished: set[int] = field(default_factory=set)
    wishes: list[int] = field(default_factory=list)

    @property
    def profile_id(self) -> str:
        """The profile's id."""
        return self.diary.profile_id


def set_stage(world: World, appeal: Appeal, *, first: int, end: int, days: int) -> Stage:
    """The stage for so many days of viewing."""
    return Stage(world, appeal, cost_of_length(world), first, end, days)


def seat_viewer(profile: dict[str, Any], stage: Stage, seed: int) -> Viewer:
    """A viewer with a taste of its own, before the first visit."""
    rng = rng_for(seed, "viewer", profile["profile_id"])
    world = stage.world
    taste = plant_taste(profile, world, rng)
    language = profile["language"]
    prefers_second = np.array(
        [language in world.audio[b] and language not in world.audio[a] for a, b in world.twins],
        dtype=np.bool_,
    )
    return Viewer(
        profile=profile,
        taste=taste,
        country=COUNTRIES.index(profile["country"]),
        value=feel(taste, world, stage.appeal, profile, later=False),
        value_later=feel(taste, world, stage.appeal, profile, later=True),
        fits=fits_profile(world, profile),
        prefers_second=prefers_second,
        rng=rng,
        draws=Draws(rng),
        diary=Diary(profile["profile_id"]),
    )
