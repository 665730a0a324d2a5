"""The `Dataset` that models are fitted on: everyone's records at a moment, and the trends then.

The moment is one for all, or each viewer's own: then a question can be put where a page would have
been asked for. One pass over the log serves several moments at once, so that fitting on earlier
slices and judging on later ones costs one reading.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from frontrow.base.time import from_us
from frontrow.catalog import Catalogue
from frontrow.engine import Engine, ThisProcess, leaf_ranges
from frontrow.events.log import Log, Logged
from frontrow.viewers.fold import extend
from frontrow.viewers.forgets import fold_on
from frontrow.viewers.influence import FEW_EVENTS, is_new_at, is_newcomer, since_of, weight_of
from frontrow.viewers.profile import Profile
from frontrow.viewers.records import Records, join_records, record_rows, records_from_rows
from frontrow.viewers.shown import Columns, Counted, Shown, columns_of, join_shown, shown_until
from frontrow.viewers.trends import Trends, count_trends
from frontrow.viewers.viewer import Viewer
from frontrow.viewers.zones import zone_of

Moment = int | Mapping[str, int]
"""A time in us for everybody, or of each profile that is looked at."""

GOOD_RATING = 0.75
"""From here on a rating says yes: 4 of 5 stars, or a like."""

LEAVES = 64
"""Into which the shards are cut; fixed, so that sums don't depend on the number of workers."""


TREND_MOMENTS = 32
"""Where every viewer has a moment of its own, trends are counted at so many of them, and each viewer
has the latest that is not after its own."""


@dataclass(frozen=True)
class Dataset:
    """`b` viewers over the `n` works of a catalogue, each as known at its moment."""

    at_us: int  # the latest of the moments
    n: int
    profile_ids: tuple[str, ...]  # [b], in order of (shard, id); never stored in a bundle
    indptr: NDArray[np.int64]  # [b + 1], viewer -> records
    records: Records  # [m]
    first_us: NDArray[np.int64]  # [b], first event of each viewer; 0: none
    moment_us: NDArray[np.int64]  # [b], when each viewer is looked at
    offset_minutes: NDArray[np.int16]  # [b], of the viewer's zone then, east of UTC
    country: NDArray[np.int16]  # [b], index into the trends' countries; 0: not known
    all_trends: tuple[Trends, ...]  # ascending in time, at least one
    trend: NDArray[np.int16]  # [b], which of them was there at the viewer's moment
    profiles: tuple[Profile | None, ...] = ()  # [b], settings then; empty: nobody has any
    newcomer: NDArray[np.bool_] | None = None  # [b], whose account was new then; None: nobody's

    @property
    def b(self) -> int:
        return len(self.profile_ids)

    @property
    def trends(self) -> Trends:
        """The latest."""
        return self.all_trends[-1]

    @property
    def teachers(self) -> NDArray[np.int64]:
        """The viewers that models learn from: those whose accounts are settled, or all where most
        of what is known is newcomers'."""
        if self.newcomer is None or self.newcomer[self.viewer].sum() * 2 > len(self.records):
            return np.arange(self.b)
        return np.flatnonzero(~self.newcomer)

    @property
    def viewer(self) -> NDArray[np.int32]:
        """int32[m]: the viewer of each record."""
        return np.repeat(np.arange(self.b, dtype=np.int32), np.diff(self.indptr))


@dataclass(frozen=True)
class _Known:
    """One leaf's viewers at one moment."""

    profile_ids: list[str]
    lengths: list[int]
    records: Records
    first_us: list[int]
    moment_us: list[int]
    offset_minutes: list[int]
    country: list[str]
    profiles: list[Profile | None]
    newcomer: list[bool]


@dataclass(frozen=True)
class _Part:
    """One leaf's share: an entry for each moment, when, of what and in whose country every good start was,
    and what was shown until each moment that is one for all."""

    known: list[_Known]
    starts: Columns
    shown: list[Shown | None]


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
    moments_us: Sequence[Moment],
    *,
    engine: Engine | None = None,
    progress: Callable[[int], None] | None = None,
) -> list[Dataset]:
    """The data as it was known at each of several moments, in one reading of the log.

    A moment counts events whose `time` is at most it; trends count everybody's. Viewers without a
    moment, or without anything known at it, are left out. `progress` hears of events as they are
    read (a callback of this process: leave it out on others).
    """
    engine = engine or ThisProcess()
    leaves = leaf_ranges(LEAVES)
    parts = list(engine.map(_fold_leaf, leaves, log, catalogue, list(moments_us), progress))
    starts = _join_starts([part.starts for part in parts])
    return [
        _dataset(
            [part.known[i] for part in parts],
            replace(starts, shown=_shown_at(i, parts, starts, catalogue.n)),
            catalogue.n,
            moment,
        )
        for i, moment in enumerate(moments_us)
    ]


def _shown_at(i: int, parts: Sequence[_Part], starts: Starts, n: int) -> NDArray[np.float64] | None:
    shown = [one for part in parts if (one := part.shown[i]) is not None]
    return join_shown(shown, starts.countries, n)


@dataclass(frozen=True)
class Starts:
    """Every good start of the log; and what was shown until a moment, by which trends of it are told."""

    when: NDArray[np.int64]  # us
    what: NDArray[np.int32]  # work
    where: NDArray[np.int16]  # index into `countries`
    countries: tuple[str, ...]  # the first is "*"
    weight: NDArray[np.float64] | None = None  # how much each counts; None: each the same
    newcomer: NDArray[np.bool_] | None = None  # whether it is a newcomer's; None: no one is
    shown: NDArray[np.float64] | None = None  # [2, c, n], of settled accounts and of newcomers

    def trends(self, n: int, at_us: int) -> Trends:
        return count_trends(
            self.when,
            self.what,
            self.where,
            self.countries,
            n,
            at_us,
            self.weight,
            self.newcomer,
            self.shown,
        )


