"""Snapshots: the trends of the whole service up to a place in the log, numbered and immutable.

Folded from the log's tail: the last snapshot's counts decay, what came since is added. A snapshot
holds counts by title and country, and names no profile.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from frontrow.base.errors import BadBundle, Gone, Unavailable
from frontrow.base.files import arrays_to_bytes, map_arrays, wait_lock, write_whole
from frontrow.base.time import US_PER_DAY
from frontrow.catalog import Catalogue
from frontrow.events import Position
from frontrow.events.log import Log, Tailed
from frontrow.viewers.dataset import is_good_start
from frontrow.viewers.trends import EVERYWHERE, HALF_LIVES_DAYS, Trends

_BATCH = 50_000
_PATIENCE_SECONDS = 30.0
_US_PER_HOUR = US_PER_DAY // 24


@dataclass(frozen=True)
class Snapshot:
    """Decayed counts of good starts by country, half-life and title, at `at_us`."""

    number: int
    at_us: int
    position: Position
    countries: tuple[str, ...]  # the first is "*", all together
    titles: tuple[str, ...]  # title ids
    counts: NDArray[np.float32]  # [c, len(HALF_LIVES_DAYS), len(titles)]


EMPTY = Snapshot(
    0, 0, Position(), ("*",), (), np.zeros((1, len(HALF_LIVES_DAYS), 0), dtype=np.float32)
)


def trends_on(snapshot: Snapshot, catalogue: Catalogue) -> Trends:
    """A snapshot's counts over the works of a catalogue; editions and episodes count for theirs."""
    pairs = [
        (place, catalogue.work_of_title[title_id])
        for place, title_id in enumerate(snapshot.titles)
        if title_id in catalogue.work_of_title
    ]
    places, works = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    shape = (len(snapshot.titles), catalogue.n)
    belongs = sparse.csr_array((np.ones(len(works)), (places, works)), shape=shape)
    c, h, t = snapshot.counts.shape
    counts = np.asarray(snapshot.counts.reshape(c * h, t).astype(np.float64) @ belongs)
    return Trends(snapshot.at_us, snapshot.countries, counts.reshape(c, h, catalogue.n))


def fold_snapshot(
    before: Snapshot,
    tail: Iterable[Tailed],
    position: Position,
    country_of: Callable[[str], str | None],
    at_us: int,
) -> Snapshot:
    """The next snapshot: `before` decayed to `at_us`, and what the tail adds.

    An event dated after `at_us` (a client's clock runs ahead) counts as of `at_us`.
    """
    countries = {name: i for i, name in enumerate(before.countries)}
    titles = {name: i for i, name in enumerate(before.titles)}
    cells: dict[tuple[int, int], list[int]] = {}
    for one in tail:
        event = one.logged.event
        if event is None or event.title_id is None or not is_good_start(one.logged):
            continue
        name = country_of(one.profile_id)
        country = EVERYWHERE if name is None else countries.setdefault(name, len(countries))
        title = titles.setdefault(event.title_id, len(titles))
        cells.setdefault((country, title), []).append(min(one.logged.time_us, at_us))
    half_lives = np.array(HALF_LIVES_DAYS)
    counts = np.zeros((len(countries), len(half_lives), len(titles)))
    c, _, t = before.counts.shape
    fade = np.exp2(-(max(at_us - before.at_us, 0) / US_PER_DAY) / half_lives)
    counts[:c, :, :t] = before.counts * fade[None, :, None]
    for (country, title), times in cells.items():
        age = (at_us - np.array(times)) / US_PER_DAY
        added = np.exp2(-age[None, :] / half_lives[:, None]).sum(axis=1)
        counts[EVERYWHERE, :, title] += added
        if country != EVERYWHERE:
            counts[country, :, title] += added
    return Snapshot(
        before.number + 1,
        at_us,
        position,
        tuple(countries),
        tuple(titles),
        counts.astype(np.float32),
    )


