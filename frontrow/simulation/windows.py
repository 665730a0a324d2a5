"""When and where a work may be shown: the kinds of licence that a service lives with.

Days are whole and begin at 00:00 UTC, except for live events. `VIEWED_DAYS` is the span
of viewing for which the demo invents events; licences begin and end inside it as well.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from frontrow.base.draws import Draws
from frontrow.base.time import format_time

COUNTRIES: tuple[str, ...] = ("DE", "FR", "GB")
VIEWED_DAYS = 45
_OLDEST_ADDITION_DAYS = 1400
_SHARE_ADDED_WHILE_VIEWED = 0.085
_SHARE_OF_TODAY_AND_YESTERDAY = 0.04
_SHARE_LEAVING_SOON = 0.04
_SHARE_EXPIRED = 0.03
_SHARE_NOT_YET_BEGUN = 0.01


@dataclass(frozen=True)
class Licence:
    """When a work was added, and its windows as the API writes them (empty: always)."""

    added_at: datetime
    windows: tuple[dict[str, object], ...]


def midnight_of(instant: datetime) -> datetime:
    """00:00 UTC of its day."""
    return instant.replace(hour=0, minute=0, second=0, microsecond=0)


def invent_licence(now: datetime, draws: Draws) -> Licence:
    """A licence for a film, a series or a special."""
    today = midnight_of(now)
    added = _invent_addition(today, draws)
    start, end = added, None
    fate = draws.unit()
    if fate < _SHARE_LEAVING_SOON:
        end = today + timedelta(days=draws.whole(1, 14))
    elif fate < _SHARE_LEAVING_SOON + _SHARE_EXPIRED:
        age = (today - added).days
        end = today - timedelta(days=min(draws.whole(1, VIEWED_DAYS), max(age - 1, 0)))
    elif fate < _SHARE_LEAVING_SOON + _SHARE_EXPIRED + _SHARE_NOT_YET_BEGUN:
        start = today + timedelta(days=draws.whole(1, 20))
    elif draws.chance(0.3):
        return Licence(added, ())
    return Licence(added, _windows(_invent_countries(draws), start, end, draws))


def invent_live_licence(now: datetime, ordinal: int, draws: Draws) -> Licence:
    """A window of some hours: the first is on air now, the others before or after."""
    if ordinal == 0:
        start = now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=1)
    else:
        day = draws.whole(-VIEWED_DAYS + 5, 9)
        start = midnight_of(now) + timedelta(days=day, hours=draws.whole(17, 20))
    window: dict[str, object] = {
        "countries": ["*"],
        "from": format_time(start),
        "until": format_time(start + timedelta(hours=draws.whole(3, 4))),
    }
    return Licence(start - timedelta(days=draws.whole(3, 9)), (window,))


def begin_windows_at(
    windows: tuple[dict[str, object], ...], start: datetime
) -> list[dict[str, object]]:
    """The same windows, begun at another time: for an episode that comes later."""
    if not windows:
        return [{"countries": ["*"], "from": format_time(start)}]
    return [{**window, "from": format_time(start)} for window in windows]


def _invent_addition(today: datetime, draws: Draws) -> datetime:
    if draws.chance(_SHARE_OF_TODAY_AND_YESTERDAY * _SHARE_ADDED_WHILE_VIEWED):
        return today - timedelta(days=draws.whole(0, 1))
    if draws.chance(_SHARE_ADDED_WHILE_VIEWED):
        return today - timedelta(days=draws.whole(0, VIEWED_DAYS - 1))
    return today - timedelta(days=draws.whole(VIEWED_DAYS, _OLDEST_ADDITION_DAYS))


def _invent_countries(draws: Draws) -> list[list[str]]:
    """Groups of countries that share a window."""
    kind = draws.unit()
    if kind < 0.55:
        return [["*"]]
    if kind < 0.78:
        return [list(COUNTRIES)]
    if kind < 0.86:
        return [[country] for country in COUNTRIES]
    if kind < 0.93:
        return [sorted(draws.several(COUNTRIES, 2))]
    return [[draws.pick(COUNTRIES)]]


def _windows(
    groups: list[list[str]], start: datetime, end: datetime | None, draws: Draws
) -> tuple[dict[str, object], ...]:
    windows: list[dict[str, object]] = []
    for countries in groups:
        delay = timedelta(days=draws.whole(0, 6) if len(groups) > 1 else 0)
        if end is not None and start + delay >= end:
            delay = timedelta(0)
        window: dict[str, object] = {"countries": countries, "from": format_time(start + delay)}
        if end is not None:
            window["until"] = format_time(end)
        windows.append(window)
    return tuple(windows)
