"""From an event sent to one process to the next page of another that shows it, on PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

import httpx2
import numpy as np

from frontrow.base.home import Home, init_home
from frontrow.base.time import system_clock
from tests.server.conftest import start_server, stop_server
from tests.server.small_world import Events, lives, tiles, titles

TITLES = 1_000


def next_pages(folder: Path, url: str, pages: int, paused: int, pause: float) -> None:
    """Print how long it takes, back to back and after a pause in which everything may go cold."""
    home = Home(folder)
    init_home(home, url)
    patient = {"FRONTROW_SERVER_DEADLINE_MS": "5000"}  # what is measured is the whole page
    servers = [start_server(home, **patient), start_server(home, **patient)]
    try:
        with (
            httpx2.Client(base_url=servers[0].url, timeout=30) as one,
            httpx2.Client(base_url=servers[1].url, timeout=30) as other,
        ):
            now = system_clock()()
            one.post("/v1/titles", json={"titles": titles(TITLES)})
            one.post("/v1/events", json={"events": lives(now)})
            asking = _waits(one, other)
            for _ in range(20):
                next(asking)
            print(f"\nevent to next page, two processes, {TITLES:,} titles, no bundle")
            _tell("back to back", [next(asking) for _ in range(pages)])
            quiet, cold = threading.Event(), []
            for _ in range(paused):
                quiet.wait(pause)
                cold.append(next(asking))
            _tell(f"one in {pause:g} s", cold)
    finally:
        for server in servers:
            stop_server(server)


def _waits(one: httpx2.Client, other: httpx2.Client) -> Iterator[float]:
    """Milliseconds from an event told to one process to the page of the other that shows it."""
    make = Events(system_clock()())
    for number in range(10**9):
        viewer, title = f"viewer{number % 40}", f"f{60 + number % (TITLES - 60):03d}"
        event = make.one("play", viewer, title)
        began = perf_counter()
        told = one.post("/v1/events", json={"events": [event]})
        page: Any = other.get(f"/v1/profiles/{viewer}/page").json()
        took = perf_counter() - began
        assert told.json()["accepted"] == 1, told.text
        shown = {tile["title_id"] for tile in tiles(page, "continue_watching")}
        assert title in shown, (title, page["mode"])
        yield took * 1_000


def _tell(how: str, waits: list[float]) -> None:
    if waits:
        half, most = np.quantile(waits, 0.5), np.quantile(waits, 0.95)
        print(f"  {how:<26} p50 {half:6.1f} ms   p95 {most:6.1f} ms   ({len(waits)} events)")