class SnapshotStore:
    """The numbered snapshots of a home. Whoever holds the lease writes; all read."""

    def __init__(self, folder: Path, lease: Path) -> None:
        self._folder = folder
        self._lease = lease
        self._moments: dict[int, int] = {}  # number -> at_us, of snapshots seen

    def numbers(self) -> list[int]:
        """Numbers of the snapshots there are, ascending."""
        return sorted(int(path.stem) for path in self._folder.glob("*.safetensors"))

    def latest(self) -> Snapshot:
        """The newest snapshot; an empty one where there is none yet."""
        for number in reversed(self.numbers()):
            try:
                return self.load(number)
            except (Gone, BadBundle):
                continue
        return EMPTY

    def load(self, number: int) -> Snapshot:
        """One snapshot. Raises `Gone` where it is no longer kept."""
        path = self._path(number)
        if not path.exists():
            self._moments.pop(number, None)
            raise Gone("this snapshot is no longer kept", where=f"snapshot {number}")
        try:
            return _read(path, number)
        except (BadBundle, *_UNREADABLE) as error:
            self._moments.pop(number, None)
            raise BadBundle(
                f"this snapshot can't be read ({error})",
                where=str(path),
                mend="delete it: the next is made from the one before",
            ) from None

    def number_at(self, at_us: int) -> int | None:
        """The snapshot of an epoch that begins at `at_us`: the newest made until then; before the
        first, the first; None where there is none."""
        numbers = self.numbers()
        for number in reversed(numbers):
            if number not in self._moments:
                try:
                    self._moments[number] = self.load(number).at_us
                except (Gone, BadBundle):
                    continue
            if self._moments[number] <= at_us:
                return number
        return numbers[0] if numbers else None

    def advance(
        self,
        log: Log,
        country_of: Callable[[str], str | None],
        *,
        now_us: int,
        keep_hours: int,
        patience_seconds: float = 0.0,
    ) -> Snapshot | None:
        """Fold what came since into a new snapshot, if this process gets the lease and there is
        anything. Exactly once: the position stands in the snapshot that holds its counts."""
        with wait_lock(self._lease, patience_seconds) as mine:
            if not mine:
                return None
            before = self.latest()
            snapshot = _follow(before, log, country_of, now_us)
            if snapshot is before:
                return None
            self._write(snapshot)
            self._prune(now_us - keep_hours * _US_PER_HOUR)
        return snapshot

    def start_anew(
        self, log: Log, country_of: Callable[[str], str | None], *, now_us: int
    ) -> Snapshot | None:
        """Fold the whole log into one new snapshot and drop those before.

        Numbers go on, also where the log is empty by now: a number never names two snapshots.
        """
        with wait_lock(self._lease, _PATIENCE_SECONDS) as mine:
            if not mine:
                raise Unavailable(
                    "another process holds the snapshots' lease", mend="ask again in a moment"
                )
            before = self.numbers()
            number = before[-1] if before else 0
            snapshot = _follow(replace(EMPTY, number=number), log, country_of, now_us)
            if snapshot.number == number:
                if not before:
                    return None
                snapshot = replace(snapshot, number=number + 1, at_us=now_us)
            self._write(snapshot)
            for old in before:
                self._path(old).unlink(missing_ok=True)
        return snapshot

    def _write(self, snapshot: Snapshot) -> None:
        told = {
            "version": 1,
            "at_us": snapshot.at_us,
            "position": snapshot.position.marks,
            "countries": snapshot.countries,
            "titles": snapshot.titles,
        }
        content = arrays_to_bytes({"counts": snapshot.counts}, {"snapshot": json.dumps(told)})
        write_whole(self._path(snapshot.number), content)

    def _prune(self, before_us: int) -> None:
        """Drop what is older than it is kept; the newest made before then still serves an epoch."""
        numbers = self.numbers()
        old = [n for n in numbers[:-1] if self._moment(n) < before_us]
        for number in old[:-1]:
            self._path(number).unlink(missing_ok=True)
            self._moments.pop(number, None)

    def _moment(self, number: int) -> int:
        """When a snapshot was made; one that can't be read is of no time: older than all."""
        if number not in self._moments:
            try:
                self._moments[number] = self.load(number).at_us
            except (Gone, BadBundle):
                return -1
        return self._moments[number]

    def _path(self, number: int) -> Path:
        return self._folder / f"{number:010d}.safetensors"


_UNREADABLE = (KeyError, ValueError, TypeError, AttributeError, IndexError)


def _read(path: Path, number: int) -> Snapshot:
    arrays, metadata = map_arrays(path)
    told = json.loads(metadata["snapshot"])
    snapshot = Snapshot(
        number=number,
        at_us=int(told["at_us"]),
        position=Position(tuple(tuple(mark) for mark in told["position"])),
        countries=tuple(told["countries"]),
        titles=tuple(told["titles"]),
        counts=arrays["counts"],
    )
    shape = (len(snapshot.countries), len(HALF_LIVES_DAYS), len(snapshot.titles))
    if snapshot.counts.shape != shape:
        raise ValueError(f"counts of shape {snapshot.counts.shape}, not {shape}")
    return snapshot


def _follow(
    before: Snapshot, log: Log, country_of: Callable[[str], str | None], now_us: int
) -> Snapshot:
    """`before` with everything that the log holds after it; itself where there is nothing."""
    snapshot = before
    while True:
        tail, position = log.tail(snapshot.position, _BATCH)
        if not tail:
            return snapshot
        part = fold_snapshot(snapshot, tail, position, country_of, now_us)
        snapshot = replace(part, number=before.number + 1)
