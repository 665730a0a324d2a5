"""Starter titles: well known, very different and telling, for a new viewer to pick from.

Chosen greedily, as items to rate are chosen for a newcomer (Rashid et al. 2002, "Getting to know you":
popularity, so that one has an opinion, times informativeness, so that the opinion says something), with
one factor more: the distance from those already chosen, so that a dozen covers many tastes. Nothing is
drawn by chance: asked again, the same titles come.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from frontrow.models.popularity import start_shares
from frontrow.viewers import Trends
from frontrow.viewers.eligibility import Bools
from frontrow.viewers.trends import HALF_LIVES_DAYS

Floats = NDArray[np.float32]
Works = NDArray[np.int32]

STARTERS = 12
"""Titles to pick from: a screen of them."""

_POOL = 5
"""Titles looked at for each that is chosen: the best known ones."""

_ALWAYS = HALF_LIVES_DAYS.index(float("inf"))


def how_known(trends: Trends, country: str | None, otherwise: Floats) -> Floats:
    """float32[n], 0..1: how well known each work is here, by all starts there ever were.

    In steps of half an octave, so that a few starts more change nothing.
    otherwise: float32[n], a value of each work where nothing was ever started
    """
    starts = start_shares(trends, country)[_ALWAYS] * trends.of_country(None)[_ALWAYS].sum()
    known = np.floor(2 * np.log2(1 + starts)) if starts.any() else np.maximum(otherwise, 0.0)
    return np.asarray(known / max(float(known.max(initial=0.0)), 1e-9), dtype=np.float32)


def choose_starters(
    known: Floats, fit: Bools, likeness: Callable[[int], Floats], count: int = STARTERS
) -> Works:
    """int32[<= count]: works in the order chosen; ties go to the smaller index.

    known:    float32[n], 0..1, how well known each work is
    fit:      bool[n], which may be chosen
    likeness: of every work to one, float32[n], on any scale; nan and below 0 is none
    Each is the best of known x telling x distance to the nearest chosen before.
    """
    works = np.flatnonzero(fit)
    pool = np.sort(works[np.argsort(-known[works], kind="stable")][: _POOL * count])
    if len(pool) == 0:
        return np.zeros(0, dtype=np.int32)
    alike = np.stack([np.maximum(np.nan_to_num(likeness(int(work))[pool]), 0) for work in pool])
    np.fill_diagonal(alike, 0)
    alike /= max(float(alike.max()), 1e-9)  # [p, p]
    np.fill_diagonal(alike, 1)
    worth = known[pool] * _telling(alike)
    distance = np.ones(len(pool), dtype=np.float32)
    chosen: list[int] = []
    for _ in range(min(count, len(pool))):
        gain = worth * distance
        gain[chosen] = -1  # what is left may all be worth nothing
        best = int(np.argmax(gain))
        chosen.append(best)
        distance = np.minimum(distance, 1 - alike[best])
    return pool[chosen].astype(np.int32)


def _telling(alike: Floats) -> Floats:
    """float32[p], 0.5..1: how unevenly a title is like the others. One that is like all of them, or
    like none, says the same of everyone who picks it."""
    p = len(alike)
    if p < 2:
        return np.ones(p, dtype=np.float32)
    others = alike[~np.eye(p, dtype=bool)].reshape(p, p - 1)
    spread = others.std(axis=1)
    return np.asarray(0.5 + 0.5 * spread / max(float(spread.max()), 1e-9), dtype=np.float32)
