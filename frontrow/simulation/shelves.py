"""The plain logging policy: shelves that are part popular, part random, and nothing personal.

Each slot flips a coin: with `EPSILON` it takes any remaining eligible tile, all alike, else
one in proportion to popularity. So the chance of a tile at its slot, given those before it,
is EPSILON / remaining + (1 - EPSILON) * weight / remaining weight; it goes on record.
"""

from dataclasses import dataclass

import numpy as np

from frontrow.simulation.world import Booleans, Floats, Integers, World

EPSILON = 0.3
N_ROWS = 5
N_COLUMNS = 8
_TASTE_FOR_THE_POPULAR = 0.75  # exponent on popularity, so that the top doesn't fill each page


@dataclass(frozen=True)
class Shelf:
    """Drawn tiles in order of slots, and the chance of each at its slot."""

    tiles: list[int]
    probability: list[float]


def eligible_tiles(
    world: World, fits: Booleans, country: int, at: int, prefers_second: Booleans
) -> Integers:
    """Tiles that may be shown at this time: one edition of each work.

    fits:           bool[n], within the profile's limits and not dismissed
    at:             seconds since 1970
    prefers_second: bool[m], for each pair of editions: the second is the viewer's
    """
    open_now = fits & (world.opens[:, country] <= at) & (at < world.closes[:, country])
    if len(world.twins):
        first, second = world.twins[:, 0], world.twins[:, 1]
        both = open_now[first] & open_now[second]
        open_now[np.where(prefers_second, first, second)[both]] = False
    return np.flatnonzero(open_now)


def fill_shelf(
    eligible: Integers, popularity: Floats, n_slots: int, rng: np.random.Generator
) -> Shelf:
    """Draw tiles for so many slots without replacement.

    eligible:   int64[m], tiles to draw from
    popularity: float64[n], over all tiles
    """
    m = len(eligible)
    n_slots = min(n_slots, m)
    weight = popularity[eligible] ** _TASTE_FOR_THE_POPULAR
    sums = np.cumsum(weight)
    left = float(sums[-1]) if m else 0.0
    coins = (rng.random(n_slots) < EPSILON).tolist()
    popular: list[int] = []
    uniform: list[int] = []
    taken: set[int] = set()
    places: list[int] = []
    chances: list[float] = []
    for slot, coin in enumerate(coins):
        while True:
            if coin:
                uniform = uniform or (rng.random(2 * n_slots) * m).astype(np.int64).tolist()
                place = uniform.pop()
            else:
                popular = popular or _draw_popular(sums, 2 * n_slots, rng)
                place = popular.pop()
            if place not in taken:
                break
        mine = float(weight[place])
        taken.add(place)
        places.append(place)
        chances.append(EPSILON / (m - slot) + (1 - EPSILON) * mine / max(left, mine))
        left -= mine
    return Shelf(eligible[places].tolist() if places else [], chances)


def _draw_popular(sums: Floats, count: int, rng: np.random.Generator) -> list[int]:
    marks = rng.random(count) * sums[-1]
    places = np.minimum(np.searchsorted(sums, marks, side="right"), len(sums) - 1)
    return [int(place) for place in places]
