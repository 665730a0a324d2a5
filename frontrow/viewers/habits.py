"""What a taste rests on beside the records: at which hours, and under which images, a viewer watched.

Made once for a viewer and a catalogue; how much of it counts at a moment is the taste's affair.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import tzinfo

import numpy as np
from numpy.typing import NDArray

from frontrow.catalog import Catalogue
from frontrow.viewers.corrections import Corrections, corrections_on
from frontrow.viewers.hours import dayparts_of, slots_of
from frontrow.viewers.records import Records
from frontrow.viewers.resume import Groups
from frontrow.viewers.viewer import Viewer
from frontrow.viewers.vocabulary import Vocabulary, vocabulary_of


@dataclass(frozen=True)
class Habits:
    """How a viewer watches, over the records of its works."""

    zone: tzinfo  # in which hours and days are counted
    slots: NDArray[np.int8]  # [m], index into `SLOTS` of each record's last event; -1: none
    dayparts: NDArray[np.float32]  # [len(DAYPARTS)], share of watched time
    seen: NDArray[np.int32]  # [s], a record that was chosen under a tagged image ...
    tags: NDArray[np.int32]  # [s], ... and each of its tags, index into the vocabulary's
    corrections: Corrections | None  # what the viewer said of its taste


def habits_of(
    viewer: Viewer, records: Records, groups: Groups, catalogue: Catalogue, zone: tzinfo
) -> Habits:
    """The habits of a viewer; `groups` are its title records by work."""
    vocabulary = vocabulary_of(catalogue)
    seen, tags = _pictures(records, groups, catalogue, vocabulary)
    return Habits(
        zone=zone,
        slots=slots_of(records.last_us, zone),
        dayparts=dayparts_of(viewer, zone),
        seen=seen,
        tags=tags,
        corrections=corrections_on(viewer.corrections, vocabulary),
    )


def no_habits(habits: Habits, m: int) -> Habits:
    """Those of someone of whom nothing may be inferred, for `m` records."""
    none = np.zeros(0, dtype=np.int32)
    return replace(
        habits,
        slots=np.full(m, -1, dtype=np.int8),
        dayparts=np.zeros_like(habits.dayparts),
        seen=none,
        tags=none,
        corrections=None,
    )


def _pictures(
    records: Records, groups: Groups, catalogue: Catalogue, vocabulary: Vocabulary
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """(record, tag) of the image under which each work was last started, where that was told."""
    index = vocabulary.index["artwork"]
    pairs: list[tuple[int, int]] = []
    if index:
        for at, work in enumerate(records.work.tolist()):
            _, chosen = max((record.pictured, record.artwork_id) for _, record in groups[work])
            if chosen:
                images = (art for art in catalogue.works[work].artwork if art.artwork_id == chosen)
                pairs += [(at, index[tag]) for art in images for tag in art.tags]
    found = np.array(pairs, dtype=np.int32).reshape(-1, 2)
    return found[:, 0], found[:, 1]
