"""A service with planted tastes in images, and viewers who answer its pages. Nothing of what is planted is in
what the service is told: titles, genres and images with their looks are, tastes are not.

Viewers belong to clusters, each of which watches two genres of its own. For every title and cluster one
image is the favourite: mostly the one of the look that the cluster likes, else any. A few viewers like a look
of their own, whatever they watch. A tile that is examined is taken (watched to the end) with a chance that
depends on the title, on whether it is of the cluster's genres, and on whether its image is the favourite.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from frontrow.base.randomness import rng_for

LOOKS = ("face", "scene", "action", "title-led")
CLUSTERS = 4
GENRES = tuple(f"Genre {g}" for g in range(2 * CLUSTERS))

Kind = Literal["tastes", "none", "equal", "clickbait"]
"""What is planted: tastes by cluster; none, but one image of each title is better for everyone; none at all;
and tastes beside one image of each title that is opened much and left early."""

OF_LOOK = 0.8
"""Share of titles whose favourite image of a cluster is the one of the cluster's look."""

OWN_TASTE = 0.0
"""Share of viewers who like a look of their own."""

_OF_OWN, _OF_OTHERS = 2.0, 0.4
"""How many times that, of the genres that a cluster watches and of the others."""

_TAKEN, _FAVOURITE = 0.15, 3.0
"""Chance that a tile is taken, on average over titles, and how many times that with the favourite image."""

BAIT = 0
"""The place of the image that is clickbait, where there is any; LOOKS[0]."""

OPENED_BAIT, OPENED = 0.5, 0.1
"""Chance that a tile is opened and left early: of clickbait, and of another image."""


@dataclass(frozen=True)
class Planted:
    """The truth: who takes what under which image."""

    kind: Kind
    titles: tuple[str, ...]  # [t]
    genre: NDArray[np.int64]  # [t], two of each
    chance: NDArray[np.float64]  # [t], of a tile under an image that is no favourite
    favourite: NDArray[np.int64]  # [t, CLUSTERS], place of the image
    factor: float  # of the favourite

    def taken(self, title: int, cluster: int, own: int | None) -> NDArray[np.float64]:
        """float64[len(LOOKS)]: the chance under each image of a title, for a viewer of a cluster, or with a
        look of their own."""
        suits = _OF_OWN if self.genre[title] % CLUSTERS == cluster else _OF_OTHERS
        found = np.full(len(LOOKS), suits * self.chance[title])
        if self.kind != "equal":
            best = int(self.favourite[title, cluster]) if own is None else own
            found[best] *= self.factor
        if self.kind == "clickbait":
            found[BAIT] *= 0.1
        return found


@dataclass(frozen=True)
class Viewer:
    """One viewer: the cluster, and the look of their own, if any."""

    profile_id: str
    cluster: int
    own: int | None


def plant(kind: Kind, titles: int, seed: int) -> Planted:
    """Draw a truth."""
    rng = rng_for(seed, "bench", "artwork", kind)
    first = 1 if kind == "clickbait" else 0  # what is clickbait is nobody's favourite
    looks = first + np.arange(CLUSTERS) % (len(LOOKS) - first)
    favourite = np.tile(looks, (titles, 1))
    other = rng.random(favourite.shape) >= OF_LOOK
    favourite[other] = rng.integers(first, len(LOOKS), int(other.sum()))
    if kind == "none":
        favourite = np.repeat(rng.integers(0, len(LOOKS), (titles, 1)), CLUSTERS, axis=1)
    return Planted(
        kind=kind,
        titles=tuple(f"t{i:03d}" for i in range(titles)),
        genre=np.arange(titles) % len(GENRES),
        chance=_TAKEN * rng.uniform(0.5, 1.5, titles),
        favourite=favourite,
        factor=1.5 if kind == "none" else _FAVOURITE,
    )


def titles_of(planted: Planted) -> list[dict[str, Any]]:
    """The titles as the service is told of them."""
    return [
        {
            "title_id": title_id, "kind": "movie", "name": f"Film {title_id}", "maturity": 0,
            "genres": [GENRES[genre]], "runtime_minutes": 100, "release_year": 2020,
            "artwork": [
                {"artwork_id": f"{title_id}.{look}", "url": f"/{title_id}.{look}.svg", "tags": [look]}
                for look in LOOKS
            ],
        }
        for title_id, genre in zip(planted.titles, planted.genre.tolist(), strict=True)
    ]  # fmt: skip


def viewer_of(number: int, kind: Kind, seed: int) -> Viewer:
    """Viewer by number: clusters in turn."""
    rng = rng_for(seed, "viewer", kind, str(number))
    own = None
    if kind == "tastes" and rng.random() < OWN_TASTE:
        own = int(rng.integers(len(LOOKS)))
    return Viewer(f"v{number:05d}", number % CLUSTERS, own)


def past_of(viewer: Viewer, planted: Planted, seed: int) -> list[int]:
    """Titles that a viewer had watched before: of the cluster's two genres, without any image told."""
    rng = rng_for(seed, "past", viewer.profile_id)
    mine = np.flatnonzero(planted.genre % CLUSTERS == viewer.cluster)
    found: list[int] = rng.permutation(mine)[:4].tolist()
    return found
