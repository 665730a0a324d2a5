"""Events of any file: usual column names recognised, ids made of the content, each event checked.

JSON in the API's own field names passes through as it is and is checked as the API checks it, at
any age. Any other file goes by the names of its columns (`EVENT_COLUMNS`), or the caller's `map`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from frontrow.events import Event, check_event
from frontrow.importers.columns import need, recognise, unused
from frontrow.importers.event_columns import EVENT_COLUMNS
from frontrow.importers.event_rows import EventReader, survey
from frontrow.importers.source import Kept, Record, Refused, Source
from frontrow.importers.tables import BrokenRow, Table, open_table
from frontrow.importers.title_files import refuse_fields

EVENTS = "events"


def events(file: Path | str, map: Mapping[str, str] | None = None) -> Source:
    """A file of events: CSV, JSON lines, a JSON array or Parquet.

    map: column -> field, for columns whose names say something else.
    Raises `BadInput` for a file that can't be read or lacks the profile or the time; a file
    without a title is refused where nothing says that its events need none.
    """
    path = Path(file)
    table = open_table(path, holding=EVENTS)
    source = Source("events", path, lambda now: iter(()), table.total)
    if not map and _is_native(table):
        return replace(source, read=lambda now: _native(table, now))
    found = recognise(table.columns, EVENT_COLUMNS, map or {}, where=path)
    needed = ["profile_id", "time"] + ([] if "type" in found else ["title_id"])
    need(found, needed, table.columns, EVENT_COLUMNS, where=path)
    seen = ", ".join(f"{field} <- {' or '.join(columns)}" for field, columns in found.items())
    source.notes.append(f"columns: {seen}")
    if left := unused(table.columns, found):
        source.notes.append(f"columns not used: {', '.join(left)}")
    return replace(source, read=lambda now: _by_columns(table, found, now, source.notes))


def _is_native(table: Table) -> bool:
    """Whether the rows are events as the API spells them."""
    return table.form == "json" and {"event_id", "type", "profile_id", "time"} <= set(table.columns)


def _native(table: Table, now: datetime) -> Iterator[Record]:
    for line, row in table.rows():
        if isinstance(row, BrokenRow):
            yield Refused(EVENTS, line, row.reason, row.row)
            continue
        checked = check_event(row, at="", now=now, oldest=None)
        if isinstance(checked, Event):
            yield Kept(EVENTS, (), (checked,))
        else:
            yield refuse_fields(EVENTS, line, checked, row)


def _by_columns(
    table: Table, found: Mapping[str, list[str]], now: datetime, notes: list[str]
) -> Iterator[Record]:
    seen = survey(table.rows(), found)
    notes += seen.words()
    reader = EventReader(found, seen)
    for line, row in table.rows():
        if isinstance(row, BrokenRow):
            yield Refused(EVENTS, line, row.reason, row.row)
            continue
        made = reader.read(row)
        if isinstance(made, str):
            yield Refused(EVENTS, line, made, row)
            continue
        checked = check_event(made, at="", now=now, oldest=None)
        if isinstance(checked, Event):
            yield Kept(EVENTS, (), (checked,))
        else:
            yield refuse_fields(EVENTS, line, checked, row)
    if reader.without_zone:
        notes.append(f"{reader.without_zone:,} times without a zone were read as UTC")
