"""A log from a file of choices, Parquet or CSV: the export's own columns, or any others by name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from frontrow.base.duck import glob_safe, open_duck, quote
from frontrow.base.errors import BadInput
from frontrow.evaluation.ope.choices import Choices, Doubles, Ints, Longs

MOST_LEVELS = 20
"""A word of the context has a number of its own up to so many different words; the rest share one."""


@dataclass(frozen=True)
class Columns:
    """Which column holds what; of the export by default. None: the log has none."""

    action: str = "action"
    probability: str = "probability"
    reward: str = "reward"
    cluster: str | None = "profile"
    context: tuple[str, ...] = ()
    candidates: str | None = "candidates"
    probabilities: str | None = "probabilities"
    target: str | None = None
    where: str | None = None  # an SQL condition on the file's columns


EXPORTED = ("kind", "page", "candidates", "probabilities", "censored")
"""A file with all of these columns is our own export."""


def columns_of(path: Path) -> list[str]:
    """The names of a file's columns. Raises `BadInput`."""
    return [str(row[0]) for row in _ask(f"DESCRIBE SELECT * FROM {_source(path)}", path)]


def read_choices(path: Path, columns: Columns, *, actions: int | None = None) -> Choices:
    """A log of a file. Raises `BadInput` naming what is missing or wrong.

    actions: how many actions there are, where no candidates are listed and some were never drawn
    """
    there = columns_of(path)
    columns = replace(
        columns,
        candidates=_if_there(columns.candidates, there),
        probabilities=_if_there(columns.probabilities, there),
        cluster=_if_there(columns.cluster, there)
        if columns.cluster == "profile"
        else columns.cluster,
    )
    named = [columns.action, columns.probability, columns.reward, *columns.context]
    named += [one for one in (columns.cluster, columns.target) if one is not None]
    _check_there(named, there, path)
    told = _read(path, columns)
    if not len(told["action"]):
        raise BadInput("holds no choices", where=str(path), mend="look at --where")
    return _choices(told, columns, actions, path)


@dataclass(frozen=True)
class Slots:
    """One row for each slot of each slate, by slate and slot."""

    slate: Any  # text
    slot: Any
    action: Any  # text
    probability: Doubles
    reward: Doubles
    cluster: Longs  # the slate itself where no column says whose it is


def read_slots(path: Path, columns: Columns, slate: str, slot: str) -> Slots:
    """The rows of a file of slates, in order. Raises `BadInput` naming what is missing."""
    there = columns_of(path)
    cluster = _if_there(columns.cluster, there) if columns.cluster == "profile" else columns.cluster
    whose = slate if cluster is None else cluster
    named = (slate, slot, columns.action, columns.probability, columns.reward, whose)
    _check_there(named, there, path)
    texts = {"slate": slate, "action": columns.action, "cluster": whose}
    wanted = [f"CAST({quote(column)} AS VARCHAR) AS {name}" for name, column in texts.items()]
    wanted += [
        f"{quote(slot)} AS slot",
        f"CAST({quote(columns.probability)} AS DOUBLE) AS probability",
        f"CAST({quote(columns.reward)} AS DOUBLE) AS reward",
    ]
    where = f" WHERE {columns.where}" if columns.where else ""
    try:
        with open_duck() as duck:
            told = duck.execute(
                f"SELECT {', '.join(wanted)} FROM {_source(path)}{where} ORDER BY slate, slot"
            ).fetchnumpy()
    except duckdb.Error as error:
        raise _unreadable(error, path) from None
    if not len(told["action"]):
        raise BadInput("holds no choices", where=str(path), mend="look at --where")
    _, whose_number = np.unique(told["cluster"].astype(str), return_inverse=True)
    return Slots(
        slate=told["slate"].astype(str),
        slot=np.asarray(told["slot"]).astype(str),
        action=told["action"].astype(str),
        probability=_filled(told["probability"]),
        reward=_filled(told["reward"]),
        cluster=np.asarray(whose_number, dtype=np.int64),
    )


def _check_there(named: Iterable[str], there: list[str], path: Path) -> None:
    missing = [name for name in named if name not in there]
    if missing:
        raise BadInput(
            f"has no column {missing[0]!r}",
            where=str(path),
            mend=f"name the right one with an option; there are {', '.join(there)}",
        )


def _if_there(name: str | None, there: list[str]) -> str | None:
    return name if name in there else None


def _source(path: Path) -> str:
    if not path.is_file():
        raise BadInput("there is no such file", where=str(path), mend="check the path")
    with path.open("rb") as file:
        parquet = file.read(4) == b"PAR1"
    name = glob_safe(path).replace("'", "''")
    return f"read_parquet('{name}')" if parquet else f"read_csv('{name}', header = true)"


def _ask(query: str, path: Path) -> list[tuple[Any, ...]]:
    try:
        with open_duck() as duck:
            found: list[tuple[Any, ...]] = duck.execute(query).fetchall()
            return found
    except duckdb.Error as error:
        raise _unreadable(error, path) from None


def _unreadable(error: duckdb.Error, path: Path) -> BadInput:
    said = str(error).splitlines()[0]
    return BadInput(f"can't be read ({said})", where=str(path), mend="give a Parquet or CSV file")


