"""Events to be stored, and logs to store them in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec

from frontrow.events import Event, Log

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
EVERYONE = range(65_536)

LogMaker = Callable[[], Log]
"""Gives an empty log; the one that it gave before is no longer used."""


def event(number: int | str, profile_id: str = "anna", **more: Any) -> Event:
    told = {"event_id": f"e{number}", "type": "play", "title_id": "film", "profile_id": profile_id}
    return msgspec.convert({**told, "time": "2026-03-01T11:00:00+01:00", **more}, Event)


def numbers(log: Log, profile_id: str = "anna") -> list[int]:
    return [logged.number for logged in log.read(profile_id).events]
