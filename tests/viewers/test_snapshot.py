"""Snapshots: the trends of a service, folded from the log's tail, each event once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from frontrow.base.database import Database
from frontrow.base.errors import Gone
from frontrow.base.files import try_lock
from frontrow.base.time import format_time, to_us
from frontrow.catalog import StoredTitle, Title, build_catalogue
from frontrow.events import Event, SqliteLog
from frontrow.viewers import build_datasets
from frontrow.viewers.snapshot import SnapshotStore, trends_on

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
COUNTRIES = {"anna": "DE", "ben": "FR"}


@pytest.fixture
def log(database: Database) -> SqliteLog:
    return SqliteLog(database)


@pytest.fixture
def store(tmp_path: Path) -> SnapshotStore:
    (tmp_path / "snapshots").mkdir()
    return SnapshotStore(tmp_path / "snapshots", tmp_path / "run" / "lock")


def play(number: int, profile_id: str, title_id: str, days_ago: float, **more: Any) -> Event:
    told = {"event_id": f"e{number}", "type": "play", "profile_id": profile_id, **more}
    time = format_time(NOW - timedelta(days=days_ago))
    return msgspec.convert({**told, "title_id": title_id, "time": time}, Event)


def advance(store: SnapshotStore, log: SqliteLog, now: datetime = NOW, keep_hours: int = 2) -> Any:
    return store.advance(log, COUNTRIES.get, now_us=to_us(now), keep_hours=keep_hours)


def catalogue() -> Any:
    titles = [
        {"title_id": "film", "kind": "movie", "name": "x"},
        {"title_id": "s", "kind": "series", "name": "x"},
        {"title_id": "e", "kind": "episode", "name": "x", "series_id": "s"},
    ]
    return build_catalogue(
        1, [StoredTitle(msgspec.convert(told, Title), i, 0) for i, told in enumerate(titles)]
    )


def some_plays(log: SqliteLog, start: int = 0) -> None:
    log.append(
        [
            play(start, "anna", "film", 1),
            play(start + 1, "ben", "film", 10),
            play(start + 2, "cleo", "e", 3),
            play(start + 3, "anna", "e", 2, autoplay=True),
            play(start + 4, "anna", "unknown", 2),
        ],
        now=NOW,
    )


def test_folding_in_pieces_is_folding_at_once(
    store: SnapshotStore, log: SqliteLog, tmp_path: Path
) -> None:
    some_plays(log)
    advance(store, log, NOW - timedelta(minutes=5))
    some_plays(log, 10)
    pieces = advance(store, log)
    (tmp_path / "other").mkdir()
    once = advance(SnapshotStore(tmp_path / "other", tmp_path / "run" / "other"), log)
    for name in ("countries", "titles", "position"):
        assert getattr(pieces, name) == getattr(once, name)
    np.testing.assert_allclose(pieces.counts, once.counts, rtol=1e-6)


def test_a_snapshot_counts_what_a_dataset_counts(store: SnapshotStore, log: SqliteLog) -> None:
    some_plays(log)
    advance(store, log)
    trends = trends_on(store.latest(), catalogue())
    (dataset,) = build_datasets(log, catalogue(), [to_us(NOW)])
    np.testing.assert_allclose(trends.counts[0], dataset.trends.counts[0], rtol=1e-6)
    assert trends.counts[0, -1].tolist() == [2, 1]  # film, and the series by its episode


def test_countries_are_counted_apart_and_together(store: SnapshotStore, log: SqliteLog) -> None:
    some_plays(log)
    advance(store, log)
    trends = trends_on(store.latest(), catalogue())
    ever = [trends.of_country(c)[-1].tolist() for c in ("DE", "FR", "US", None)]
    assert ever == [[1, 0], [1, 0], [2, 1], [2, 1]]


def test_nothing_new_makes_no_snapshot(store: SnapshotStore, log: SqliteLog) -> None:
    assert advance(store, log) is None
    some_plays(log)
    assert advance(store, log).number == 1
    assert advance(store, log) is None
    assert store.numbers() == [1]


def test_whoever_has_not_the_lease_waits_for_nothing(
    store: SnapshotStore, log: SqliteLog, tmp_path: Path
) -> None:
    some_plays(log)
    with try_lock(tmp_path / "run" / "lock") as mine:
        assert mine
        assert advance(store, log) is None


def test_the_snapshot_of_an_epoch_is_the_newest_made_until_then(
    store: SnapshotStore, log: SqliteLog
) -> None:
    moments = [NOW + timedelta(minutes=m) for m in (0, 4, 8)]
    for i, moment in enumerate(moments):
        some_plays(log, 10 * i)
        advance(store, log, moment)
    assert store.number_at(to_us(moments[1])) == 2
    assert store.number_at(to_us(moments[1]) - 1) == 1
    assert store.number_at(0) == 1


def test_old_snapshots_go_and_the_one_that_an_epoch_needs_stays(
    store: SnapshotStore, log: SqliteLog
) -> None:
    for i in range(4):
        some_plays(log, 10 * i)
        advance(store, log, NOW + timedelta(hours=i), keep_hours=1)
    assert store.numbers() == [2, 3, 4]
    with pytest.raises(Gone):
        store.load(1)


def test_started_anew_a_snapshot_holds_nothing_of_who_was_forgotten(
    store: SnapshotStore, log: SqliteLog
) -> None:
    some_plays(log)
    advance(store, log)
    log.forget("ben", key=b"k")
    store.start_anew(log, COUNTRIES.get, now_us=to_us(NOW))
    assert store.numbers() == [2]
    assert trends_on(store.latest(), catalogue()).counts[0, -1].tolist() == [1, 1]
    assert "FR" not in store.latest().countries
