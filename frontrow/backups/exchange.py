"""A database on PostgreSQL as a database file, and back: the form in which a backup holds every home.

Rows, numbers, chains and digests stay as they are. Only an event's place among everybody's is given anew,
for the two count places differently: the order stays.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from frontrow.base.database import PostgresDatabase, SqliteDatabase, driver, open_database
from frontrow.base.errors import Conflict
from frontrow.base.postgres import postgres_driver
from frontrow.base.schema import (
    api_key,
    continuation,
    decision,
    event,
    forgotten,
    profile,
    rules,
    title_revision,
)
from frontrow.base.time import US_PER_DAY
from frontrow.events.partitions import Partitions

_ROWS_AT_ONCE = 10_000
_DAYS_OF_A_MONTH = 28
"""No month is shorter: steps of so many days miss none."""

_TABLES = (title_revision, rules, api_key, forgotten, profile, decision, continuation)
_EVENT = tuple(column.name for column in event.columns if column.name != "seq")


def copy_out(
    source: PostgresDatabase, to: Path, progress: Callable[[float], None] = lambda share: None
) -> None:
    """Write what a database on PostgreSQL holds at one moment into a new database file."""
    target = open_database(to)
    assert isinstance(target, SqliteDatabase)
    try:
        with source.read() as reading, target.write() as writing:
            asked = postgres_driver(reading)
            total = _count(asked.execute)
            done = 0
            for table, columns, order in _in_order():
                marks = ", ".join("?" * len(columns))
                into = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"
                with asked.cursor(f"all_of_{table}") as cursor:
                    cursor.itersize = _ROWS_AT_ONCE
                    cursor.execute(
                        f"SELECT {', '.join(columns)} FROM {table} ORDER BY {order}", binary=True
                    )
                    for rows in _batches(cursor):
                        driver(writing).executemany(into, rows)
                        done += len(rows)
                        progress(done / total)
        with target.engine.connect() as connection:
            driver(connection).execute("PRAGMA wal_checkpoint(TRUNCATE)")
            driver(connection).execute("PRAGMA journal_mode=DELETE")
    finally:
        target.close()


def copy_in(
    source: Path, target: PostgresDatabase, progress: Callable[[float], None] = lambda share: None
) -> None:
    """Write what a database file holds into an empty database on PostgreSQL, all of it or nothing.

    Raises `Conflict` where that one is not empty.
    """
    reading = sqlite3.connect(source)
    try:
        partitions = Partitions(target)
        _make_months(reading, partitions)
        ahead = partitions.ahead()
        total = _count(reading.execute)
        done = 0
        with target.write("restore") as connection:
            raw = postgres_driver(connection)
            row = raw.execute("SELECT pg_current_xact_id()::text::bigint").fetchone()
            assert row is not None
            place = row[0] + ahead
            for table, columns, order in _in_order(on_file=True):
                if raw.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() is not None:
                    raise Conflict(
                        "the database is not empty", where=target.where, mend="name a new one"
                    )
                more = ("transaction",) if table == "event" else ()
                query = f"SELECT {', '.join(columns)} FROM {table} ORDER BY {order}"
                into = f"COPY {table} ({', '.join(columns + more)}) FROM STDIN"
                with raw.cursor() as cursor, cursor.copy(into) as copy:
                    for rows in _batches(reading.execute(query)):
                        for one in rows:
                            copy.write_row((*one, place) if more else one)
                        done += len(rows)
                        progress(done / total)
            raw.execute(
                "INSERT INTO event_key (shard, profile_id, event_id)"
                " SELECT shard, profile_id, event_id FROM event"
            )
    finally:
        reading.close()


def _in_order(on_file: bool = False) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """(table, its columns, the order that is kept)."""
    for table in _TABLES:
        key = ", ".join(column.name for column in table.primary_key.columns)
        yield table.name, tuple(_names(table)), key
    yield event.name, _EVENT, "seq" if on_file else "transaction, seq"


def _names(table: sa.Table) -> Sequence[str]:
    return [column.name for column in table.columns]


def _count(ask: Callable[..., Any]) -> int:
    names = [table.name for table in (*_TABLES, event)]
    return max(sum(int(ask(f"SELECT count(*) FROM {name}").fetchone()[0]) for name in names), 1)


def _batches(cursor: Any) -> Iterator[list[Any]]:
    while rows := cursor.fetchmany(_ROWS_AT_ONCE):
        yield rows


def _make_months(reading: sqlite3.Connection, partitions: Partitions) -> None:
    first, last = reading.execute("SELECT min(received_at), max(received_at) FROM event").fetchone()
    if first is None:
        return
    for us in (*range(first, last, _DAYS_OF_A_MONTH * US_PER_DAY), last):
        partitions.make_for(us)
