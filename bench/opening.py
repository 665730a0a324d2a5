"""How long a viewer takes to open in a process that has not seen it: from the log, and from a checkpoint."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

import msgspec

from frontrow.base.database import open_database
from frontrow.catalog import TitleStore, build_catalogue
from frontrow.events import Event, open_log
from frontrow.page import view_of
from frontrow.server.viewer_cache import ViewerCache
from frontrow.viewers.checkpoints import CheckpointStore
from tests.server.small_world import titles

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TITLES = 1_000
AGAIN = 15


def openings(address: Path | str, name: str) -> None:
    """Print it for ten plays and for ten thousand, of few titles and of many."""
    database = open_database(address)
    log, states = open_log(database), CheckpointStore(database)
    store = TitleStore(database)
    store.upsert(titles(TITLES), now=NOW)
    catalogue = build_catalogue(*store.read())
    print(f"\nopening a viewer, {name}, {TITLES:,} titles")
    for plays, of in ((10, 10), (10_000, 300), (10_000, TITLES)):
        profile_id = f"plays-{plays}-of-{of}"
        told = [
            {"event_id": f"e{i}", "type": "play", "profile_id": profile_id,
             "title_id": f"f{i * 7 % of:03d}", "time": (NOW - timedelta(hours=i)).isoformat()}
            for i in range(plays)
        ]  # fmt: skip
        for start in range(0, plays, 1_000):
            log.append(msgspec.convert(told[start : start + 1_000], list[Event]), now=NOW)

        def opened(every: int, profile_id: str = profile_id) -> float:
            cache = ViewerCache(log, 10, states=states, checkpoint_events=every)
            began = perf_counter()
            cache.view(profile_id, catalogue)
            return (perf_counter() - began) * 1_000

        whole = median(opened(0) for _ in range(AGAIN))
        opened(1)  # keeps it
        states.flush()
        kept = median(opened(plays) for _ in range(AGAIN))
        viewer = ViewerCache(log, 10).view(profile_id, catalogue).viewer
        began = perf_counter()
        view_of(viewer, catalogue)
        laid = (perf_counter() - began) * 1_000
        print(
            f"  {plays:6,} plays of {of:5,} titles: from the log {whole:7.1f} ms, from a checkpoint"
            f" {kept:6.1f} ms; of both, laying it on the catalogue {laid:5.1f} ms"
        )
    database.close()
