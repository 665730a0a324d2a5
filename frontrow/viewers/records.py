"""One viewer's titles as arrays over works: what the ranking, the masks and the models read."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from frontrow.catalog import Catalogue
from frontrow.events.event import TYPE_ORDER
from frontrow.viewers.fold import FINISHED_FRACTION
from frontrow.viewers.viewer import NEVER, TitleRecord, Viewer

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Records:
    """`m` pairs of (viewer, work), ascending by work within a viewer; the facts, not their worth.

    A series counts for all its seasons and episodes.
    """

    work: NDArray[np.int32]  # [m] work index
    plays: NDArray[np.int32]  # started by the viewer
    fraction: NDArray[np.float32]  # share of the runtime reached (series: mean of begun episodes)
    finished: NDArray[np.int32]  # films: times, series: episodes watched to the end
    seasons: NDArray[np.int32]  # series: seasons watched to the end
    rewatches: NDArray[np.int32]  # times that something of it was watched to the end again
    completed: Bools  # watched to the end: nothing is left of it
    begun: Bools  # started by the viewer; what only started by itself was not begun
    paused: Bools  # the last that was heard of it is a pause
    first_touch_us: NDArray[np.int64]  # first and last event of a sitting; 0: none
    last_touch_us: NDArray[np.int64]
    seconds: NDArray[np.float32]  # watched, over all sittings
    rating: NDArray[np.float32]  # 0..1, nan: none
    starter: Bools  # the rating is a starter pick
    listed: Bools  # on my list
    dismissed: Bools
    impressions: NDArray[np.int32]
    first_us: NDArray[np.int64]  # first and last event that says something about taste; 0: none
    last_us: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.work)

    def take(self, where: NDArray[np.intp] | Bools | slice) -> Records:
        """The pairs at some places."""
        return Records(**{f.name: getattr(self, f.name)[where] for f in fields(self)})


_DTYPES = {
    "work": np.int32,
    "plays": np.int32,
    "fraction": np.float32,
    "finished": np.int32,
    "seasons": np.int32,
    "rewatches": np.int32,
    "completed": bool,
    "begun": bool,
    "paused": bool,
    "first_touch_us": np.int64,
    "last_touch_us": np.int64,
    "seconds": np.float32,
    "rating": np.float32,
    "starter": bool,
    "listed": bool,
    "dismissed": bool,
    "impressions": np.int32,
    "first_us": np.int64,
    "last_us": np.int64,
}

_BLANK = {"rating": np.nan}
"""What stands in a field of which nothing is known, where it isn't 0."""

_Row = tuple[object, ...]


def blank_records(work: NDArray[np.int32]) -> Records:
    """Records of some works of which nothing is known."""
    blank = {
        name: np.full(len(work), _BLANK.get(name, 0), dtype=dtype)
        for name, dtype in _DTYPES.items()
    }
    return Records(**{**blank, "work": work})


def records_from_rows(rows: list[_Row]) -> Records:
    """Records of rows in the order of their fields."""
    columns = zip(*rows, strict=True) if rows else [() for _ in _DTYPES]
    return Records(
        **{
            name: np.array(column, dtype=dtype)
            for (name, dtype), column in zip(_DTYPES.items(), columns, strict=True)
        }
    )


def join_records(parts: list[Records]) -> Records:
    """Several viewers' records, one after the other."""
    return Records(
        **{f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Records)}
    )


def record_rows(viewer: Viewer, catalogue: Catalogue) -> list[_Row]:
    """A viewer's rows, by work; titles that the catalogue doesn't know (yet) are left out."""
    groups: dict[int, list[tuple[str, TitleRecord]]] = {}
    work_of_title = catalogue.work_of_title
    for title_id, record in viewer.titles.items():
        work = work_of_title.get(title_id)
        if work is not None:
            groups.setdefault(work, []).append((title_id, record))
    rows = []
    for work in sorted(groups):
        group = groups[work]
        if catalogue.works[work].episodes:
            rows.append(_series_row(work, group, catalogue))
        elif len(group) == 1:
            ((title_id, record),) = group
            rows.append(_film_row(work, record, runtime_of(catalogue, work, title_id)))
        else:
            rows.append(_film_row(work, merge(group, work, catalogue), None))
    return rows


def records_of(viewer: Viewer, catalogue: Catalogue) -> Records:
    """A viewer's records over the works of a catalogue."""
    return records_from_rows(record_rows(viewer, catalogue))


def was_begun(record: TitleRecord) -> bool:
    """Whether the viewer started it; what only started by itself was not begun."""
    if record.plays:
        return True
    return record.autoplays == 0 and record.last_touch > NEVER


def is_finished(record: TitleRecord, runtime_seconds: float | None = None) -> bool:
    """Watched to the end, and not begun again since. A merged record brings its own runtime."""
    if record.last_complete > NEVER and record.last_watch < record.last_complete:
        return True
    return reached(record, runtime_seconds) >= FINISHED_FRACTION


def was_finished(record: TitleRecord, runtime_seconds: float | None) -> bool:
    """Watched to the end at least once, whatever came after."""
    return bool(record.completions) or furthest(record, runtime_seconds) >= FINISHED_FRACTION


