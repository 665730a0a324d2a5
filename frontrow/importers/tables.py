"""Any file of rows, told by its content: CSV, JSON lines, a JSON array, Parquet.

In: a path. Out: a `Table` with its columns, whose rows can be read as often as one likes. What a
column means is not known here.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import msgspec

from frontrow.base.duck import glob_safe, open_duck, quote
from frontrow.base.errors import BadInput
from frontrow.importers.text_files import (
    BROKEN,
    find_separator,
    is_broken,
    read_csv,
    read_lines,
    text_encoding,
)

FETCH_ROWS = 10_000
SAMPLE_ROWS = 1_000
"""Rows of JSON looked at to learn which keys there are."""

Row = dict[str, Any]


@dataclass(frozen=True)
class BrokenRow:
    """A row that can't even be cut into its columns."""

    reason: str
    row: Any


NumberedRow = tuple[int, Row | BrokenRow]


@dataclass(frozen=True)
class Table:
    """A file of rows; `rows()` starts at the first each time."""

    path: Path
    form: str  # "csv", "json" or "parquet"
    columns: list[str]
    rows: Callable[[], Iterator[NumberedRow]]
    total: int | None = None


def open_table(path: Path, *, holding: str) -> Table:
    """Recognise a file by what is in it. Raises `BadInput` where it is no table.

    holding: the key under which a JSON object may hold the rows, as in the API's own bodies.
    """
    check_file(path)
    with path.open("rb") as file:
        magic = file.read(4)
    if magic == b"PAR1":
        return _parquet(path)
    encoding = text_encoding(path)
    head = next((line for line in read_lines(path, encoding) if line.strip()), None)
    if head is None:
        raise BadInput("is empty", where=str(path), mend="give a file with rows")
    if "\0" in head or magic[:2] in (b"PK", b"\x1f\x8b"):
        raise BadInput(
            "is neither CSV, JSON nor Parquet",
            where=str(path),
            mend="unpack it, or export it as one of these",
        )
    start = head.lstrip("\ufeff \t")[:1]
    if start in ("{", "["):
        return _json(path, encoding, whole=start == "[", holding=holding)
    return _csv(path, encoding)


def whole_rows(path: Path, *needing: str) -> Iterator[tuple[int, Row]]:
    """(number, row) of every row of a file whose every row is wanted. Raises `BadInput` where there is none
    of some columns, or a row is broken."""
    table = open_table(path, holding="rows")
    missing = [column for column in needing if column not in table.columns]
    if missing:
        raise BadInput(
            f"has no column {missing[0]}",
            where=str(path),
            mend=f"it needs {', '.join(needing)}",
        )
    for number, row in table.rows():
        if isinstance(row, BrokenRow):
            raise BadInput(f"row {number} {row.reason}", where=str(path), mend="mend or remove it")
        yield number, row


def check_file(path: Path) -> None:
    """Raises `BadInput` where there is no file to read."""
    if not path.exists():
        raise BadInput("there is no such file", where=str(path), mend="check the path")
    if path.is_dir():
        raise BadInput("is a folder, not a file", where=str(path), mend="name one file in it")
    if not path.is_file():
        raise BadInput(
            "is a pipe or a device, and a file is read more than once",
            where=str(path),
            mend="save what comes out of it as a file first",
        )


# -- CSV


def _csv(path: Path, encoding: str) -> Table:
    separator = find_separator(path, encoding)
    first = next(read_csv(path, encoding, separator), None)
    if first is None or first[1] is None:
        raise BadInput("has no header that can be read", where=str(path), mend="add a header line")
    columns = _column_names(first[1])

    def rows() -> Iterator[NumberedRow]:
        every = read_csv(path, encoding, separator)
        next(every)
        for line, cells, wrong, text in every:
            if cells is None:
                yield line, BrokenRow(wrong, text)
                continue
            if is_broken(text) or any(map(is_broken, cells)):
                yield line, BrokenRow(BROKEN, cells)
                continue
            while len(cells) > len(columns) and not cells[-1]:
                cells.pop()  # a separator at the end of the line
            if len(cells) == len(columns):
                yield line, dict(zip(columns, cells, strict=True))
            elif any(cells):
                more = "more" if len(cells) > len(columns) else "fewer"
                yield line, BrokenRow(f"has {more} columns than the header", cells)

    return Table(path, "csv", columns, rows)


