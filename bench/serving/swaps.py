"""Bundles swapped under full load, one in ten damaged: no request fails, and no page mixes two."""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from time import perf_counter
from typing import Any

from bench.serving.home import NOW, Invented, fit, served
from bench.serving.load import Client
from frontrow.base.time import format_time
from frontrow.server import Service

_CLIENTS = 8
_MOST_SECONDS = 5.0


def swapped(world: Invented, swaps: int, *, bundles: int = 4) -> dict[str, Any]:
    """What became of so many swaps: failed requests, and seconds until each good one was served."""
    service = Service(world.home, lambda: NOW)
    good = [fit(service, seed=100 + i, publish=False) for i in range(bundles)]
    bad = _damaged_copy(service, good[0])
    with served(world.home, workers=1) as (port, _):
        told = asyncio.run(_swap(world, service, port, good, bad, swaps))
    service.close()
    return told


async def _swap(
    world: Invented, service: Service, port: int, good: list[str], bad: str, swaps: int
) -> dict[str, Any]:
    status: Counter[int] = Counter()
    served_by: Counter[str] = Counter()
    stop, latest = asyncio.Event(), {"bundle": ""}
    paths = [f"/v1/profiles/{profile}/page" for profile in world.profiles[:200]]

    async def client(number: int) -> None:
        caller, at = Client("127.0.0.1", port), number
        while not stop.is_set():
            code, body = await caller.get(paths[at % len(paths)])
            at += 1
            status[code] += 1
            if code == 200:
                start = body.index(b'"bundle":') + 9
                bundle = body[start : body.index(b",", start)].strip(b'"').decode()
                served_by[bundle] += 1
                latest["bundle"] = bundle
            else:
                await asyncio.sleep(0.2)
        await caller.close()

    clients = [asyncio.create_task(client(i)) for i in range(_CLIENTS)]
    waits, late, mixed = [], 0, 0
    for number in range(swaps):
        is_bad = number % 10 == 9
        chosen = bad if is_bad else good[number % len(good)]
        service.bundles.publish(chosen, published_at=format_time(NOW))
        began = perf_counter()
        while latest["bundle"] != chosen and perf_counter() < began + _MOST_SECONDS:
            await asyncio.sleep(0.02)
            if is_bad and perf_counter() > began + 1.5:
                break
        if is_bad:
            mixed += latest["bundle"] == bad
        elif latest["bundle"] == chosen:
            waits.append(perf_counter() - began)
        else:
            late += 1
    stop.set()
    await asyncio.gather(*clients)
    refused = status[503] + status[429]
    return {
        "swaps": swaps,
        "bad": swaps // 10,
        "requests": status.total(),
        "failed": status.total() - status[200] - refused,
        "refused_for_want_of_time": refused,
        "served_by_a_bad_bundle": served_by[bad] + mixed,
        "not_live_within_5_s": late,
        "seconds_until_live": {
            "median": round(sorted(waits)[len(waits) // 2], 2) if waits else None,
            "most": round(max(waits), 2) if waits else None,
        },
    }


def _damaged_copy(service: Service, bundle_id: str) -> str:
    """A bundle whose arrays were changed after its manifest was written."""
    folder = service.home.bundles
    bad = "f" * 64
    shutil.copytree(folder / bundle_id, folder / bad)
    arrays = folder / bad / "model.safetensors"
    content = bytearray(arrays.read_bytes())
    content[-7] ^= 1
    arrays.write_bytes(content)
    return bad
