"""What SQLite itself can tell of its file, and whether its tables are those of this version."""

from __future__ import annotations

import re
import sqlite3
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from frontrow.backups.damage import Damage
from frontrow.backups.raw_reading import UNREADABLE, raw_connection, trouble
from frontrow.base.database import open_database

_MOST_MESSAGES = 100
_OF_TREE = re.compile(r"Tree (\d+)")
_OF_NAME = re.compile(r"(?:index|table|in) ([A-Za-z_0-9]+)")
_ZERO = ("user_version", "application_id")
"""Numbers in the file's head that nothing of ours sets."""


def schema_of(path: Path) -> str | None:
    """The schema that a database says it is of; None where it says none.

    Raises one of `UNREADABLE` where not even its tables can be listed.
    """
    with raw_connection(path) as connection:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        try:
            rows = connection.execute("SELECT version_num FROM alembic_version").fetchall()
        except UNREADABLE:
            return None
    return rows[0][0].decode("utf-8", "replace") if len(rows) == 1 else None


def check_tables(connection: sqlite3.Connection) -> Iterator[Damage]:
    """Where the definitions of tables and indexes, or the file's head, differ from a new home's."""
    try:
        found = _definitions(connection)
        numbers = [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in _ZERO]
        (encoding,) = connection.execute("PRAGMA encoding").fetchone()
    except UNREADABLE as error:
        yield Damage(part="database", what=f"its tables can't be read ({trouble(error)})")
        return
    expected = _of_a_new_home()
    for name in sorted(expected.keys() | found.keys()):
        if expected.get(name) != found.get(name):
            yield Damage(part="database", what="its definition is not this version's", where=name)
    if any(numbers) or encoding != b"UTF-8":
        yield Damage(part="database", what="the head of its file was changed")


_DEFINITIONS = (
    "SELECT name, type, tbl_name, coalesce(sql, '') FROM sqlite_master"
    " WHERE name NOT LIKE 'sqlite_stat%'"
)


@cache
def _of_a_new_home() -> dict[str, tuple[Any, ...]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "frontrow.db"
        open_database(path).close()
        with raw_connection(path) as connection:
            return _definitions(connection)


def _definitions(connection: sqlite3.Connection) -> dict[str, tuple[Any, ...]]:
    rows = connection.execute(_DEFINITIONS).fetchall()
    return {
        row[0].decode("utf-8", "replace"): tuple(
            part if isinstance(part, bytes) else str(part).encode() for part in row
        )
        for row in rows
    }


def check_pages(connection: sqlite3.Connection) -> Iterator[Damage]:
    """SQLite's own look at every page and index."""
    try:
        roots = {
            row[1]: row[0].decode("utf-8", "replace")
            for row in connection.execute("SELECT tbl_name, rootpage FROM sqlite_master")
        }
        rows = connection.execute(f"PRAGMA integrity_check({_MOST_MESSAGES})").fetchall()
    except UNREADABLE as error:
        yield Damage(part="database", what=f"SQLite can't read its own file ({trouble(error)})")
        return
    told = [row[0].decode("utf-8", "replace").strip() for row in rows]
    if told == ["ok"]:
        return
    by_place: dict[str, list[str]] = {}
    for message in "\n".join(told).splitlines():
        if message and not message.startswith("***"):
            by_place.setdefault(_place(message, roots), []).append(message)
    for place, messages in sorted(by_place.items()):
        more = "" if len(messages) == 1 else f" (and {len(messages) - 1} more)"
        yield Damage(part="database", what=messages[0] + more, where=place)


def _place(message: str, roots: dict[int, str]) -> str:
    tree = _OF_TREE.search(message)
    if tree is not None and int(tree[1]) in roots:
        return roots[int(tree[1])]
    name = _OF_NAME.search(message)
    return name[1] if name is not None else ""
