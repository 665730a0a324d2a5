"""An invented service of any size, for measuring what fitting costs: nothing is learned from it.

Popularity is long-tailed, every viewer has a few tastes, some viewers watch much more than others, and
times are spread over a year, of some viewers from when they joined within it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from frontrow.base.randomness import rng_for
from frontrow.base.time import US_PER_DAY
from frontrow.catalog import Catalogue, Credit, StoredTitle, Title, build_catalogue

Numbers = NDArray[np.float64]

START_US = 1_760_000_000_000_000
DAYS = 365
END_US = START_US + DAYS * US_PER_DAY

GENRES = 12
TASTE = 0.2
"""Of the Dirichlet distribution of a viewer's tastes: two or three genres have most of it."""
TAIL = 0.8
"""Popularity falls with this power of the rank."""
UNEVEN = 0.8
"""Standard deviation of the logarithm of how much a viewer watches."""
MOST_OF_ALL = 0.5
"""Nobody has watched more than this share of the titles."""
WORDS, WORDS_PER_GENRE, WORDS_PER_TITLE = 2_000, 200, 20
THEMES, TITLES_PER_PERSON = 100, 4
VIEWERS_PER_BLOCK = 256


@dataclass(frozen=True)
class Size:
    """How much there is; fewer `plays` where all viewers have the most that one may have."""

    titles: int
    viewers: int
    plays: int


def invented_catalogue(size: Size, seed: int) -> Catalogue:
    """Films with words, themes and people that go with their genre, film i being work i."""
    rng = rng_for(seed, "invented", "catalogue")
    genres = _genres(size, seed)
    people = max(size.titles // TITLES_PER_PERSON, GENRES)
    stored = []
    for i, genre in enumerate(genres.tolist()):
        first = genre * (WORDS - WORDS_PER_GENRE) // GENRES
        said = first + rng.integers(0, WORDS_PER_GENRE, WORDS_PER_TITLE)
        of_genre = np.arange(genre, people, GENRES)
        title = Title(
            title_id=f"film-{i:06d}",
            kind="movie",
            name=f"Film {i}",
            synopsis=" ".join(f"word{word}" for word in said.tolist()),
            release_year=1970 + int(rng.integers(0, 55)),
            genres=[f"Genre {genre}"],
            themes=sorted({f"theme {t}" for t in rng.integers(0, THEMES, 3).tolist()}),
            people=[
                Credit(name=f"person {person}", role="actor")
                for person in rng.choice(of_genre, min(3, len(of_genre)), replace=False).tolist()
            ],
            original_language="en",
        )
        stored.append(StoredTitle(title, i, START_US))
    return build_catalogue(1, stored)


def invented_plays(size: Size, seed: int) -> dict[str, NDArray[Any]]:
    """viewer, work, us, rating [m]: one play of each (viewer, work), with the rating it came to."""
    rng = rng_for(seed, "invented", "plays")
    popular = _popularity(size, seed)
    genres = _genres(size, seed)
    counts = _counts(size, rng)
    parts = []
    for start in range(0, size.viewers, VIEWERS_PER_BLOCK):
        some = counts[start : start + VIEWERS_PER_BLOCK]
        taste = rng.dirichlet(np.full(GENRES, TASTE), len(some))[:, genres]  # [r, n]
        drawn = _draw(popular * (taste + 1e-3), some, rng)
        viewer = np.repeat(np.arange(len(some)), some)
        liked = np.minimum(0.35 + taste[viewer, drawn], 0.9)
        joined = START_US + np.maximum(rng.uniform(-1, 0.8, len(some)), 0) * DAYS * US_PER_DAY
        after = rng.random(len(viewer)) * (END_US - joined[viewer])
        parts.append(
            {
                "viewer": start + viewer,
                "work": drawn.astype(np.int32),
                "us": (joined[viewer] + after).astype(np.int64),
                "rating": np.where(rng.random(len(viewer)) < liked, 1.0, 0.25).astype(np.float32),
            }
        )
    return {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}


def _genres(size: Size, seed: int) -> NDArray[np.int64]:
    """int64[n]: the genre of each film."""
    return rng_for(seed, "invented", "genres").integers(0, GENRES, size.titles)


def _popularity(size: Size, seed: int) -> Numbers:
    """float64[n]: ranks fall on the films at random."""
    rank: Numbers = 1 + rng_for(seed, "invented", "popularity").permutation(size.titles).astype(
        float
    )
    return rank**-TAIL


def _counts(size: Size, rng: np.random.Generator) -> NDArray[np.int64]:
    """int64[b]: plays of each viewer, at least one; what is above the most goes to the others."""
    share = np.exp(UNEVEN * rng.standard_normal(size.viewers))
    most = max(int(size.titles * MOST_OF_ALL), 1)
    counts = np.ones(size.viewers, dtype=np.int64)
    while (missing := size.plays - int(counts.sum())) > 0 and (counts < most).any():
        open_share = share * (counts < most)
        counts += rng.multinomial(missing, open_share / open_share.sum())
        counts = np.minimum(counts, most)
    return counts


def _draw(weight: Numbers, counts: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.intp]:
    """Draw `counts` [r] works without replacement in proportion to `weight` [r, n], by the largest of
    log weight + Gumbel noise; row after row."""
    keys = np.log(weight) + rng.gumbel(size=weight.shape)
    return np.concatenate(
        [
            np.argpartition(-row, count - 1)[:count]
            for row, count in zip(keys, counts.tolist(), strict=True)
        ]
    )
