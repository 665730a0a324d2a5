"""A database read as it is: nothing is migrated, converted or taken for granted.

Texts come as `Raw`, which is neither `str` nor plain `bytes`: a text that isn't UTF-8 any more must
not end the look, and a text that became a blob must not pass for one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from frontrow.base.errors import Unavailable

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
    connection.set_progress_handler(lambda: 0, _BEAT_STEPS)  # Python looks for signals here
    try:
        connection.execute("PRAGMA query_only=ON")
        yield connection
    finally:
        connection.close()


@contextmanager
def one_state(connection: sqlite3.Connection) -> Iterator[Callable[..., Any]]:
    """What is asked within sees one committed state."""
    connection.execute("BEGIN")
    try:
        yield connection.execute
    finally:
        if connection.in_transaction:
            connection.rollback()


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
