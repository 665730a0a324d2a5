"""The record of choices of a home as files: folded every hour, by whoever holds the lease, read by all.

Choices stay for a window (`exploration.artwork_days`), and all that are made in one rest on one record:
the newest that was made `SETTLED_US` before it began. So a choice does not move while the log goes on,
and every process makes the same. A record of the whole log at once (`start_anew`, when a bundle is
fitted) drops those before it, and is in force as soon as it is there.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from frontrow.base.errors import BadBundle, Gone, Unavailable
from frontrow.base.files import arrays_to_bytes, map_arrays, try_lock, wait_lock, write_whole
from frontrow.base.rests import without_rest
from frontrow.base.seals import BLANK, is_whole, sealed
from frontrow.base.time import US_PER_DAY
from frontrow.catalog import Lexicon
from frontrow.events import Position
from frontrow.events.log import Log
from frontrow.viewers.checkpoints import fold_version
from frontrow.viewers.choices import NONE, SUMS, Choices, follow_choices
from frontrow.viewers.remembered import Memory

_FORMAT = 7
_FOLD = fold_version(
    [
        "viewers/reactions.py", "viewers/choices.py", "viewers/attribution.py", "viewers/influence.py",
        "viewers/signs.py", "viewers/fold.py", "catalog/lexicon.py", "catalog/painted.py",
        "events/event.py", "base/sensitive.py",
    ]
)  # fmt: skip
_PATIENCE_SECONDS = 600.0
"""How long a new start waits for whoever folds: the lease is held by the living alone, who give way to it
after a batch."""

HOUR_US = US_PER_DAY // 24
SETTLED_US = HOUR_US // 2
"""A record is in force from the first window that begins so long after it was made: until then it is
surely written, however long the log took to read."""

_UNREADABLE = (OSError, KeyError, ValueError, TypeError, AttributeError, IndexError)


def window_start(now_us: int, days: int) -> int:
    """The start of the window of choices in which a moment lies."""
    length = days * US_PER_DAY
    return now_us // length * length


class ChoicesStore:
    """The numbered records of choices of a home."""

    def __init__(self, folder: Path, lease: Path) -> None:
        self._folder = folder
        self._lease = lease
        self._wanted = lease.with_name(lease.name + ".wanted")  # held by who waits for a new start
        self._memory: Memory | None = None
        self._made: dict[int, Choices] = {}  # number -> those seen, without their tables

    def numbers(self) -> list[int]:
        """Numbers of the records there are, ascending."""
        return sorted(int(path.stem) for path in self._folder.glob("*.safetensors"))

    def load(self, number: int) -> Choices:
        """One record. Raises `Gone` where it is no longer kept, `BadBundle` for a damaged one."""
        path = self._path(number)
        try:
            return _read(path, number)
        except FileNotFoundError:
            self._made.pop(number, None)
            raise Gone("this record of choices is no longer kept", where=str(number)) from None
        except (BadBundle, *_UNREADABLE) as error:
            self._made.pop(number, None)
            raise BadBundle(
                f"this record of choices can't be read ({error})",
                where=str(path),
                mend="delete it, and run `frontrow train`",
            ) from None

    def in_force(self, window_us: int, days: int = 1) -> int | None:
        """The number of the record that choices of a window rest on; None: on none yet.

        days: the length of the window. Where it was made longer, what its start would rest on is no
        longer kept: the oldest that is stands for it.
        """
        oldest = None
        for number in reversed(self.numbers()):
            at_us = self._moment(number)
            if at_us < 0:
                continue
            if self._made[number].anew or at_us <= window_us - SETTLED_US:
                return number
            oldest = number
        if oldest is None or self._made[oldest].since_us > window_us - SETTLED_US:
            return None
        return oldest if self._made[oldest].at_us < window_us + days * US_PER_DAY else None

    def made_at(self, at_us: int, position: Position) -> int | None:
        """The number of the record that was made at a moment, up to a place in the log; None: it is gone."""
        for number in reversed(self.numbers()):
            if self._moment(number) == at_us:
                try:
                    return number if self.load(number).position == position else None
                except (Gone, BadBundle):
                    return None
        return None

    def _moment(self, number: int) -> int:
        """When a record was made; -1 for one that can't be read."""
        if number not in self._made:
            try:
                found = self.load(number)
            except (Gone, BadBundle):
                return -1
            self._made[number] = replace(
                NONE, at_us=found.at_us, anew=found.anew, since_us=found.since_us
            )
        return self._made[number].at_us

    def advance(
        self, log: Log, lexicon: Lexicon, *, now_us: int, days: int,
        rest: Callable[[], None] = without_rest,
    ) -> Choices | None:  # fmt: skip
        """Fold what came since, where the last record is of another hour and no other process does.

        rest: called again and again meanwhile, for work beside requests
        """
        numbers = self.numbers()
        if numbers and self._moment(numbers[-1]) // HOUR_US == now_us // HOUR_US:
            return None
        with wait_lock(self._lease, 0.0) as mine:
            before = self._latest(_rests_on(lexicon))
            if not mine or before.at_us // HOUR_US == now_us // HOUR_US or log.is_empty():
                return None
            memory = self._memory
            if memory is None or not memory.is_of(log, lexicon):
                memory = self._memory = Memory(log, lexicon)
            memory.rest = rest
            made = follow_choices(
                before, log, lexicon, now_us, memory=memory, goes_on=self._goes_on
            )
            if made is None:  # a new start is asked for: it makes one of everything
                return None
            # The first of a home that has a history, restored or of an older version, is of use at once.
            old = before.at_us == 0 and _is_older(log, window_start(now_us, days))
            made = replace(made, number=before.number + 1, at_us=now_us, anew=old)
            made = replace(made, since_us=before.since_us or now_us, rests_on=_rests_on(lexicon))
            self._write(made)
            self._prune(now_us, days)
        return made

    def start_anew(self, log: Log, lexicon: Lexicon, *, now_us: int) -> Choices | None:
        """Fold the whole log into one record and drop those before: what was forgotten is in none."""
        wanted = wait_lock(self._wanted, _PATIENCE_SECONDS)
        with wanted, wait_lock(self._lease, _PATIENCE_SECONDS) as mine:
            if not mine:
                raise Unavailable(
                    "another process holds the lease of the record of choices",
                    mend="ask again in a moment",
                )
            before = self.numbers()
            number = before[-1] if before else 0
            if not before and log.is_empty():
                return None
            made = follow_choices(replace(NONE, number=number), log, lexicon, now_us)
            made = replace(
                made,
                number=number + 1,
                at_us=now_us,
                anew=True,
                since_us=now_us,
                rests_on=_rests_on(lexicon),
            )
            self._write(made)
            for old in before:
                self._path(old).unlink(missing_ok=True)
                self._made.pop(old, None)
        return made

    def _goes_on(self) -> bool:
        with try_lock(self._wanted) as free:
            return free

    def _latest(self, rests_on: str) -> Choices:
        """The record to go on from: none where another code or another list of words folded it."""
        numbers = self.numbers()
        for number in reversed(numbers):
            try:
                found = self.load(number)
            except (Gone, BadBundle):
                continue
            if found.rests_on != rests_on:
                break
            return replace(found, number=numbers[-1])
        return replace(NONE, number=numbers[-1] if numbers else 0)

    def _prune(self, now_us: int, days: int) -> None:
        """Keep the newest, and what the windows of now and of before rest on."""
        window_us = window_start(now_us, days)
        starts = (window_us, window_us - days * US_PER_DAY, window_us + days * US_PER_DAY)
        kept = {self.in_force(us, days) for us in starts} | {self.numbers()[-1]}
        for number in self.numbers():
            if number not in kept:
                self._path(number).unlink(missing_ok=True)
                self._made.pop(number, None)

    def _write(self, choices: Choices) -> None:
        told = {
            "seal": BLANK,
            "version": _FORMAT,
            "at_us": choices.at_us,
            "as_of_us": choices.as_of_us,
            "position": choices.position.marks,
            "rows": choices.rows,
            "columns": choices.columns,
            "anew": choices.anew,
            "since_us": choices.since_us,
            "rests_on": choices.rests_on,
        }
        arrays = {
            "shown": choices.shown,
            "good": choices.good,
            "squares": choices.squares,
            "matches": choices.matches,
            "last_us": choices.last_us,
        }
        content = arrays_to_bytes(arrays, {"choices": json.dumps(told)})
        self._folder.mkdir(exist_ok=True)
        write_whole(self._path(choices.number), sealed(content))

    def _path(self, number: int) -> Path:
        return self._folder / f"{number:010d}.safetensors"


