"""Planted appeal: how good a work is, how popular it is on a day in a country, what rises.

None of it stands in a title. Quality and style are felt by viewers; popularity is known to
the logging policy and to word of mouth. Some works rise in the last days of a country.
"""

from dataclasses import dataclass

import numpy as np

from frontrow.base.randomness import rng_for
from frontrow.simulation.windows import COUNTRIES
from frontrow.simulation.world import Floats, Integers, World

N_STYLES = 4
_SPREAD = 1.15  # of log popularity; the top 1% of works get about 15% of the shelf draws
_LAUNCH_BOOST = 5.0
_LAUNCH_DAYS = 9.0
_WORKS_PER_RISING = 160
_STRONGEST_RISE = 40.0
_SECONDS_PER_DAY = 86_400


@dataclass(frozen=True)
class Appeal:
    """What is planted about the n tiles.

    quality:    float64[n], standard normal
    style:      float64[n, s], hidden directions that no genre or theme says
    popularity: float64[days + 1, c, n], relative demand on each day in each country
    rising:     tiles that rise, by country
    """

    quality: Floats
    style: Floats
    popularity: Floats
    rising: dict[str, list[int]]


def plant_appeal(world: World, seed: int, *, first_day: int, days: int) -> Appeal:
    """Plant appeal for the days from `first_day` (seconds since 1970, midnight)."""
    rng = rng_for(seed, "appeal")
    n = len(world)
    quality = rng.standard_normal(n)[world.work_of]
    style = rng.standard_normal((n, N_STYLES))[world.work_of]
    recency = np.clip((world.year - 1990) / 35, 0, 1)
    noise = rng.standard_normal(n)[world.work_of]
    base = np.exp(_SPREAD * (0.55 * quality + 0.8 * noise) + 0.8 * recency)
    popularity = np.empty((days + 1, len(COUNTRIES), n))
    local = np.exp(0.35 * rng.standard_normal((len(COUNTRIES), n)))[:, world.work_of]
    rising: dict[str, list[int]] = {}
    for c, country in enumerate(COUNTRIES):
        chosen, starts, peaks = _choose_rising(world, c, first_day, days, rng)
        rising[country] = chosen.tolist()
        for day in range(days + 1):
            today = first_day + day * _SECONDS_PER_DAY
            age = (today - np.maximum(world.added, 0)) / _SECONDS_PER_DAY
            launch = np.where(
                (age >= -1) & (age < 60),
                1 + _LAUNCH_BOOST * np.exp(-np.maximum(age, 0) / _LAUNCH_DAYS),
                1.0,
            )
            demand = base * launch * local[c]
            grown = np.clip((day - starts) / 5, 0, 1)
            demand[chosen] *= 1 + (peaks - 1) * grown
            popularity[day, c] = demand
    return Appeal(quality, style, popularity, rising)


def _choose_rising(
    world: World, c: int, first_day: int, days: int, rng: np.random.Generator
) -> tuple[Integers, Floats, Floats]:
    """Tiles that rise in the last days of country `c`: which, from which day, how high."""
    last = first_day + days * _SECONDS_PER_DAY
    open_then = np.flatnonzero(
        (world.opens[:, c] < last - 12 * _SECONDS_PER_DAY)
        & (world.closes[:, c] > last)
        & ~world.kids
        & (world.work_of == np.arange(len(world)))
    )
    count = min(len(open_then), max(2, len(world) // _WORKS_PER_RISING))
    chosen = rng.choice(open_then, size=count, replace=False)
    starts = days - rng.uniform(6, 10, size=count)
    peaks = rng.uniform(_STRONGEST_RISE * 0.4, _STRONGEST_RISE, size=count)
    return chosen, starts, peaks
