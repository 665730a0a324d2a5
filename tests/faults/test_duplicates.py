"""Events of a week from two producers, each sent five times in any order, fold to what they are sent once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from frontrow.backups.state import StateHash, state_hash
from frontrow.base.database import open_database
from frontrow.base.home import Home, init_home
from frontrow.base.randomness import rng_for
from frontrow.base.time import format_time, system_clock
from frontrow.events import Event
from frontrow.events.event import EVENT_TYPES
from frontrow.server import Service
from tests.server.small_world import series, titles

NOW = datetime(2026, 3, 8, 12, tzinfo=UTC)
EVENTS = 1_500
TIMES_SENT = 5


def events_of_a_week() -> list[dict[str, Any]]:
    """Events of every type, by two producers, of a few profiles that both speak of."""
    rng = rng_for(1, "duplicates")
    names = [title["title_id"] for title in titles() + series()]
    told = []
    for n in range(EVENTS):
        kind = EVENT_TYPES[n % len(EVENT_TYPES)]
        event = {
            "event_id": f"producer{n % 2}-{n}",
            "type": kind,
            "profile_id": f"viewer{int(rng.integers(12))}",
            "time": format_time(NOW - timedelta(seconds=int(rng.integers(7 * 86_400)))),
        }
        if kind == "search":
            event["query"] = "a lighthouse"
        elif kind not in ("subscribe", "cancel"):
            event["title_id"] = names[int(rng.integers(len(names)))]
        if kind == "rate":
            event["value"] = int(rng.choice([-1, 1, 2]))
        if kind in ("stop", "progress"):
            event |= {"seconds_watched": float(rng.integers(3_000)), "runtime_seconds": 6_000.0,
                      "position_seconds": float(rng.integers(6_000))}  # fmt: skip
        told.append(event)
    return told


def state_after(folder: Path, batches: list[list[dict[str, Any]]]) -> StateHash:
    """The state of a home to which these were sent, in turns by two processes' logs."""
    home = Home(folder)
    init_home(home)
    service = Service(home, system_clock())
    service.titles.upsert(titles() + series(), now=NOW)
    other = Service(home, system_clock())
    for index, batch in enumerate(batches):
        log = (service, other)[index % 2].log
        log.append(msgspec.convert(batch, list[Event]), now=NOW)
    assert service.log.count() == EVENTS
    state = state_hash(open_database(home.database_path), service.log, 60)
    other.close()
    service.close()
    return state


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_sent_five_times_in_any_order_by_two_producers_the_state_is_that_of_once(
    tmp_path: Path, seed: int
) -> None:
    told = events_of_a_week()
    in_order = sorted(told, key=lambda event: event["time"])
    clean = state_after(tmp_path / "clean", [in_order])
    rng = rng_for(seed, "shuffled")
    many = [told[i] for i in rng.permutation(EVENTS * TIMES_SENT) % EVENTS]
    shuffled = state_after(
        tmp_path / "shuffled", [many[i : i + 250] for i in range(0, len(many), 250)]
    )
    assert shuffled.viewers == clean.viewers
    assert shuffled.titles == clean.titles
    assert shuffled.log != clean.log  # they came otherwise, and the log knows
