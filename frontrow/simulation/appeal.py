"""Planted appeal: how good a work is, how popular it is on a day in a country, what rises.

None of it stands in a title. Quality and style are felt by viewers; popularity is known to
the logging policy and to word of mouth. All the time some works rise in a country and fall again;
the last of them still rise as the days end.
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
_DAYS_OF_RISE = 5.0
_DAYS_ON_TOP = 10.0
_HALVED_IN_DAYS = 3.0  # once a rise is over
_DAYS_BETWEEN_WAVES = 6
_SECONDS_PER_DAY = 86_400


@dataclass(frozen=True)
class Appeal:
    """What is planted about the n tiles.

    quality:    float64[n], standard normal
    style:      float64[n, s], hidden directions that no genre or theme says
    popularity: float64[days + 1, c, n], relative demand on each day in each country
    rising:     tiles that rise as the days end, by country
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
        waves = [_choose_rising(world, c, first_day, days, rng)]
        rising[country] = waves[0][0].tolist()
        earlier = rng_for(seed, "waves", country)
        for last in range(days - _DAYS_BETWEEN_WAVES, 0, -_DAYS_BETWEEN_WAVES):
            waves.append(_choose_rising(world, c, first_day, last, earlier))
        for day in range(days + 1):
            today = first_day + day * _SECONDS_PER_DAY
            age = (today - np.maximum(world.added, 0)) / _SECONDS_PER_DAY
            launch = np.where(
                (age >= -1) & (age < 60),
                1 + _LAUNCH_BOOST * np.exp(-np.maximum(age, 0) / _LAUNCH_DAYS),
                1.0,
            )
            demand = base * launch * local[c]
            for chosen, starts, peaks in waves:
                grown = np.clip((day - starts) / _DAYS_OF_RISE, 0, 1)
                gone = np.exp2(-np.maximum(day - starts - _DAYS_ON_TOP, 0) / _HALVED_IN_DAYS)
                demand[chosen] *= 1 + (peaks - 1) * grown * gone
            popularity[day, c] = demand
    return Appeal(quality, style, popularity, rising)


def _choose_rising(
    world: World, c: int, first_day: int, last_day: int, rng: np.random.Generator
) -> tuple[Integers, Floats, Floats]:
    """Tiles that rise in the days before `last_day` in country `c`: which, from which day, how high."""
    last = first_day + last_day * _SECONDS_PER_DAY
    open_then = np.flatnonzero(
        (world.opens[:, c] < last - 12 * _SECONDS_PER_DAY)
        & (world.closes[:, c] > last)
        & ~world.kids
        & (world.work_of == np.arange(len(world)))
    )
    count = min(len(open_then), max(2, len(world) // _WORKS_PER_RISING))
    chosen = rng.choice(open_then, size=count, replace=False)
    starts = last_day - rng.uniform(6, 10, size=count)
    peaks = rng.uniform(_STRONGEST_RISE * 0.4, _STRONGEST_RISE, size=count)
    return chosen, starts, peaks
