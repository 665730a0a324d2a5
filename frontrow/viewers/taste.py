"""What a viewer likes, in the catalogue's own words: decayed affinities with genres, themes, people,
languages, and the hours at which they watch.

An affinity is a difference: the reward-weighted share of a term among what this viewer watched,
against nothing for what was left or disliked. It is what the taste page shows, what rows and reasons
are made of, and what the fusion sees as a match.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, tzinfo

import numpy as np
from numpy.typing import NDArray

from frontrow.base.time import US_PER_DAY, from_us
from frontrow.catalog import Catalogue
from frontrow.catalog.catalogue import Terms
from frontrow.viewers.fold import QUARTER_US
from frontrow.viewers.records import Records
from frontrow.viewers.viewer import Viewer

Floats = NDArray[np.float32]

HALF_LIFE_DAYS = 90.0
"""An interest counts half after a season; every taste keeps a floor, so that old viewers stay known."""

FLOOR = 0.25
"""What the oldest interaction still counts, as a share of a fresh one."""

DAYPARTS = ("night", "morning", "afternoon", "evening")
"""Six hours each, from midnight in the viewer's own zone."""


@dataclass(frozen=True)
class Taste:
    """Affinities in about -1..1, over the catalogue's vocabularies."""

    genres: Floats  # [g]
    themes: Floats  # [t]
    people: Floats  # [p], terms `role:name`
    languages: Floats  # [l]
    dayparts: Floats  # [4], share of watched time in each of DAYPARTS
    weight: float  # summed weight of what it rests on; 0: nothing is known


def taste_of(
    records: Records, reward: Floats, catalogue: Catalogue, now_us: int, dayparts: Floats
) -> Taste:
    """The taste that rewards of a viewer's works express.

    reward: float32[m], one for each record
    """
    age = np.maximum(now_us - records.last_us, 0) / US_PER_DAY
    decay = FLOOR + (1 - FLOOR) * np.exp2(-age / HALF_LIFE_DAYS)
    weight = np.where(records.last_us > 0, reward * decay, reward * FLOOR).astype(np.float32)
    total = float(np.abs(weight).sum())
    scale = np.float32(1.0 / (total + 1.0))  # one play is a hint, ten are a taste
    languages = np.zeros(len(catalogue.languages), dtype=np.float32)
    spoken = catalogue.language[records.work]
    np.add.at(languages, spoken[spoken >= 0], weight[spoken >= 0])

    def affinity(terms: Terms) -> Floats:
        indptr = terms.has.indptr
        counts = indptr[records.work + 1] - indptr[records.work]
        starts = np.repeat(indptr[records.work] - (np.cumsum(counts) - counts), counts)
        found = terms.has.indices[starts + np.arange(len(starts))]
        sums = np.bincount(found, np.repeat(weight, counts), minlength=len(terms.names))
        return sums.astype(np.float32) * scale

    return Taste(
        genres=affinity(catalogue.genres),
        themes=affinity(catalogue.themes),
        people=affinity(catalogue.people),
        languages=languages * scale,
        dayparts=dayparts,
        weight=total,
    )


def dayparts_of(viewer: Viewer, zone: tzinfo | None) -> Floats:
    """float32[4]: share of watched time by part of the day in the viewer's zone (UTC if unknown)."""
    parts = np.zeros(len(DAYPARTS), dtype=np.float32)
    milliseconds = [0] * len(DAYPARTS)  # whole numbers: the same sum in any order
    for quarter, watched in viewer.sittings.items():
        hour = from_us(quarter * QUARTER_US).astimezone(zone or UTC).hour
        milliseconds[hour // 6] += watched
    total = sum(milliseconds)
    return parts if total == 0 else np.array([m / total for m in milliseconds], dtype=np.float32)
