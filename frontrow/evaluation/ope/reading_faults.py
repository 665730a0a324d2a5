"""Why a file of choices can't be used as asked: the column and value, the condition, or the file itself.

In: what DuckDB raised, or a column as it was read. Out: a `BadInput` that names who is to blame. Rows are
counted from 1, a header not among them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from frontrow.base.duck import open_duck, quote
from frontrow.base.errors import BadInput

_BELONGS = {
    "DOUBLE": "a number",
    "DOUBLE[]": "a list of numbers, as in [.5, .5],",
    "VARCHAR[]": "a list, as in [a, b],",
}
_MOST_SAID = 40
"""Characters of a value that are repeated: enough to find it by."""


@dataclass(frozen=True)
class Query:
    """What was asked of a file."""

    path: Path
    source: str  # as SQL names the file
    as_text: str  # the same, with every column as it is written there
    types: Mapping[str, str]  # column -> the type that it was read as
    where: str | None


def fault_of(error: duckdb.Error, query: Query) -> BadInput:
    """Who is to blame for what DuckDB raised."""
    try:
        with open_duck() as duck:
            names = [
                row[0] for row in duck.execute(f"DESCRIBE SELECT * FROM {query.source}").fetchall()
            ]
            for column, kind in query.types.items():
                if kind in _BELONGS and (found := _first_misfit(duck, query, column, kind)):
                    return found
    except duckdb.Error:
        return unreadable(error, query.path)
    return _bad_condition(query, names) or unreadable(error, query.path)


def _bad_condition(query: Query, names: list[str]) -> BadInput | None:
    if query.where is None:
        return None
    try:
        with open_duck() as duck:
            duck.execute(f"SELECT count(*) FROM {query.source} WHERE {query.where}").fetchall()
    except duckdb.Error as error:
        return BadInput(
            f"can't be asked of {query.path} ({str(error).splitlines()[0]})",
            where=f"--where {query.where}",
            mend=f"give a condition in SQL on the file's columns: {', '.join(names)}",
        )
    return None


def _first_misfit(
    duck: duckdb.DuckDBPyConnection, query: Query, column: str, kind: str
) -> BadInput | None:
    told = duck.execute(
        "SELECT count(*), min(place), arg_min(CAST(it AS VARCHAR), place)"
        f" FROM (SELECT {quote(column)} AS it, row_number() OVER () AS place FROM {query.as_text})"
        f" WHERE it IS NOT NULL AND TRY_CAST(it AS {kind}) IS NULL"
    ).fetchone()
    if told is None or not told[0]:
        return None
    count, row, said = told
    rows = "" if count == 1 else f", and so {count - 1:,} more"
    return BadInput(
        f"column {column!r} holds {said[:_MOST_SAID]!r} in row {row:,} where {_BELONGS[kind]} belongs{rows}",
        where=str(query.path),
        mend="correct the file, or name another column with an option",
    )


def unreadable(error: duckdb.Error, path: Path) -> BadInput:
    """A file that is no table."""
    said = "; ".join(line.strip() for line in str(error).splitlines()[:3] if line.strip())
    return BadInput(f"can't be read ({said})", where=str(path), mend="give a Parquet or CSV file")


def check_there(named: Iterable[str], there: list[str], path: Path) -> None:
    """Raises `BadInput` where a column that is asked for is missing."""
    missing = [name for name in named if name not in there]
    if missing:
        raise BadInput(
            f"has no column {missing[0]!r}",
            where=str(path),
            mend=f"name the right one with an option; there are {', '.join(there)}",
        )


def check_whole(told: Mapping[str, Any], action: str, reward: str, path: Path) -> None:
    """Raises `BadInput` where a choice has no action, or a reward that is no finite number.

    told: columns as read, `action` and `reward` among them; action, reward: their names in the file
    """
    if not len(told["action"]):
        raise BadInput("holds no choices", where=str(path), mend="look at --where")
    empty = np.ma.getmaskarray(np.ma.asarray(told["action"]))
    _check_none(empty, action, "is empty", f"{quote(action)} IS NOT NULL", path)
    values = np.ma.filled(np.ma.asarray(told["reward"], dtype=np.float64), np.nan)
    _check_none(~np.isfinite(values), reward, "holds no finite number",
                f"isfinite({quote(reward)}::DOUBLE)", path)  # fmt: skip


def check_named(told: Mapping[str, Any], columns: Mapping[str, str], path: Path) -> None:
    """Raises `BadInput` where a row doesn't say which slate or slot it is.

    told: columns as read; columns: which of them must be there -> its name in the file
    """
    for name, column in columns.items():
        empty = np.ma.getmaskarray(np.ma.asarray(told[name]))
        _check_none(empty, column, "is empty", f"{quote(column)} IS NOT NULL", path)


def check_lists(lists: Sequence[Sequence[Any]], column: str, path: Path) -> None:
    """Raises `BadInput` where a list of candidates is empty, holds nothing in a place, or one twice."""
    odd = np.array([None in one or not 0 < len(one) == len(set(one)) for one in lists], dtype=bool)
    _check_none(odd, column, "is no list of different candidates",
                f"len(list_distinct({quote(column)}::VARCHAR[])) = len({quote(column)}::VARCHAR[])"
                f" AND len({quote(column)}::VARCHAR[]) > 0", path)  # fmt: skip


def _check_none(odd: Any, column: str, what: str, kept: str, path: Path) -> None:
    if not odd.any():
        return
    raise BadInput(
        f"column {column!r} {what} in {int(odd.sum()):,} of {len(odd):,} choices"
        f" (the first is number {int(odd.argmax()) + 1:,} of those read)",
        where=str(path),
        mend=f"correct the file, or leave them out: --where '{kept}'",
    )
