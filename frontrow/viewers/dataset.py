"""The `Dataset` that models are fitted on: everyone's records at one moment, and the trends then.

One pass over the log serves several moments at once, so that fitting on earlier slices and judging
on later ones costs one reading.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from frontrow.catalog import Catalogue
from frontrow.engine import Engine, ThisProcess, leaf_ranges
from frontrow.events.log import Log, Logged
from frontrow.viewers.fold import extend
from frontrow.viewers.forgets import fold_on
from frontrow.viewers.records import Records, join_records, record_rows, records_from_rows
from frontrow.viewers.trends import Trends, count_trends
from frontrow.viewers.viewer import Viewer

GOOD_RATING = 0.75
"""From here on a rating says yes: 4 of 5 stars, or a like."""

LEAVES = 64
"""Into which the shards are cut; fixed, so that sums don't depend on the number of workers."""


@dataclass(frozen=True)
class Dataset:
    """`b` viewers over the `n` works of a catalogue, as known at `at_us`."""

    at_us: int
    n: int
    profile_ids: tuple[str, ...]  # [b], in order of (shard, id); never stored in a bundle
    indptr: NDArray[np.int64]  # [b + 1], viewer -> records
    records: Records  # [m]
    first_us: NDArray[np.int64]  # [b], first event of each viewer; 0: none
    trends: Trends

    @property
    def b(self) -> int:
        return len(self.profile_ids)

    @property
    def viewer(self) -> NDArray[np.int32]:
        """int32[m]: the viewer of each record."""
        return np.repeat(np.arange(self.b, dtype=np.int32), np.diff(self.indptr))


@dataclass(frozen=True)
class _Part:
    """One leaf's share, one entry for each moment."""

    profile_ids: list[list[str]]
    lengths: list[list[int]]
    records: list[Records]
    first_us: list[list[int]]
    start_us: NDArray[np.int64]  # of every good start: when, of what, and whose country
    start_work: NDArray[np.int32]
    start_country: NDArray[np.str_]


def is_good_start(logged: Logged) -> bool:
    """What counts for a trend: a play that the viewer began, or a rating that says yes."""
    event = logged.event
    if event is None:
        return False
    if event.type == "play":
        return not event.autoplay
    return event.type == "rate" and event.rating >= GOOD_RATING - 1e-9


def build_datasets(
    log: Log,
    catalogue: Catalogue,
    moments_us: Sequence[int],
    *,
    engine: Engine | None = None,
    progress: Callable[[int], None] | None = None,
) -> list[Dataset]:
    """The data as it was known at each of several moments, in one reading of the log.

    A moment counts events whose `time` is at most it. `progress` hears of events as they are read
    (a callback of this process: leave it out on others).
    """
    engine = engine or ThisProcess()
    leaves = leaf_ranges(LEAVES)
    parts = list(engine.map(_fold_leaf, leaves, log, catalogue, list(moments_us), progress))
    when = np.concatenate([part.start_us for part in parts])
    what = np.concatenate([part.start_work for part in parts])
    names, places = np.unique(
        np.concatenate([part.start_country for part in parts]), return_inverse=True
    )
    known = [str(name) for name in names if name]
    countries = ("*", *known)
    # "" (no country known) sorts first where it occurs, and is everywhere's place.
    where = (places + (len(known) == len(names))).astype(np.int16)
    datasets = []
    for i, moment in enumerate(moments_us):
        lengths = [length for part in parts for length in part.lengths[i]]
        datasets.append(
            Dataset(
                at_us=moment,
                n=catalogue.n,
                profile_ids=tuple(p for part in parts for p in part.profile_ids[i]),
                indptr=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
                records=join_records([part.records[i] for part in parts]),
                first_us=np.array([f for part in parts for f in part.first_us[i]], dtype=np.int64),
                trends=count_trends(when, what, where, countries, catalogue.n, moment),
            )
        )
    return datasets


def _fold_leaf(
    leaf: range,
    log: Log,
    catalogue: Catalogue,
    moments_us: list[int],
    progress: Callable[[int], None] | None,
) -> _Part:
    k = len(moments_us)
    rows: list[list[tuple[object, ...]]] = [[] for _ in range(k)]
    profile_ids: list[list[str]] = [[] for _ in range(k)]
    lengths: list[list[int]] = [[] for _ in range(k)]
    first_us: list[list[int]] = [[] for _ in range(k)]
    starts: list[tuple[int, int, str]] = []
    order = sorted(range(k), key=lambda i: moments_us[i])
    steps = [
        (i, moments_us[before] if place else None, moments_us[i])
        for place, (i, before) in enumerate(zip(order, [0, *order], strict=False))
    ]
    for profile_id, events in log.scan(leaf, progress=progress):
        viewer: Viewer | None = None
        mine: list[tuple[object, ...]] = []
        for i, after, moment in steps:
            viewer, changed = _follow(viewer, profile_id, events, catalogue, after, moment)
            if changed:
                mine = record_rows(viewer, catalogue)
            if not mine:
                continue
            profile_ids[i].append(profile_id)
            lengths[i].append(len(mine))
            first_us[i].append(viewer.first_us)
            rows[i].extend(mine)
        if viewer is not None:
            starts.extend(_starts(viewer, events, catalogue))
    return _Part(
        profile_ids,
        lengths,
        [records_from_rows(r) for r in rows],
        first_us,
        np.array([us for us, _, _ in starts], dtype=np.int64),
        np.array([work for _, work, _ in starts], dtype=np.int32),
        np.array([country for _, _, country in starts], dtype="U2"),
    )


def _follow(
    viewer: Viewer | None,
    profile_id: str,
    events: Sequence[Logged],
    catalogue: Catalogue,
    after_us: int | None,
    until_us: int,
) -> tuple[Viewer, bool]:
    """The viewer at a moment, from the one at the moment before; and whether anything came between."""
    if viewer is not None and after_us is not None:
        between = [logged for logged in events if after_us < logged.time_us <= until_us]
        if not between:
            return viewer, False
        longer = extend(viewer, between)
        if longer is not None:
            return longer, True
    return fold_on(profile_id, events, catalogue, until_us=until_us), True


def _starts(
    viewer: Viewer, events: Sequence[Logged], catalogue: Catalogue
) -> list[tuple[int, int, str]]:
    country = (viewer.settings.country if viewer.settings else None) or ""
    found = []
    for logged in events:
        if is_good_start(logged) and logged.event is not None:
            work = catalogue.work_of_title.get(logged.event.title_id or "")
            if work is not None:
                found.append((logged.time_us, work, country))
    return found
