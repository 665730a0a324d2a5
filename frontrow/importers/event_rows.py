"""One row of an event file, read field by field into an event as the API spells it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from frontrow.base.time import to_us
from frontrow.importers.cells import (
    read_date,
    read_number,
    read_seconds,
    read_text,
    read_whole,
    read_yes,
)
from frontrow.importers.columns import first_said, plain_name
from frontrow.importers.event_columns import EVENT_WORDS
from frontrow.importers.numeric_times import (
    DAYS,
    EARLIEST_SECONDS,
    commonest,
    read_numeric_time,
    unit_of,
)
from frontrow.importers.ratings import Scale, find_scale, usual_values
from frontrow.importers.slugs import digest
from frontrow.importers.tables import BrokenRow, NumberedRow

_TEXTS = ("artwork_id", "page_id", "row_id", "token", "scope", "query", "device", "session_id")
_SECONDS = (
    ("seconds_watched", "seconds_watched", 1.0),
    ("minutes_watched", "seconds_watched", 60.0),
    ("milliseconds_watched", "seconds_watched", 0.001),
    ("position_seconds", "position_seconds", 1.0),
    ("runtime_seconds", "runtime_seconds", 1.0),
)
_NO_CONTENT = frozenset({"profile_id", "attributes", "scale_min", "scale_max"})
"""Not part of an id made of the content: a longer file may show another scale."""


@dataclass(frozen=True)
class Survey:
    """What a first look over all rows tells: the unit of numeric times and the scale of ratings."""

    unit: str | None  # of numeric times; None: there are none
    early: int  # numeric times so soon after 1970 that they may count something else
    scale: Scale | None
    typed: bool
    rated: bool
    timed: bool  # has a column of seconds watched

    def words(self) -> list[str]:
        said = []
        if self.unit == DAYS:
            said.append("numeric times are days, as 20260131")
        elif self.unit is not None:
            said.append(f"numeric times are {self.unit} since 1970")
        if self.early:
            said.append(
                f"{self.early:,} times lie before March 1973 so: does their column count something else?"
            )
        if not self.typed:
            kind = "rate" if self.rated else "stop" if self.timed else "play"
            said.append(f"there is no column for the type: rows are `{kind}` events")
        if self.scale is not None:
            said.append(f"scale of the ratings: {self.scale.words()}")
        return said


def survey(rows: Iterable[NumberedRow], found: Mapping[str, list[str]]) -> Survey:
    """One look over the rows before the first is read."""
    units, early = Counter[str](), 0
    values = Counter[float]()
    for _, row in rows:
        if isinstance(row, BrokenRow):
            continue
        number = read_number(first_said(row, found["time"]))
        if number is not None and (unit := unit_of(number)) is not None:
            units[unit] += 1
            early += unit == "seconds" and number < EARLIEST_SECONDS
        if "value" in found and "scale_max" not in found and _is_rating(row, found):
            value = read_number(first_said(row, found["value"]))
            if value is not None:
                values[value] += 1
    timed = any(field.endswith("s_watched") for field in found)
    unit = commonest(units)
    return Survey(
        unit,
        early if unit == "seconds" else 0,
        find_scale(usual_values(values)),
        "type" in found,
        "value" in found,
        timed,
    )


def _is_rating(row: Mapping[str, Any], found: Mapping[str, list[str]]) -> bool:
    return "type" not in found or EVENT_WORDS.get(_word(first_said(row, found["type"]))) == "rate"


def _begin_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _word(cell: Any) -> str:
    return plain_name(str(cell))


class EventReader:
    """Reads rows whose columns were recognised."""

    def __init__(self, found: Mapping[str, list[str]], seen: Survey) -> None:
        self._found, self._seen = found, seen
        self.without_zone = 0

    def read(self, row: Mapping[str, Any]) -> dict[str, Any] | str:
        """The event as JSON, or why the row is none."""
        event: dict[str, Any] = {}
        for field in ("profile_id", "title_id"):
            text = read_text(self._cell(row, field))
            if text is not None:
                event[field] = text
        if "profile_id" not in event:
            return "has no profile_id"
        if wrong := self._time(event, row):
            return wrong
        for cell_field, field, seconds in _SECONDS:
            if wrong := self._put(event, row, cell_field, read_seconds, field):
                return wrong
            if seconds != 1.0 and cell_field in self._found and field in event:
                event[field] = event[field] * seconds
        if wrong := self._type(event, row):
            return wrong
        for field in _TEXTS:
            if wrong := self._put(event, row, field, read_text):
                return wrong
        wrong = self._put(event, row, "position", read_whole) or self._put(
            event, row, "autoplay", read_yes
        )
        return wrong or self._identified(event, row)

    def _cell(self, row: Mapping[str, Any], field: str) -> Any:
        return first_said(row, self._found.get(field, ()))

    def _put(
        self,
        event: dict[str, Any],
        row: Mapping[str, Any],
        field: str,
        read: Callable[[Any], Any],
        into: str | None = None,
    ) -> str | None:
        """Put a field where its cell says anything; why not where it can't be understood."""
        cell = self._cell(row, field)
        if cell is None:
            return None
        value = read(cell)
        if value is None:
            return f"its {field} can't be read"
        event[into or field] = value
        return None

    def _time(self, event: dict[str, Any], row: Mapping[str, Any]) -> str | None:
        cell = self._cell(row, "time")
        if cell is None:
            return "has no time"
        try:
            at, date_only = self._instant(cell)
        except (ValueError, OverflowError):
            return "its time can't be read"
        event["time"] = at
        if date_only:
            event["attributes"] = {"date_only": True}
        return None

    def _instant(self, cell: Any) -> tuple[datetime, bool]:
        """The instant of a cell, and whether only its day is known. Raises `ValueError`."""
        if isinstance(cell, datetime):
            return self._zoned(cell), False
        if isinstance(cell, date):
            return _begin_of(cell), True
        number = read_number(cell)
        if number is not None:
            at = read_numeric_time(number, self._seen.unit or "")
            if at is None:
                raise ValueError("no time before 1970, and none in another unit than the others")
            return (at, False) if isinstance(at, datetime) else (_begin_of(at), True)
        text = str(cell).strip()
        day = read_date(text)
        if day is not None:
            return _begin_of(day), True
        return self._zoned(datetime.fromisoformat(text.removesuffix(" UTC"))), False

    def _zoned(self, at: datetime) -> datetime:
        if at.tzinfo is not None:
            return at.astimezone(UTC)
        self.without_zone += 1
        return at.replace(tzinfo=UTC)

    def _type(self, event: dict[str, Any], row: Mapping[str, Any]) -> str | None:
        """The type and, of a rating, its value and scale."""
        cell = self._cell(row, "type")
        value = read_number(self._cell(row, "value"))
        if cell is not None:
            said = EVENT_WORDS.get(_word(cell))
            if said is None:
                return "its type is not one known here"
            kind, fixed = (said, None) if isinstance(said, str) else said
        elif self._seen.typed:
            return "has no type"
        else:
            fixed = None
            kind = "stop" if "seconds_watched" in event else "play"
            if self._seen.rated:
                kind = "rate"
        event["type"] = kind
        if kind == "rate":
            return self._rate(event, row, value if fixed is None else fixed, fixed is not None)
        if value is not None:
            event["value"] = value
        return None

    def _rate(
        self, event: dict[str, Any], row: Mapping[str, Any], value: float | None, own: bool
    ) -> str | None:
        if value is None:
            return "has no rating that can be read"
        event["value"] = value
        if own:
            return None
        scale = self._seen.scale
        if "scale_max" in self._found:
            scale = Scale(*(read_number(self._cell(row, f)) for f in ("scale_min", "scale_max")))
        if scale is not None and scale.low is not None:
            event["scale_min"], event["scale_max"] = scale.low, scale.high
        return None

    def _identified(self, event: dict[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
        """With the row's own event_id, else one made of what the event says."""
        said = read_text(self._cell(row, "event_id"))
        if said is None:
            parts = [
                to_us(value) if isinstance(value, datetime) else value
                for field, value in sorted(event.items())
                if field not in _NO_CONTENT
                for value in (field, value)
            ]
            said = f"im-{digest(*parts)}"
        return {"event_id": said, **event}
