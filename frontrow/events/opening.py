"""The log of an open database, whichever kind it is."""

from __future__ import annotations

from frontrow.base.database import Database, PostgresDatabase, SqliteDatabase
from frontrow.events.group_commit import MOST_WAITING
from frontrow.events.log import Log
from frontrow.events.postgres_log import PostgresLog
from frontrow.events.sqlite_log import SqliteLog


def open_log(database: Database, most_waiting: int = MOST_WAITING) -> Log:
    """The log that a database holds.

    most_waiting: events that may wait to be stored; beyond that `append` raises `TooMuch`
    """
    if isinstance(database, PostgresDatabase):
        return PostgresLog(database, most_waiting)
    assert isinstance(database, SqliteDatabase)
    return SqliteLog(database, most_waiting)
