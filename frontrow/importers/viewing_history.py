"""A personal viewing history: `ViewingActivity.csv`, or its short sibling with Title and Date.

What the viewer chose becomes `play` and `stop` events of one profile. Trailers, hooks, previews
and what played by itself are no taste: they are left out and counted. The names of profiles in
the file are never stored, also not among rejected rows.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from frontrow.base.errors import BadInput
from frontrow.base.ids import Id
from frontrow.catalog import Title
from frontrow.events import Event, check_event
from frontrow.importers.cells import read_date, read_seconds
from frontrow.importers.columns import plain_name
from frontrow.importers.history_names import read_history_name
from frontrow.importers.history_titles import TitleFinder
from frontrow.importers.slugs import digest
from frontrow.importers.source import Kept, LeftOut, Record, Refused, Source
from frontrow.importers.tables import BrokenRow, Table, open_table
from frontrow.importers.title_files import refuse_fields

SITTINGS = "sittings"
FULL = ("title", "start_time", "duration")
SHORT = ("title", "date")
LONGEST_NAME = 500
NOON = timedelta(hours=12)
"""Where only the day is known: noon UTC is on that day in almost every time zone."""

_ACTION = re.compile(r"Autoplayed: user action: ([^;]*)", re.IGNORECASE)
_REAL_ACTION = "user_interaction"
_SLASHED = re.compile(r"^(\d{1,2})([/.-])(\d{1,2})\2(\d{2}|\d{4})$")

Row = dict[str, Any]


def viewing_history(
    file: Path | str, profile_id: str, *, known: Iterable[Title] = (), only: str | None = None
) -> Source:
    """The history in a file, as events of one profile.

    known: titles of the catalogue; a line that names one of them counts for it, and only what is
    not there is invented. only: take the rows of this profile name, in a file of several.
    Raises `BadInput` for another kind of file, an id that is none, or a name that is not in it.
    """
    path = Path(file)
    _check_profile(profile_id)
    table = open_table(path, holding="rows")
    columns = {plain_name(column): column for column in table.columns}
    full = all(column in columns for column in FULL)
    if not full and not all(column in columns for column in SHORT):
        raise BadInput(
            "is no viewing history: it has neither Title, Start Time and Duration, nor Title and"
            " Date",
            where=str(path),
            mend=f"its columns are: {', '.join(table.columns)}",
        )
    names = _profile_names(table, columns.get("profile_name"))
    notes: list[str] = []
    if only is not None and only not in names:
        raise BadInput(
            f"has no rows of profile {only!r}",
            where=str(path),
            mend=f"its profiles are: {', '.join(sorted(names)) or 'not named'}",
        )
    if only is None and len(names) > 1:
        notes.append(
            f"the file holds rows of {len(names)} profiles, and all go to this one; to take those"
            " of one only, name it"
        )
    read = _Sittings(table, columns, profile_id, only, notes)
    finder = TitleFinder(known)
    return Source(
        "viewing-history",
        path,
        (lambda now: read.full(finder, now)) if full else (lambda now: read.short(finder, now)),
        total=sum(names.values()) or None,
        profile_id=profile_id,
        left_out=["names of profiles: they are never stored"] if names else [],
        notes=notes,
    )


def _check_profile(profile_id: str) -> None:
    try:
        msgspec.convert(profile_id, Id)
    except msgspec.ValidationError:
        raise BadInput(
            f"{profile_id!r} is no profile id",
            where="--profile",
            mend="1-128 characters of A-Z a-z 0-9 . _ : @ -",
        ) from None


def _profile_names(table: Table, column: str | None) -> Counter[str]:
    if column is None:
        return Counter()
    rows = (row for _, row in table.rows() if not isinstance(row, BrokenRow))
    return Counter(str(row.get(column, "")).strip() for row in rows)


class _Sittings:
    """The rows of one history, read into sittings."""

    def __init__(
        self, table: Table, columns: dict[str, str], profile_id: str, only: str | None,
        notes: list[str],
    ) -> None:  # fmt: skip
        self._table, self._columns, self._profile_id = table, columns, profile_id
        self._only, self._notes = only, notes

    def _cell(self, row: Row, column: str) -> str:
        name = self._columns.get(column)
        value = "" if name is None else row.get(name)
        return "" if value is None else str(value).strip()

    def _nameless(self, row: Row) -> Row:
        return {k: v for k, v in row.items() if k != self._columns.get("profile_name")}

    def _refuse(self, line: int, reason: str, row: Row) -> Refused:
        return Refused(SITTINGS, line, reason, self._nameless(row))

    def _rows(self) -> Iterator[tuple[int, Row] | Record]:
        """Rows of the profile that can be cut and have a title; the others as what became of them."""
        for line, row in self._table.rows():
            if isinstance(row, BrokenRow):
                # Which of its cells is a name can't be told, so nothing of it is written aside.
                yield Refused(SITTINGS, line, row.reason, None)
            elif self._only is not None and self._cell(row, "profile_name") != self._only:
                yield LeftOut(SITTINGS, "another profile's row")
            elif not 0 < len(self._cell(row, "title")) <= LONGEST_NAME:
                yield self._refuse(line, "has no title, or one that is too long", row)
            else:
                yield line, row

    # -- ViewingActivity.csv

    def full(self, finder: TitleFinder, now: datetime) -> Iterator[Record]:
        for found in self._rows():
            if not isinstance(found, tuple):
                yield found
                continue
            line, row = found
            reason = self._no_taste(row)
            yield LeftOut(SITTINGS, reason) if reason else self._sitting(line, row, finder, now)

    def _no_taste(self, row: Row) -> str:
        """Why a row says nothing of what the viewer likes, or ""."""
        video = self._cell(row, "supplemental_video_type")
        if video:
            return f"{video.lower().replace('_', ' ')}, not the title itself"
        if "_hook_" in self._cell(row, "title"):
            return "hook, not the title itself"
        attributes = self._cell(row, "attributes")
        if "view was hidden" in attributes.casefold():
            return "hidden by the viewer"
        action = _ACTION.search(attributes)
        if action is not None and action[1].strip().casefold() != _REAL_ACTION:
            return "played by itself, no one acted"
        return "nothing was watched" if read_seconds(self._cell(row, "duration")) == 0 else ""

    def _sitting(self, line: int, row: Row, finder: TitleFinder, now: datetime) -> Record:
        """A row as `play` at its start and `stop` at its end."""
        text, started = self._cell(row, "title"), self._cell(row, "start_time")
        start = _utc(started)
        seconds = read_seconds(self._cell(row, "duration"))
        if start is None:
            return self._refuse(line, "its start time can't be read", row)
        if seconds is None:
            return self._refuse(line, "its duration can't be read", row)
        title_id, titles, attributes = finder.find(read_history_name(text))
        device = self._cell(row, "device_type")
        key = digest(started, text, seconds, device)
        common: dict[str, Any] = {"profile_id": self._profile_id, "title_id": title_id}
        if device:
            common["device"] = device[:128]
        if attributes:
            common["attributes"] = attributes
        play = {"event_id": f"vh-{key}-play", "type": "play", "time": start, **common}
        stop = {
            "event_id": f"vh-{key}-stop",
            "type": "stop",
            "time": start + timedelta(seconds=seconds),
            "seconds_watched": seconds,
            **common,
        }
        position = read_seconds(self._cell(row, "bookmark"))
        if position is not None:
            stop["position_seconds"] = position
        return self._checked(line, row, titles, [play, stop], now)

    def _checked(
        self, line: int, row: Row, titles: tuple[Title, ...], made: list[Row], now: datetime
    ) -> Record:
        events = []
        for value in made:
            event = check_event(value, at="", now=now, oldest=None)
            if not isinstance(event, Event):
                return refuse_fields(SITTINGS, line, event, self._nameless(row))
            events.append(event)
        return Kept(SITTINGS, titles, tuple(events))

    # -- Title, Date

    def short(self, finder: TitleFinder, now: datetime) -> Iterator[Record]:
        """A row says that something was played on a day, no more: a `play` with `date_only`.

        The file lists the newest first, so within a day a later row is an earlier second.
        """
        day_first = self._day_first()
        of_day: Counter[date] = Counter()
        again: Counter[tuple[date, str]] = Counter()
        self._notes.append(
            "the file says the day only: each row is a `play` at noon UTC, with no length"
        )
        for found in self._rows():
            if not isinstance(found, tuple):
                yield found
                continue
            line, row = found
            text, day = self._cell(row, "title"), _day(self._cell(row, "date"), day_first)
            if day is None:
                yield self._refuse(line, "its date can't be read", row)
                continue
            of_day[day] += 1
            again[day, text] += 1
            title_id, titles, attributes = finder.find(read_history_name(text))
            noon = datetime(day.year, day.month, day.day, tzinfo=UTC) + NOON
            play = {
                "event_id": f"vh-{digest(day.isoformat(), text, again[day, text])}-play",
                "type": "play",
                "profile_id": self._profile_id,
                "title_id": title_id,
                "time": noon - timedelta(seconds=of_day[day]),
                "attributes": {"date_only": True, **attributes},
            }
            yield self._checked(line, row, titles, [play], now)

    def _day_first(self) -> bool:
        """Whether dates are written day/month; month/day where nothing tells."""
        rows = (row for _, row in self._table.rows() if not isinstance(row, BrokenRow))
        matches = [m for row in rows if (m := _SLASHED.match(self._cell(row, "date")))]
        if not matches:
            return False
        day_first = any(int(m[1]) > 12 for m in matches)
        if day_first or any(int(m[3]) > 12 for m in matches):
            return day_first
        day_first = all(m[2] == "." for m in matches)  # with dots it is always the day first
        order = "day, month" if day_first else "month, day"
        self._notes.append(f"dates could be read both ways; taken as {order}, year")
        return day_first


def _utc(text: str) -> datetime | None:
    """The instant of `YYYY-MM-DD HH:MM:SS`, which is UTC."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _day(text: str, day_first: bool) -> date | None:
    match = _SLASHED.match(text)
    if match is None:
        return read_date(text)
    first, second, year = int(match[1]), int(match[3]), int(match[4])
    day, month = (first, second) if day_first else (second, first)
    try:
        return date(year if year > 99 else 2000 + year, month, day)
    except ValueError:
        return None
