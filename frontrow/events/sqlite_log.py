"""The log on SQLite. One transaction at a time, so sequence numbers become final in order.

Other processes are held off by the database's own write lock.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from frontrow.base.database import SqliteDatabase, driver
from frontrow.base.digests import row_digest
from frontrow.base.ids import shard_of
from frontrow.base.time import to_us
from frontrow.events.event import PROFILE_SET, Event
from frontrow.events.group_commit import MOST_WAITING, GroupCommit, Waiting
from frontrow.events.log import LAST_NUMBER, Ack, Logged, Position, Removed, Slice, Tailed
from frontrow.events.rows import COLUMNS, country_in, decode_rows, row_of_ours, rows_of
from frontrow.events.sqlite_storing import NotPlain, store

_PARTITION = 0
_LAST_SEQ = 2**63 - 1


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
        try:
            with self._database.append() as connection:
                return store(connection, group, plain=True)
        except NotPlain:
            with self._database.append() as connection:
                return store(connection, group, plain=False)

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