def reached(record: TitleRecord, runtime_seconds: float | None = None) -> float:
    """Share of the runtime at which the play head stands, 0..1; 0 where no runtime is known."""
    runtime = record.runtime_seconds or runtime_seconds
    return min(record.position_seconds / runtime, 1.0) if runtime else 0.0


def furthest(record: TitleRecord, runtime_seconds: float | None) -> float:
    """Largest share of the runtime ever reached, 0..1."""
    runtime = record.runtime_seconds or runtime_seconds
    share = min(record.furthest_seconds / runtime, 1.0) if runtime else 0.0
    return max(record.furthest, share)


def runtime_of(catalogue: Catalogue, work: int, title_id: str) -> float | None:
    """Seconds that an edition or episode lasts, else its work; None where neither says."""
    chosen = catalogue.works[work]
    found = catalogue.episode_of_title.get(title_id)
    editions = chosen.editions if found is None else chosen.episodes[found[1]].editions
    minutes = chosen.title.runtime_minutes
    for edition in editions:
        if edition.title.title_id == title_id:
            minutes = edition.title.runtime_minutes or minutes
    return minutes * 60 if minutes else None


def _film_row(work: int, record: TitleRecord, runtime: float | None) -> _Row:
    done = was_finished(record, runtime)
    return (
        work,
        record.plays,
        furthest(record, runtime),
        max(record.completions, int(done)),
        0,
        _rewatches(record),
        done,
        *_sittings(record),
        *_common(record),
    )


def _series_row(work: int, group: list[tuple[str, TitleRecord]], catalogue: Catalogue) -> _Row:
    merged = merge(group, work, catalogue)
    episodes = catalogue.works[work].episodes
    done: set[int] = set()
    shares: dict[int, float] = {}
    for title_id, record in group:
        found = catalogue.episode_of_title.get(title_id)
        if found is None:
            continue
        place = found[1]
        runtime = runtime_of(catalogue, work, title_id)
        if record.plays or record.watched_ms or record.completions or record.furthest_seconds:
            shares[place] = max(shares.get(place, 0.0), furthest(record, runtime))
        if was_finished(record, runtime):
            done.add(place)
    # What was withdrawn unseen is nobody's to finish.
    regular = {
        place
        for place, episode in enumerate(episodes)
        if not episode.is_special and (episode.editions or place in done)
    }
    whole = bool(regular) and regular <= done
    own = {edition.title.title_id for edition in catalogue.works[work].editions}
    whole = whole or any(r.completions for title_id, r in group if title_id in own)
    left = {episodes[place].season for place in regular - done}
    return (
        work,
        merged.plays,
        math.fsum(shares.values()) / len(shares) if shares else merged.furthest,
        len(done),
        len({episodes[place].season for place in regular & done} - left),
        sum(_rewatches(record) for _, record in group),
        whole,
        *_sittings(merged),
        *_common(merged),
    )


def _rewatches(record: TitleRecord) -> int:
    """Times that a title was begun and watched to the end after the first; autoplay counts: so
    episodes follow each other."""
    return max(min(record.completions, record.plays + record.autoplays) - 1, 0)


def _sittings(record: TitleRecord) -> _Row:
    touched = record.last_touch > NEVER
    return (
        was_begun(record),
        touched and record.last_touch[1] == TYPE_ORDER["pause"],
        record.first_touch_us,
        max(record.last_touch[0], 1) if touched else 0,
        record.watched_ms / 1000,
    )


def _common(record: TitleRecord) -> _Row:
    return (
        record.rating if record.rated > NEVER else np.nan,
        record.starter,
        record.list_added > record.list_removed,
        record.dismissed > record.undismissed,
        record.impressions,
        record.first_us,
        record.last_us,
    )


def merge(
    titles: Iterable[tuple[str, TitleRecord]], work: int, catalogue: Catalogue
) -> TitleRecord:
    """Several titles of one work as one record: sums, extremes, and what came last.

    Each title's shares are of its own runtime: a director's cut is not done where the film was.
    """
    total = TitleRecord()
    for title_id, r in titles:
        total.plays += r.plays
        total.autoplays += r.autoplays
        total.clicks += r.clicks
        total.impressions += r.impressions
        total.completions += r.completions
        total.watched_ms += r.watched_ms
        runtime = r.runtime_seconds or runtime_of(catalogue, work, title_id)
        total.furthest = max(total.furthest, furthest(r, runtime))
        if r.first_us:
            total.first_us = min(total.first_us or r.first_us, r.first_us)
        total.last_us = max(total.last_us, r.last_us)
        if r.first_touch_us:
            total.first_touch_us = min(total.first_touch_us or r.first_touch_us, r.first_touch_us)
        total.last_impression_us = max(total.last_impression_us, r.last_impression_us)
        for name in ("last_play", "last_watch", "last_touch", "last_complete", "list_added",
                     "list_removed", "dismissed", "undismissed", "put_aside", "taken_back"):  # fmt: skip
            setattr(total, name, max(getattr(total, name), getattr(r, name)))
        if r.at > total.at:
            total.at, total.position_seconds = r.at, r.position_seconds
            total.runtime_seconds = runtime
        if r.pictured > total.pictured:
            total.pictured, total.artwork_id = r.pictured, r.artwork_id
        if r.rated > total.rated:
            total.rated, total.rating, total.starter = r.rated, r.rating, r.starter
    return total
