"""The embedded database: one file of the home, opened, read and written through here.

SQLite in WAL mode with `synchronous=FULL`: what is committed survives a power cut. One writer at
a time (`write` takes the lock at once, so a transaction never fails half-way for want of it);
readers never wait. `secure_delete` overwrites what is deleted.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import sqlalchemy as sa

from frontrow.base.errors import Stopped, Unavailable
from frontrow.base.files import hold, is_held

LOCK_SECONDS = 10.0

_NOT_SYNCED = frozenset({"SQLITE_IOERR_FSYNC", "SQLITE_IOERR_DIR_FSYNC"})
"""After such an error the system may call pages clean that never reached the disk, and a later sync of
theirs a success: so nothing that this process would still write could be vouched for."""


MAY_NOT_BE_USED = "run it as the user who runs the service: these files are another's, or read-only"


def may_be_used(path: Path) -> bool:
    """Whether this process may read and write a database: its file, those beside it, and their folder. A
    reader writes too, for readers and writers meet in a file of shared memory."""
    files = [path, *(path.with_name(f"{path.name}-{part}") for part in ("wal", "shm"))]
    return os.access(path.parent, os.W_OK | os.X_OK) and all(
        os.access(file, os.R_OK | os.W_OK) for file in files if file.exists()
    )


class SqliteDatabase:
    """A pool of connections to one database file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.where = str(path)
        self._trouble: str | None = None
        self.on_trouble: Callable[[str], None] = lambda told: None
        self._mark = path.with_name(
            f"{path.name}-stopped"
        )  # held by whose sync failed, while it lives
        self._held: int | None = None
        self._kept: sqlite3.Connection | None = None  # for `append`
        self._appending = threading.Lock()
        self._asked: sqlite3.Connection | None = None  # for `number`
        self._asking = threading.Lock()
        self.engine = sa.create_engine(
            "sqlite://",
            creator=self._connect,
            poolclass=sa.pool.QueuePool,
            pool_size=8,
            max_overflow=32,
        )

    @property
    def trouble(self) -> str | None:
        """Why nothing is written any more: a sync failed here, or in a process that still lives."""
        if self._trouble is None and self._mark.exists() and is_held(self._mark):
            return "the disk failed to sync in another process of this home; no more is written"
        return self._trouble

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
            with self.engine.connect() as connection:
                driver(connection).execute("BEGIN")
                try:
                    yield connection
                finally:
                    driver(connection).rollback()
        except (sqlite3.OperationalError, sa.exc.OperationalError) as error:
            raise self._unavailable("answer", error) from error

    def number(self, statement: str) -> int:
        """The whole number that a statement finds, 0 for none: for what every page asks. On a connection
        of its own, since a pool's giving out and taking back costs ten times the answer."""
        try:
            with self._asking:
                if self._asked is None:
                    self._asked = self._connect()
                rows = self._asked.execute(statement).fetchall()
        except sqlite3.OperationalError as error:
            raise self._unavailable("answer", error) from error
        return int(rows[0][0] or 0) if rows else 0

    @contextmanager
    def write(self, lock: str | None = None) -> Iterator[sa.Connection]:
        """A transaction: durable when the block ends, undone when it raises.

        lock: who writes under the same name waits for its turn; here every writer does
        Raises `Stopped` from the first sync that failed until the process is started anew.
        """
        with (
            self._trouble_told(),
            self.engine.connect() as connection,
            _transaction(driver(connection)),
        ):
            yield connection

    @contextmanager
    def append(self) -> Iterator[sqlite3.Connection]:
        """The same on one connection that is kept for it, the driver's own: for the log, whose
        commits are so short that a pool's giving out and taking back would tell. One thread at a time."""
        with self._appending, self._trouble_told():
            if self._kept is None:
                self._kept = self._connect()
            with _transaction(self._kept):
                yield self._kept

    @contextmanager
    def _trouble_told(self) -> Iterator[None]:
        trouble = self.trouble
        if trouble is not None:
            raise Stopped(
                trouble,
                where=self.where,
                mend="look at the disk, then start the service anew: what it promised is there",
            )
        try:
            yield
        except (sqlite3.OperationalError, sa.exc.OperationalError) as error:
            self._note(error)
            raise self._unavailable("write", error) from error

    def _unavailable(self, what: str, error: Exception) -> Unavailable:
        told = getattr(error, "orig", None) or error  # the driver's words, and nothing round them
        mend = "" if may_be_used(self.path) else MAY_NOT_BE_USED
        return Unavailable(f"the database can't {what} ({told})", where=self.where, mend=mend)

    def _note(self, error: Exception) -> None:
        name = getattr(getattr(error, "orig", error), "sqlite_errorname", "")
        if name in _NOT_SYNCED and self._trouble is None:
            self._trouble = f"the disk failed to sync ({name}); no more is written"
            self._held = hold(self._mark)
            self.on_trouble(self._trouble)

    def compact(self) -> None:
        """Rewrite the file without free pages and empty the write-ahead log.

        Raises `Unavailable` where a reader holds on to the old pages: then they are still there.
        """
        try:
            with self.engine.connect() as connection:
                driver(connection).execute("VACUUM")
                (busy, *_) = (
                    driver(connection).execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                )
        except (sqlite3.OperationalError, sa.exc.OperationalError) as error:
            raise Unavailable(
                f"the database can't be compacted ({error})", where=self.where
            ) from error
        if busy:
            raise Unavailable(
                "a reader still holds pages of before",
                where=self.where,
                mend="ask again in a moment",
            )

    def close(self) -> None:
        self.engine.dispose()
        with self._appending:
            if self._kept is not None:
                self._kept.close()
                self._kept = None
        with self._asking:
            if self._asked is not None:
                self._asked.close()
                self._asked = None
        if self._held is not None:
            os.close(self._held)
            self._held = None


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


def driver(connection: sa.Connection) -> sqlite3.Connection:
    """The driver's own connection, for the few hot paths."""
    return cast("sqlite3.Connection", connection.connection.driver_connection)
