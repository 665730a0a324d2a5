"""The log as plainly as it can be said: lists in memory. What the real ones are compared with."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from frontrow.base.ids import shard_of
from frontrow.base.time import to_us
from frontrow.events import Ack, Event, Position, Removed, Slice
from frontrow.events.event import PROFILE_SET
from frontrow.events.log import LAST_NUMBER, Logged, Tailed
from frontrow.events.rows import Row, country_in, decode_rows, row_of_ours, rows_of


class MemoryLog:
    """The `Log` of a test; nothing in it is durable."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rows: list[tuple[int, str, tuple[Any, ...]]] = []  # (seq, profile, row of COLUMNS)
        self._forgotten: dict[bytes, int] = {}
        self._seq = 0
        self._incarnations: dict[str, str] = {}
        self._lives = 0

    def append(self, batch: Sequence[Event], *, now: datetime) -> list[Ack]:
        with self._lock:
            return [self._store(row, now) for row in rows_of(batch)]

    def note(self, profile_id: str, kind: str, body: dict[str, Any], *, now: datetime) -> None:
        with self._lock:
            self._store(row_of_ours(profile_id, kind, body, now), now)

    def _store(self, row: Row, now: datetime) -> Ack:
        profile_id, event_id, kind, time_us, body = row
        mine = self._of(profile_id)
        if any(event_id == known[4] for known in mine):
            return Ack(event_id, True)
        if not mine:
            self._lives += 1
            self._incarnations[profile_id] = f"life {self._lives}"
        self._seq += 1
        stored = (len(mine) + 1, kind, time_us, to_us(now), event_id, body)
        self._rows.append((self._seq, profile_id, stored))
        return Ack(event_id, False)

    def _of(self, profile_id: str) -> list[tuple[Any, ...]]:
        return [row for _, p, row in self._rows if p == profile_id]

    def read(
        self,
        profile_id: str,
        after: int = 0,
        *,
        up_to: int | None = None,
        kinds: Collection[str] | None = None,
    ) -> Slice:
        mine = self._of(profile_id)
        if not mine:
            return Slice((), 0, "")
        last = len(mine) if up_to is None else min(up_to, len(mine))
        found = [row for row in mine[after:last] if kinds is None or row[1] in kinds]
        return Slice(decode_rows(found) or (), last, self._incarnations[profile_id])

    def scan(
        self, shards: range, *, progress: Callable[[int], None] | None = None
    ) -> Iterator[tuple[str, Sequence[Logged]]]:
        for profile_id in sorted({p for _, p, _ in self._rows}, key=lambda p: (shard_of(p), p)):
            if shard_of(profile_id) in shards:
                yield profile_id, decode_rows(self._of(profile_id))

    def tail(
        self, after: Position, limit: int, *, until: Position | None = None
    ) -> tuple[Sequence[Tailed], Position]:
        start = dict(after.marks).get(0, 0)
        end = LAST_NUMBER if until is None else dict(until.marks).get(0, 0)
        rows = [row for row in self._rows if start < row[0] <= end][:limit]
        logged = decode_rows([row for _, _, row in rows])
        found = [Tailed(p, one) for (_, p, _), one in zip(rows, logged, strict=True)]
        return found, Position(((0, rows[-1][0] if rows else start),))

    def end(self) -> Position:
        return Position(((0, self._rows[-1][0] if self._rows else 0),))

    def is_empty(self) -> bool:
        return not self._rows

    def count(self) -> int:
        return len(self._rows)

    def profiles(self, after: str = "", limit: int = 1_000) -> list[str]:
        return sorted({p for _, p, _ in self._rows if p > after})[:limit]

    def country_of(self, profile_id: str, before: int = LAST_NUMBER) -> str | None:
        told = [r for r in self._of(profile_id) if r[1] == PROFILE_SET and r[0] < before]
        return country_in(told[-1][5]) if told else None

    def forget(self, profile_id: str, *, key: bytes) -> Removed:
        with self._lock:
            events = len(self._of(profile_id))
            self._rows = [row for row in self._rows if row[1] != profile_id]
            self._forgotten[key] = self.generation() + 1
            return Removed(events, 0, self._forgotten[key])

    def forgotten_since(self, generation: int) -> set[bytes]:
        return {key for key, at in self._forgotten.items() if at > generation}

    def generation(self) -> int:
        return max(self._forgotten.values(), default=0)
