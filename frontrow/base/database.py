"""A home's database behind its Protocol: a file of the home (SQLite), or PostgreSQL.

Whoever stores something reads and writes through `read()` and `write()` in SQL that both know;
the log alone has a form for each (`frontrow.events`).
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import sqlalchemy as sa

from frontrow.base.errors import BadHome
from frontrow.base.postgres import PostgresDatabase, check_encoding, checked_address, is_postgres
from frontrow.base.sqlite import SqliteDatabase, driver

if TYPE_CHECKING:
    from alembic.config import Config

__all__ = ["Database", "PostgresDatabase", "SqliteDatabase", "driver", "open_database"]


class Database(Protocol):
    """Transactions over one store. Raises `Unavailable` where it can't answer."""

    where: str  # as messages name it; never with a password
    engine: sa.Engine
    on_trouble: Callable[[str], None]  # told when that begins

    @property
    def trouble(self) -> str | None:
        """Why nothing is written any more, until the processes are started anew."""
        ...

    def read(self) -> AbstractContextManager[sa.Connection]:
        """A connection that sees one committed state for the length of the block."""
        ...

    def number(self, statement: str) -> int:
        """The whole number that one statement finds in what is committed, 0 for none."""
        ...

    def write(self, lock: str | None = None) -> AbstractContextManager[sa.Connection]:
        """A transaction: durable when the block ends, undone when it raises.

        lock: of those who write under the same name one is in its block at a time
        """
        ...

    def compact(self) -> None:
        """Give back, as far as the store can, the room of what was deleted."""
        ...

    def close(self) -> None: ...


def open_database(address: Path | str) -> Database:
    """Open (or make) the database and bring its tables to this version.

    address: a file, or postgresql://…
    Raises `BadHome` where it is no database of ours or was made by a newer version.
    """
    database: Database
    if is_postgres(address):
        database = PostgresDatabase(checked_address(str(address)))
    else:
        database = SqliteDatabase(Path(address))
    try:
        _bring_up(database)
    except BaseException:
        database.close()
        raise
    return database


def _bring_up(database: Database) -> None:
    """Tables of this version, whatever they were."""
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    config = _migrations()
    script = ScriptDirectory.from_config(config)
    try:
        with database.read() as connection:
            current = MigrationContext.configure(connection).get_current_revision()
            if current is None and isinstance(database, PostgresDatabase):
                check_encoding(connection, database.where)
    except sa.exc.DatabaseError as error:
        raise BadHome(
            f"is not a database ({error.orig})",
            where=database.where,
            mend="restore it from a backup",
        ) from None
    if current == script.get_current_head():
        return
    if current is not None and current not in {r.revision for r in script.walk_revisions()}:
        raise BadHome(
            f"was made by a newer version (schema {current})",
            where=database.where,
            mend="install that version, or restore a backup made before it",
        )
    _migrate(database, config)


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
    """Run the migrations under one lock: two processes may open a new home at once."""
    from alembic import command

    # Begun for SQLAlchemy too: Alembic commits, and so frees the lock, where it sees no transaction.
    with database.write("migrations") as connection, connection.begin():
        config.attributes["connection"] = connection
        config.attributes["tell"] = _tell_of_long_work
        command.upgrade(config, "head")


_LONG_WORK_ROWS = 100_000
"""Rows of a table from which on a migration takes seconds, and says how far it is."""


def _tell_of_long_work(done: int, total: int, table: str) -> None:
    if total >= _LONG_WORK_ROWS:
        told = f"bringing the database to this version: {done:,} of {total:,} rows of {table}"
        print(told, file=sys.stderr, flush=True)
