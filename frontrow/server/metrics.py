"""Counters and times for Prometheus; right with many workers through a folder that they share."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


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

    def text(self) -> bytes:
        from prometheus_client import generate_latest

        return generate_latest(self._registry)
