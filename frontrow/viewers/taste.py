"""What a viewer likes, in words: decayed affinities with genres, themes, people, languages, kinds,
lengths, decades and pictures, at which hours, and what the session under way says of them.

An affinity is a difference: the reward-weighted share of a term among what this viewer watched,
against nothing for what was left or disliked. Where the viewer said otherwise, that stands in its
place. It is what the taste page shows, and what rows and reasons are made of.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from frontrow.base.time import US_PER_DAY
from frontrow.catalog import Catalogue
from frontrow.viewers.corrections import Corrections, corrected
from frontrow.viewers.habits import Habits
from frontrow.viewers.hours import SLOTS, slots_of
from frontrow.viewers.records import Records
from frontrow.viewers.vocabulary import OF_MOMENTS, OF_WORKS, Vocabulary, vocabulary_of

Floats = NDArray[np.float32]

HALF_LIFE_DAYS = 90.0
"""An interest counts half after a season; every taste keeps a floor, so that old viewers stay known."""

FLOOR = 0.25
"""What the oldest interaction still counts, as a share of a fresh one."""

SESSION_GAP_US = 4 * US_PER_DAY // 24
"""A session ends where nothing is touched for so long: longer than a long film."""


@dataclass(frozen=True)
class Session:
    """The session under way: what was touched since the last gap."""

    since_us: int  # the last event of the work that was touched first
    works: NDArray[np.int32]  # [s], ascending
    affinity: Mapping[str, Floats]  # kind (of OF_WORKS) -> over its terms


@dataclass(frozen=True)
class Taste:
    """Affinities in about -1..1, over a catalogue's vocabulary; corrections are in them."""

    genres: Floats  # [g]
    themes: Floats  # [t]
    people: Floats  # [p], terms `role:name`
    languages: Floats  # [l], original languages
    kinds: Floats  # [k], film, series, ...
    runtimes: Floats  # [len(RUNTIMES)], bands of length
    eras: Floats  # [e], decades
    artwork: Floats  # [a], tags of the images under which something was started
    genres_at: Floats  # [len(SLOTS), g], genres by part of the day, on weekdays and at weekends
    dayparts: Floats  # [len(DAYPARTS)], share of watched time
    slot: int  # that of now, index into SLOTS
    session: Session | None  # None: the last one is over
    weight: float  # summed weight of what it rests on; 0: nothing is known
    inferred: Mapping[str, Floats]  # kind -> the same without corrections
    corrections: Corrections | None  # what the viewer said; None: nothing

    @property
    def genres_now(self) -> Floats:
        """float32[g]: affinities at this part of the day, on this kind of day."""
        found: Floats = self.genres_at[self.slot]
        return found

    def of(self, kind: str) -> Floats:
        """The affinities of one kind, flat: over `Vocabulary.names[kind]`."""
        found: Floats = getattr(self, kind)
        return found.ravel()


def taste_of(
    records: Records, reward: Floats, catalogue: Catalogue, now_us: int, habits: Habits
) -> Taste:
    """The taste that rewards of a viewer's works express.

    reward: float32[m], one for each record
    """
    vocabulary = vocabulary_of(catalogue)
    weight = _weights(records, reward, now_us)
    total = float(np.abs(weight).sum())
    inferred = _affinities(records.work, weight, vocabulary)
    tags = np.bincount(habits.tags, weight[habits.seen], len(vocabulary.names["artwork"]))
    inferred |= {
        "artwork": (tags * _scale(weight)).astype(np.float32),
        "genres_at": _by_slot(records, weight, habits.slots, catalogue),
        "dayparts": habits.dayparts,
    }
    said = habits.corrections
    affinity = {
        kind: corrected(inferred[kind], None if said is None else said.of(kind))
        for kind in (*OF_WORKS, *OF_MOMENTS)
    }
    affinity["genres_at"] = affinity["genres_at"].reshape(len(SLOTS), -1)
    return Taste(
        **affinity,
        slot=int(slots_of(np.array([now_us]), habits.zone)[0]),
        session=_session(records, reward, vocabulary, now_us),
        weight=total,
        inferred=inferred,
        corrections=said,
    )


def _weights(records: Records, reward: Floats, now_us: int) -> Floats:
    """float32[m]: rewards, decayed. What was only passed over on pages says nothing of a taste."""
    age = np.maximum(now_us - records.last_us, 0) / US_PER_DAY
    decay = FLOOR + (1 - FLOOR) * np.exp2(-age / HALF_LIFE_DAYS)
    undated = np.where(records.dismissed, FLOOR, 0.0)
    return (reward * np.where(records.last_us > 0, decay, undated)).astype(np.float32)


def _scale(weight: Floats) -> np.float32:
    """One play is a hint, ten are a taste."""
    return np.float32(1.0 / (float(np.abs(weight).sum()) + 1.0))


def _affinities(
    works: NDArray[np.int32], weight: Floats, vocabulary: Vocabulary
) -> dict[str, Floats]:
    """kind -> affinities, of all kinds of terms that works have, by one count."""
    indptr = vocabulary.has.indptr
    counts = indptr[works + 1] - indptr[works]
    starts = np.repeat(indptr[works] - (np.cumsum(counts) - counts), counts)
    found = vocabulary.has.indices[starts + np.arange(len(starts))]
    sums = np.bincount(found, np.repeat(weight, counts), minlength=vocabulary.has.shape[1])
    return vocabulary.split(sums.astype(np.float32) * _scale(weight))


def _by_slot(
    records: Records, weight: Floats, slots: NDArray[np.int8], catalogue: Catalogue
) -> Floats:
    """float32[len(SLOTS) * g]: affinities with genres within each slot, as if it were all of life."""
    dated = slots >= 0
    works, mine, slot = records.work[dated], weight[dated], slots[dated].astype(np.int64)
    has, g = catalogue.genres.has, len(catalogue.genres.names)
    counts = has.indptr[works + 1] - has.indptr[works]
    starts = np.repeat(has.indptr[works] - (np.cumsum(counts) - counts), counts)
    cell = np.repeat(slot, counts) * g + has.indices[starts + np.arange(len(starts))]
    sums = np.bincount(cell, np.repeat(mine, counts), minlength=len(SLOTS) * g)
    total = np.bincount(slot, np.abs(mine), minlength=len(SLOTS))
    found: Floats = (sums / np.repeat(total + 1.0, g)).astype(np.float32)
    return found


def _session(
    records: Records, reward: Floats, vocabulary: Vocabulary, now_us: int
) -> Session | None:
    """What was touched since the last gap of `SESSION_GAP_US`; None where the gap is now."""
    touched = np.flatnonzero(records.last_us > 0)
    if len(touched) == 0:
        return None
    order = touched[np.argsort(records.last_us[touched], kind="stable")]
    times = records.last_us[order]
    if now_us - times[-1] > SESSION_GAP_US:
        return None
    gaps = np.flatnonzero(np.diff(times) > SESSION_GAP_US)
    first = int(gaps[-1]) + 1 if len(gaps) else 0
    mine = np.sort(order[first:])
    works = records.work[mine]
    return Session(
        since_us=int(times[first]),
        works=works,
        affinity=_affinities(works, reward[mine], vocabulary),
    )
