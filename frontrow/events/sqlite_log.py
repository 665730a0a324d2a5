"""The log on SQLite. One transaction at a time, so sequence numbers become final in order.

Other processes are held off by the database's own write lock.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from frontrow.base.database import SqliteDatabase, driver
from frontrow.base.digests import row_digest
from frontrow.base.ids import shard_of
from frontrow.base.time import to_us
from frontrow.events.chain import chain_link, chain_start
from frontrow.events.event import PROFILE_SET, Event
from frontrow.events.group_commit import MOST_WAITING, GroupCommit, Waiting
from frontrow.events.log import LAST_NUMBER, Ack, Logged, Position, Removed, Slice, Tailed
from frontrow.events.rows import COLUMNS, Row, country_in, decode_rows, row_of_ours, rows_of

_PARTITION = 0
_LAST_SEQ = 2**63 - 1

_INSERT = (
    "INSERT INTO event (shard, profile_id, number, event_id, type, time, received_at, body, chain)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


class SqliteLog:
    """The `Log` of a home."""

    def __init__(self, database: SqliteDatabase, most_waiting: int = MOST_WAITING) -> None:
        self._database = database
        self._commits = GroupCommit(self._commit, most_waiting)

    def __reduce__(self) -> tuple[Any, ...]:
        """Another process of this machine opens the same file for itself."""
        return _open_log, (self._database.path,)

    # -- writing

    def append(self, batch: Sequence[Event], *, now: datetime) -> list[Ack]:
        return self._commits.submit(rows_of(batch), to_us(now))

    def note(self, profile_id: str, kind: str, body: dict[str, Any], *, now: datetime) -> None:
        self._commits.submit([row_of_ours(profile_id, kind, body, now)], to_us(now))

    def _commit(self, group: Sequence[Waiting]) -> list[list[Ack]]:
        with self._database.write() as connection:
            return [_store(driver(connection), w.rows, w.received_us) for w in group]

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
            decisions += sql(
                "DELETE FROM continuation WHERE shard = ? AND profile_id = ?", (shard, profile_id)
            ).rowcount
            sql("DELETE FROM checkpoint WHERE profile_id = ?", (profile_id,))
            sql("DELETE FROM profile WHERE profile_id = ?", (profile_id,))
            sql(
                "INSERT INTO forgotten (key, generation, digest) VALUES (?, ?, ?)"
                " ON CONFLICT (key) DO UPDATE SET"
                " generation = excluded.generation, digest = excluded.digest",
                (key, generation, row_digest("forgotten", key, generation)),
            )
        return Removed(events, decisions, generation)

    # -- reading

    def read(
        self,
        profile_id: str,
        after: int = 0,
        *,
        up_to: int | None = None,
        kinds: Collection[str] | None = None,
    ) -> Slice:
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
            of = () if kinds is None else (msgspec.json.encode(sorted(kinds)).decode(),)
            rows = sql(
                f"SELECT {COLUMNS} FROM event"
                " WHERE shard = ? AND profile_id = ? AND number > ? AND number <= ?"
                + (" AND type IN (SELECT value FROM json_each(?))" if of else "")
                + " ORDER BY number",
                (shard_of(profile_id), profile_id, after, last, *of),
            ).fetchall()
        return Slice(decode_rows(rows), last, row[1])

    def scan(
        self, shards: range, *, progress: Callable[[int], None] | None = None
    ) -> Iterator[tuple[str, Sequence[Logged]]]:
        with self._database.read() as connection:
            rows = driver(connection).execute(
                f"SELECT profile_id, {COLUMNS} FROM event WHERE shard >= ? AND shard < ?"
                " ORDER BY shard, profile_id, number",
                (shards.start, shards.stop),
            )
            current = ""
            group: list[Any] = []
            for profile_id, *rest in rows:
                if profile_id != current:
                    if group:
                        yield current, decode_rows(group)
                        if progress is not None:
                            progress(len(group))
                    current, group = profile_id, []
                group.append(rest)
            if group:
                yield current, decode_rows(group)
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
                    f"SELECT seq, profile_id, {COLUMNS} FROM event WHERE seq > ? AND seq <= ?"
                    " ORDER BY seq LIMIT ?",
                    (start, end, limit),
                )
                .fetchall()
            )
        logged = decode_rows([row[2:] for row in rows])
        found = [Tailed(row[1], one) for row, one in zip(rows, logged, strict=True)]
        return found, Position(((_PARTITION, rows[-1][0] if rows else start),))

    def end(self) -> Position:
        with self._database.read() as connection:
            row = driver(connection).execute("SELECT max(seq) FROM event").fetchone()
        return Position(((_PARTITION, row[0] or 0),))

    def is_empty(self) -> bool:
        with self._database.read() as connection:
            return driver(connection).execute("SELECT 1 FROM event LIMIT 1").fetchone() is None

    def count(self) -> int:
        with self._database.read() as connection:
            return int(driver(connection).execute("SELECT count(*) FROM event").fetchone()[0])

    def profiles(self, after: str = "", limit: int = 1_000) -> list[str]:
        with self._database.read() as connection:
            rows = driver(connection).execute(
                "SELECT profile_id FROM profile WHERE profile_id > ? ORDER BY profile_id LIMIT ?",
                (after, limit),
            )
            return [row[0] for row in rows]

    def country_of(self, profile_id: str, before: int = LAST_NUMBER) -> str | None:
        with self._database.read() as connection:
            row = (
                driver(connection)
                .execute(
                    "SELECT body FROM event WHERE shard = ? AND profile_id = ? AND type = ?"
                    " AND number < ? ORDER BY number DESC LIMIT 1",
                    (shard_of(profile_id), profile_id, PROFILE_SET, before),
                )
                .fetchone()
            )
        return None if row is None else country_in(row[0])

    def forgotten_since(self, generation: int) -> set[bytes]:
        with self._database.read() as connection:
            rows = driver(connection).execute(
                "SELECT key FROM forgotten WHERE generation > ?", (generation,)
            )
            return {row[0] for row in rows}

    def generation(self) -> int:
        with self._database.read() as connection:
            sql = driver(connection).execute
            return int(sql("SELECT coalesce(max(generation), 0) FROM forgotten").fetchone()[0])


def _open_log(path: Path) -> SqliteLog:
    return SqliteLog(SqliteDatabase(path))


_Heads = dict[str, list[Any]]
"""profile_id -> [shard, last number, incarnation, chain]"""


def _store(connection: Any, rows: Sequence[Row], received_us: int) -> list[Ack]:
    """Store what is new of a batch, numbered without a gap within each profile.

    Most batches hold nothing that is known: they are stored as if it were so, and where the table's
    own constraint finds that it is not, undone and looked at row by row.
    """
    before = _heads(connection, {row[0] for row in rows}, received_us)
    connection.execute("SAVEPOINT batch")
    try:
        acks = _insert(connection, rows, received_us, before, set())
    except sqlite3.IntegrityError:
        connection.execute("ROLLBACK TO batch")
        acks = _insert(connection, rows, received_us, before, _known(connection, rows))
    connection.execute("RELEASE batch")
    return acks


def _heads(connection: Any, profile_ids: set[str], received_us: int) -> _Heads:
    """Where each profile's events end; the start of a new life for those unknown."""
    heads: _Heads = {
        row[0]: list(row[1:])
        for row in connection.execute(
            "SELECT profile_id, shard, last_number, incarnation, last_chain FROM profile"
            " WHERE profile_id IN (SELECT value FROM json_each(?))",
            (msgspec.json.encode(list(profile_ids)).decode(),),
        )
    }
    for profile_id in profile_ids - heads.keys():
        incarnation = secrets.token_hex(8)
        chain = chain_start(profile_id, incarnation, received_us)
        heads[profile_id] = [shard_of(profile_id), 0, incarnation, chain]
    return heads


