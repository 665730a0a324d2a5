"""The viewers of a population: what is planted in each, and what the days do to them.

Liking is not a product of two vectors: it is the best of several interests (a genre, and themes inside
it), of which the mood of a visit brings one forward; people, boredom, curiosity, fame and something of
one's own come on top. Arrays over b profiles hold what is planted; a few dicts hold what they lived.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from frontrow.base.randomness import rng_for
from frontrow.simulation.loop.parameters import DEVICES, Parameters, screen_of
from frontrow.simulation.loop.world import Bools, Floats, Integers, World
from frontrow.simulation.profiles import invent_profiles
from frontrow.simulation.taxonomy import GENRE_NAMES, GENRES, THEME_NAMES, THEMES_OF_GENRE

DAYPARTS = 4
"""Morning, afternoon, evening, night."""

_KIDS = ("Animation", "Family", "Adventure", "Comedy")
_LIKED_PEOPLE = 8
_MOST_INTERESTS = 6
_PULL_OF_MOOD, _PULL_OF_REST = 1.0, 0.45


@dataclass
class Lived:
    """What one profile lived through."""

    finished: dict[int, int] = field(default_factory=dict)  # work -> day
    under_way: dict[int, tuple[int, float]] = field(default_factory=dict)  # -> (episode, seconds)
    passed: dict[int, int] = field(default_factory=dict)  # work -> times passed over
    plays: int = 0


@dataclass
class Minds:
    """Arrays over b profiles; k interests each, those beyond a viewer's own have weight 0.

    genre:   float64[b, k, g], how much an interest wants each genre, 0..1
    theme:   bool[b, k, h];  weight: float64[2, b, k], on the first and on the last day
    daypart: float64[b, k, 4], how much an interest belongs to each;  person: int64[b, k], 0 or 1
    hours:   float64[b, 4], share of visits by daypart
    """

    profiles: list[dict[str, Any]]
    ids: list[str]
    genre: Floats
    theme: Bools
    weight: Floats
    daypart: Floats
    person: Integers
    shared: Bools
    liked: Integers
    picture: Floats
    curiosity: Floats
    patience: Floats
    tiles: Integers
    odds: Floats
    hours: Floats
    device: list[tuple[str, str]]
    series: Floats
    hours_left: Floats
    binge: Floats
    choosy: Floats
    key: Integers
    joins: Integers  # day on which they subscribe; -1: they have long since
    # what moves
    satisfaction: Floats
    subscribed: Bools
    bored: Floats
    bored_day: Integers
    known: Bools  # genres watched before
    lived: list[Lived]


def make_minds(world: World, seed: int, n: int, *, first: datetime, days: int) -> Minds:
    """The profiles of a population, household by household."""
    p = world.parameters
    profiles = invent_profiles(n, seed, days=days, now=first + timedelta(days=days))
    rng = rng_for(seed, "loop", "minds")
    k, g, h = _MOST_INTERESTS, len(GENRE_NAMES), len(THEME_NAMES)
    genre, theme = np.zeros((n, k, g)), np.zeros((n, k, h), dtype=np.bool_)
    weight, person = np.zeros((2, n, k)), np.zeros((n, k), dtype=np.int64)
    shared = rng.random(n) < p.shared_share
    drifts = rng.random(n) < p.drift_share
    shares = np.array([genre_.share for genre_ in GENRES])
    for v, profile in enumerate(profiles):
        shared[v] &= not profile.get("kids")
        count = int(rng.integers(p.interests[0], p.interests[1] + 1))
        total = min(count + (2 if shared[v] else 0), k)
        for j in range(total):
            _draw_interest(bool(profile.get("kids")), shares, rng, genre[v, j], theme[v, j])
            person[v, j] = int(shared[v] and j >= count)
        weight[:, v, :total] = rng.uniform(0.75, 1.15, total)
        if drifts[v] and count > 1:
            weight[0, v, 0], weight[1, v, 1] = 0.0, 0.0  # one comes as another goes
    chances = np.array([screen_of(p, device).share for device in DEVICES])
    chosen = rng.choice(len(DEVICES), size=(n, 2), p=chances / chances.sum())
    joins = np.where(rng.random(n) < p.joins_share, rng.integers(0, max(days, 1), n), -1)
    for profile, day in zip(profiles, joins.tolist(), strict=True):
        if day >= 0:
            profile["created_at"] = (first + timedelta(days=day)).isoformat()
    hours = rng.dirichlet((0.6, 1.0, 2.6, 0.9), size=n)
    wide = p.binge_spread * rng.standard_normal(n)
    parts = rng.gumbel(size=(n, k, DAYPARTS))
    return Minds(
        profiles=profiles,
        ids=[profile["profile_id"] for profile in profiles],
        genre=genre,
        theme=theme,
        weight=weight,
        daypart=np.exp(p.daypart_pull * (parts - parts.max(axis=2, keepdims=True)) / 2),
        person=person,
        shared=shared,
        liked=_draw_liked(world, n, rng),
        picture=rng.standard_normal((n, 4)),
        curiosity=p.curiosity * 2 * rng.beta(2, 2, n),
        patience=np.clip(p.patience_seconds * np.exp(0.22 * rng.standard_normal(n)), 30, 180),
        tiles=rng.integers(p.patience_tiles[0], p.patience_tiles[1] + 1, n),
        odds=p.visits_a_day * np.exp(p.visits_spread * rng.standard_normal(n)),
        hours=hours,
        device=[(DEVICES[a], DEVICES[b]) for a, b in chosen.tolist()],
        hours_left=p.hours_left * np.exp(p.hours_spread * rng.standard_normal(n)),
        binge=1 / (1 + np.exp(-np.log(p.binge / (1 - p.binge)) - wide)) if p.binge else 0 * wide,
        choosy=p.choosy + p.choosy_spread * rng.standard_normal(n),
        series=p.series_pull + 0.5 * rng.standard_normal(n),
        key=rng.integers(1, 2**62, n),
        joins=joins,
        satisfaction=np.full(n, 0.2),
        subscribed=joins < 0,
        bored=np.zeros((n, g)),
        bored_day=np.zeros(n, dtype=np.int64),
        known=np.zeros((n, g), dtype=np.bool_),
        lived=[Lived() for _ in range(n)],
    )


def choose_mood(minds: Minds, v: int, daypart: int, second: bool, share: float, u: float) -> Floats:
    """float64[k]: how strongly each interest speaks in this visit; one is brought forward.

    second: whether it is the second person of a shared profile;  share: of the days gone, 0..1
    """
    own = minds.person[v] == (1 if second else 0)
    strength = (1 - share) * minds.weight[0, v] + share * minds.weight[1, v]
    strength = strength * own
    chance = np.cumsum(strength * minds.daypart[v, :, daypart])
    forward = int(np.searchsorted(chance, u * chance[-1]))
    pull = np.full(len(own), _PULL_OF_REST)
    pull[min(forward, len(own) - 1)] = _PULL_OF_MOOD
    moods: Floats = strength * pull
    return moods


def told_liking(minds: Minds, world: World, v: int, works: Integers, mood: Floats) -> Floats:
    """float64[m]: what can be known of some works' liking before they are watched."""
    p = world.parameters
    wanted = np.max(minds.genre[v][:, None, :] * world.genre[works][None], axis=2)  # [k, m]
    inside = (minds.theme[v][:, None, :] & world.theme[works][None]).any(axis=2)
    match = wanted * (p.genre_weight + p.theme_weight * inside)
    best: Floats = (mood[:, None] * match).max(axis=0)
    cast = world.cast[works]
    known = ((cast[:, :, None] == minds.liked[v]) & (cast[:, :, None] >= 0)).any(axis=(1, 2))
    best += p.people_weight * known + minds.series[v] * world.is_series[works]
    first = world.first_genre[works]
    best -= minds.bored[v, first]
    best += minds.curiosity[v] * ~minds.known[v, first]
    return best


