"""A service's catalogue as a population meets it: arrays over works, launches day by day, hidden merit.

In: parameters, a seed, the last day. Out: titles as the API takes them, by the day on which they are
sent, and what is planted in them, which no title says.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from frontrow.base.draws import Draws
from frontrow.base.randomness import rng_for
from frontrow.base.time import format_time, parse_time
from frontrow.simulation.loop.parameters import Parameters
from frontrow.simulation.taxonomy import GENRE_NAMES, THEME_NAMES
from frontrow.simulation.titles import write_titles
from frontrow.simulation.works import Work, invent_works

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Bools = NDArray[np.bool_]
Title = dict[str, Any]

PICTURES: tuple[str, ...] = ("face", "scene", "action", "title-led")
DAY = 86_400


@dataclass(frozen=True)
class World:
    """Arrays over the n works, and what their titles say.

    genre:   float64[n, g], 1 for the first genre, 0.6 for the others
    theme:   bool[n, h];  cast: int64[n, 4], persons by number, -1 where there are fewer
    minutes: float64[n], of a film or of an episode
    launched: int64[n], day on which it comes, 0 and before: there from the beginning
    quality: float64[n];  bait: bool[n];  fame: float64[n], mean 0
    work_of: by title_id, episodes and editions too;  episodes: by work, their ids in order
    """

    parameters: Parameters
    ids: list[str]
    genre: Floats
    first_genre: Integers
    theme: Bools
    cast: Integers
    minutes: Floats
    is_series: Bools
    kids: Bools
    maturity: Integers
    launched: Integers
    quality: Floats
    bait: Bools
    fame: Floats
    work_of: dict[str, int]
    minutes_of: dict[str, float]
    episodes: dict[int, list[str]]
    picture_of: dict[str, int]
    pictures: list[list[str]]  # of each work
    persons: list[int]  # by number, how many works each has a part in
    titles: dict[int, list[Title]]  # by the day on which they are sent

    def __len__(self) -> int:
        return len(self.ids)


def make_world(parameters: Parameters, seed: int, *, first: datetime, days: int) -> World:
    """The catalogue of the days from `first` (aware, midnight UTC)."""
    last = first.timestamp() + days * DAY
    works = invent_works(seed, parameters.works, datetime.fromtimestamp(last, first.tzinfo))
    rng = rng_for(seed, "loop", "world")
    n = len(works)
    launched = np.array([_day_of(work, first) for work in works], dtype=np.int64)
    people: dict[int, int] = {}
    parts: Counter[int] = Counter()
    cast = np.full((n, 4), -1, dtype=np.int64)
    for i, work in enumerate(works):
        for k, (person, _) in enumerate(work.cast[:4]):
            cast[i, k] = people.setdefault(id(person), len(people))
            parts[int(cast[i, k])] += 1
    first_genre = np.array([GENRE_NAMES.index(work.genres[0]) for work in works], dtype=np.int64)
    of_genre = rng.standard_normal(len(GENRE_NAMES))[first_genre]
    share = parameters.quality_by_genre
    quality = np.sqrt(share) * of_genre + np.sqrt(1 - share) * rng.standard_normal(n)
    bait = rng.random(n) < parameters.bait_share
    quality = np.where(bait, -np.abs(quality) - 0.5, quality)
    fame = parameters.fame_spread * (parameters.fame_merit * quality + rng.standard_normal(n))
    sent: dict[int, list[Title]] = {}
    work_of: dict[str, int] = {}
    minutes_of: dict[str, float] = {}
    episodes: dict[int, list[str]] = {}
    picture_of: dict[str, int] = {}
    pictures: list[list[str]] = []
    for i, work in enumerate(works):
        draws = Draws(rng_for(seed, "loop", "titles", work.work_id))
        art = _pictures(work, picture_of)
        pictures.append([each["artwork_id"] for each in art])
        titles = write_titles(work, art, datetime.fromtimestamp(last, first.tzinfo), draws)
        for title in titles:
            work_of[title["title_id"]] = i
            minutes_of[title["title_id"]] = float(title["runtime_minutes"])
            day = max(int(launched[i]), 0)
            sent.setdefault(day, []).append(title)
        episodes[i] = [t["title_id"] for t in titles if t["kind"] == "episode" and t["season"] > 0]
    return World(
        parameters=parameters,
        ids=[work.work_id for work in works],
        genre=_genres(works),
        first_genre=first_genre,
        theme=np.array([[t in w.themes for t in THEME_NAMES] for w in works], dtype=np.bool_),
        cast=cast,
        minutes=np.array([work.runtime_minutes for work in works], dtype=np.float64),
        is_series=np.array([work.kind == "series" for work in works], dtype=np.bool_),
        kids=np.array([work.kids for work in works], dtype=np.bool_),
        maturity=np.array([work.maturity for work in works], dtype=np.int64),
        launched=launched,
        quality=quality,
        bait=bait,
        fame=fame - fame.mean(),
        work_of=work_of,
        minutes_of=minutes_of,
        episodes=episodes,
        picture_of=picture_of,
        pictures=pictures,
        persons=[parts[k] for k in range(len(people))],
        titles=sent,
    )


def spoken_of(world: World, day: int) -> Floats:
    """float64[n]: word of mouth on a day, as a log; it is loudest at a launch."""
    p = world.parameters
    age = np.maximum(day - world.launched, 0)
    fresh = world.launched > 0
    return world.fame + np.where(fresh, np.log1p(p.launch_boost * np.exp(-age / p.launch_days)), 0)


def _day_of(work: Work, first: datetime) -> int:
    added = parse_time(format_time(work.licence.added_at))
    return int((added - first).total_seconds() // DAY)


def _genres(works: list[Work]) -> Floats:
    marks = np.zeros((len(works), len(GENRE_NAMES)))
    for i, work in enumerate(works):
        for k, genre in enumerate(work.genres):
            marks[i, GENRE_NAMES.index(genre)] = 1.0 if k == 0 else 0.6
    return marks


def _pictures(work: Work, picture_of: dict[str, int]) -> list[dict[str, Any]]:
    """Two to four pictures, by name only: nobody paints for viewers who are arithmetic."""
    kinds = [k for k in range(4) if not (work.kind == "live" and k == 0)]
    made = []
    for k in kinds:
        artwork_id = f"{work.work_id}-a{k}"
        picture_of[artwork_id] = k
        made.append(
            {
                "artwork_id": artwork_id,
                "url": f"/artwork/{artwork_id}.svg",
                "tags": [PICTURES[k]],
            }
        )
    return made
