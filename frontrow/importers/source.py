"""What every importer yields: rows that became titles and events, rows refused, rows left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec import Struct

from frontrow.catalog import Title
from frontrow.events import Event


class Kept(Struct, frozen=True, gc=False):
    """A row and what it became. It is kept if anything of it is new, else a duplicate."""

    of: str  # what the source's rows are called: "ratings", "movies", "titles", "events"
    titles: tuple[Title, ...] = ()
    events: tuple[Event, ...] = ()


class Refused(Struct, frozen=True, gc=False):
    """A row that can't be accepted; it is written aside and the import goes on."""

    of: str
    line: int  # of a text file its line, else the number of the row, from 1
    reason: str  # counted by
    row: Any
    detail: str = ""


class LeftOut(Struct, frozen=True, gc=False):
    """A good row that is not meant to come in, and why: a trailer, another profile's sitting."""

    of: str
    reason: str


Record = Kept | Refused | LeftOut


@dataclass(frozen=True)
class Source:
    """A recognised file or folder, ready to be read.

    `read(now)` may add to `notes` while it runs: what the reader assumed or could not use.
    """

    importer: str
    path: Path
    read: Callable[[datetime], Iterator[Record]]
    total: int | None = None  # rows, where known before reading
    profile_id: str | None = None  # whose rows they are, where all are of one profile
    left_out: list[str] = field(default_factory=list)  # parts not imported at all, and why
    notes: list[str] = field(default_factory=list)
