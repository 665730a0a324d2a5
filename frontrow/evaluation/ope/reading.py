"""A log from a file of choices, Parquet or CSV: the export's own columns, or any others by name."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from frontrow.base.duck import glob_safe, open_duck, quote
from frontrow.base.errors import BadInput
from frontrow.evaluation.ope.choices import Choices, Doubles, Ints, Longs
from frontrow.evaluation.ope.reading_faults import (
    Query,
    check_lists,
    check_named,
    check_there,
    check_whole,
    fault_of,
    unreadable,
)

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
    source = _source(path)
    try:
        with open_duck() as duck:
            return [
                str(row[0]) for row in duck.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
            ]
    except duckdb.Error as error:
        raise unreadable(error, path) from None


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
    check_there(named, there, path)
    told = _read(path, columns)
    check_whole(told, columns.action, columns.reward, path)
    return _choices(told, columns, actions, path)


@dataclass(frozen=True)
class Slots:
    """One row for each slot of each slate, by slate and slot."""

    slate: Any  # text
    slot: Longs  # the number of its slot, in their order
    slots: int  # how many there are
    action: Any  # text
    probability: Doubles
    reward: Doubles
    cluster: Longs  # the slate itself where no column says whose it is


def _in_order(names: list[str]) -> list[str]:
    """Slots from the first on: numbers in names count as numbers (2 before 10, `slot2` before `slot10`)."""
    return sorted(
        names,
        key=lambda name: [
            (0, float(part), "") if at % 2 else (1, 0.0, part)
            for at, part in enumerate(re.split(r"(\d+(?:\.\d+)?)", name))
        ],
    )


def read_slots(path: Path, columns: Columns, slate: str, slot: str) -> Slots:
    """The rows of a file of slates, by slate and slot. Raises `BadInput` naming what is missing."""
    there = columns_of(path)
    cluster = _if_there(columns.cluster, there) if columns.cluster == "profile" else columns.cluster
    whose = slate if cluster is None else cluster
    named = (slate, slot, columns.action, columns.probability, columns.reward, whose)
    check_there(named, there, path)
    told = _fetch(path, {
        "slate": (slate, "VARCHAR"),
        "slot": (slot, "VARCHAR"),
        "action": (columns.action, "VARCHAR"),
        "cluster": (whose, "VARCHAR"),
        "probability": (columns.probability, "DOUBLE"),
        "reward": (columns.reward, "DOUBLE"),
    }, columns.where)  # fmt: skip
    check_whole(told, columns.action, columns.reward, path)
    check_named(told, {"slate": slate, "slot": slot}, path)
    slates, of_slate = np.unique(told["slate"].astype(str), return_inverse=True)
    names, of_slot = np.unique(told["slot"].astype(str), return_inverse=True)
    order = _in_order(names.tolist())
    place = np.array([order.index(name) for name in names.tolist()], dtype=np.int64)[of_slot]
    _, whose_number = np.unique(told["cluster"].astype(str), return_inverse=True)
    rows = np.lexsort((place, of_slate))
    return Slots(
        slate=slates[of_slate][rows],
        slot=place[rows],
        slots=len(names),
        action=told["action"].astype(str)[rows],
        probability=_filled(told["probability"])[rows],
        reward=_filled(told["reward"])[rows],
        cluster=np.asarray(whose_number, dtype=np.int64)[rows],
    )


def _if_there(name: str | None, there: list[str]) -> str | None:
    return name if name in there else None


def _source(path: Path, *, as_text: bool = False) -> str:
    """A file as SQL names it; `as_text`: a CSV's columns as they are written."""
    if not path.is_file():
        raise BadInput("there is no such file", where=str(path), mend="check the path")
    with path.open("rb") as file:
        parquet = file.read(4) == b"PAR1"
    name = glob_safe(path).replace("'", "''")
    if parquet:
        return f"read_parquet('{name}')"
    return f"read_csv('{name}', header = true{', all_varchar = true' if as_text else ''})"


def _read(path: Path, columns: Columns) -> dict[str, Any]:
    wanted: dict[str, tuple[str, str | None]] = {
        "action": (columns.action, "VARCHAR"),
        "probability": (columns.probability, "DOUBLE"),
        "reward": (columns.reward, "DOUBLE"),
    }
    if columns.cluster is not None:
        wanted["cluster"] = columns.cluster, "VARCHAR"
    if columns.target is not None:
        wanted["target"] = columns.target, "DOUBLE"
    if columns.candidates is not None:
        wanted["candidates"] = columns.candidates, "VARCHAR[]"
        if columns.probabilities is not None:
            wanted["probabilities"] = columns.probabilities, "DOUBLE[]"
    wanted |= {f"context {name}": (name, None) for name in columns.context}
    return _fetch(path, wanted, columns.where)


def _fetch(
    path: Path, wanted: dict[str, tuple[str, str | None]], where: str | None
) -> dict[str, Any]:
    """Columns of a file as arrays. Raises `BadInput`.

    wanted: name -> column of the file, and the type that it is read as; None: as it is
    """
    listed = ", ".join(
        f"{quote(column) if kind is None else f'CAST({quote(column)} AS {kind})'} AS {quote(name)}"
        for name, (column, kind) in wanted.items()
    )
    source, only = _source(path), f" WHERE {where}" if where else ""
    try:
        with open_duck() as duck:
            return dict(duck.execute(f"SELECT {listed} FROM {source}{only}").fetchnumpy())
    except duckdb.Error as error:
        types = {column: kind for column, kind in wanted.values() if kind is not None}
        asked = Query(path, source, _source(path, as_text=True), types, where)
        raise fault_of(error, asked) from None


def _choices(told: dict[str, Any], columns: Columns, actions: int | None, path: Path) -> Choices:
    n = len(told["action"])
    drawn = np.asarray(told["action"], dtype=object)
    lists = None if "candidates" not in told else _lists(told["candidates"])
    if lists is not None and any(one is None for one in lists):
        lists = None  # some don't say; then none does
    if lists is not None and columns.candidates is not None:
        check_lists(lists, columns.candidates, path)
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
        None if hidden else np.ma.asarray(value).tolist()
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