def _read(path: Path, columns: Columns) -> dict[str, Any]:
    wanted = {
        "action": f"CAST({quote(columns.action)} AS VARCHAR)",
        "probability": f"CAST({quote(columns.probability)} AS DOUBLE)",
        "reward": f"CAST({quote(columns.reward)} AS DOUBLE)",
    }
    if columns.cluster is not None:
        wanted["cluster"] = f"CAST({quote(columns.cluster)} AS VARCHAR)"
    if columns.target is not None:
        wanted["target"] = f"CAST({quote(columns.target)} AS DOUBLE)"
    if columns.candidates is not None:
        wanted["candidates"] = f"CAST({quote(columns.candidates)} AS VARCHAR[])"
        if columns.probabilities is not None:
            wanted["probabilities"] = f"CAST({quote(columns.probabilities)} AS DOUBLE[])"
    wanted |= {f"context {name}": quote(name) for name in columns.context}
    listed = ", ".join(f"{how} AS {quote(name)}" for name, how in wanted.items())
    where = f" WHERE {columns.where}" if columns.where else ""
    try:
        with open_duck() as duck:
            rows = duck.execute(f"SELECT {listed} FROM {_source(path)}{where}")
            return dict(rows.fetchnumpy())
    except duckdb.Error as error:
        raise _unreadable(error, path) from None


def _choices(told: dict[str, Any], columns: Columns, actions: int | None, path: Path) -> Choices:
    n = len(told["action"])
    drawn = np.asarray(told["action"], dtype=object)
    if np.ma.is_masked(told["action"]) or np.ma.is_masked(told["reward"]):
        raise BadInput("has choices without an action or a reward", where=str(path),
                       mend="leave them out with --where")  # fmt: skip
    lists = None if "candidates" not in told else _lists(told["candidates"])
    if lists is not None and any(one is None for one in lists):
        lists = None  # some don't say; then none does
    names, action, candidates, indptr = _numbered(drawn, lists)
    if actions is not None and lists is None:
        if actions < len(names):
            raise BadInput(f"holds {len(names)} actions, more than {actions}", where="--actions")
        names += tuple(f"(never drawn {i})" for i in range(actions - len(names)))
    cluster = np.arange(n, dtype=np.int64)
    if "cluster" in told:
        _, cluster = np.unique(np.asarray(told["cluster"], dtype=str), return_inverse=True)
    return Choices(
        actions=names,
        action=action,
        probability=_filled(told["probability"]),
        reward=_filled(told["reward"]),
        cluster=np.asarray(cluster, dtype=np.int64),
        context=_context([told[f"context {name}"] for name in columns.context], n),
        candidates=candidates,
        indptr=indptr,
        chances=None if indptr is None else _chances(told.get("probabilities"), indptr),
        target=_filled(told["target"]) if "target" in told else None,
    )


def _filled(values: Any) -> Doubles:
    return np.asarray(np.ma.filled(np.ma.asarray(values, dtype=np.float64), np.nan))


def _lists(values: Any) -> list[Any]:
    masked = np.ma.getmaskarray(np.ma.asarray(values))
    return [
        None if hidden else list(value)
        for value, hidden in zip(np.ma.getdata(values), masked, strict=True)
    ]


def _numbered(
    drawn: Any, lists: list[Any] | None
) -> tuple[tuple[str, ...], Ints, Ints | None, Longs | None]:
    """Names of the actions, the number of what was drawn, and the candidates' numbers."""
    if lists is None:
        names, which = np.unique(drawn.astype(str), return_inverse=True)
        return tuple(names.tolist()), which.astype(np.int32), None, None
    numbers = {
        name: i
        for i, name in enumerate(sorted({*drawn.tolist(), *(x for xs in lists for x in xs)}))
    }
    action = np.array([numbers[name] for name in drawn.tolist()], dtype=np.int32)
    flat = np.array([numbers[name] for one in lists for name in one], dtype=np.int32)
    indptr = np.asarray(np.cumsum([0, *(len(one) for one in lists)]), dtype=np.int64)
    return tuple(numbers), action, flat, indptr


def _chances(values: Any, indptr: Longs) -> Doubles | None:
    """The log's probability of every candidate, where each choice says it."""
    if values is None:
        return None
    lists = _lists(values)
    if any(one is None for one in lists):
        return None
    if [len(one) for one in lists] != np.diff(indptr).tolist():
        return None
    return np.array([chance for one in lists for chance in one], dtype=np.float64)


def _context(columns: list[Any], n: int) -> Doubles:
    """float64[n, d]: numbers as they are (a missing one is the mean), words as their levels."""
    parts = [np.zeros((n, 0)), *(_numbers(column) for column in columns)]
    return np.concatenate(parts, axis=1)


def _numbers(column: Any) -> Doubles:
    values = np.ma.getdata(column)
    hidden = np.ma.getmaskarray(np.ma.asarray(column))
    if values.dtype.kind in "biuf":
        numbers = np.where(hidden, np.nan, values.astype(np.float64))
        mean = np.nanmean(numbers) if np.isfinite(numbers).any() else 0.0
        return np.where(np.isfinite(numbers), numbers, mean)[:, None]
    if len(values) and isinstance(values[~hidden][0] if (~hidden).any() else None, np.ndarray):
        return np.array([np.asarray(one, dtype=np.float64) for one in values])
    words = np.where(hidden, "", values.astype(str))
    levels, counts = np.unique(words, return_counts=True)
    kept = levels[np.argsort(-counts, kind="stable")[:MOST_LEVELS]]
    return np.asarray(words[:, None] == np.sort(kept)[None, 1:], dtype=np.float64)