def _join_starts(parts: Sequence[Columns]) -> Starts:
    names, places = np.unique(np.concatenate([part.country for part in parts]), return_inverse=True)
    known = [str(name) for name in names if name]
    # "" (no country known) sorts first where it occurs, and is everywhere's place.
    where = (places + (len(known) == len(names))).astype(np.int16)
    return Starts(
        np.concatenate([part.when for part in parts]),
        np.concatenate([part.work for part in parts]),
        where,
        ("*", *known),
        np.concatenate([part.weight for part in parts]),
        np.concatenate([part.new for part in parts]),
    )


def _dataset(known: Sequence[_Known], starts: Starts, n: int, moment: Moment) -> Dataset:
    moment_us = np.array([us for one in known for us in one.moment_us], dtype=np.int64)
    of_country = {name: i for i, name in enumerate(starts.countries)}
    lengths = [length for one in known for length in one.lengths]
    all_trends, trend = trends_of(starts, n, moment_us, moment)
    return Dataset(
        at_us=all_trends[-1].at_us if isinstance(moment, Mapping) else moment,
        n=n,
        profile_ids=tuple(p for one in known for p in one.profile_ids),
        indptr=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        records=join_records([one.records for one in known]),
        first_us=np.array([us for one in known for us in one.first_us], dtype=np.int64),
        moment_us=moment_us,
        offset_minutes=np.array(
            [minutes for one in known for minutes in one.offset_minutes], dtype=np.int16
        ),
        country=np.array(
            [of_country.get(name, 0) for one in known for name in one.country], dtype=np.int16
        ),
        all_trends=all_trends,
        trend=trend,
        profiles=tuple(profile for one in known for profile in one.profiles),
        newcomer=np.array([new for one in known for new in one.newcomer], dtype=np.bool_),
    )


def trends_of(
    starts: Starts, n: int, moment_us: NDArray[np.int64], moment: Moment
) -> tuple[tuple[Trends, ...], NDArray[np.int16]]:
    """Trends for viewers at their moments, and which of them each has: int16[b]."""
    if not isinstance(moment, Mapping):
        return (starts.trends(n, moment),), np.zeros(len(moment_us), dtype=np.int16)
    if len(moment_us) == 0:
        return (starts.trends(n, max(moment.values(), default=0)),), np.zeros(0, dtype=np.int16)
    shares = np.linspace(0, 1, TREND_MOMENTS)
    at = np.unique(np.quantile(moment_us, shares, method="lower"))
    trend = (np.searchsorted(at, moment_us, side="right") - 1).astype(np.int16)
    return tuple(starts.trends(n, us) for us in at.tolist()), trend


def _fold_leaf(
    leaf: range,
    log: Log,
    catalogue: Catalogue,
    moments_us: list[Moment],
    progress: Callable[[int], None] | None,
) -> _Part:
    known = [_Known([], [], records_from_rows([]), [], [], [], [], [], []) for _ in moments_us]
    rows: list[list[tuple[object, ...]]] = [[] for _ in moments_us]
    starts: list[Counted] = []
    impressions: list[Counted] = []
    for profile_id, events in log.scan(leaf, progress=progress):
        asked = sorted(
            (us, i)
            for i, moment in enumerate(moments_us)
            if (us := moment.get(profile_id) if isinstance(moment, Mapping) else moment) is not None
        )
        viewer: Viewer | None = None
        before: int | None = None
        mine: list[tuple[object, ...]] = []
        for us, i in asked:
            viewer, changed = _follow(viewer, profile_id, events, catalogue, before, us)
            before = us
            if changed:
                mine = record_rows(viewer, catalogue)
            if mine:
                _note(known[i], viewer, us, len(mine), is_new_at(events, us))
                rows[i].extend(mine)
        if viewer is None and events:
            viewer = fold_on(profile_id, events, catalogue)
        if viewer is not None:
            starts.extend(_counted(viewer, events, filter(is_good_start, events), catalogue))
            shown = (logged for logged in events if logged.type == "impression")
            impressions.extend(_counted(viewer, events, shown, catalogue))
    seen = columns_of(impressions)
    return _Part(
        [
            replace(one, records=records_from_rows(mine))
            for one, mine in zip(known, rows, strict=True)
        ],
        columns_of(starts),
        [
            None if isinstance(moment, Mapping) else shown_until(seen, moment, catalogue.n)
            for moment in moments_us
        ],
    )


def _note(known: _Known, viewer: Viewer, us: int, records: int, new: bool) -> None:
    country = (viewer.settings.country if viewer.settings else None) or ""
    offset = zone_of(viewer, None).utcoffset(from_us(us)) or timedelta()
    known.profile_ids.append(viewer.profile_id)
    known.lengths.append(records)
    known.first_us.append(viewer.first_us)
    known.moment_us.append(us)
    known.offset_minutes.append(int(offset.total_seconds() // 60))
    known.country.append(country)
    known.profiles.append(viewer.settings)
    known.newcomer.append(new)


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


def _counted(
    viewer: Viewer, events: Sequence[Logged], some: Iterable[Logged], catalogue: Catalogue
) -> list[Counted]:
    """How much some of a viewer's events count for everyone."""
    country = (viewer.settings.country if viewer.settings else None) or ""
    since_us = since_of(events[:FEW_EVENTS])
    found = []
    for logged in some:
        title_id = None if logged.event is None else logged.event.title_id
        work = catalogue.work_of_title.get(title_id or "")
        if work is not None:
            weight, new = weight_of(logged, since_us), is_newcomer(logged, since_us)
            found.append((logged.time_us, work, country, weight, new))
    return found
