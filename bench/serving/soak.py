"""`make soak`: half an hour of pages and events; memory, errors, and how far the trends lag behind.

Memory is flat where its mean over the last quarter is within 5% of that over the quarter after warm-up
(the first quarter). The lag is the age of the newest snapshot, which follows the log; it is counted after
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
from pathlib import Path
from time import perf_counter

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


async def soak(
    world: Invented, port: int, process: int, minutes: float, clients: int, pages_per_second: float
) -> str:
    """Pages and events for some minutes; what became of them in words."""
    until = perf_counter() + 60 * minutes
    status: Counter[int] = Counter()
    number = itertools.count()
    rng = rng_for(1, "soak")
    told: list[tuple[float, float, float]] = []  # memory, of it files, snapshot age

    async def viewer() -> None:
        client = Client("127.0.0.1", port)
        while perf_counter() < until:
            await asyncio.sleep(2 * clients / pages_per_second * float(rng.random()))
            profile = world.profiles[int(rng.integers(len(world.profiles)))]
            code, body = await client.get(f"/v1/profiles/{profile}/page")
            status[code] += 1
            if code != 200:
                continue
            page = msgspec.json.decode(body)
            tiles = [tile for row in page["rows"][:3] for tile in row["tiles"][:6]]
            events = [
                {
                    "event_id": f"soak-{next(number)}", "profile_id": profile,
                    "type": _EVENTS[int(rng.integers(len(_EVENTS)))],
                    "title_id": tile["title_id"], "token": tile["token"], "value": 1,
                    "time": format_time(system_clock()()), "seconds_watched": 600,
                }
                for tile in tiles[:4]
            ]  # fmt: skip
            for event in events:
                if event["type"] != "rate":
                    del event["value"]
                if event["type"] not in ("progress", "stop"):
                    del event["seconds_watched"]
            code, _ = await client.post("/v1/events", msgspec.json.encode({"events": events}))
            status[code] += 1
        await client.close()

    async def look() -> None:
        client = Client("127.0.0.1", port)
        while perf_counter() < until:
            await asyncio.sleep(_LOOK_SECONDS)
            _, body = await client.get("/metrics")
            age = [line for line in body.splitlines() if line.startswith(b"frontrow_snapshot_age")]
            told.append((*memory_mb(process), float(age[0].split()[1]) if age else 0.0))
            if len(told) % _LOOKS_TOLD == 0:
                since = perf_counter() - until + 60 * minutes
                print(
                    f"  {since / 60:4.1f} min: {told[-1][0]:.0f} MB, {told[-1][1]:.0f} of files, snapshot"
                    f" {told[-1][2]:.0f} s old, {status[200]:,} answers",
                    file=sys.stderr, flush=True,
                )  # fmt: skip
        await client.close()

    await asyncio.gather(look(), *(viewer() for _ in range(clients)))
    memory, _, age = (np.array(column) for column in zip(*told, strict=True))
    quarter = max(len(memory) // 4, 1)
    early, late = memory[quarter : 2 * quarter].mean(), memory[-quarter:].mean()
    refused = status[503] + status[429]
    return (
        f"{minutes:g} minutes, {clients} clients: {status[200]:,} answers,"
        f" {status.total() - status[200] - refused:,} errors, {refused:,} refused for want of time\n"
        f"  memory {early:.0f} MB after warm-up, {late:.0f} MB at the end: {late / early - 1:+.1%}"
        f" (asked within 5%)\n"
        f"  snapshot at most {age[quarter:].max():.0f} s old"
    )


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
        with served(world.home, now=None) as (port, process):
            print(
                asyncio.run(
                    soak(world, port, process, asked.minutes, asked.clients, asked.pages_per_second)
                )
            )


if __name__ == "__main__":
    main()
