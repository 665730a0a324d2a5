"""The snapshots of a home as files: numbered, written by whoever holds the lease, read by all."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from frontrow.base.errors import BadBundle, Gone, Unavailable
from frontrow.base.files import arrays_to_bytes, map_arrays, wait_lock, write_whole
from frontrow.base.seals import BLANK, is_whole, sealed
from frontrow.base.time import US_PER_DAY, US_PER_MINUTE, US_PER_SECOND, monotonic
from frontrow.events import Position
from frontrow.events.log import Log
from frontrow.viewers.snapshot import ACCOUNT_DAYS, EMPTY, CountryOf, Snapshot, follow
from frontrow.viewers.trends import HALF_LIVES_DAYS

_FORMAT = 5
_BEFORE = frozenset({3, 4})
"""Of before impressions were counted (4), and snapshots had a seal (3); still read, for pages that name them,
but not gone on from: the next is folded from the whole log."""
_UNSEALED = 3
_PATIENCE_SECONDS = 30.0
_US_PER_HOUR = US_PER_DAY // 24


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
        """The newest snapshot that can be gone on from; where there is none, an empty one of the newest's
        number."""
        numbers = self.numbers()
        for number in reversed(numbers):
            try:
                snapshot, version = self._load(number)
            except (Gone, BadBundle):
                continue
            if version == _FORMAT:
                return snapshot
        return replace(EMPTY, number=numbers[-1] if numbers else 0)

    def load(self, number: int) -> Snapshot:
        """One snapshot. Raises `Gone` where it is no longer kept."""
        return self._load(number)[0]

    def _load(self, number: int) -> tuple[Snapshot, int]:
        """One snapshot, and the format that it is kept in."""
        path = self._path(number)
        if not path.exists():
            self._moments.pop(number, None)
            raise Gone("this snapshot is no longer kept", where=f"snapshot {number}")
        try:
            return _read(path, number)
        except FileNotFoundError:
            raise Gone("this snapshot is no longer kept", where=f"snapshot {number}") from None
        except (BadBundle, *_UNREADABLE) as error:
            self._moments.pop(number, None)
            raise BadBundle(
                f"this snapshot can't be read ({error})",
                where=str(path),
                mend="delete it: the next is made from the one before",
            ) from None

    def is_sealed(self, number: int) -> bool:
        """Whether a snapshot that can be read was sealed; those of an older version were not."""
        self.load(number)
        try:
            return is_whole(self._path(number).read_bytes())
        except FileNotFoundError:
            raise Gone("this snapshot is no longer kept", where=f"snapshot {number}") from None

    def number_at(self, at_us: int) -> int | None:
        """The snapshot of an epoch that begins at `at_us`: the newest made until then; before the
        first, the first; None where none can be read."""
        first: int | None = None
        for number in reversed(self.numbers()):
            if number not in self._moments:
                try:
                    self._moments[number] = self.load(number).at_us
                except (Gone, BadBundle):
                    continue
            if self._moments[number] <= at_us:
                return number
            first = number
        return first

    def advance(
        self,
        log: Log,
        country_of: CountryOf,
        *,
        now_us: int,
        keep_hours: int,
        patience_seconds: float = 0.0,
    ) -> Snapshot | None:
        """Fold what came since into a new snapshot, if this process gets the lease and there is
        anything. Exactly once: the position stands in the snapshot that holds its counts."""
        began = monotonic()
        with wait_lock(self._lease, patience_seconds) as mine:
            if not mine:
                return None
            before = self.latest()
            snapshot = follow(before, log, country_of, now_us)
            if snapshot is before:
                return None
            self._write(snapshot)
            self._drop_unnamed(before.number, now_us + int((monotonic() - began) * US_PER_SECOND))
            self._prune(now_us - keep_hours * _US_PER_HOUR)
        return snapshot

    def start_anew(self, log: Log, country_of: CountryOf, *, now_us: int) -> Snapshot | None:
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
            snapshot = follow(replace(EMPTY, number=number), log, country_of, now_us)
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
            "seal": BLANK,
            "version": _FORMAT,
            "at_us": snapshot.at_us,
            "as_of_us": snapshot.as_of_us,
            "position": snapshot.position.marks,
            "countries": snapshot.countries,
            "titles": snapshot.titles,
        }
        content = arrays_to_bytes(
            {"counts": snapshot.counts, "accounts": snapshot.accounts},
            {"snapshot": json.dumps(told)},
        )
        write_whole(self._path(snapshot.number), sealed(content))

    def _drop_unnamed(self, number: int, until_us: int) -> None:
        """Drop the snapshot before the newest where no page can have named it: epochs begin with a minute,
        and none did since it was made. The first of all is kept, for epochs that began before it.

        until_us: when the newest was there
        """
        if number not in self.numbers()[1:]:
            return
        if (self._moment(number) - 1) // US_PER_MINUTE == until_us // US_PER_MINUTE:
            self._path(number).unlink(missing_ok=True)
            self._moments.pop(number, None)

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


_UNREADABLE = (OSError, KeyError, ValueError, TypeError, AttributeError, IndexError)


def _read(path: Path, number: int) -> tuple[Snapshot, int]:
    whole = is_whole(path.read_bytes())
    arrays, metadata = map_arrays(path)
    told = json.loads(metadata["snapshot"])
    if told["version"] not in {_FORMAT, *_BEFORE}:
        raise ValueError(f"format {told['version']}, this version reads {_FORMAT}")
    if not whole and told["version"] != _UNSEALED:
        raise ValueError("it was changed since it was written")
    snapshot = Snapshot(
        number=number,
        at_us=int(told["at_us"]),
        as_of_us=int(told["as_of_us"]),
        position=Position(tuple(tuple(mark) for mark in told["position"])),
        countries=tuple(told["countries"]),
        titles=tuple(told["titles"]),
        counts=arrays["counts"],
        accounts=arrays["accounts"],
    )
    shape = (len(snapshot.countries), len(HALF_LIVES_DAYS), len(snapshot.titles))
    if snapshot.counts.shape != shape:
        raise ValueError(f"counts of shape {snapshot.counts.shape}, not {shape}")
    if snapshot.accounts.shape != (shape[0], ACCOUNT_DAYS, shape[2]):
        raise ValueError(f"accounts of shape {snapshot.accounts.shape}")
    return snapshot, told["version"]
