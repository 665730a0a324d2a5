"""Events a second, on SQLite and on PostgreSQL, each beside the barest thing that could be done instead.

`python -m bench.ingest`. The ceilings are measured in the same run, in turn with ours, on the same disk:
one insert a commit into a table with the same columns and indexes; `executemany` (SQLite) and COPY
(PostgreSQL) of 1,000 rows a commit into it; and a bare write-and-sync loop, which no durable store can
pass by much with one client. PostgreSQL is a server of the bench's own, on the same disk.

What group commit is for shows where a sync is dear, and a disk behind a virtual machine may answer in a
fifth of a millisecond. So singles are measured once more with every sync made longer by `--longer-ms`, for
the bare insert as for ours.
"""

from __future__ import annotations

import argparse
import gc
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import msgspec

from bench.next_page import next_pages
from bench.opening import openings
from bench.quality.machine import machine
from frontrow.base.database import PostgresDatabase, SqliteDatabase, driver, open_database
from frontrow.base.ids import shard_of
from frontrow.base.postgres import postgres_driver
from frontrow.base.time import to_us
from frontrow.events import Event, Log, open_log
from frontrow.events.rows import rows_of
from tests.faults.syncing import compiled
from tests.postgres import Postgres

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PROFILES = 2_000
WRITERS = 8
BATCH = 1_000
CHAIN = bytes(16)

_number = count()


def some_events(n: int, profiles: int = PROFILES) -> list[Event]:
    """Events as a player sends them, of so many profiles, each with an id of its own."""
    told = [
        {
            "event_id": f"01JQ-{i:016x}",
            "type": "progress",
            "profile_id": f"profile-{i * 7919 % profiles}",
            "title_id": f"title-{i % 5_000}",
            "time": "2026-03-01T11:59:30+01:00",
            "position_seconds": 1312.5,
            "runtime_seconds": 6120.0,
            "device": "tv",
            "session_id": f"session-{i % PROFILES}",
        }
        for i in (next(_number) for _ in range(n))
    ]
    return msgspec.convert(told, list[Event])


Bare = tuple[Any, ...]


def bare_rows(n: int, profiles: int = PROFILES) -> list[Bare]:
    """The same as finished rows: nothing is left to do but to store them."""
    return [
        (shard_of(p), p, next(_number), e, k, us, to_us(NOW), body, CHAIN)
        for p, e, k, us, body in rows_of(some_events(n, profiles))
    ]


def in_turn(*works: tuple[Callable[[Any], None], Sequence[Any]]) -> list[float]:
    """Median seconds of each work over its own items, done in turn: a slow moment is slow for all."""
    took: list[list[float]] = [[] for _ in works]
    gc.collect()
    gc.freeze()  # what the bench itself holds is not walked while others are timed
    for at in range(len(works[0][1])):
        for found, (work, items) in zip(took, works, strict=True):
            began = perf_counter()
            work(items[at])
            found.append(perf_counter() - began)
    gc.unfreeze()
    return [median(found) for found in took]


