"""What a cell says: lists, numbers, times, lengths, however they are written.

Each reader gives a value, or None for a cell that can't be understood; the caller counts those.
"""

from __future__ import annotations

import ast
import math
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import msgspec

from frontrow.base.time import format_time
from frontrow.importers.columns import is_empty
from frontrow.importers.numeric_times import EARLIEST_SECONDS, read_numeric_time, unit_of

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MONTH_FIRST = re.compile(r"^([A-Za-z]{3,9})\.? (\d{1,2}),? (\d{4})$")
_DAY_FIRST = re.compile(r"^(\d{1,2})[ -]([A-Za-z]{3,9})\.?[ -](\d{4})$")
_CLOCK = re.compile(r"^(?:(\d{1,3}):)?([0-5]?\d):([0-5]\d)(?:\.\d+)?$")
_ISO_LENGTH = re.compile(r"^PT(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})(?:\.\d+)?S)?$")
_HOURS_MINUTES = re.compile(
    r"^(?:(\d{1,3}) ?h(?:ours?|rs?|r)?)?[ ,]*(?:(\d{1,4}) ?m(?:in(?:ute)?s?)?\.?)?$", re.IGNORECASE
)
_AMBIGUOUS = re.compile(r"^[+-]?[1-9]\d{0,2}(?:,\d{3})+$|_")
"""3,600 is three thousand six hundred to some and 3.6 to others: nobody is to be guessed at."""
_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv"})


def read_number(value: Any) -> float | None:
    """A finite number; None where a comma could part thousands or decimals."""
    if isinstance(value, bool) or (isinstance(value, str) and _AMBIGUOUS.search(value.strip())):
        return None
    if isinstance(value, int | float | Decimal):
        number = float(value)
    elif isinstance(value, str):
        try:
            number = float(value.strip().replace(",", "."))
        except ValueError:
            return None
    else:
        return None
    return number if math.isfinite(number) else None


def read_whole(value: Any) -> int | None:
    """A whole number, also one written as 3.0."""
    number = read_number(value)
    return int(number) if number is not None and number == int(number) else None


