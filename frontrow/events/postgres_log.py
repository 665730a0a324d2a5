"""The log on PostgreSQL: any number of processes append at once.

Within a profile, numbers are given under the lock of its row and have no gap; locks are taken in the
order of profile ids, so no two commits wait for each other. Events stand in partitions by month; what
makes an event unique can't span those and has a table of its own (`event_key`).

Between profiles, commits end in any order: a sequence number says when a row was written, not when it
became visible, and a reader who remembers the highest it saw skips what commits late. So every event
carries the number of its transaction, and the tail tells only those below every transaction that still
runs: none of them can change, and none can come before them any more. What was acknowledged is in
`read` at once; in the tail, when no older transaction is under way.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from frontrow.base.digests import row_digest
from frontrow.base.ids import shard_of
from frontrow.base.postgres import PostgresDatabase, postgres_driver
from frontrow.base.time import to_us
from frontrow.events.event import PROFILE_SET, Event
from frontrow.events.group_commit import MOST_WAITING, GroupCommit, Waiting
from frontrow.events.log import LAST_NUMBER, Ack, Logged, Position, Removed, Slice, Tailed
from frontrow.events.partitions import Partitions
from frontrow.events.postgres_storing import NotPlain, store
from frontrow.events.rows import COLUMNS, country_in, decode_rows, row_of_ours, rows_of

_TRANSACTION, _SEQ = 0, 1
"""What the marks of a position count."""

_FINAL = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
"""Below it no transaction runs any more."""

_SCAN_ROWS = 10_000


class PostgresLog:
    """The `Log` of a home on PostgreSQL."""

    def __init__(self, database: PostgresDatabase, most_waiting: int = MOST_WAITING) -> None:
        self._database = database
        self._commits = GroupCommit(self._commit, most_waiting)
        self._partitions = Partitions(database)
        self._ahead = self._partitions.ahead()

    def __reduce__(self) -> tuple[Any, ...]:
        """Another process connects for itself."""
        return _open_log, (self._database.url,)

    # -- writing

    def append(self, batch: Sequence[Event], *, now: datetime) -> list[Ack]:
        return self._commits.submit(rows_of(batch), to_us(now))

    def note(self, profile_id: str, kind: str, body: dict[str, Any], *, now: datetime) -> None:
        self._commits.submit([row_of_ours(profile_id, kind, body, now)], to_us(now))

    def _commit(self, group: Sequence[Waiting]) -> list[list[Ack]]:
        for waiting in group:
            self._partitions.make_for(waiting.received_us)
        try:
            with self._database.write() as connection:
                return store(postgres_driver(connection), group, self._ahead, plain=True)
        except NotPlain:
            with self._database.write() as connection:
                return store(postgres_driver(connection), group, self._ahead, plain=False)

    def forget(self, profile_id: str, *, key: bytes) -> Removed:
        shard = shard_of(profile_id)
        mine = (shard, profile_id)
        with self._database.write("forget") as connection:
            sql = postgres_driver(connection).execute
            # Whoever appends to it waits from here on, and finds it gone.
            sql("SELECT 1 FROM profile WHERE profile_id = %s FOR UPDATE", (profile_id,))
            events = sql("DELETE FROM event WHERE shard = %s AND profile_id = %s", mine).rowcount
            sql("DELETE FROM event_key WHERE shard = %s AND profile_id = %s", mine)
            decisions = sql(
                "DELETE FROM decision WHERE shard = %s AND profile_id = %s", mine
            ).rowcount
            decisions += sql(
                "DELETE FROM continuation WHERE shard = %s AND profile_id = %s", mine
            ).rowcount
            sql("DELETE FROM checkpoint WHERE profile_id = %s", (profile_id,))
            sql("DELETE FROM profile WHERE profile_id = %s", (profile_id,))
            row = sql("SELECT coalesce(max(generation), 0) + 1 FROM forgotten").fetchone()
            generation = int(row[0]) if row is not None else 1
            sql(
                "INSERT INTO forgotten (key, generation, digest) VALUES (%s, %s, %s)"
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
            sql = postgres_driver(connection).cursor(binary=True)
            row = sql.execute(
                "SELECT last_number, incarnation FROM profile WHERE profile_id = %s", (profile_id,)
            ).fetchone()
            if row is None:
                return Slice((), 0, "")
            last = row[0] if up_to is None else min(row[0], up_to)
            if last <= after:
                return Slice((), last, row[1])
            of = () if kinds is None else (sorted(kinds),)
            rows = sql.execute(
                f"SELECT {COLUMNS} FROM event"
                " WHERE shard = %s AND profile_id = %s AND number > %s AND number <= %s"
                + (" AND type = ANY(%s)" if of else "")
                + " ORDER BY number",
                (shard_of(profile_id), profile_id, after, last, *of),
            ).fetchall()
        return Slice(decode_rows(rows), last, row[1])

    def scan(
        self, shards: range, *, progress: Callable[[int], None] | None = None
    ) -> Iterator[tuple[str, Sequence[Logged]]]:
        with (
            self._database.read() as connection,
            postgres_driver(connection).cursor("scan") as cursor,
        ):
            cursor.itersize = _SCAN_ROWS
            cursor.execute(
                f"SELECT profile_id, {COLUMNS} FROM event WHERE shard >= %s AND shard < %s"
                " ORDER BY shard, profile_id, number",
                (shards.start, shards.stop),
                binary=True,
            )
            for profile_id, rows in groupby(cursor, key=_first):
                events = decode_rows([row[1:] for row in rows])
                yield profile_id, events
                if progress is not None:
                    progress(len(events))

    def tail(
        self, after: Position, limit: int, *, until: Position | None = None
    ) -> tuple[list[Tailed], Position]:
        start = _place(after)
        end = (LAST_NUMBER, LAST_NUMBER) if until is None else _place(until)
        with self._database.read() as connection:
            rows = (
                postgres_driver(connection)
                .cursor(binary=True)
                .execute(
                    f"SELECT transaction, seq, profile_id, {COLUMNS} FROM event"
                    " WHERE (transaction, seq) > (%s, %s) AND (transaction, seq) <= (%s, %s)"
                    f" AND transaction < {_FINAL} + %s"
                    " ORDER BY transaction, seq LIMIT %s",
                    (*start, *end, self._ahead, limit),
                )
                .fetchall()
            )
        logged = decode_rows([row[3:] for row in rows])
        found = [Tailed(row[2], one) for row, one in zip(rows, logged, strict=True)]
        return found, _position(*(rows[-1][:2] if rows else start))

    def end(self) -> Position:
        row = self._one(
            f"SELECT transaction, seq FROM event WHERE transaction < {_FINAL} + %s"
            " ORDER BY transaction DESC, seq DESC LIMIT 1",
            self._ahead,
        )
        return _position(*(row or (0, 0)))

    def is_empty(self) -> bool:
        return self._one("SELECT 1 FROM profile LIMIT 1") is None

    def count(self) -> int:
        row = self._one("SELECT coalesce(sum(last_number), 0) FROM profile")
        return int(row[0])  # numbers have no gap

    def profiles(self, after: str = "", limit: int = 1_000) -> list[str]:
        with self._database.read() as connection:
            rows = postgres_driver(connection).execute(
                "SELECT profile_id FROM profile WHERE profile_id > %s ORDER BY profile_id LIMIT %s",
                (after, limit),
            )
            return [row[0] for row in rows]

    def country_of(self, profile_id: str, before: int = LAST_NUMBER) -> str | None:
        row = self._one(
            "SELECT body FROM event WHERE shard = %s AND profile_id = %s AND type = %s"
            " AND number < %s ORDER BY number DESC LIMIT 1",
            shard_of(profile_id), profile_id, PROFILE_SET, before,
        )  # fmt: skip
        return None if row is None else country_in(row[0])

    def forgotten_since(self, generation: int) -> set[bytes]:
        with self._database.read() as connection:
            rows = postgres_driver(connection).execute(
                "SELECT key FROM forgotten WHERE generation > %s", (generation,)
            )
            return {row[0] for row in rows}

    def generation(self) -> int:
        row = self._one("SELECT coalesce(max(generation), 0) FROM forgotten")
        return int(row[0])

    def _one(self, query: str, *given: Any) -> Any:
        with self._database.read() as connection:
            return postgres_driver(connection).execute(query, given).fetchone()


def _open_log(url: str) -> PostgresLog:
    return PostgresLog(PostgresDatabase(url))


def _first(row: tuple[Any, ...]) -> str:
    profile_id: str = row[0]
    return profile_id


def _place(position: Position) -> tuple[int, int]:
    marks = dict(position.marks)
    return marks.get(_TRANSACTION, 0), marks.get(_SEQ, 0)


def _position(transaction: int, seq: int) -> Position:
    return Position(((_TRANSACTION, transaction), (_SEQ, seq)))
