"""Snapshots: each event counted exactly once, by whoever holds the lease; old ones go."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import numpy as np

from frontrow.base.files import try_lock
from frontrow.base.home import Home
from frontrow.base.time import system_clock, to_us
from frontrow.events import Event
from frontrow.server import Service
from frontrow.viewers.snapshot_store import SnapshotStore
from frontrow.viewers.trends import HALF_LIVES_DAYS
from tests.server.small_world import Events
from tests.snapshots import starts_in

NOW = system_clock()()
ALL_TIME = HALF_LIVES_DAYS.index(float("inf"))


def store_of(home: Home) -> SnapshotStore:
    return SnapshotStore(home.snapshots, home.run / "snapshots.lock")


def like(service: Service, start: int, count: int) -> None:
    make = Events(NOW)
    told = [make.one("rate", f"p{start + i}", "f001", value=2) for i in range(count)]
    service.log.append(msgspec.convert(told, list[Event]), now=NOW)


def advance(store: SnapshotStore, service: Service, minutes: float, **more: Any) -> Any:
    now = to_us(NOW + timedelta(minutes=minutes))
    return store.advance(service.log, lambda *_: "DE", now_us=now, keep_hours=1, **more)


def counted(store: SnapshotStore) -> float:
    latest = store.latest()
    everywhere = starts_in(latest)[ALL_TIME]
    here = starts_in(latest, "DE")[ALL_TIME]
    assert np.array_equal(everywhere, here)
    return float(everywhere.sum())


def test_two_stores_count_every_event_once_and_number_on(service: Service, home: Home) -> None:
    one, other = store_of(home), store_of(home)
    for step in range(1, 7):
        like(service, 10 * step, step)
        made = advance(one if step % 2 else other, service, step)
        assert made is not None
        assert advance(other, service, step + 0.5) is None  # nothing came since
    assert one.numbers() == other.numbers() == [1, 2, 3, 4, 5, 6]
    assert counted(one) == counted(other) == 21


def test_who_does_not_hold_the_lease_writes_nothing(service: Service, home: Home) -> None:
    like(service, 0, 3)
    with try_lock(home.run / "snapshots.lock") as mine:
        assert mine
        assert advance(store_of(home), service, 1) is None
        assert advance(store_of(home), service, 1, patience_seconds=0.05) is None
    assert store_of(home).numbers() == []
    assert advance(store_of(home), service, 1).number == 1


def test_old_snapshots_go_and_the_newest_of_the_kept_time_stays(
    service: Service, home: Home
) -> None:
    store = store_of(home)
    for step, minutes in enumerate((0, 10, 20, 70, 75, 200)):
        like(service, 10 * step, 1)
        advance(store, service, minutes)
    # At minute 200 an hour is kept: what is older goes but for the last of them.
    assert store.numbers() == [5, 6]
    assert store.number_at(to_us(NOW + timedelta(minutes=140))) == 5
    assert store.number_at(to_us(NOW + timedelta(minutes=201))) == 6
    assert store.number_at(to_us(NOW - timedelta(days=9))) == 5
    assert counted(store) == 6


def test_a_damaged_snapshot_is_made_again_from_the_one_before(service: Service, home: Home) -> None:
    store = store_of(home)
    like(service, 0, 2)
    advance(store, service, 1)
    like(service, 10, 2)
    advance(store, service, 2)
    (home.snapshots / "0000000002.safetensors").write_bytes(b"cut")
    assert store_of(home).number_at(to_us(NOW + timedelta(minutes=9))) == 1
    assert advance(store_of(home), service, 3).number == 2
    assert counted(store_of(home)) == 4


def test_folding_anew_counts_what_the_log_holds_and_never_gives_a_number_twice(
    service: Service, home: Home
) -> None:
    store = store_of(home)
    like(service, 0, 2)
    advance(store, service, 1)
    for profile in ("p0", "p1"):
        service.log.forget(profile, key=service.forget_key(profile))
    service.refold_snapshots()
    assert store.numbers() == [2]
    assert store.latest().counts.sum() == 0
    like(service, 5, 1)
    service.refold_snapshots()
    assert store.numbers() == [3]
    assert starts_in(store.latest())[ALL_TIME].sum() == 1
