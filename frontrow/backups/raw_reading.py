"""A database read as it is: nothing is migrated, converted or taken for granted.

Texts come as `Raw`, which is neither `str` nor plain `bytes`: a text that isn't UTF-8 any more must
not end the look, and a text that became a blob must not pass for one.
"""

from __future__ import annotations

import signal
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Protocol

from frontrow.base.errors import Unavailable
from frontrow.base.postgres import PostgresDatabase, postgres_driver

PATIENCE_SECONDS = 10.0
UNREADABLE = (sqlite3.DatabaseError, UnicodeDecodeError)
"""What a damaged file makes the driver raise; the second where a name in its message is no text."""

_BEAT_STEPS = 200_000
"""Steps of SQLite's machine between two looks for Ctrl-C; some milliseconds."""


class Raw(bytes):
    """A text of the database, undecoded."""

    def text(self) -> str:
        """As UTF-8; raises `UnicodeDecodeError`, a `ValueError`."""
        return self.decode()


@contextmanager
def raw_connection(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that changes nothing and stops at Ctrl-C, also within a long statement."""
    connection = sqlite3.connect(path, timeout=PATIENCE_SECONDS, isolation_level=None)
    connection.text_factory = Raw
    try:
        with heard_ctrl_c() as stopped:
            connection.set_progress_handler(lambda: int(stopped()), _BEAT_STEPS)
            connection.execute("PRAGMA query_only=ON")
            yield connection
    except sqlite3.OperationalError as error:
        trouble(error)
        raise
    finally:
        connection.close()


@contextmanager
def heard_ctrl_c() -> Iterator[Callable[[], bool]]:
    """Whether Ctrl-C was pressed. What it raises within SQLite's own call into Python is dropped there: so it
    is noted too, and whatever is asked next stops as well."""
    pressed: list[int] = []

    def press(number: int, _: Any) -> None:
        pressed.append(number)
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield lambda: False
        return
    before = signal.signal(signal.SIGINT, press)
    try:
        yield lambda: bool(pressed)
    finally:
        signal.signal(signal.SIGINT, before)


Ask = Callable[..., Any]
"""SQL with `?` for what is given -> a cursor."""


class Reading(Protocol):
    """A database to be looked at, whichever kind it is."""

    def state(self) -> AbstractContextManager[Ask]:
        """What is asked within sees one committed state."""
        ...


class SqliteReading:
    """A database file."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @contextmanager
    def state(self) -> Iterator[Ask]:
        self._connection.execute("BEGIN")
        try:
            yield self._connection.execute
        finally:
            if self._connection.in_transaction:
                self._connection.rollback()


class PostgresReading:
    """A database on PostgreSQL; its texts come as `Raw` too."""

    def __init__(self, database: PostgresDatabase) -> None:
        self._database = database

    @contextmanager
    def state(self) -> Iterator[Ask]:
        with self._database.read() as connection:
            cursor = postgres_driver(connection).cursor(binary=True)
            cursor.row_factory = _raw_rows

            def ask(query: str, given: Sequence[Any] = ()) -> Any:
                told = [value.text() if isinstance(value, Raw) else value for value in given]
                return cursor.execute(query.replace("?", "%s"), told)

            yield ask


def _raw_rows(_: Any) -> Callable[[Sequence[Any]], tuple[Any, ...]]:
    return lambda values: tuple(
        Raw(value.encode()) if isinstance(value, str) else value for value in values
    )


def plain(value: Any) -> Any:
    """A value as it was written: texts decoded. Raises `ValueError` where one isn't UTF-8."""
    return value.text() if isinstance(value, Raw) else value


def is_text(value: Any) -> bool:
    return isinstance(value, Raw)


def is_blob(value: Any) -> bool:
    return isinstance(value, bytes) and not isinstance(value, Raw)


def is_number(value: Any) -> bool:
    return isinstance(value, int)


def trouble(error: Exception) -> str:
    """What SQLite says; Ctrl-C within a statement is Ctrl-C, and a lock is no damage."""
    if str(error) == "interrupted":
        raise KeyboardInterrupt from None
    if "locked" in str(error):
        raise Unavailable("the database is locked by another process", mend="ask again") from None
    return str(error)