def _known(connection: Any, rows: Sequence[Row]) -> set[tuple[str, str]]:
    """Which of a batch are stored: (profile_id, event_id)."""
    by_profile: dict[str, list[str]] = {}
    for profile_id, event_id, *_ in rows:
        by_profile.setdefault(profile_id, []).append(event_id)
    return {
        (profile_id, row[0])
        for profile_id, event_ids in by_profile.items()
        for row in connection.execute(
            "SELECT event_id FROM event WHERE profile_id = ?"
            " AND event_id IN (SELECT value FROM json_each(?))",
            (profile_id, msgspec.json.encode(event_ids).decode()),
        )
    }


def _insert(
    connection: Any,
    rows: Sequence[Row],
    received_us: int,
    before: _Heads,
    known: set[tuple[str, str]],
) -> list[Ack]:
    """Store a batch but for what is known. Raises `sqlite3.IntegrityError` where more is."""
    heads = {profile_id: list(head) for profile_id, head in before.items()}
    acks, inserts = [], []
    for profile_id, event_id, kind, time_us, body in rows:
        key = (profile_id, event_id)
        duplicate = key in known
        acks.append(Ack(event_id, duplicate))
        if duplicate:
            continue
        known.add(key)
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
        [
            (p, head[0], head[2], head[1], received_us, head[3])
            for p, head in heads.items()
            if head[1] != before[p][1]
        ],
    )
    return acks
