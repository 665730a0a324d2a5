"""Page build time beside its bare floor: `make bench`.

The floor is what no page can do without, in plain numpy on the same models in the same run: every
scorer's products for one viewer over all titles, the fusion over all titles, one top-k. Printed for
20,000 invented titles and, where it is there, for MovieLens 1M.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

import numpy as np
from threadpoolctl import threadpool_limits

from frontrow.base.database import open_database
from frontrow.base.randomness import rng_for
from frontrow.base.settings import Settings
from frontrow.base.time import to_us
from frontrow.catalog import Catalogue, Credit, Title, TitleStore, build_catalogue
from frontrow.events import Event, SqliteLog
from frontrow.importers import bring_in, movielens
from frontrow.page import PageInputs, Request, build_page, view_of
from frontrow.ranking import Ranker
from frontrow.ranking.ranker import BoundRanker
from frontrow.training.fit import cuts_of, fit_ranker
from frontrow.viewers import Dataset, build_datasets, fold

ROUNDS = 60
ROWS, COLUMNS = 10, 40
SHARED = Path(__file__).resolve().parents[1].parent / "shared" / "data" / "ml-1m"


@dataclass
class World:
    """A fitted service in a temporary folder."""

    catalogue: Catalogue
    log: SqliteLog
    data: Dataset
    ranker: Ranker


def invented(folder: Path, n: int, viewers: int = 400) -> World:
    """`n` invented titles, a few hundred viewers with long-tailed histories."""
    rng = rng_for(1, "bench")
    now = datetime(2026, 11, 1, tzinfo=UTC)
    genres = [f"Genre {g}" for g in range(24)]
    titles = [
        Title(
            title_id=f"t{i:05d}",
            kind="movie",
            name=f"Film {i}",
            synopsis=" ".join(f"word{w}" for w in rng.zipf(1.4, 30) % 5_000),
            genres=[genres[g] for g in rng.choice(24, 2, replace=False)],
            release_year=int(rng.integers(1950, 2027)),
            people=[Credit(f"Person {p}", "actor") for p in rng.zipf(1.3, 5) % 9_000],
            original_language="en",
            runtime_minutes=100.0,
            added_at=(now - timedelta(days=int(rng.integers(0, 1500)))).isoformat(),
        )
        for i in range(n)
    ]
    store, log = _stores(folder)
    store.put(titles, now=now - timedelta(days=1500))
    events = []
    for v in range(viewers):
        count = int(rng.integers(20, 120))
        works = np.unique((rng.power(0.35, count) * n).astype(int))
        events += [
            Event(
                event_id=f"{v}-{w}", type="rate", profile_id=f"v{v:04d}", title_id=f"t{w:05d}",
                value=2.0, time=now - timedelta(minutes=int(rng.integers(0, 60 * 24 * 120))),
            )
            for w in works.tolist()
        ]  # fmt: skip
    log.append(events, now=now)
    return _fitted(store, log, now)


def ml_1m(folder: Path) -> World:
    """MovieLens 1M, from the shared data."""
    store, log = _stores(folder)
    now = datetime(2026, 11, 1, tzinfo=UTC)
    bring_in(movielens(SHARED), titles=store, log=log, rejected=folder / "rejected", now=now)
    return _fitted(store, log, datetime(2003, 3, 1, tzinfo=UTC))


def _stores(folder: Path) -> tuple[TitleStore, SqliteLog]:
    (folder / "rejected").mkdir()
    database = open_database(folder / "frontrow.db")
    return TitleStore(database), SqliteLog(database)


def _fitted(store: TitleStore, log: SqliteLog, now: datetime) -> World:
    catalogue = build_catalogue(*store.read())
    (whole,) = build_datasets(log, catalogue, [to_us(now)])
    cuts = cuts_of(whole, catalogue)
    ranker = fit_ranker(build_datasets(log, catalogue, cuts.moments), cuts, catalogue, seed=1)
    return World(catalogue, log, whole, ranker)


def floor_of(bound: BoundRanker, work: np.ndarray, reward: np.ndarray) -> Callable[[], object]:
    """The bare products of one viewer, on the bound models' own arrays."""
    evidence, fusion = bound.evidence, bound.fusion
    n = evidence.catalogue.n
    rng = rng_for(2, "floor")
    vectors = np.ascontiguousarray(evidence.content.vectors, dtype=np.float32)
    ials = None if evidence.ials is None else np.nan_to_num(evidence.ials.factors)
    ease = None
    if evidence.ease is not None:
        b = evidence.ease.weights
        ease = b, rng.integers(0, len(b), len(work))
    pair = rng.standard_normal((fusion.of_pair.shape[1], n)).astype(np.float32)
    title = rng.standard_normal((len(fusion.bias), n)).astype(np.float32)

    def run() -> object:
        vectors @ (reward @ vectors[work])
        if ials is not None:
            ials @ (reward @ ials[work])
        if ease is not None:
            reward @ ease[0][ease[1]]
        hidden = fusion.of_pair @ pair
        hidden += title
        np.maximum(hidden, 0, out=hidden)
        value = fusion.out @ hidden
        best = np.argpartition(-value, ROWS * COLUMNS)[: ROWS * COLUMNS]
        return best[np.argsort(-value[best])]

    return run


