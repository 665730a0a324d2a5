"""Page build time beside its bare floor: `make bench`.

The floor is what no page can do without, in plain numpy on the same models in the same run: the bare
products of every scorer and of the fusion for one viewer over all titles (see `bench.floor`), and one
top-k. The page is all of it: masks, scores, rows, draws, reasons, images, tokens and its decision record.

Each viewer's page is built once after the models are warm, as for viewers who come by (`first`), and
then again (`again`: what is kept of its anchors helps). Printed for 20,000 invented titles, with EASE
at its largest (10,000 titles), and, where it is there, for MovieLens 1M.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from time import perf_counter

import numpy as np
from threadpoolctl import threadpool_limits

from bench.floor import products_of
from frontrow.base.database import open_database
from frontrow.base.randomness import rng_for
from frontrow.base.settings import Settings
from frontrow.base.time import to_us
from frontrow.catalog import (
    Artwork,
    Catalogue,
    Credit,
    StoredTitle,
    Title,
    TitleStore,
    build_catalogue,
)
from frontrow.events import Event, Position, SqliteLog
from frontrow.importers import bring_in, movielens
from frontrow.models.ease import MAX_WORKS
from frontrow.models.histories import Histories
from frontrow.page import PageInputs, Request, build_page, view_of
from frontrow.page.artwork import ArtworkChooser, Taken
from frontrow.page.choice_values import values_of
from frontrow.page.record import decision_of
from frontrow.ranking import Ranker
from frontrow.ranking.ranker import BoundRanker
from frontrow.training.cuts import cuts_of
from frontrow.training.fit import fit_ranker
from frontrow.viewers import Dataset, build_datasets, fold
from frontrow.viewers.choices import SUMS, Choices
from frontrow.viewers.reactions import Context

VIEWERS = 60
LONG_HISTORY = 10_000
"""Plays of one viewer, who is measured apart."""
REPEATS = 40
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
    long = rng.permutation(n)[:LONG_HISTORY]
    events += [
        Event(
            event_id=f"long-{w}", type="rate", profile_id="v-long", title_id=f"t{w:05d}",
            value=2.0, time=now - timedelta(minutes=int(rng.integers(0, 60 * 24 * 1000))),
        )
        for w in long.tolist()
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
    cuts = cuts_of(whole, catalogue, 1)
    ranker = fit_ranker(build_datasets(log, catalogue, cuts.moments), cuts, catalogue, seed=1)
    return World(catalogue, log, whole, ranker)


def widest(world: World) -> World:
    """The same with EASE over as many titles as it may hold: its cost, not its quality, is asked."""
    works = np.sort(rng_for(3, "ease").permutation(world.catalogue.n)[:MAX_WORKS]).astype(np.int32)
    weights = rng_for(4, "ease").standard_normal((len(works), len(works)), dtype=np.float32)
    ease = world.ranker.models.ease
    assert ease is not None
    ease = replace(ease, works=works, weights=weights)
    ranker = replace(world.ranker, models=replace(world.ranker.models, ease=ease))
    return replace(world, ranker=ranker)


def floor_of(bound: BoundRanker, history: Histories) -> Callable[[], object]:
    """The bare products of one viewer, and one top-k."""
    products = products_of(bound, history)

    def run() -> object:
        value = products()
        best = np.argpartition(-value, ROWS * COLUMNS)[: ROWS * COLUMNS]
        return best[np.argsort(-value[best])]

    return run


def measure(name: str, world: World) -> None:
    """Print the page's time, the floor's, and their ratio, over viewers of all sizes of history."""
    bound = world.ranker.bind(world.catalogue)
    order = np.argsort(np.diff(world.data.indptr))
    chosen = order[:: max(len(order) // VIEWERS, 1)].tolist()
    _measure_long(name, world, bound, int(order[-1]))
    _measure_choices(name, world, bound, int(order[len(order) // 2]))
    times: dict[str, list[float]] = {"first": [], "again": [], "floor": []}
    calls = [_calls(world, bound, viewer, ROWS, COLUMNS) for viewer in chosen]
    calls[0][0](), calls[0][1]()  # the models' pages are read, libraries loaded
    for page, floor in calls[1:]:
        times["first"].append(_ms(page))
        times["floor"].append(min(_ms(floor) for _ in range(3)))
        times["again"].append(min(_ms(page) for _ in range(3)))
    first, again, floors = (np.array(times[key]) for key in ("first", "again", "floor"))
    print(
        f"{name:<28} floor p50 {np.median(floors):5.2f} ms | page first p50 {np.median(first):5.2f} ms"
        f" ({np.median(first / floors):4.1f}x), again p50 {np.median(again):5.2f} ms"
        f" ({np.median(again / floors):4.1f}x, p95 {np.percentile(again / floors, 95):4.1f}x)"
        f" | {len(first)} viewers"
    )


def _measure_long(name: str, world: World, bound: BoundRanker, viewer: int) -> None:
    """Print the ratios of the viewer with the longest history, for the usual page and a large one."""
    plays = int(world.data.indptr[viewer + 1] - world.data.indptr[viewer])
    for rows, columns in ((ROWS, COLUMNS), (40, 75)):
        page, floor = _calls(world, bound, viewer, rows, columns)
        page(), floor()
        ratios = np.array([_ms(page) / _ms(floor) for _ in range(REPEATS)])
        print(
            f"{name:<28} a viewer with {plays:,} plays, {rows} x {columns}: p50"
            f" {np.median(ratios):4.1f}x, p95 {np.percentile(ratios, 95):4.1f}x the floor"
        )


def _measure_choices(name: str, world: World, bound: BoundRanker, viewer: int) -> None:
    """Print what choosing images takes of a page: as many tiles as it has, with a record of choices."""
    rng = rng_for(5, "choices")
    told = [
        Title(
            title_id=f"t{i:05d}", kind="movie", name="x", genres=[f"Genre {i % 24}"],
            artwork=[
                Artwork(artwork_id=f"{i}.{j}", url="/x.svg", tags=[look])
                for j, look in enumerate(("face", "scene", "action", "title-led"))
            ],
        )
        for i in range(world.catalogue.n)
    ]  # fmt: skip
    catalogue = build_catalogue(1, [StoredTitle(title, i, 0) for i, title in enumerate(told)])
    rows = tuple(
        ("artwork", work.work_id, art.artwork_id)
        for work in catalogue.works
        for art in work.artwork
    )
    columns = ("", "+", *(f"genre {g}" for g in range(24)))
    shown = rng.integers(1, 50, (len(rows), len(columns))).astype(np.float64)
    good = np.round(shown * rng.uniform(0, 0.2, shown.shape))
    record = Choices(
        1,
        0,
        0,
        Position(),
        rows,
        columns,
        shown,
        good,
        good,
        np.zeros(SUMS),
        np.zeros(len(rows), dtype=np.int64),
    )
    values = values_of(record, catalogue)
    genres = {f"genre {g}": 1 / 24 for g in range(24)}
    context = Context(genres=genres, begun=50, tags={"face": 0.3, "scene": -0.2}, good=20)
    page, _ = _calls(world, bound, viewer, ROWS, COLUMNS)
    page()
    works = rng.permutation(catalogue.n)[: ROWS * COLUMNS].astype(np.int32)
    cut = [(works[i : i + COLUMNS], False) for i in range(0, len(works), COLUMNS)]
    windows = [np.arange(len(row)) for row, _ in cut]

    def choose() -> object:
        taken = Taken("viewer", 1, values, context)
        return ArtworkChooser(catalogue, taken, 5).choose(cut, windows)

    choose()
    took, whole = (np.array([_ms(call) for _ in range(REPEATS)]) for call in (choose, page))
    print(
        f"{name:<28} images of {ROWS * COLUMNS} tiles, 4 each: p50 {np.median(took):4.2f} ms,"
        f" p95 {np.percentile(took, 95):4.2f} ms; {np.median(took) / np.median(whole):4.1%} of a page"
    )


def _calls(
    world: World, bound: BoundRanker, viewer: int, rows: int, columns: int
) -> tuple[Callable[[], object], Callable[[], object]]:
    """(the page of a viewer, its floor)."""
    settings, at_us = Settings(), world.data.at_us
    profile = world.data.profile_ids[viewer]
    view = view_of(fold(profile, world.log.read(profile).events), world.catalogue)
    inputs = PageInputs(world.catalogue, bound, world.data.trends, view, settings, "bench")
    request = Request(profile, at_us, rows=rows, columns=columns, decide_us=at_us)
    floor = floor_of(bound, view.history_at(world.catalogue, at_us))
    return partial(_page, inputs, request, settings), floor


def _page(inputs: PageInputs, request: Request, settings: Settings) -> object:
    return decision_of(build_page(inputs, request, "x" * 60, b"k" * 32), settings)


def _ms(call: Callable[[], object]) -> float:
    began = perf_counter()
    call()
    return (perf_counter() - began) * 1e3


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
                world = make(Path(folder))
                measure(name, world if make is ml_1m else widest(world))


if __name__ == "__main__":
    main()