def writers(log: Log, events: int) -> float:
    """Events a second of eight clients who each send one and wait for its answer."""
    shares = [some_events(events // WRITERS) for _ in range(WRITERS)]
    threads = [
        threading.Thread(target=lambda mine=mine: [log.append([e], now=NOW) for e in mine])
        for mine in shares
    ]
    began = perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(map(len, shares)) / (perf_counter() - began)


def syncs(folder: Path, n: int) -> float:
    """Bare writes of a row's size, each synced, a second."""
    with (folder / "bare").open("wb", buffering=0) as file:

        def write(_: int) -> None:
            file.write(bytes(400))
            os.fsync(file.fileno())

        return 1 / in_turn((write, range(n)))[0]


class OnSqlite:
    """A bare table in a file of its own, under the same pragmas."""

    name = "SQLite"
    bulk = "executemany"
    _INSERT = (
        "INSERT INTO event (shard, profile_id, number, event_id, type, time, received_at, body, chain)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
    )

    def __init__(self, folder: Path) -> None:
        self.database = open_database(folder / "ours.db")
        bare = open_database(folder / "bare.db")
        assert isinstance(bare, SqliteDatabase)
        self.bare = bare

    def insert(self, row: Bare) -> None:
        with self.connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(self._INSERT, row)
            connection.commit()

    def many(self, rows: list[Bare]) -> None:
        with self.connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(self._INSERT, rows)
            connection.commit()

    @contextmanager
    def connection(self) -> Iterator[Any]:
        if not hasattr(self, "_open"):
            self._open = self.bare.engine.connect()
        yield driver(self._open)

    def close(self) -> None:
        self._open.close()
        self.bare.close()
        self.database.close()


class OnPostgres:
    """A bare table, not divided, with the indexes of ours and of the table of ids."""

    name = "PostgreSQL"
    bulk = "COPY"
    _COLUMNS = (
        "(shard, profile_id, number, event_id, type, time, received_at, body, chain, transaction)"
    )

    def __init__(self, server: Postgres) -> None:
        self.database = open_database(server.new_database())
        assert isinstance(self.database, PostgresDatabase)
        self._held = self.database.engine.connect()
        self._sql = postgres_driver(self._held)
        self._sql.execute(
            "CREATE TABLE bare (LIKE event INCLUDING DEFAULTS INCLUDING CONSTRAINTS);"
            "CREATE UNIQUE INDEX ON bare (shard, profile_id, number);"
            "CREATE UNIQUE INDEX ON bare (shard, profile_id, event_id);"
            "CREATE INDEX ON bare (transaction, seq)"
        )

    def insert(self, row: Bare) -> None:
        self._sql.execute(
            f"INSERT INTO bare {self._COLUMNS} VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, 1)", row
        )

    def many(self, rows: list[Bare]) -> None:
        with (
            self._sql.cursor() as cursor,
            cursor.copy(f"COPY bare {self._COLUMNS} FROM STDIN (FORMAT binary)") as copy,
        ):
            copy.set_types(
                ("int4", "text", "int8", "text", "text", "int8", "int8", "bytea", "bytea", "int8")
            )
            for row in rows:
                copy.write_row((*row, 1))

    def close(self) -> None:
        self._held.close()
        self.database.close()


Opened = Callable[[], OnSqlite | OnPostgres]
"""Opens a new pair of tables, ours and the bare one, so that both hold as much at any moment."""


def measure_singles(open_pair: Opened, asked: argparse.Namespace) -> None:
    """Print what clients who send one event at a time come to, beside bare inserts."""
    on = open_pair()
    singles, log = asked.singles, open_log(on.database)
    _warm(on, log, PROFILES)
    inserts = bare_rows(singles)
    one, alone = in_turn(
        (on.insert, inserts), (lambda e: log.append([e], now=NOW), some_events(singles))
    )
    eight = median(writers(log, 4 * singles) for _ in range(asked.rounds))
    print(f"\n{on.name}")
    _line("one bare insert a commit", 1 / one)
    _line("one client, one an append", 1 / alone, one / alone, "the insert")
    _line("eight clients, the same", eight, eight * one, "the insert")
    on.close()


def measure_batches(open_pair: Opened, asked: argparse.Namespace, profiles: int) -> None:
    """Print what batches of a thousand come to, beside the barest way to store as many rows."""
    on = open_pair()
    batches, log = asked.batches, open_log(on.database)
    _warm(on, log, profiles)
    bare, ours = in_turn(
        (on.many, [bare_rows(BATCH, profiles) for _ in range(batches)]),
        (
            lambda b: log.append(b, now=NOW),
            [some_events(BATCH, profiles) for _ in range(batches)],
        ),
    )
    each = min(profiles, BATCH)
    _line(f"bare {on.bulk} of 1,000", BATCH / bare)
    _line(f"1,000 events of {each:,} profiles", BATCH / ours, bare / ours, on.bulk)
    on.close()


def _warm(on: OnSqlite | OnPostgres, log: Log, profiles: int) -> None:
    """Tables, partitions and plans."""
    for _ in range(5):
        log.append(some_events(BATCH, profiles), now=NOW)
        on.many(bare_rows(BATCH, profiles))


def measure(open_pair: Opened, asked: argparse.Namespace) -> None:
    """Print what one database does, and its ceilings."""
    measure_singles(open_pair, asked)
    for profiles in (PROFILES, BATCH // 10):
        measure_batches(open_pair, asked, profiles)


def measure_slower(folder: Path, asked: argparse.Namespace) -> None:
    """Print the singles of a process, and of databases, whose every sync takes so much longer."""
    library = compiled(folder)
    if library is None:
        print("\nno C compiler here: what a slower disk would do was not measured")
        return
    folder.chmod(0o755)  # the server runs as another user where we are root
    slower = {"LD_PRELOAD": str(library), "LENGTHEN_SYNC_US": f"{1_000 * asked.longer_ms:.0f}"}
    counts = ("--singles", str(asked.singles), "--rounds", str(asked.rounds))
    subprocess.run(
        [sys.executable, "-m", "bench.ingest", "--only-singles", "--folder", str(folder), *counts],
        env={**os.environ, **slower}, check=True,
    )  # fmt: skip


def _line(what: str, per_second: float, times: float | None = None, of: str = "") -> None:
    beside = "" if times is None else f"  {times:6.2f} x {of}"
    print(f"  {what:<31} {per_second:10,.0f} events/s{beside}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--singles", type=int, default=500)
    parser.add_argument("--batches", type=int, default=30)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--pages", type=int, default=200, help="events to next page, back to back")
    parser.add_argument("--minutes", type=int, default=12, help="and with a pause before each")
    parser.add_argument("--pause", type=float, default=5.0, help="that pause, in seconds")
    parser.add_argument("--folder", type=Path, default=None, help="on the disk to be measured")
    parser.add_argument("--longer-ms", type=float, default=2.0, help="of a sync, on a slower disk")
    parser.add_argument("--only-singles", action="store_true")
    asked = parser.parse_args()
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(dir=asked.folder) as name:
        folder = Path(name)
        if asked.only_singles:
            longer = os.environ.get("LENGTHEN_SYNC_US", "0")
            print(f"\nas above, every sync made {int(longer) / 1_000:g} ms longer")
        else:
            print(
                f"{machine()}, load {load:.1f}; progress events of {PROFILES:,} profiles; medians"
            )
        print(f"bare write and sync          {syncs(folder, asked.singles):10,.0f} a second")
        measured = measure_singles if asked.only_singles else measure
        server = Postgres(asked.folder)
        try:
            server.start()
            for opened in (
                lambda: OnSqlite(Path(tempfile.mkdtemp(dir=folder))),
                lambda: OnPostgres(server),
            ):
                measured(opened, asked)
            if not asked.only_singles:
                measure_slower(folder, asked)
                openings(folder / "viewers.db", "SQLite")
                openings(server.new_database(), "PostgreSQL")
                next_pages(
                    folder / "home", server.new_database(), asked.pages, asked.minutes, asked.pause
                )
        finally:
            server.remove()


if __name__ == "__main__":
    main()