def measure(name: str, world: World) -> None:
    """Print the page's time, the floor's, and their ratio."""
    bound = world.ranker.bind(world.catalogue)
    sizes = np.diff(world.data.indptr)
    chosen = np.argsort(sizes)[:: -max(len(sizes) // 12, 1)][:12]
    pages, floors, ratios = [], [], []
    for viewer in chosen.tolist():
        profile = world.data.profile_ids[viewer]
        view = view_of(fold(profile, world.log.read(profile).events), world.catalogue)
        inputs = PageInputs(world.catalogue, bound, world.data.trends, view, Settings(), "bench")
        request = Request(
            profile, world.data.at_us, rows=ROWS, columns=COLUMNS, decide_us=world.data.at_us
        )
        good = view.reward > 0
        work, reward = view.records.work[good], view.reward[good]
        run = floor_of(bound, work, reward)
        build = lambda: build_page(inputs, request, "x" * 60, b"k" * 32)  # noqa: B023, E731
        page_ms, floor_ms = _both(build, run)  # in turn, so that both see the same machine
        pages.append(page_ms)
        floors.append(floor_ms)
        ratios.append(page_ms / floor_ms)
    print(
        f"{name:<28} page p50 {np.median(pages):6.2f} ms   floor {np.median(floors):5.2f} ms   "
        f"ratio p50 {np.median(ratios):4.1f}x   worst viewer {max(ratios):4.1f}x"
    )


def _both(page: Callable[[], object], floor: Callable[[], object]) -> tuple[float, float]:
    page(), floor()
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS // 6):
        for which, call in enumerate((page, floor)):
            began = perf_counter()
            call()
            times[which].append((perf_counter() - began) * 1e3)
    return float(np.median(times[0])), float(np.median(times[1]))


def main() -> None:
    """Both worlds, one thread, in process."""
    cpu = platform.processor() or platform.machine()
    print(
        f"page of {ROWS} x {COLUMNS} in process, one BLAS thread; {os.cpu_count()} cores, {cpu},"
        f" Python {platform.python_version()}, numpy {np.__version__}"
    )
    with threadpool_limits(1):
        for name, make in (
            ("20,000 invented titles", lambda folder: invented(folder, 20_000)),
            ("MovieLens 1M (3,883 titles)", ml_1m),
        ):
            if make is ml_1m and not SHARED.exists():
                print(f"{name}: skipped, {SHARED.name} is not there")
                continue
            with tempfile.TemporaryDirectory() as folder:
                print(f"fitting on {name} …", file=sys.stderr)
                measure(name, make(Path(folder)))


if __name__ == "__main__":
    main()
