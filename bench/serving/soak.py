"""`make soak`: half an hour of pages and events; memory, errors, and how far the trends lag behind.

Memory is flat where its mean over the last quarter is within 5% of that over the quarter after warm-up
(the first quarter). The server begins without a record of choices and makes it of the whole log at once:
what it holds for the fold of every hour is there from the beginning, and no hour that strikes in the middle
is taken for growth. The lag is the age of the newest snapshot, which follows the log; it is counted after
the warm-up too, for the first one is of when the service was invented.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import platform
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

import msgspec
import numpy as np

from bench.serving.home import Invented, invented, served
from bench.serving.load import Client
from frontrow.base.randomness import rng_for
from frontrow.base.time import format_time, system_clock

_LOOK_SECONDS = 5.0
_LOOKS_TOLD = 12  # of so many, one is told of while it goes on
_EVENTS = ("impression", "play", "progress", "stop", "rate", "list_add", "dismiss")


def memory_mb(process: int) -> tuple[float, float]:
    """Memory of a process that is in use now: all of it, and what of it are pages of files."""
    _, resident, of_files, *_ = Path(f"/proc/{process}/statm").read_text().split()
    size = os.sysconf("SC_PAGE_SIZE") / 2**20
    return int(resident) * size, int(of_files) * size


@dataclass
class Soak:
    """Clients of one server until a moment, and what became of their calls."""

    world: Invented
    port: int
    process: int
    minutes: float
    status: Counter[int] = field(default_factory=Counter)
    looks: list[tuple[float, float, float]] = field(default_factory=list)
    """Memory in MB, of it pages of files, and the snapshot's age in seconds."""

    def __post_init__(self) -> None:
        self._began = perf_counter()
        self._rng, self._number = rng_for(1, "soak"), itertools.count()

    @property
    def _is_over(self) -> bool:
        return perf_counter() - self._began >= 60 * self.minutes

    async def visit(self, pause_seconds: float) -> None:
        """Ask for somebody's page and send what they do there, again and again."""
        client = Client("127.0.0.1", self.port)
        while not self._is_over:
            await asyncio.sleep(2 * pause_seconds * float(self._rng.random()))
            profile = self.world.profiles[int(self._rng.integers(len(self.world.profiles)))]
            code, body = await client.get(f"/v1/profiles/{profile}/page")
            self.status[code] += 1
            if code == 200:
                events = self._events_on(msgspec.json.decode(body), profile)
                code, _ = await client.post("/v1/events", msgspec.json.encode({"events": events}))
                self.status[code] += 1
        await client.close()

    def _events_on(self, page: dict[str, Any], profile: str) -> list[dict[str, Any]]:
        tiles = [tile for row in page["rows"][:3] for tile in row["tiles"][:6]]
        events = []
        for tile in tiles[:4]:
            kind = _EVENTS[int(self._rng.integers(len(_EVENTS)))]
            event = {
                "event_id": f"soak-{next(self._number)}", "profile_id": profile, "type": kind,
                "title_id": tile["title_id"], "token": tile["token"],
                "time": format_time(system_clock()()),
            }  # fmt: skip
            if kind == "rate":
                event["value"] = 1
            if kind in ("progress", "stop"):
                event["seconds_watched"] = 600
            events.append(event)
        return events

    async def look(self) -> None:
        """Note memory and lag every few seconds, and tell of some of them."""
        client = Client("127.0.0.1", self.port)
        while not self._is_over:
            await asyncio.sleep(_LOOK_SECONDS)
            _, body = await client.get("/metrics")
            age = [line for line in body.splitlines() if line.startswith(b"frontrow_snapshot_age")]
            memory, of_files = memory_mb(self.process)
            self.looks.append((memory, of_files, float(age[0].split()[1]) if age else 0.0))
            if len(self.looks) % _LOOKS_TOLD == 0:
                print(
                    f"  {(perf_counter() - self._began) / 60:4.1f} min: {memory:.0f} MB,"
                    f" {of_files:.0f} of files, snapshot {self.looks[-1][2]:.0f} s old,"
                    f" {self.status[200]:,} answers",
                    file=sys.stderr, flush=True,
                )  # fmt: skip
        await client.close()

    def in_words(self) -> str:
        """What became of it."""
        memory, _, age = (np.array(column) for column in zip(*self.looks, strict=True))
        quarter = max(len(memory) // 4, 1)
        early, late = memory[quarter : 2 * quarter].mean(), memory[-quarter:].mean()
        status, refused = self.status, self.status[503] + self.status[429]
        return (
            f"{self.minutes:g} minutes: {status[200]:,} answers,"
            f" {status.total() - status[200] - refused:,} errors, {refused:,} refused for want of time\n"
            f"  memory {early:.0f} MB after warm-up, {late:.0f} MB at the end: {late / early - 1:+.1%}"
            f" (asked within 5%)\n"
            f"  snapshot at most {age[quarter:].max():.0f} s old"
        )


async def soak(soaked: Soak, clients: int, pages_per_second: float) -> None:
    """All clients at once, with the looks beside them."""
    pause = clients / pages_per_second
    await asyncio.gather(soaked.look(), *(soaked.visit(pause) for _ in range(clients)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--pages-per-second", type=float, default=10.0)
    parser.add_argument("--works", type=int, default=3_000)
    parser.add_argument("--viewers", type=int, default=2_000)
    asked = parser.parse_args()
    print(f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory() as name:
        now = system_clock()()
        world = invented(Path(name) / "home", works=asked.works, viewers=asked.viewers, now=now)
        for record in world.home.choices.glob("*"):
            record.unlink()
        with served(world.home, now=None) as (port, process):
            soaked = Soak(world, port, process, asked.minutes)
            asyncio.run(soak(soaked, asked.clients, asked.pages_per_second))
            print(soaked.in_words())


if __name__ == "__main__":
    main()
