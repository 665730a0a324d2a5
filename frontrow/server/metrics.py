"""Counters and times for Prometheus; right with many workers through a folder that they share."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from frontrow.page import Tile


def share_metrics(folder: Path) -> None:
    """Let the workers of this start count together. Before anything imports prometheus_client."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


class Metrics:
    """What is counted."""

    def __init__(self) -> None:
        from prometheus_client import CollectorRegistry, Counter, Histogram

        shared = "PROMETHEUS_MULTIPROC_DIR" in os.environ
        self._registry = CollectorRegistry()
        own = None if shared else self._registry
        self._requests = Counter(
            "frontrow_requests_total", "Requests", ["method", "route", "status"], registry=own
        )
        self._editorial = Counter(
            "frontrow_editorial_tiles_total",
            "Tiles served in the operator's rows",
            ["row"],
            registry=own,
        )
        self._boosted = Counter(
            "frontrow_boosted_tiles_total",
            "Tiles served whose value a boost raised",
            ["boost"],
            registry=own,
        )
        self._seconds = Histogram(
            "frontrow_request_seconds",
            "Seconds to answer",
            ["route"],
            buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5),
            registry=own,
        )
        if shared:
            from prometheus_client.multiprocess import MultiProcessCollector

            MultiProcessCollector(self._registry)  # type: ignore[no-untyped-call]  # theirs

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def served(self, editorial: str | None, tiles: Sequence[Tile]) -> None:
        """Count tiles that were served; `editorial` is the key of the operator's row they are in."""
        if editorial is not None:
            self._editorial.labels(editorial).inc(len(tiles))
        for tile in tiles:
            boost = tile.reason.evidence.get("boost")
            if boost is not None:
                self._boosted.labels(boost).inc()

    def text(self) -> bytes:
        from prometheus_client import generate_latest

        return generate_latest(self._registry)
