"""What may be sent as an event, and where an error points."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from frontrow.base.time import format_time
from frontrow.events import EVENT_TYPES, TYPE_ORDER, Event, check_event

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PLAIN = {"event_id": "e", "type": "play", "profile_id": "p", "title_id": "t"}


def checked(**more: Any) -> Event | list[str]:
    told = {**PLAIN, "time": format_time(NOW), **more}
    told = {name: value for name, value in told.items() if value is not ...}
    found = check_event(told, at="/events/3", now=NOW)
    return found if isinstance(found, Event) else [error.pointer for error in found]


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"type": "watch"}, "type"),
        ({"event_id": "a b"}, "event_id"),
        ({"profile_id": "x" * 129}, "profile_id"),
        ({"title_id": ...}, "title_id"),
        ({"seconds_watched": -1}, "seconds_watched"),
        ({"seconds_watched": 1e9}, "seconds_watched"),
        ({"position_seconds": float("nan")}, "position_seconds"),
        ({"runtime_seconds": 0}, "runtime_seconds"),
        ({"time": "2026-03-01T12:00:00"}, "time"),
        ({"time": "0000-01-01T00:00:00Z"}, "time"),
        ({"time": "0001-01-01T00:00:00+14:00"}, "time"),
        ({"time": "9999-12-31T23:59:59-12:00"}, "time"),
        ({"type": "rate"}, "value"),
        ({"type": "rate", "value": 3}, "value"),
        ({"type": "rate", "value": 3, "scale_min": 1}, "scale_min"),
        ({"type": "rate", "value": 3, "scale_min": 5, "scale_max": 1}, "scale_min"),
        ({"type": "rate", "value": 9, "scale_min": 1, "scale_max": 5}, "value"),
        ({"scope": "everything"}, "scope"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_is_wrong_is_pointed_at(more: dict[str, Any], pointer: str) -> None:
    assert checked(**more) == [f"/events/3/{pointer}"]


def test_every_wrong_field_is_named_at_once() -> None:
    found = checked(event_id="", position_seconds=-1)
    assert found == ["/events/3/event_id", "/events/3/position_seconds"]


@pytest.mark.parametrize(("days", "kept"), [(90, True), (90.01, False), (-1, True), (-1.01, False)])
def test_events_are_kept_from_90_days_old_to_24_hours_ahead(days: float, kept: bool) -> None:
    found = checked(time=format_time(NOW - timedelta(days=days)))
    assert isinstance(found, Event) == kept


@pytest.mark.parametrize("kind", ["search", "subscribe", "cancel"])
def test_only_searches_and_subscriptions_need_no_title(kind: str) -> None:
    assert isinstance(checked(type=kind, title_id=...), Event)


@pytest.mark.parametrize(
    ("told", "rating"),
    [
        ({"value": -1}, 0.0),
        ({"value": 1}, 0.75),
        ({"value": 2}, 1.0),
        ({"value": 4, "scale_min": 1, "scale_max": 5}, 0.75),
        ({"value": 0, "scale_min": 0, "scale_max": 10}, 0.0),
    ],
)
def test_ratings_of_any_scale_lie_between_0_and_1(told: dict[str, float], rating: float) -> None:
    found = checked(type="rate", **told)
    assert isinstance(found, Event)
    assert found.rating == rating


def test_types_are_ordered_as_the_contract_lists_them() -> None:
    assert sorted(EVENT_TYPES, key=lambda kind: TYPE_ORDER[kind]) == list(EVENT_TYPES)
    assert EVENT_TYPES[0] == "impression"
    assert EVENT_TYPES[-1] == "cancel"
