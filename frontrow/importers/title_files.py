"""Titles of any file: usual column names recognised, each cell read, each title checked.

JSON in the API's own field names passes through as it is and is checked as the API checks it. Any
other file goes by the names of its columns (`TITLE_COLUMNS`), or by the caller's `map`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from frontrow.base.errors import FieldError
from frontrow.base.validation import validate
from frontrow.catalog import Title
from frontrow.importers.cells import read_text
from frontrow.importers.columns import need, recognise, unused
from frontrow.importers.source import Kept, Record, Refused, Source
from frontrow.importers.tables import BrokenRow, Table, open_table
from frontrow.importers.title_rows import TITLE_COLUMNS, TitleReader, of_supplier

TITLES = "titles"


def titles(
    file: Path | str, map: Mapping[str, str] | None = None, *, known: Collection[str] = ()
) -> Source:
    """A file of titles: CSV, JSON lines, a JSON array or Parquet.

    map: column -> field, for columns whose names say something else.
    known: ids of the catalogue, so that a later file of one supplier renews what one of several brought.
    Raises `BadInput` for a file that can't be read or has no column for the name.
    """
    path = Path(file)
    table = open_table(path, holding=TITLES)
    source = Source("titles", path, lambda now: iter(()), table.total)
    if not map and _is_native(table):
        return replace(source, read=lambda now: _native(table))
    found = recognise(table.columns, TITLE_COLUMNS, map or {}, where=path)
    need(found, ["name"], table.columns, TITLE_COLUMNS, where=path)
    source.notes.extend(_what_was_seen(table, found))
    return replace(source, read=lambda now: _by_columns(table, found, known, source.notes))


def _is_native(table: Table) -> bool:
    """Whether the rows are titles as the API spells them."""
    keys = set(table.columns)
    return table.form == "json" and "title_id" in keys and bool(keys & {"kind", "name"})


def _what_was_seen(table: Table, found: Mapping[str, list[str]]) -> list[str]:
    seen = ", ".join(f"{field} <- {' or '.join(columns)}" for field, columns in found.items())
    notes = [f"columns: {seen}"]
    if left := unused(table.columns, found):
        notes.append(f"columns not used: {', '.join(left)}")
    if "title_id" not in found:
        notes.append("there is no column for the id: ids are made of kind, name and year")
    if "kind" not in found:
        notes.append("there is no column for the kind: rows are movies, or episodes of a series")
    return notes


# -- rows


class _Once:
    """Refuses a second, different title under the same id; the same again is a duplicate."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[int, Title]] = {}

    def check(self, line: int, title: Title, row: Any) -> Record:
        before = self._seen.setdefault(title.title_id, (line, title))
        if before[1] == title:
            return Kept(TITLES, (title,))
        return Refused(
            TITLES, line, "an earlier row has this title_id", row, f"see line {before[0]}"
        )


def refuse_fields(of: str, line: int, errors: list[FieldError], row: Any) -> Refused:
    """A row with wrong fields: counted by the first, told in full."""
    first = errors[0]
    reason = re.sub(r"'[^']*'|-?\d[\d.:TZ+-]*", "…", f"{first.pointer} {first.detail}")
    return Refused(of, line, reason, row, "; ".join(map(repr, errors)))


def _native(table: Table) -> Iterator[Record]:
    once = _Once()
    for line, row in table.rows():
        if isinstance(row, BrokenRow):
            yield Refused(TITLES, line, row.reason, row.row)
            continue
        checked = validate(Title, row)
        if isinstance(checked, Title):
            yield once.check(line, checked, row)
        else:
            yield refuse_fields(TITLES, line, checked, row)


def _by_columns(
    table: Table, found: Mapping[str, list[str]], known: Collection[str], notes: list[str]
) -> Iterator[Record]:
    why = _why_by_supplier(table, found, known)
    by_supplier = why is not None
    if why is not None:
        notes.append(f"{why}: each is written supplier:id")
    once, unread = _Once(), Counter[str]()
    reader = TitleReader(found, by_supplier=by_supplier, unread=unread)
    for line, row in table.rows():
        if isinstance(row, BrokenRow):
            yield Refused(TITLES, line, row.reason, row.row)
            continue
        made = reader.read(row)
        if isinstance(made, str):
            yield Refused(TITLES, line, made, row)
            continue
        checked = validate(Title, made)
        if isinstance(checked, Title):
            yield once.check(line, checked, row)
        else:
            yield refuse_fields(TITLES, line, checked, row)
    for field, count in unread.most_common():
        if count:
            notes.append(f"{field}: {count:,} cells say nothing that is understood, left empty")


def _why_by_supplier(
    table: Table, found: Mapping[str, list[str]], known: Collection[str]
) -> str | None:
    """Why ids need the supplier's name before them, being unique within a supplier only; None: they don't."""
    if "title_id" not in found or "supplier" not in found:
        return None
    of_id, of_name = found["title_id"][0], found["supplier"][0]
    suppliers: dict[str, str] = {}
    was_so = False
    for _, row in table.rows():
        if isinstance(row, BrokenRow):
            continue
        title_id, supplier = read_text(row.get(of_id)) or "", str(row.get(of_name))
        if suppliers.setdefault(title_id, supplier) != supplier:
            return "ids repeat across suppliers"
        was_so = was_so or (
            title_id not in known and of_supplier(title_id, row.get(of_name)) in known
        )
    return "ids are in the catalogue with their supplier" if was_so else None
