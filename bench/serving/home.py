"""An invented service in a folder, fitted, and servers over it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import sleep

import msgspec

from frontrow.base.home import Home, init_home
from frontrow.base.time import format_time
from frontrow.events import Event
from frontrow.server import Profiles, Service
from frontrow.simulation import invent_service, invent_viewers
from frontrow.training.train import train

SEED = 13
NOW = datetime(2026, 3, 17, 19, 30, tzinfo=UTC)
"""The clock of the servers stands still, so that windows, dayparts and epochs are those of one moment."""

_PATIENCE_SECONDS = 120


@dataclass(frozen=True)
class Invented:
    """A fitted home and who is in it."""

    home: Home
    profiles: list[str]
    titles: int


def invented(
    folder: Path, *, works: int, viewers: int, days: int = 30, now: datetime = NOW
) -> Invented:
    """A service with a live bundle, as of a moment."""
    home = Home(folder)
    init_home(home)
    service = Service(home, lambda: now)
    made = invent_service(SEED, n_works=works, now=now)
    assert not service.titles.upsert(made.titles, now=now - timedelta(days=60)).rejected
    people = invent_viewers(made, SEED, n_viewers=viewers, days=days, now=now)
    for told in people.profiles:
        Profiles(service).put(told["profile_id"], told)
    events = msgspec.convert(people.events, list[Event])
    for start in range(0, len(events), 1_000):
        service.log.append(events[start : start + 1_000], now=now)
    fit(service)
    found = Invented(home, [told["profile_id"] for told in people.profiles], len(made.titles))
    service.close()
    return found


def fit(service: Service, seed: int = 0, *, publish: bool = True) -> str:
    """A bundle of the log as it is; its id."""
    result = train(
        service.log, service.catalogue(), service.bundles,
        now_us=service.now_us(), seed=seed, publish=publish, keep=1_000,
    )  # fmt: skip
    if publish:
        service.bundles.publish(result.bundle_id, published_at=format_time(NOW))
        service.refold_snapshots()
    return result.bundle_id


@contextmanager
def served(
    home: Home, *, workers: int = 1, now: datetime | None = NOW, **settings: str
) -> Iterator[tuple[int, int]]:
    """A server process over a home, its clock at a moment (None: going); (its port, its process id)."""
    command = [sys.executable, "-m", "frontrow", "--home", str(home.path), "serve",
               "--workers", str(workers)]  # fmt: skip
    clock = {} if now is None else {"FRONTROW_NOW": format_time(now)}
    with running(command, **clock, **settings) as found:
        yield found


@contextmanager
def running(command: list[str], **environment: str) -> Iterator[tuple[int, int]]:
    """A process that answers `/healthz` on a free port, which is the last of its arguments."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [*command, "--port", str(port)],
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(_PATIENCE_SECONDS * 10):
            assert process.poll() is None, f"the server ended with {process.returncode}"
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1).close()
                break
            except OSError:
                sleep(0.1)
        yield port, process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
