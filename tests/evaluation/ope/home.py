"""A home with pages that were served and what viewers did with them."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from frontrow.base.database import open_database
from frontrow.base.home import Home, init_home
from frontrow.base.time import parse_time, system_clock
from frontrow.server import Service
from frontrow.server.web import make_app
from tests.server.small_world import Events, lives, titles

VIEWERS = ("viewer-ann", "viewer-bob")


def served_home(path: Path) -> tuple[Home, dict[str, list[dict[str, Any]]]]:
    """A home, and the pages that its viewers got; each started its first page's first drawn title, and
    watched it to the end if it is Ann."""
    home = Home(path / "home")
    init_home(home)
    open_database(home.database).close()
    now = system_clock()()
    pages: dict[str, list[dict[str, Any]]] = {}
    with TestClient(make_app(Service(home, system_clock())), base_url="http://127.0.0.1") as client:
        assert client.post("/v1/titles", json={"titles": titles(200)}).status_code == 200
        _post(client, lives(now, 12))
        make = Events(now)
        for viewer in VIEWERS:
            _post(client, [make.one("play", viewer, "f001", ago=timedelta(days=3))])
            for _ in range(2):
                page = client.get(f"/v1/profiles/{viewer}/page?device=tv").json()
                pages.setdefault(viewer, []).append(page)
            _post(client, _what_came(make, viewer, pages[viewer][0]))
    return home, pages


def drawn_of(page: dict[str, Any]) -> list[tuple[int, int, dict[str, Any]]]:
    """(row, column, tile) of every drawn title."""
    return [
        (row, column, tile)
        for row, one in enumerate(page["rows"])
        for column, tile in enumerate(one["tiles"])
        if tile["explore"]
    ]


def _what_came(make: Events, viewer: str, page: dict[str, Any]) -> list[dict[str, Any]]:
    at = parse_time(page["generated_at"])
    told = []
    for _, _, tile in drawn_of(page):
        told.append(_of(make, "impression", viewer, tile, at))
    _, _, first = drawn_of(page)[0]
    told.append(_of(make, "play", viewer, first, at, 1))
    if viewer == VIEWERS[0]:
        told.append({**make.one("complete", viewer, first["title_id"]),
                     "time": (at + timedelta(hours=2)).isoformat()})  # fmt: skip
    told.append({**_of(make, "click", viewer, first, at, 2), "token": "forged"})
    return told


def _of(
    make: Events, kind: str, viewer: str, tile: dict[str, Any], at: datetime, minutes: float = 0
) -> dict[str, Any]:
    event = make.one(kind, viewer, tile["title_id"], token=tile["token"])
    return {**event, "event_id": f"{viewer}-{event['event_id']}",
            "time": (at + timedelta(minutes=minutes)).isoformat()}  # fmt: skip


def _post(client: TestClient, events: list[dict[str, Any]]) -> None:
    answer = client.post("/v1/events", json={"events": events})
    assert answer.status_code == 200, answer.text
    assert not answer.json()["rejected"], answer.text
