"""A small invented service in memory: films of a few genres, and viewers who each like one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from frontrow.base.ids import shard_of
from frontrow.base.randomness import rng_for
from frontrow.base.time import US_PER_DAY
from frontrow.catalog import Catalogue, Credit, StoredTitle, Title, build_catalogue
from frontrow.models import Histories, histories_of
from frontrow.ranking.reward import rewards
from frontrow.viewers import Dataset, Records
from frontrow.viewers.dataset import Moment, Starts, trends_of
from frontrow.viewers.records import blank_records

GENRES = ("Crime", "Comedy", "Space", "Nature")
WORDS = {
    "Crime": "detective murder harbour",
    "Comedy": "wedding neighbour mistake",
    "Space": "rocket planet signal",
    "Nature": "forest river wolves",
}
START_US = 1_760_000_000_000_000
DAYS = 40


def catalogue(n: int = 60, *, first: int = 0) -> Catalogue:
    """`n` films; film i has genre i mod 4, a director of that genre and a synopsis in its words."""
    stored = []
    for i in range(first, first + n):
        genre = GENRES[i % 4]
        title = Title(
            title_id=f"film-{i:04d}",
            kind="movie",
            name=f"Film {i}",
            synopsis=f"A {WORDS[genre]} story.",
            release_year=1980 + i % 40,
            genres=[genre],
            themes=[WORDS[genre].split()[i % 3]],
            people=[Credit(name=f"{genre} director {i % 2}", role="director")],
            original_language="en",
        )
        stored.append(StoredTitle(title, i, START_US))
    return build_catalogue(1, stored)


def choices(
    works: int, viewers: int = 120, each: int = 14, seed: int = 7
) -> dict[str, NDArray[Any]]:
    """viewer, work, us, rating: most of what a viewer rates is of one genre, and well rated."""
    rng = rng_for(seed, "small-world")
    rows = []
    for viewer in range(viewers):
        liked = viewer % 4
        mine = [w for w in range(works) if w % 4 == liked]
        other = [w for w in range(works) if w % 4 != liked]
        for work in {
            *rng.choice(mine, min(each, len(mine)) * 2 // 3, replace=False).tolist(),
            *rng.choice(other, min(each, len(other)) // 3, replace=False).tolist(),
        }:
            us = START_US + int(rng.random() * DAYS * US_PER_DAY)
            rows.append((viewer, work, us, 1.0 if work % 4 == liked else 0.25))
    columns = list(zip(*rows, strict=True))
    return {
        "viewer": np.array(columns[0]),
        "work": np.array(columns[1], dtype=np.int32),
        "us": np.array(columns[2], dtype=np.int64),
        "rating": np.array(columns[3], dtype=np.float32),
    }


def datasets(
    catalogue: Catalogue, rows: dict[str, NDArray[Any]], moments_us: Sequence[Moment]
) -> list[Dataset]:
    """What `build_datasets` gives of one rating for each (viewer, work); `viewer` are numbers."""
    ids = [str(v) for v in np.unique(rows["viewer"])]
    order = sorted(ids, key=lambda profile_id: (shard_of(profile_id), profile_id))
    place = {int(profile_id): i for i, profile_id in enumerate(order)}
    viewer = np.array([place[v] for v in rows["viewer"].tolist()], dtype=np.int64)
    sort = np.lexsort((rows["work"], viewer))
    viewer = viewer[sort]
    work, us, rating = (rows[key][sort] for key in ("work", "us", "rating"))
    good = rating >= 0.75 - 1e-9
    nowhere = np.zeros(int(good.sum()), dtype=np.int16)
    starts = Starts(us[good], work[good], nowhere, ("*",))
    made = []
    for moment in moments_us:
        if isinstance(moment, Mapping):
            of_viewer = np.array([moment.get(p, -1) for p in order], dtype=np.int64)
        else:
            of_viewer = np.full(len(order), moment)
        past = us <= of_viewer[viewer]
        here, counts = np.unique(viewer[past], return_counts=True)
        indptr = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        all_trends, trend = trends_of(starts, catalogue.n, of_viewer[here], moment)
        made.append(
            Dataset(
                at_us=all_trends[-1].at_us,
                n=catalogue.n,
                profile_ids=tuple(order[i] for i in here),
                indptr=indptr,
                records=_rated(work[past], us[past], rating[past]),
                first_us=np.minimum.reduceat(us[past], indptr[:-1])
                if past.any()
                else np.zeros(0, np.int64),
                moment_us=of_viewer[here],
                offset_minutes=np.zeros(len(here), dtype=np.int16),
                country=np.zeros(len(here), dtype=np.int16),
                all_trends=all_trends,
                trend=trend,
            )
        )
    return made


def _rated(work: NDArray[Any], us: NDArray[Any], rating: NDArray[Any]) -> Records:
    return replace(blank_records(work), rating=rating, first_us=us, last_us=us)


def everything(catalogue: Catalogue, **how: int) -> Dataset:
    """All that the viewers did, as known when the last day is over."""
    end = START_US + DAYS * US_PER_DAY
    return datasets(catalogue, choices(catalogue.n, **how), [end])[0]


def histories(catalogue: Catalogue, dataset: Dataset) -> Histories:
    return histories_of(dataset, rewards(dataset, catalogue))
