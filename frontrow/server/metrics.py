"""Counters and times for Prometheus; right with many workers through a folder that they share."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from frontrow.base.errors import FrontrowError
from frontrow.page.request import PARTS
from frontrow.page.scoring import Mode as PageMode
from frontrow.server.stepping_down import Stage, Stages

if TYPE_CHECKING:
    from prometheus_client import Gauge

    from frontrow.page import BuiltPage, Tile
    from frontrow.server.admission import Admission
    from frontrow.server.service import Service

Mode = Literal["livesum", "livemin", "livemax"]

_GAUGES: dict[str, tuple[str, Mode]] = {
    "pages_refused": ("Pages refused for want of time, since the start", "livesum"),
    "pages_under_way": ("Pages that wait or are being built", "livesum"),
    "decisions_lost": ("Decision records that could not be written, since the start", "livesum"),
    "bundle_ok": ("1 where the published bundle is the one in force", "livemin"),
    "crowded_titles": ("Titles that new accounts flock to as nobody else does", "livemax"),
    "snapshot_age_seconds": ("Since the newest snapshot of trends was made", "livemax"),
}
"""Name -> what it says, and how the values of several workers make one."""

_BUCKETS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)


def share_metrics(folder: Path) -> None:
    """Let the workers of this start count together. Before anything imports prometheus_client."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


class Metrics:
    """What is counted."""

    def __init__(self) -> None:
        from prometheus_client import CollectorRegistry, Counter, Histogram

        self._watched: tuple[Service, Admission] | None = None
        self._gauges: dict[str, Gauge] = {}
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
            buckets=_BUCKETS,
            registry=own,
        )
        self._pages = Counter("frontrow_pages_total", "Pages by mode", ["mode"], registry=own)
        self._left_out = Counter(
            "frontrow_pages_left_out_total", "Pages that had to do without", ["part"], registry=own
        )
        self._page_seconds = Histogram(
            "frontrow_page_seconds", "Seconds to make a page, by stage", ["stage"],
            buckets=_BUCKETS, registry=own,
        )  # fmt: skip
        self._begin()
        if shared:
            from prometheus_client.multiprocess import MultiProcessCollector

            MultiProcessCollector(self._registry)  # type: ignore[no-untyped-call]  # theirs

    def _begin(self) -> None:
        """Have what is known beforehand at 0: a rate over what first appears as 1 misses the first."""
        for mode in get_args(PageMode):
            self._pages.labels(mode)
        for part in PARTS:
            self._left_out.labels(part)
        for stage in get_args(Stage):
            self._page_seconds.labels(stage)

    def watch(self, service: Service, admission: Admission) -> None:
        """Look at these from time to time and at every scrape: what holds now, in this process."""
        own = None if "PROMETHEUS_MULTIPROC_DIR" in os.environ else self._registry
        from prometheus_client import Gauge

        self._watched = service, admission
        self._gauges = {
            name: Gauge(f"frontrow_{name}", text, registry=own, multiprocess_mode=mode)
            for name, (text, mode) in _GAUGES.items()
        }

    def look(self) -> None:
        """Note what holds now in this process, for whichever worker answers the next scrape; what can't be
        read keeps its last value. Workers that ended count no more."""
        if self._watched is None:
            return
        _bury_the_dead()
        service, admission = self._watched
        told = {
            "pages_refused": float(admission.refused),
            "pages_under_way": float(admission.inside),
            "crowded_titles": float(len(service.crowded)),
            "decisions_lost": float(service.decisions.lost),
            "bundle_ok": float(service.bundle_trouble is None and service.policy() is not None),
        }
        with contextlib.suppress(FrontrowError, OSError):
            told["snapshot_age_seconds"] = service.snapshot_age_seconds()
        for name, value in told.items():
            self._gauges[name].set(value)

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def page(self, built: BuiltPage, left_out: Sequence[str], seconds: Stages) -> None:
        """Count a page, what it had to do without, and its seconds by stage."""
        self._pages.labels(built.page.mode).inc()
        for stage, took in seconds.items():
            self._page_seconds.labels(stage).observe(took)
        for part in left_out:
            self._left_out.labels(part).inc()

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

        self.look()
        return generate_latest(self._registry)


def _bury_the_dead() -> None:
    """Drop what workers held that are no more, however they ended."""
    folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    if folder is None:
        return
    from prometheus_client.multiprocess import mark_process_dead

    for process in {path.stem.rpartition("_")[2] for path in Path(folder).glob("gauge_live*_*.db")}:
        try:
            os.kill(int(process), 0)
        except ProcessLookupError:
            mark_process_dead(int(process))  # type: ignore[no-untyped-call]  # theirs
        except (PermissionError, ValueError):
            continue