def _rests_on(lexicon: Lexicon) -> str:
    return f"{_FOLD}.{lexicon.digest}"


def _is_older(log: Log, us: int) -> bool:
    """Whether the log began before a moment."""
    first, _ = log.tail(Position(), 1)
    return bool(first) and min(first[0].logged.time_us, first[0].logged.received_us) < us


def _read(path: Path, number: int) -> Choices:
    if not is_whole(path.read_bytes()):
        raise ValueError("it was changed since it was written")
    arrays, metadata = map_arrays(path)
    told = json.loads(metadata["choices"])
    if told["version"] != _FORMAT:
        raise ValueError(f"format {told['version']}, this version reads {_FORMAT}")
    found = Choices(
        number=number,
        at_us=int(told["at_us"]),
        as_of_us=int(told["as_of_us"]),
        position=Position(tuple(tuple(mark) for mark in told["position"])),
        rows=tuple(tuple(row) for row in told["rows"]),
        columns=tuple(told["columns"]),
        shown=arrays["shown"],
        good=arrays["good"],
        squares=arrays["squares"],
        matches=arrays["matches"],
        last_us=arrays["last_us"],
        anew=bool(told["anew"]),
        since_us=int(told["since_us"]),
        rests_on=str(told["rests_on"]),
    )
    shape = len(found.rows), len(found.columns)
    tables = found.shown, found.good, found.squares
    if (
        any(table.shape != shape for table in tables)
        or found.matches.shape != (SUMS,)
        or found.last_us.shape != shape[:1]
    ):
        raise ValueError("its tables don't fit its names")
    return found