def read_text(value: Any) -> str | None:
    """One line or passage of text, without the spaces around it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float | Decimal) and value == value // 1:
        return str(int(value))  # an id in a column with gaps comes as 12.0
    if isinstance(value, str | int | float | Decimal):
        return str(value).strip() or None
    return None


def read_yes(value: Any) -> bool | None:
    """Yes or no."""
    text = str(value).strip().casefold()
    if text in ("true", "yes", "y", "1", "t"):
        return True
    return False if text in ("false", "no", "n", "0", "f") else None


def read_list(value: Any) -> list[str]:
    """The words of a list, each once: what `read_items` gives, without what says nothing."""
    return list(dict.fromkeys(item for item in read_items(value) if item))


def read_items(value: Any) -> list[str]:
    """The items of a list: a real one, JSON, Python's spelling, or separated by | ; or commas.

    An item that says nothing is ""; the same may stand there twice.
    """
    if isinstance(value, str):
        written = _written_list(value)
        value = _split(value) if written is None else written
    elif value is None:
        return []
    elif not isinstance(value, list | tuple):
        value = [value]
    items = [item.get("name") if isinstance(item, dict) else item for item in value]
    # A list in a list and raw bytes are no words: their spelling in Python would be nobody's name.
    said = (not is_empty(item) and not isinstance(item, list | tuple | bytes) for item in items)
    return [str(item).strip() if says else "" for item, says in zip(items, said, strict=True)]


def _written_list(text: str) -> list[Any] | None:
    if not text.lstrip().startswith("["):
        return None
    try:
        found = msgspec.json.decode(text)
    except msgspec.DecodeError:
        try:
            found = ast.literal_eval(text.strip())
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            return None
    return found if isinstance(found, list) else None


def _split(text: str) -> list[str]:
    for separator in ("|", ";", "\n"):
        if separator in text:
            return text.split(separator)
    parts: list[str] = []
    for part in text.split(","):
        if parts and part.strip().rstrip(".").casefold() in _SUFFIXES:
            parts[-1] = f"{parts[-1]}, {part.strip()}"  # "Robert Downey, Jr."
        else:
            parts.append(part)
    return parts


def join_and(items: list[str]) -> list[str]:
    """Mend a list that was cut inside "Arts, Entertainment, and Culture".

    A comma stands before "and" only from the third part on, so the two before belong to it.
    """
    joined: list[str] = []
    for item in items:
        if item.startswith("and ") and len(joined) >= 2:
            second, first = joined.pop(), joined.pop()
            item = f"{first}, {second}, {item}"
        joined.append(item)
    return joined


def read_day(value: Any) -> str | None:
    """A date (`2021-09-25`) or an RFC 3339 time, as `added_at` is written; midnight UTC is a date, as tables
    write one."""
    at = read_moment(value)
    if isinstance(at, datetime) and at.astimezone(UTC).time() == datetime.min.time():
        at = at.astimezone(UTC).date()
    return None if at is None else written(at)


def read_moment(value: Any) -> date | datetime | None:
    """A date where no time is said, else the instant (UTC where no zone is said)."""
    if isinstance(value, datetime):
        return _in_bounds(value if value.tzinfo is not None else value.replace(tzinfo=UTC))
    if isinstance(value, date):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _since_1970(value)
    if not isinstance(value, str):
        return None
    text = value.strip()
    day = read_date(text)
    if day is not None:
        return day
    if (number := read_number(text)) is not None:
        return _since_1970(number)
    try:
        return read_moment(datetime.fromisoformat(text))
    except ValueError:
        return None


def written(at: date | datetime) -> str:
    """A date, or an instant in RFC 3339."""
    return format_time(at) if isinstance(at, datetime) else at.isoformat()


def _since_1970(number: float) -> date | datetime | None:
    unit = unit_of(number)
    if unit is None or (unit == "seconds" and number < EARLIEST_SECONDS):
        return None
    return read_numeric_time(number, unit)


def _in_bounds(at: datetime) -> datetime | None:
    """None for an instant that in UTC lies outside of the years that there are."""
    try:
        at.astimezone(UTC)
    except OverflowError:
        return None
    return at


def read_date(text: str) -> date | None:
    """A date: 2021-09-25, September 25, 2021, 25 September 2021, 25-Sep-2021."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    if match := _MONTH_FIRST.match(text):
        month, day, year = match.groups()
    elif match := _DAY_FIRST.match(text):
        day, month, year = match.groups()
    else:
        return None
    number = next((i for i, m in enumerate(_MONTHS, 1) if m.startswith(month.casefold())), None)
    try:
        return None if number is None else date(int(year), number, int(day))
    except ValueError:
        return None


def read_seconds(value: Any) -> float | None:
    """A length in seconds: a number of seconds, `01:23:45`, `PT1H23M`, `1h 23m`."""
    number = read_number(value)
    if number is not None:
        return number
    return _length(value.strip()) if isinstance(value, str) else None


def read_minutes(value: Any) -> float | None:
    """A length in minutes: a number of minutes, `90 min`, `1h 30m`, `01:30:00`, `PT90M`."""
    number = read_number(value)
    if number is not None:
        return number
    seconds = _length(value.strip()) if isinstance(value, str) else None
    return None if seconds is None else seconds / 60.0


def _length(text: str) -> float | None:
    if match := _CLOCK.match(text):
        hours, minutes, seconds = (int(part or 0) for part in match.groups())
        return float(hours * 3600 + minutes * 60 + seconds)
    if (match := _ISO_LENGTH.match(text)) and any(match.groups()):
        hours, minutes, seconds = (int(part or 0) for part in match.groups())
        return float(hours * 3600 + minutes * 60 + seconds)
    if (match := _HOURS_MINUTES.match(text)) and any(match.groups()):
        hours, minutes = (int(part or 0) for part in match.groups())
        return hours * 3600.0 + minutes * 60.0
    return None
