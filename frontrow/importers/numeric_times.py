"""Times written as numbers: what a column of them counts is told by most of its values.

A number alone is ambiguous: 20260131 is a day to a reader, and an evening of August 1970 in seconds. So is a
column with one damaged row, which must not move all others to 1970.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime

from frontrow.base.time import from_us

DAYS = "days"
_UNITS = (
    ("seconds", 0.0, 1e11, 1e6),
    ("milliseconds", 1e11, 1e14, 1e3),
    ("microseconds", 1e14, 1e17, 1.0),
    ("nanoseconds", 1e17, 1e20, 1e-3),
)
"""Unit, its least and most (1e11 s: year 5138), how many microseconds it is."""

_LEAST_DAY, _MOST_DAY = 1900_01_01, 2100_12_31
EARLIEST_SECONDS = 1e8
"""March 1973. Below, a column is likelier to count something else: days of a spreadsheet, or rows."""


def unit_of(number: float) -> str | None:
    """What a number counts, looked at alone; None for none after 1970."""
    if _has_the_form_of_a_day(number):
        return DAYS
    return next((name for name, least, most, _ in _UNITS if least < number < most), None)


def _has_the_form_of_a_day(number: float) -> bool:
    if not _LEAST_DAY <= number <= _MOST_DAY or number != int(number):
        return False
    month, day = int(number) // 100 % 100, int(number) % 100
    return 1 <= month <= 12 and 1 <= day <= 31


def commonest(units: Counter[str]) -> str | None:
    """What a column counts, by how many of its numbers say so; the finer where as many do."""
    order = [DAYS, *(name for name, *_ in _UNITS)]
    return max(order, key=lambda name: (units[name], order.index(name))) if units else None


def read_numeric_time(number: float, unit: str) -> date | datetime | None:
    """The day or instant of a number in a column that counts so; None where it counts something else."""
    if unit == DAYS:
        return _day_of(number)
    for name, least, most, us in _UNITS:
        if name == unit and least < number < most:
            return from_us(round(number * us))
    return None


def _day_of(number: float) -> date | None:
    """The day that a number like 20260131 writes."""
    try:
        return date.fromisoformat(str(int(number))) if _has_the_form_of_a_day(number) else None
    except ValueError:  # no 30th of February
        return None
