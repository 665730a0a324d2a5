"""The one door for time. Everything else takes `now` as an argument.

`FRONTROW_NOW` (RFC 3339) freezes the deciding clock. Inside, an instant is an aware
`datetime` at the rim and an integer of microseconds since 1970 (`_us`) in arrays.
"""

from __future__ import annotations

import os
import re
import time as _time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from frontrow.base.errors import BadInput

Clock = Callable[[], datetime]

US_PER_SECOND = 1_000_000
US_PER_MINUTE = 60 * US_PER_SECOND
US_PER_DAY = 86_400 * US_PER_SECOND
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_US = timedelta(microseconds=1)
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


def system_clock() -> Clock:
    """The deciding clock of this process: the system's, or frozen by `FRONTROW_NOW`."""
    frozen = frozen_now()
    if frozen is not None:
        return lambda: frozen
    return lambda: datetime.now(UTC)


def frozen_now() -> datetime | None:
    """The instant that `FRONTROW_NOW` names, or None where it isn't set."""
    text = os.environ.get("FRONTROW_NOW")
    if not text:
        return None
    try:
        return parse_time(text)
    except BadInput as error:
        raise BadInput(error.what, where="FRONTROW_NOW", mend=error.mend) from None


def monotonic() -> float:
    """Seconds on the monotonic clock: for timers and deadlines only, never for a decision."""
    return _time.monotonic()


def wall_ns() -> int:
    """Nanoseconds since 1970 by the system's clock, never frozen: for telling others when something took
    place, never for a decision."""
    return _time.time_ns()


def parse_time(text: str) -> datetime:
    """An instant as a person may write it, or as an earlier version took it: other forms of ISO 8601
    too; a time without a zone is refused. Raises `BadInput`."""
    try:
        instant = datetime.fromisoformat(text.upper())
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise BadInput(f"{text!r} is not an RFC 3339 time", mend="write it as 2026-01-31T20:15:00Z")
    return instant


def parse_rfc3339(text: str) -> datetime:
    """An instant as the API takes it, in no other form than RFC 3339's. Raises `BadInput`."""
    if _RFC3339.fullmatch(text) is None:
        raise BadInput(f"{text!r} is not an RFC 3339 time", mend="write it as 2026-01-31T20:15:00Z")
    return parse_time(text)


def to_us(instant: datetime) -> int:
    """Microseconds since 1970 of an aware instant; exact."""
    return (instant - EPOCH) // _US


def from_us(us: int) -> datetime:
    """The UTC instant of microseconds since 1970; exact."""
    return EPOCH + timedelta(microseconds=us)


def format_time(instant: datetime) -> str:
    """RFC 3339 in UTC, with `Z`; as it was written, where UTC is outside the years 1 to 9999."""
    try:
        return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
    except OverflowError:
        return instant.isoformat()
