"""The one way in to DuckDB: a database in memory that loads and fetches no extension."""

from __future__ import annotations

from pathlib import Path

import duckdb


def open_duck(threads: int = 2) -> duckdb.DuckDBPyConnection:
    """A connection of its own; close it."""
    connection = duckdb.connect()
    connection.execute("SET autoinstall_known_extensions=false")
    connection.execute("SET autoload_known_extensions=false")
    connection.execute(f"SET threads={int(threads)}")
    connection.execute("SET TimeZone='UTC'")
    return connection


def glob_safe(path: Path) -> str:
    """A path in which no character stands for others: DuckDB reads file names as patterns."""
    return "".join(f"[{c}]" if c in "*?[" else c for c in str(path))


def quote(column: str) -> str:
    """A column's name as SQL takes it."""
    return '"' + column.replace('"', '""') + '"'
