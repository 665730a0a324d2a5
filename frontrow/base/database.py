"""The embedded database: opened, migrated, read and written through here.

SQLite in WAL mode with `synchronous=FULL`: what is committed survives a power cut. One writer at
a time (`write` takes the lock at once, so a transaction never fails half-way for want of it);
readers never wait. `secure_delete` overwrites what is deleted.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa

from frontrow.base.errors import BadHome, Unavailable

if TYPE_CHECKING:
    from alembic.config import Config

LOCK_SECONDS = 10.0


class Database:
    """A pool of connections to one database file. `read()` and `write()` are the two ways in."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._engine = sa.create_engine(
            "sqlite://",
            creator=self._connect,
            poolclass=sa.pool.QueuePool,
            pool_size=8,
            max_overflow=32,
        )

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, timeout=LOCK_SECONDS, isolation_level=None, check_same_thread=False
        )
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "secure_delete=ON",
            "cache_size=-65536",
            "temp_store=MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")
        return connection

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A connection that sees one committed state for the length of the block."""
        try:
            with self._engine.connect() as connection:
                driver(connection).execute("BEGIN")
                try:
                    yield connection
                finally:
                    driver(connection).rollback()
        except (sqlite3.OperationalError, sa.exc.OperationalError) as error:
            raise Unavailable(
                f"the database can't answer ({error})", where=str(self.path)
            ) from error

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """A transaction: durable when the block ends, undone when it raises."""
        try:
            with self._engine.connect() as connection:
                driver(connection).execute("BEGIN IMMEDIATE")
                try:
                    yield connection
                except BaseException:
                    driver(connection).rollback()
                    raise
                driver(connection).commit()
        except (sqlite3.OperationalError, sa.exc.OperationalError) as error:
            raise Unavailable(
                f"the database can't write ({error})", where=str(self.path)
            ) from error

    def compact(self) -> None:
        """Rewrite the file without free pages and empty the write-ahead log.

        Raises `Unavailable` where a reader holds on to the old pages: then they are still there.
        """
        try:
            with self._engine.connect() as connection:
                driver(connection).execute("VACUUM")
                (busy, *_) = (
                    driver(connection).execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                )
        except (sqlite3.OperationalError, sa.exc.OperationalError) as error:
            raise Unavailable(
                f"the database can't be compacted ({error})", where=str(self.path)
            ) from error
        if busy:
            raise Unavailable(
                "a reader still holds pages of before",
                where=str(self.path),
                mend="ask again in a moment",
            )

    def close(self) -> None:
        self._engine.dispose()


def driver(connection: sa.Connection) -> sqlite3.Connection:
    """The driver's own connection, for the few hot paths."""
    return cast("sqlite3.Connection", connection.connection.driver_connection)


def open_database(path: Path) -> Database:
    """Open (or make) the database and bring its tables to this version.

    Raises `BadHome` where the file is no database or was made by a newer version.
    """
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    database = Database(path)
    config = _migrations()
    script = ScriptDirectory.from_config(config)
    try:
        with database._engine.connect() as connection:
            current = MigrationContext.configure(connection).get_current_revision()
    except sa.exc.DatabaseError as error:
        raise BadHome(
            f"is not a database ({error.orig})", where=str(path), mend="restore it from a backup"
        ) from None
    if current == script.get_current_head():
        return database
    if current is not None and current not in {r.revision for r in script.walk_revisions()}:
        raise BadHome(
            f"was made by a newer version (schema {current})",
            where=str(path),
            mend="install that version, or restore a backup made before it",
        )
    _migrate(database, config)
    return database


def newest_schema() -> str:
    """The schema that this version reads and writes."""
    from alembic.script import ScriptDirectory

    return str(ScriptDirectory.from_config(_migrations()).get_current_head())


def _migrations() -> Config:
    from alembic.config import Config

    config = Config()
    scripts = Path(__file__).with_name("migrations")
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    return config


def _migrate(database: Database, config: Any) -> None:
    """Run the migrations under the write lock: two processes may open a new home at once."""
    from alembic import command

    with database.write() as connection:
        connection.begin()  # else Alembic commits after each, and with it ends our hold on the lock
        config.attributes["connection"] = connection
        config.attributes["tell"] = _tell_of_long_work
        command.upgrade(config, "head")


_LONG_WORK_ROWS = 100_000
"""Rows of a table from which on a migration takes seconds, and says how far it is."""


def _tell_of_long_work(done: int, total: int, table: str) -> None:
    if total >= _LONG_WORK_ROWS:
        told = f"bringing the database to this version: {done:,} of {total:,} rows of {table}"
        print(told, file=sys.stderr, flush=True)
