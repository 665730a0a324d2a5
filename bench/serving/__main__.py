"""`make bench-serve`: pages a second and their latency, each beside its ceiling in the same run.

The ceiling of one client is 1 / (build time of a page in process + time of a fixed answer of the same size
from the same framework). Then more clients and workers, ten times the load that can be served, and bundle
swaps under full load.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

import msgspec
from threadpoolctl import threadpool_limits

from bench.serving.home import NOW, Invented, invented, running, served
from bench.serving.load import Seen, closed_loop, open_loop
from bench.serving.swaps import swapped
from frontrow.server import Asked, Pages, Service

_VIEWERS_TIMED = 60


def build_seconds(world: Invented) -> tuple[float, bytes]:
    """(median seconds of a page in process, of viewers seen before; one page's bytes)."""
    service = Service(world.home, lambda: NOW)
    pages, took, body = Pages(service), [], b""
    with threadpool_limits(1):
        for profile in world.profiles[:_VIEWERS_TIMED]:
            pages.page(profile, Asked(), record=False)
        for profile in world.profiles[:_VIEWERS_TIMED]:
            began = perf_counter()
            body = msgspec.json.encode(pages.page(profile, Asked(), record=False))
            took.append(perf_counter() - began)
    service.close()
    return median(took), body


def fixed_seconds(folder: Path, body: bytes, seconds: float) -> float:
    """Mean seconds of a fixed answer of one page's size."""
    file = folder / "fixed.json"
    file.write_bytes(body)
    with running([sys.executable, "-m", "bench.serving.fixed", str(file)]) as (port, _):
        asyncio.run(closed_loop("127.0.0.1", port, ["/x"], clients=1, seconds=1))
        seen = asyncio.run(closed_loop("127.0.0.1", port, ["/x"], clients=1, seconds=seconds))
    return 1 / seen.per_second


def line(name: str, seen: Seen) -> str:
    """Figures of one load."""
    told = (
        f"{name:<24} {seen.per_second:7.1f} pages/s | p50 {seen.percentile(50):6.1f}"
        f" p95 {seen.percentile(95):6.1f} p99 {seen.percentile(99):6.1f} ms"
    )
    others = {status: n for status, n in seen.status.items() if status != 200}
    modes = {mode: n for mode, n in seen.modes.items() if mode != "personalised"}
    return told + (f" | {others}" if others else "") + (f" | {modes}" if modes else "")


def loads(world: Invented, seconds: float) -> dict[tuple[int, int], Seen]:
    """(workers, clients) -> what the clients saw."""
    paths = [f"/v1/profiles/{profile}/page" for profile in world.profiles[:200]]
    found = {}
    for workers in (1, 2):
        with served(world.home, workers=workers) as (port, _):
            asyncio.run(closed_loop("127.0.0.1", port, paths, clients=2 * workers, seconds=seconds))
            for clients in (1, 8, 32):
                seen = asyncio.run(
                    closed_loop("127.0.0.1", port, paths, clients=clients, seconds=seconds)
                )
                print(line(f"{workers} workers, {clients} clients", seen), flush=True)
                found[workers, clients] = seen
    return found


def overload(world: Invented, per_second: float, seconds: float, deadline_ms: float) -> None:
    """Ten times what can be served, for some seconds, then a usual load again."""
    paths = [f"/v1/profiles/{profile}/page" for profile in world.profiles[:200]]
    with served(world.home) as (port, _):
        asyncio.run(closed_loop("127.0.0.1", port, paths, clients=1, seconds=2))
        seen = asyncio.run(
            open_loop("127.0.0.1", port, paths, per_second=10 * per_second, seconds=seconds)
        )
        over = perf_counter()
        back = None
        while perf_counter() < over + 20:
            after = asyncio.run(closed_loop("127.0.0.1", port, paths, clients=1, seconds=0.25))
            if after.status[200] and not after.status[503] and after.percentile(95) < deadline_ms:
                back = perf_counter() - over - 0.25
                break
    in_time = sum(s * 1e3 <= deadline_ms for s in seen.seconds) / max(len(seen.seconds), 1)
    print(line("ten times the load", seen))
    print(
        f"  of accepted pages {in_time:.2%} within {deadline_ms:.0f} ms of when they were due (asked"
        f" 99.5%); others refused at once: {seen.status[503] + seen.status[429]:,},"
        f" unanswered {seen.status[0]:,}; back to normal"
        f" {'never' if back is None else f'after {max(back, 0):.1f} s'} (asked 5)"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--works", type=int, default=3_000)
    parser.add_argument("--viewers", type=int, default=400)
    parser.add_argument("--seconds", type=float, default=6.0)
    parser.add_argument("--swaps", type=int, default=100)
    parser.add_argument("--only", choices=("loads", "overload", "swaps"))
    asked = parser.parse_args()
    cpu = platform.processor() or platform.machine()
    print(
        f"{os.cpu_count()} cores, {cpu}, Python {platform.python_version()}; the load shares them"
    )
    with tempfile.TemporaryDirectory() as name:
        print(f"inventing {asked.works:,} works, {asked.viewers} viewers …", file=sys.stderr)
        world = invented(Path(name) / "home", works=asked.works, viewers=asked.viewers)
        built, body = build_seconds(world)
        fixed = fixed_seconds(Path(name), body, asked.seconds)
        ceiling = 1 / (built + fixed)
        print(
            f"{world.titles:,} titles; a page of {len(body):,} bytes is built in {built * 1e3:.2f} ms,"
            f" a fixed answer of its size takes {fixed * 1e3:.2f} ms: at most {ceiling:.1f} pages/s"
        )
        if asked.only in (None, "loads"):
            found = loads(world, asked.seconds)
            share = found[1, 1].per_second / ceiling
            print(f"  one client, one worker: {share:.2f} of the ceiling (asked .80)")
        if asked.only in (None, "overload"):
            overload(world, ceiling, asked.seconds, 200.0)
        if asked.only in (None, "swaps"):
            print(json.dumps(swapped(world, asked.swaps)))


if __name__ == "__main__":
    main()
