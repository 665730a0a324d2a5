"""The clock stepped back, by an hour or by a year: nothing is lost, ids stay unique, pages are served."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from frontrow.backups import verify_home
from frontrow.base.home import Home, init_home
from frontrow.base.time import format_time
from frontrow.server import Service
from frontrow.server.web import make_app
from tests.server.small_world import titles
from tests.snapshots import starts_in

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
STEPS = [0, 5, -3_600, -3_599, 60, -365 * 86_400, -365 * 86_400 + 30, 120, 86_400 * 30, 180]
"""Seconds from the start that the clock shows, one after the other."""


class Clock:
    """A clock that a test sets."""

    now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def caller(tmp_path: Any, clock: Clock) -> Iterator[TestClient]:
    home = Home(tmp_path / "home")
    init_home(home)
    service = Service(home, clock)
    with TestClient(make_app(service), base_url="http://127.0.0.1") as client:
        yield client
    assert verify_home(home).whole


def test_a_clock_that_steps_back_loses_nothing_and_pages_are_served(
    caller: TestClient, clock: Clock
) -> None:
    caller.post("/v1/titles", json={"titles": titles()})
    sent, pages = [], set()
    for step, seconds in enumerate(STEPS):
        clock.now = START + timedelta(seconds=seconds)
        event = {"event_id": f"e{step}", "type": "play", "title_id": f"f{step:03}",
                 "profile_id": "anna", "time": format_time(clock.now)}  # fmt: skip
        told = caller.post("/v1/events", json={"events": [event]}).json()
        assert told["accepted"] == 1, told
        sent.append(event["event_id"])
        page = caller.get("/v1/profiles/anna/page")
        assert page.status_code == 200, page.json()
        assert page.json()["rows"]
        assert page.json()["generated_at"] == format_time(clock.now)
        pages.add(page.json()["page_id"])
        title = {"title_id": "f001", "kind": "movie", "name": f"Renamed {step}"}
        assert caller.post("/v1/titles", json={"titles": [title]}).json()["accepted"] == 1
        assert caller.get("/v1/titles/f001").json()["name"] == f"Renamed {step}"
    assert len(pages) == len(STEPS)
    data = caller.get("/v1/profiles/anna/data").json()
    assert [event["event_id"] for event in data["events"]] == sent
    again = caller.post("/v1/events", json={"events": [event]}).json()
    assert again["duplicates"] == 1


def test_snapshots_go_on_counting_once_when_the_clock_steps_back(
    tmp_path: Any, clock: Clock
) -> None:
    home = Home(tmp_path / "home")
    init_home(home)
    service = Service(home, clock)
    numbers = []
    import msgspec

    from frontrow.events import Event

    for step, seconds in enumerate(STEPS):
        clock.now = START + timedelta(seconds=seconds)
        told = {"event_id": f"e{step}", "type": "rate", "value": 2, "title_id": "f001",
                "profile_id": f"p{step}", "time": format_time(clock.now)}  # fmt: skip
        service.log.append([msgspec.convert(told, Event)], now=clock.now)
        service.fold_snapshot()
        numbers.append(service.snapshots.latest().number)
    assert numbers == list(range(1, len(STEPS) + 1))
    latest = service.snapshots.latest()
    assert latest.position == service.log.end()
    assert starts_in(latest)[-1, 0] == pytest.approx(len(STEPS))  # of all time: each once
    service.close()