def hidden_liking(minds: Minds, world: World, v: int, works: Integers) -> Floats:
    """float64[m]: what only shows in watching: quality, and what is nobody else's."""
    p = world.parameters
    hidden: Floats = p.quality_weight * world.quality[works]
    return hidden + p.own_weight * _own(int(minds.key[v]), works)


def watch_changes(minds: Minds, world: World, v: int, work: int, day: int) -> None:
    """Boredom grows with what was watched, and its genre is known from now on."""
    fade_boredom(minds, world.parameters, v, day)
    first = int(world.first_genre[work])
    minds.bored[v, first] += world.parameters.boredom
    minds.known[v] |= world.genre[work] > 0


def fade_boredom(minds: Minds, p: Parameters, v: int, day: int) -> None:
    """Boredom as it is on a day."""
    gone = day - int(minds.bored_day[v])
    if gone > 0:
        minds.bored[v] *= np.exp(-gone / p.boredom_days)
        minds.bored_day[v] = day


def _own(key: int, works: Integers) -> Floats:
    """A standard logistic number of a viewer and a work, always the same (a mixed 64-bit hash)."""
    with np.errstate(over="ignore"):
        x = works.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(key)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    u = ((x ^ (x >> np.uint64(31))) >> np.uint64(11)).astype(np.float64) / 2.0**53
    u = np.clip(u, 1e-4, 1 - 1e-4)
    odds: Floats = np.log(u / (1 - u))
    return odds


def _draw_interest(
    kids: bool, shares: Floats, rng: np.random.Generator, genre: Floats, theme: Bools
) -> None:
    """One interest: a genre, often a neighbour of it, and two to four of their themes."""
    names = _KIDS if kids else GENRE_NAMES
    weights = np.ones(len(names)) if kids else np.sqrt(shares)
    lead = names[int(rng.choice(len(names), p=weights / weights.sum()))]
    genre[GENRE_NAMES.index(lead)] = 1.0
    homes = set(THEMES_OF_GENRE[lead])
    if rng.random() < 0.5:
        near = GENRES[GENRE_NAMES.index(lead)].neighbours
        beside = near[int(rng.integers(len(near)))]
        genre[GENRE_NAMES.index(beside)] = 0.75
        homes |= set(THEMES_OF_GENRE[beside])
    chosen = rng.permutation(sorted(homes))[: int(rng.integers(2, 5))]
    for name in chosen.tolist():
        theme[THEME_NAMES.index(name)] = True


def _draw_liked(world: World, n: int, rng: np.random.Generator) -> Integers:
    """int64[b, 8]: persons whom each likes, the busier the likelier; -2 stands for nobody."""
    if not world.persons:
        return np.full((n, _LIKED_PEOPLE), -2, dtype=np.int64)
    chance = np.array(world.persons, dtype=np.float64) ** 1.5
    drawn = rng.choice(len(chance), size=(n, _LIKED_PEOPLE), p=chance / chance.sum())
    return drawn.astype(np.int64)