def _column_names(header: list[str]) -> list[str]:
    names: list[str] = []
    for place, cell in enumerate(header, start=1):
        name = cell.strip().lstrip("\ufeff") or f"column_{place}"
        names.append(name if name not in names else f"{name}_{place}")
    return names


# -- JSON


def _json(path: Path, encoding: str, *, whole: bool, holding: str) -> Table:
    found = _json_array(path, encoding, holding) if whole else _json_body(path, encoding, holding)

    def rows() -> Iterator[NumberedRow]:
        numbered = enumerate(found, start=1) if found is not None else _json_lines(path, encoding)
        for line, value in numbered:
            if isinstance(value, dict | BrokenRow):
                yield line, value
            else:
                yield line, BrokenRow("is not a JSON object", value)

    sample = itertools.islice(rows(), SAMPLE_ROWS)
    columns = list(dict.fromkeys(key for _, row in sample if isinstance(row, dict) for key in row))
    return Table(path, "json", columns, rows, None if found is None else len(found))


def _json_array(path: Path, encoding: str, holding: str) -> list[Any]:
    """The rows of a file that is one array, or one object that holds them."""
    text = "".join(read_lines(path, encoding)).lstrip("\ufeff")
    try:
        value = msgspec.json.decode(text.encode("utf-8", "surrogateescape"))
    except (msgspec.DecodeError, RecursionError) as error:
        raise BadInput(
            f"is not JSON ({error})", where=str(path), mend="mend it, or send JSON lines"
        ) from None
    rows = value.get(holding) if isinstance(value, dict) else value
    if not isinstance(rows, list):
        raise BadInput(f"`{holding}` is no list", where=str(path), mend="send a list of rows")
    return rows


def _json_body(path: Path, encoding: str, holding: str) -> list[Any] | None:
    """The rows of a body as the API takes it (`{"titles": […]}`), or None for JSON lines."""
    head = "".join(itertools.islice(read_lines(path, encoding), 2)).lstrip("\ufeff \t\r\n")
    if not head.replace(" ", "").replace("\r", "").replace("\n", "").startswith(f'{{"{holding}":['):
        return None
    return _json_array(path, encoding, holding)


def _json_lines(path: Path, encoding: str) -> Iterator[tuple[int, Any]]:
    for line, text in enumerate(read_lines(path, encoding), start=1):
        stripped = text.strip("\ufeff \t\r\n")
        if not stripped:
            continue
        if is_broken(stripped):
            yield line, BrokenRow(BROKEN, stripped)
            continue
        try:
            yield line, msgspec.json.decode(stripped)
        except (msgspec.DecodeError, RecursionError) as error:
            yield line, BrokenRow("is not JSON", f"{stripped} ({error})")


# -- Parquet


def query_parquet(select: str, path: Path, more: str = "") -> Iterator[tuple[Any, ...]]:
    """Rows of `SELECT … FROM` a Parquet file, in a database of its own that loads no extension.

    Raises `BadInput` where the file is damaged.
    """
    try:
        with open_duck() as connection:
            cursor = connection.execute(f"{select} FROM read_parquet(?){more}", [glob_safe(path)])
            while rows := cursor.fetchmany(FETCH_ROWS):
                yield from rows
    except duckdb.Error as error:
        message = str(error).splitlines()[0]
        raise BadInput(
            f"is a Parquet file that can't be read ({message})",
            where=str(path),
            mend="write it again, or export CSV",
        ) from None


def parquet_columns(path: Path) -> dict[str, str]:
    """Column -> type of a Parquet file. Raises `BadInput` where it is damaged."""
    return {name: kind for name, kind, *_ in query_parquet("DESCRIBE SELECT *", path)}


def parquet_rows(path: Path) -> int:
    """How many rows a Parquet file holds."""
    return int(next(query_parquet("SELECT count(*)", path))[0])


def _parquet(path: Path) -> Table:
    types = parquet_columns(path)
    # An instant with a zone comes as microseconds: its Python form needs a zone database.
    wanted = ", ".join(
        f"epoch_us({quote(column)})" if "WITH TIME ZONE" in kind else quote(column)
        for column, kind in types.items()
    )
    columns = list(types)

    def rows() -> Iterator[NumberedRow]:
        for number, row in enumerate(query_parquet(f"SELECT {wanted}", path), start=1):
            yield number, dict(zip(columns, row, strict=True))

    return Table(path, "parquet", columns, rows, parquet_rows(path))
