"""The log on SQLite. One transaction at a time, so sequence numbers become final in order.

Concurrent callers share a commit: whoever finds no commit under way leads one for all that wait
(group commit), so many small clients cost few syncs. Other processes are held off by the
database's own write lock.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from frontrow.base.database import Database, driver, open_database
from frontrow.base.digests import row_digest
from frontrow.base.ids import shard_of
from frontrow.base.time import to_us
from frontrow.events.chain import chain_link, chain_start
from frontrow.events.event import PROFILE_RESET, PROFILE_SET, TASTE_SET, Event
from frontrow.events.log import Ack, Logged, Position, Removed, Slice, Tailed

_PARTITION = 0
_LAST_SEQ = 2**63 - 1

_OURS = frozenset({PROFILE_SET, PROFILE_RESET, TASTE_SET})

_INSERT = (
    "INSERT INTO event (shard, profile_id, number, event_id, type, time, received_at, body, chain)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_COLUMNS = "number, type, time, received_at, event_id, body"

_Row = tuple[str, str, str, int, bytes]  # profile_id, event_id, type, time us, body


class _Waiting:
    __slots__ = ("done", "received_us", "rows")

    def __init__(self, rows: list[_Row], received_us: int) -> None:
        self.rows = rows
        self.received_us = received_us
        self.done: Future[list[Ack]] = Future()


class SqliteLog:
    """The `Log` of a home."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queue: list[_Waiting] = []
        self._queue_lock = threading.Lock()
        self._commit_lock = threading.Lock()

    def __reduce__(self) -> tuple[Any, ...]:
        """Another process of this machine opens the same file for itself."""
        return _open_log, (self._database.path,)

    # -- writing

    def append(self, batch: Sequence[Event], *, now: datetime) -> list[Ack]:
        encode = msgspec.json.encode
        rows: list[_Row] = [
            (e.profile_id, e.event_id, e.type, to_us(e.time), encode(e)) for e in batch
        ]
        return self._commit(rows, to_us(now))

    def note(self, profile_id: str, kind: str, body: dict[str, Any], *, now: datetime) -> None:
        if kind not in _OURS:
            raise AssertionError(f"{kind} is not one of our own facts")
        # A name no caller can send, so ours never meets theirs: `/` is not in the ids' alphabet.
        event_id = f"/{secrets.token_hex(8)}"
        row = (profile_id, event_id, kind, to_us(now), msgspec.json.encode(body))
        self._commit([row], to_us(now))

    def _commit(self, rows: list[_Row], received_us: int) -> list[Ack]:
        if not rows:
            return []
        mine = _Waiting(rows, received_us)
        with self._queue_lock:
            self._queue.append(mine)
        with self._commit_lock:
            if not mine.done.done():  # nobody took mine along: lead a commit for all that wait
                with self._queue_lock:
                    group, self._queue = self._queue, []
                self._commit_group(group)
        return mine.done.result()

    def _commit_group(self, group: list[_Waiting]) -> None:
        try:
            with self._database.write() as connection:
                answers = [_store(driver(connection), w.rows, w.received_us) for w in group]
        except BaseException as error:
            for waiting in group:
                waiting.done.set_exception(error)
            return
        for waiting, answer in zip(group, answers, strict=True):
            waiting.done.set_result(answer)

    def forget(self, profile_id: str, *, key: bytes) -> Removed:
        shard = shard_of(profile_id)
        with self._database.write() as connection:
            sql = driver(connection).execute
            generation = sql("SELECT coalesce(max(generation), 0) + 1 FROM forgotten").fetchone()[0]
            events = sql(
                "DELETE FROM event WHERE shard = ? AND profile_id = ?", (shard, profile_id)
            ).rowcount
            decisions = sql(
                "DELETE FROM decision WHERE shard = ? AND profile_id = ?", (shard, profile_id)
            ).rowcount
            sql("DELETE FROM profile WHERE profile_id = ?", (profile_id,))
            sql(
                "INSERT INTO forgotten (key, generation, digest) VALUES (?, ?, ?)"
                " ON CONFLICT (key) DO UPDATE SET"
                " generation = excluded.generation, digest = excluded.digest",
                (key, generation, row_digest("forgotten", key, generation)),
            )
        return Removed(events, decisions, generation)

    # -- reading

    def read(self, profile_id: str, after: int = 0, *, up_to: int | None = None) -> Slice:
        with self._database.read() as connection:
            sql = driver(connection).execute
            row = sql(
                "SELECT last_number, incarnation FROM profile WHERE profile_id = ?", (profile_id,)
            ).fetchone()
            if row is None:
                return Slice((), 0, "")
            last = row[0] if up_to is None else min(row[0], up_to)
            if last <= after:
                return Slice((), last, row[1])
            rows = sql(
                f"SELECT {_COLUMNS} FROM event"
                " WHERE shard = ? AND profile_id = ? AND number > ? AND number <= ?"
                " ORDER BY number",
                (shard_of(profile_id), profile_id, after, last),
            ).fetchall()
        return Slice(_decode(rows), last, row[1])

    def scan(
        self, shards: range, *, progress: Callable[[int], None] | None = None
    ) -> Iterator[tuple[str, Sequence[Logged]]]:
        with self._database.read() as connection:
            rows = driver(connection).execute(
                f"SELECT profile_id, {_COLUMNS} FROM event WHERE shard >= ? AND shard < ?"
                " ORDER BY shard, profile_id, number",
                (shards.start, shards.stop),
            )
            current = ""
            group: list[Any] = []
            for profile_id, *rest in rows:
                if profile_id != current:
                    if group:
                        yield current, _decode(group)
                        if progress is not None:
                            progress(len(group))
                    current, group = profile_id, []
                group.append(rest)
            if group:
                yield current, _decode(group)
                if progress is not None:
                    progress(len(group))

    def tail(
        self, after: Position, limit: int, *, until: Position | None = None
    ) -> tuple[list[Tailed], Position]:
        start = dict(after.marks).get(_PARTITION, 0)
        end = _LAST_SEQ if until is None else dict(until.marks).get(_PARTITION, 0)
        with self._database.read() as connection:
            rows = (
                driver(connection)
                .execute(
                    f"SELECT seq, profile_id, {_COLUMNS} FROM event WHERE seq > ? AND seq <= ?"
                    " ORDER BY seq LIMIT ?",
                    (start, end, limit),
                )
                .fetchall()
            )
        logged = _decode([row[2:] for row in rows])
        found = [Tailed(row[0], row[1], one) for row, one in zip(rows, logged, strict=True)]
        return found, Position(((_PARTITION, rows[-1][0] if rows else start),))

    def end(self) -> Position:
        with self._database.read() as connection:
            row = driver(connection).execute("SELECT max(seq) FROM event").fetchone()
        return Position(((_PARTITION, row[0] or 0),))

    def is_empty(self) -> bool:
        """Whether nobody ever told anything."""
        with self._database.read() as connection:
            return driver(connection).execute("SELECT 1 FROM event LIMIT 1").fetchone() is None

    def count(self) -> int:
        """Stored events, our own facts included."""
        with self._database.read() as connection:
            return int(driver(connection).execute("SELECT count(*) FROM event").fetchone()[0])

    def profiles(self, after: str = "", limit: int = 1_000) -> list[str]:
        """Known profile ids above `after`, in order of id."""
        with self._database.read() as connection:
            rows = driver(connection).execute(
                "SELECT profile_id FROM profile WHERE profile_id > ? ORDER BY profile_id LIMIT ?",
                (after, limit),
            )
            return [row[0] for row in rows]

    def country_of(self, profile_id: str, before_seq: int = _LAST_SEQ) -> str | None:
        """The country that a profile's settings name, as they were before a place of the log."""
        with self._database.read() as connection:
            row = (
                driver(connection)
                .execute(
                    "SELECT body FROM event WHERE shard = ? AND profile_id = ? AND type = ?"
                    " AND seq < ? ORDER BY number DESC LIMIT 1",
                    (shard_of(profile_id), profile_id, PROFILE_SET, before_seq),
                )
                .fetchone()
            )
        return None if row is None else _OWN.decode(row[0]).get("country")

    def forgotten_since(self, generation: int) -> set[bytes]:
        """Keys of the profiles that were forgotten after a generation."""
        with self._database.read() as connection:
            rows = driver(connection).execute(
                "SELECT key FROM forgotten WHERE generation > ?", (generation,)
            )
            return {row[0] for row in rows}

    def generation(self) -> int:
        """How many forgets have been: a process whose caches are older must purge them."""
        with self._database.read() as connection:
            sql = driver(connection).execute
            return int(sql("SELECT coalesce(max(generation), 0) FROM forgotten").fetchone()[0])


