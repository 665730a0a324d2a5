"""Planted tastes: what a viewer likes, when, in which pictures, and with how much patience.

A taste is a vector over genres (drifting a little over the days), some themes, some people,
a hidden style, and a shift for each daypart. `truth_of` says it in plain JSON.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from frontrow.simulation.appeal import N_STYLES, Appeal
from frontrow.simulation.artwork import KINDS
from frontrow.simulation.taxonomy import GENRE_NAMES, THEME_NAMES, THEMES_OF_GENRE
from frontrow.simulation.world import Booleans, Floats, World

DAYPARTS: tuple[str, ...] = ("morning", "afternoon", "evening", "night")
_SHARE_CROSS_DAYPART = 0.4
LOVED_FROM = 1.0  # weight of a genre that is loved
_KIDS_GENRES = ("Animation", "Family", "Adventure", "Comedy")
_LIKED_PEOPLE = 10
_UNDUBBED = -0.35  # taste for a title with subtitles only
_NOT_UNDERSTOOD = -1.6
# Minutes beyond which a title is long in each daypart, and what a further minute costs there.
_LONG_MINUTES = (40.0, 90.0, 130.0, 90.0)
_COST_OF_A_MINUTE = (0.012, 0.006, 0.004, 0.008)


@dataclass(frozen=True)
class Taste:
    """What is planted in one viewer.

    genre, genre_later: float64[g], at the first and the last day
    theme:         float64[h]
    people:        weight by name
    style:         float64[s]
    daypart_genre: float64[4, g], added in that daypart
    daypart_habit: float64[2, 4], share of visits on weekdays and at weekends
    art:           float64[4], liking of each kind of artwork
    patience:      0 to 1, how far a page is examined and how long a dull start is endured
    curiosity:     0 to 1, how much new things and the unpopular attract
    """

    genre: Floats
    genre_later: Floats
    theme: Floats
    people: dict[str, float]
    style: Floats
    series_liking: float
    daypart_genre: Floats
    daypart_habit: Floats
    cross_daypart: bool
    art: Floats
    patience: float
    curiosity: float
    visits_per_week: float


def plant_taste(profile: dict[str, Any], world: World, rng: np.random.Generator) -> Taste:
    """Draw the taste of one viewer."""
    kids = bool(profile.get("kids"))
    genre = _draw_genres(kids, rng)
    loved = [GENRE_NAMES[i] for i in np.argsort(-genre)[:4]]
    theme = np.zeros(len(THEME_NAMES))
    near = sorted({THEME_NAMES.index(t) for name in loved[:3] for t in THEMES_OF_GENRE[name]})
    chosen = rng.choice(near, size=min(len(near), int(rng.integers(3, 6))), replace=False)
    theme[chosen] = rng.uniform(0.7, 1.5, size=len(chosen))
    cross = bool(not kids and rng.random() < _SHARE_CROSS_DAYPART)
    return Taste(
        genre=genre,
        genre_later=genre + 0.3 * rng.standard_normal(len(genre)),
        theme=theme,
        people=_draw_people(genre, world, rng),
        style=0.5 * rng.standard_normal(N_STYLES),
        series_liking=0.5 * float(rng.standard_normal()),
        daypart_genre=_draw_daypart_genres(loved, cross, rng),
        daypart_habit=_draw_habit(kids, cross, rng),
        cross_daypart=cross,
        art=0.75 * rng.standard_normal(len(KINDS)),
        patience=float(rng.beta(3, 2)),
        curiosity=float(rng.beta(2, 3)),
        visits_per_week=float(np.clip(np.exp(rng.normal(0.9, 0.6)), 0.4, 12)),
    )


def feel(
    taste: Taste, world: World, appeal: Appeal, profile: dict[str, Any], *, later: bool
) -> Floats:
    """How much each tile suits this viewer: float64[n], mean 0 and deviation 1."""
    genre = taste.genre_later if later else taste.genre
    value = 1.6 * (world.genre @ genre) + 0.8 * np.minimum(world.theme @ taste.theme, 2.0)
    value += appeal.style @ taste.style + 0.45 * appeal.quality
    value += taste.series_liking * np.array([kind == "series" for kind in world.kinds])
    value += (0.4 - 0.8 * taste.curiosity) * np.clip((world.year - 1995) / 15, -1.5, 1.5)
    liked = taste.people
    value += np.array(
        [min(sum(liked.get(name, 0.0) for name in cast), 2.2) for cast in world.people]
    )
    understood = set(profile["understands"])
    for i, (audio, subtitles) in enumerate(zip(world.audio, world.subtitles, strict=True)):
        if audio.isdisjoint(understood):
            value[i] += _NOT_UNDERSTOOD if subtitles.isdisjoint(understood) else _UNDUBBED
    scaled: Floats = (value - value.mean()) / (value.std() + 1e-9)
    return scaled


def cost_of_length(world: World) -> Floats:
    """What the length of a tile costs in each daypart: float64[4, n], zero or less."""
    minutes = world.runtime_seconds / 60
    return np.stack(
        [
            -cost * np.maximum(minutes - long, 0)
            for long, cost in zip(_LONG_MINUTES, _COST_OF_A_MINUTE, strict=True)
        ]
    )


def truth_of(taste: Taste) -> dict[str, Any]:
    """The taste as plain JSON, by name; only what stands out of themes and people."""
    return {
        "genres": _by_name(GENRE_NAMES, taste.genre),
        "genres_at_the_end": _by_name(GENRE_NAMES, taste.genre_later),
        "themes": {
            name: round(float(w), 3) for name, w in zip(THEME_NAMES, taste.theme, strict=True) if w
        },
        "people": {name: round(weight, 3) for name, weight in taste.people.items()},
        "style": [round(float(w), 3) for w in taste.style],
        "series_liking": round(taste.series_liking, 3),
        "dayparts": {
            part: {
                "share_of_weekday_visits": round(float(taste.daypart_habit[0, i]), 3),
                "share_of_weekend_visits": round(float(taste.daypart_habit[1, i]), 3),
                "genres": _by_name(GENRE_NAMES, taste.daypart_genre[i]),
            }
            for i, part in enumerate(DAYPARTS)
        },
        "cross_daypart": taste.cross_daypart,
        "artwork": _by_name(KINDS, taste.art),
        "patience": round(taste.patience, 3),
        "curiosity": round(taste.curiosity, 3),
        "visits_per_week": round(taste.visits_per_week, 3),
    }


def _by_name(names: tuple[str, ...], weights: Floats) -> dict[str, float]:
    return {name: round(float(weight), 3) for name, weight in zip(names, weights, strict=True)}


def _draw_genres(kids: bool, rng: np.random.Generator) -> Floats:
    genre = rng.normal(-0.2, 0.35, size=len(GENRE_NAMES))
    if kids:
        pool = [GENRE_NAMES.index(name) for name in _KIDS_GENRES]
    else:
        pool = [
            i for i, name in enumerate(GENRE_NAMES) if name not in ("Family",) or rng.random() < 0.4
        ]
    loved = rng.choice(pool, size=int(rng.integers(2, 5)), replace=False)
    genre[loved] = rng.uniform(LOVED_FROM, 2.0, size=len(loved))
    others = np.setdiff1d(np.arange(len(genre)), loved)
    genre[rng.choice(others, size=2, replace=False)] -= 0.9
    return genre


def _draw_people(genre: Floats, world: World, rng: np.random.Generator) -> dict[str, float]:
    """People of tiles that suit this viewer: of each cast the one who is known best."""
    suits = np.exp(1.5 * (world.genre @ genre))
    tiles = rng.choice(len(world), size=_LIKED_PEOPLE, p=suits / suits.sum())
    names = [
        max(world.people[i], key=lambda name: (world.parts[name], name))
        for i in tiles
        if world.people[i]
    ]
    return {name: float(rng.uniform(0.9, 1.8)) for name in dict.fromkeys(names)}


def _draw_daypart_genres(loved: list[str], cross: bool, rng: np.random.Generator) -> Floats:
    shift = rng.normal(0, 0.15, size=(len(DAYPARTS), len(GENRE_NAMES)))
    if cross:
        first, second = (GENRE_NAMES.index(name) for name in loved[:2])
        other = int(rng.integers(len(GENRE_NAMES)))
        for parts, own, foreign in (((0, 1), first, second), ((2, 3), second, first)):
            for part in parts:
                shift[part, own] += 1.3
                shift[part, foreign] -= 1.3
        shift[3, other] += 0.9
    return shift


def _draw_habit(kids: bool, cross: bool, rng: np.random.Generator) -> Floats:
    typical = np.array(((1.0, 2.0, 6.0, 3.0), (2.0, 4.0, 5.0, 3.0)))
    if kids:
        typical = np.array(((2.0, 6.0, 2.0, 0.02), (5.0, 5.0, 2.0, 0.02)))
    elif cross:
        typical = np.array(((5.0, 2.0, 4.0, 4.0), (4.0, 3.0, 4.0, 4.0)))
    return np.stack([rng.dirichlet(row * 1.5) for row in typical])


def fits_profile(world: World, profile: dict[str, Any]) -> Booleans:
    """Tiles within the profile's limits: bool[n]."""
    fits = np.ones(len(world), dtype=np.bool_)
    if "maturity_limit" in profile:
        fits &= world.maturity <= profile["maturity_limit"]
    if profile.get("kids"):
        fits &= world.kids
    return fits
