"""A server under load that is killed: what it acknowledged is there once, and it is back without hands."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2
import numpy as np
import sqlalchemy as sa

from frontrow.backups import verify_home
from frontrow.base.database import open_database
from frontrow.base.home import Home
from frontrow.base.time import format_time, monotonic, system_clock
from tests.postgres import Postgres
from tests.server.conftest import Server, start_server

_PRODUCERS = 4
PATIENCE_SECONDS = 60.0
BACK_SECONDS = 10.0
"""The promise: after whatever kill the service answers again within so many seconds."""


@dataclass
class Load:
    """Producers that send events, each of its own profiles, and what was acknowledged."""

    server: Server
    mark: str  # tells this load's events from all others
    acknowledged: set[tuple[str, str]] = field(default_factory=set)
    sent: list[dict[str, Any]] = field(default_factory=list)
    answers: dict[int, int] = field(default_factory=dict)  # status -> how often
    _stop: threading.Event = field(default_factory=threading.Event)
    _first: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        for producer in range(_PRODUCERS):
            thread = threading.Thread(target=self._produce, args=(producer,))
            thread.start()
            self._threads.append(thread)

    def run_for(self, seconds: float) -> None:
        """Return some seconds after the first acknowledgement."""
        assert self._first.wait(PATIENCE_SECONDS), self.answers
        threading.Event().wait(seconds)

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _produce(self, producer: int) -> None:
        with httpx2.Client(base_url=self.server.url, timeout=10) as caller:
            for batch in self._batches(producer):
                if self._stop.is_set():
                    return
                with self._lock:
                    self.sent.extend(batch)
                try:
                    answer = caller.post("/v1/events", json={"events": batch})
                except httpx2.HTTPError:
                    return  # killed meanwhile: nobody was promised anything
                with self._lock:
                    status = answer.status_code
                    self.answers[status] = self.answers.get(status, 0) + 1
                    if status == 200:
                        self.acknowledged.update((e["profile_id"], e["event_id"]) for e in batch)
                        self._first.set()

    def _batches(self, producer: int) -> Iterator[list[dict[str, Any]]]:
        """Batches of one, some or many events."""
        n = 0
        now = format_time(system_clock()())
        while True:
            size = (1, 1, 7, 60)[n % 4]
            yield [
                {"event_id": f"{self.mark}-{producer}-{n}-{i}", "type": "play",
                 "title_id": f"f{(n + i) % 40:03}", "profile_id": f"load{producer}-{i % 5}",
                 "time": now}
                for i in range(size)
            ]  # fmt: skip
            n += 1


def kill_server(home: Home, rng: np.random.Generator, mark: str) -> float:
    """Kill a server under load, start it again, compare; seconds until it answered again."""
    with running(home) as server:
        load = Load(server, mark)
        load.start()
        load.run_for(float(rng.uniform(0, 0.7)))
        server.process.send_signal(signal.SIGKILL)
        load.stop()
    with _back(home, load) as (again, seconds):
        stored = stored_of(home, mark)
        assert load.acknowledged, "nothing was acknowledged before the kill"
        assert load.acknowledged <= set(stored), "an acknowledged event was lost"
        assert set(stored.values()) == {1}, "an event is there twice"
        told = [again.post("/v1/events", {"events": load.sent[i : i + 500]})
                for i in range(0, len(load.sent), 500)]  # fmt: skip
        assert sum(one["duplicates"] for one in told) == len(stored)
        assert stored_of(home, mark) == {(e["profile_id"], e["event_id"]): 1 for e in load.sent}
    found = verify_home(home)
    assert found.whole, found.damage
    check_counts(home)
    return seconds


@contextmanager
def _back(home: Home, load: Load) -> Iterator[tuple[Server, float]]:
    """A server that answers pages and takes events again, and the seconds since it was started."""
    start = monotonic()
    with running(home) as server:
        while not _answers(server, load):
            assert monotonic() - start < PATIENCE_SECONDS
        yield server, monotonic() - start


def _answers(server: Server, load: Load) -> bool:
    page, _ = server.call("GET", "/v1/profiles/load0-0/page")
    events, _ = server.call("POST", "/v1/events", {"events": load.sent[:1]})
    assert {page, events} <= {200, 429, 503}
    return page == events == 200


def page_of(server: Server, profile_id: str) -> Any:
    """A page; asked again where the machine is too busy to make one within its deadline."""
    start = monotonic()
    while True:
        status, page = server.call("GET", f"/v1/profiles/{profile_id}/page")
        if status == 200:
            return page
        assert status in (429, 503), page
        assert monotonic() - start < PATIENCE_SECONDS, page
        threading.Event().wait(0.1)


def kill_postgres(postgres: Postgres, home: Home, rng: np.random.Generator, mark: str) -> float:
    """Kill the database server under load and start it again, as whoever watches it does; nobody
    touches ours. Seconds from its start until events and pages are answered."""
    with running(home) as server:
        load = Load(server, mark)
        load.start()
        pause = threading.Event()
        load.run_for(float(rng.uniform(0, 0.6)))
        postgres.stop(signal.SIGKILL)
        pause.wait(float(rng.uniform(0, 0.5)))
        promised = len(load.acknowledged)
        assert promised, "nothing was acknowledged before the kill"
        start = monotonic()
        postgres.start()
        while not _answers(server, load):
            assert monotonic() - start < PATIENCE_SECONDS
            pause.wait(0.02)
        seconds = monotonic() - start
        pause.wait(0.3)
        load.stop()
        assert len(load.acknowledged) > promised, "the load was not taken again"
        assert set(load.answers) <= {200, 429, 503}
        stored = stored_of(home, mark)
        assert load.acknowledged <= set(stored), "an acknowledged event was lost"
        assert set(stored.values()) == {1}, "an event is there twice"
        told = [server.post("/v1/events", {"events": load.sent[i : i + 500]})
                for i in range(0, len(load.sent), 500)]  # fmt: skip
        known = {(event["profile_id"], event["event_id"]) for event in load.sent} & stored.keys()
        assert sum(one["duplicates"] for one in told) == len(known)
    found = verify_home(home)
    assert found.whole, found.damage
    return seconds


@contextmanager
def running(home: Home, **environment: str) -> Iterator[Server]:
    """A server that is killed, not asked, when the block ends."""
    server = start_server(home, **environment)
    listening = threading.Thread(target=_hear, args=(server,))
    listening.start()  # a log that nobody reads would hold the server up
    try:
        yield server
    finally:
        server.process.send_signal(signal.SIGKILL)
        server.process.wait(20)
        listening.join()


def _hear(server: Server) -> None:
    assert server.process.stderr is not None
    with server.process.stderr as said:
        while chunk := os.read(said.fileno(), 65_536):
            server.said += chunk


def stored_of(home: Home, mark: str) -> dict[tuple[str, str], int]:
    """Stored events of a load, by profile and id: how often each is there."""
    database = open_database(home.database)
    with database.read() as connection:
        rows = connection.execute(
            sa.text(
                "SELECT profile_id, event_id, count(*) FROM event WHERE event_id LIKE :mark"
                " GROUP BY profile_id, event_id"
            ),
            {"mark": f"{mark}-%"},
        )
        found = {(row[0], row[1]): row[2] for row in rows}
    database.close()
    return found


def check_counts(home: Home) -> None:
    """What the snapshots counted, one after the other and over all kills, is what the log says at once."""
    from dataclasses import replace

    from frontrow.server import Service
    from frontrow.viewers.snapshot import EMPTY, follow

    service = Service(home, system_clock())
    service.fold_snapshot()
    latest = service.snapshots.latest()
    at_once = follow(replace(EMPTY, number=0), service.log, service.log.country_of, latest.as_of_us)
    order = [at_once.titles.index(title) for title in latest.titles]
    rows = [at_once.countries.index(country) for country in latest.countries]
    counts = at_once.counts[rows][:, :, order]
    assert len(at_once.titles) == len(latest.titles)
    np.testing.assert_allclose(counts, latest.counts, rtol=1e-4, atol=1e-6)
    service.close()