def _open_log(path: Path) -> SqliteLog:
    return SqliteLog(open_database(path))


def _store(connection: Any, rows: list[_Row], received_us: int) -> list[Ack]:
    """Store what is new of a batch, numbered without a gap within each profile."""
    heads: dict[str, list[Any]] = {}  # profile_id -> [shard, last number, incarnation, chain]
    known: set[tuple[str, str]] = set()
    by_profile: dict[str, list[str]] = {}
    for profile_id, event_id, *_ in rows:
        by_profile.setdefault(profile_id, []).append(event_id)
    for profile_id, event_ids in by_profile.items():
        head = connection.execute(
            "SELECT shard, last_number, incarnation, last_chain FROM profile WHERE profile_id = ?",
            (profile_id,),
        ).fetchone()
        if head is None:
            incarnation = secrets.token_hex(8)
            chain = chain_start(profile_id, incarnation, received_us)
            heads[profile_id] = [shard_of(profile_id), 0, incarnation, chain]
            continue
        heads[profile_id] = list(head)
        for start in range(0, len(event_ids), 500):
            some = event_ids[start : start + 500]
            marks = ",".join("?" * len(some))
            found = connection.execute(
                f"SELECT event_id FROM event WHERE profile_id = ? AND event_id IN ({marks})",
                (profile_id, *some),
            )
            known.update((profile_id, row[0]) for row in found)
    acks, inserts = [], []
    for profile_id, event_id, kind, time_us, body in rows:
        duplicate = (profile_id, event_id) in known
        acks.append(Ack(event_id, duplicate))
        if duplicate:
            continue
        known.add((profile_id, event_id))
        head = heads[profile_id]
        head[1] += 1
        row = (profile_id, head[1], event_id, kind, time_us, received_us, body)
        head[3] = chain_link(head[3], *row)
        inserts.append((head[0], *row, head[3]))
    connection.executemany(_INSERT, inserts)
    connection.executemany(
        "INSERT INTO profile (profile_id, shard, incarnation, last_number, first_at, last_chain)"
        " VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (profile_id) DO UPDATE SET"
        " last_number = excluded.last_number, last_chain = excluded.last_chain",
        [(p, h[0], h[2], h[1], received_us, h[3]) for p, h in heads.items()],
    )
    return acks


_EVENT = msgspec.json.Decoder(Event)
_OWN = msgspec.json.Decoder(dict[str, Any])


def _decode(rows: Sequence[Any]) -> list[Logged]:
    found = []
    for number, kind, time_us, received_us, _event_id, body in rows:
        if kind in _OURS:
            found.append(Logged(number, kind, time_us, received_us, None, _OWN.decode(body)))
        else:
            found.append(Logged(number, kind, time_us, received_us, _EVENT.decode(body), {}))
    return found
