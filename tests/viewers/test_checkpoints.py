"""A viewer that was kept and extended is, to the bit, the one folded from all of its events."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from frontrow.base.database import Database
from frontrow.events import Event, Log, Slice, open_log
from frontrow.events.event import PROFILE_RESET
from frontrow.server.viewer_cache import ViewerCache, fold_whole
from frontrow.viewers import Viewer, extend, fold
from frontrow.viewers import checkpoints as module
from frontrow.viewers.checkpoints import Checkpoint, CheckpointStore, encode_viewer
from tests.strategies import histories, seeded_world
from tests.viewers.test_fold import PROFILE, bits
from tests.worlds import catalogue_of, log_of

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
CATALOGUE = catalogue_of(seeded_world(7, 12))


def event(number: int, kind: str = "play", minutes_ago: int = 0, **more: Any) -> Event:
    told = {
        "event_id": f"e{number}",
        "type": kind,
        "profile_id": "anna",
        "title_id": f"t{number % 5}",
        "time": (NOW - timedelta(minutes=minutes_ago)).isoformat(),
        **more,
    }
    return msgspec.convert(told, Event)


@given(histories(), st.integers(0, 14))
def test_kept_read_and_extended_equals_folded_whole(told: list[dict[str, Any]], cut: int) -> None:
    events = log_of(PROFILE, told)
    before = fold("p", events[: cut + 1], incarnation="a life")
    again = msgspec.msgpack.decode(encode_viewer(before), type=Viewer)
    assert bits(again) == bits(before)
    longer = extend(again, events[cut + 1 :])
    if longer is not None:
        assert bits(longer) == bits(fold("p", events, incarnation="a life"))


@pytest.fixture
def store(any_database: Database) -> CheckpointStore:
    return CheckpointStore(any_database)


@pytest.fixture
def log(any_database: Database) -> Log:
    return open_log(any_database)


def kept(store: CheckpointStore, log: Log) -> Checkpoint:
    """A checkpoint of anna as she is now."""
    made = Checkpoint(fold_whole(log, "anna", CATALOGUE), CATALOGUE.revision)
    store.save(made)
    store.flush()
    return made


def test_what_was_kept_is_there_until_the_profile_is_forgotten(
    store: CheckpointStore, log: Log
) -> None:
    log.append([event(1), event(2, "list_add")], now=NOW)
    assert store.load("anna") is None
    made = kept(store, log)
    assert store.load("anna") == made
    log.append([event(3)], now=NOW)
    assert store.load("anna") == made
    newer = kept(store, log)
    assert store.load("anna") == newer != made
    log.forget("anna", key=b"k")
    assert store.load("anna") is None
    store.save(newer)  # a page was under way meanwhile
    store.flush()
    assert store.load("anna") is None
    log.append([event(1)], now=NOW)  # comes again, as someone new
    store.save(newer)
    store.flush()
    assert store.load("anna") is None


@pytest.mark.parametrize("what", ["a byte", "a number", "another fold"])
def test_what_does_not_fit_is_not_there(
    store: CheckpointStore, log: Log, any_database: Database, what: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    log.append([event(1)], now=NOW)
    made = kept(store, log)
    if what == "another fold":
        monkeypatch.setattr(module, "FOLD", "of tomorrow")
    else:
        body = bytearray(encode_viewer(made.viewer))
        body[len(body) // 2] ^= 4
        changes = {"number": 7} if what == "a number" else {"body": bytes(body)}
        with any_database.write() as connection:
            connection.execute(module.checkpoint.update().values(**changes))
    assert store.load("anna") is None


class Spy:
    """A log that counts the events it gave."""

    def __init__(self, log: Log) -> None:
        self._log, self.given = log, 0

    def read(self, *told: Any, **more: Any) -> Slice:
        found = self._log.read(*told, **more)
        self.given += len(found.events)
        return found


def opened(log: Log, store: CheckpointStore, every: int) -> tuple[Viewer, int]:
    """Anna as a new process sees her, and how many events it read for that."""
    spy = Spy(log)
    cache = ViewerCache(spy, 10, states=store, checkpoint_events=every)  # type: ignore[arg-type]
    view = cache.view("anna", CATALOGUE)
    store.flush()
    return view.viewer, spy.given


def test_a_long_history_is_read_from_its_checkpoint_on(store: CheckpointStore, log: Log) -> None:
    for start in range(0, 1_000, 500):
        log.append([event(i, minutes_ago=2 * i) for i in range(start, start + 500)], now=NOW)
    first, read = opened(log, store, every=100)
    assert read == 1_000
    log.append([event(5_000, minutes_ago=60 * 24 * 80)], now=NOW)  # late: older than all others
    again, read = opened(log, store, every=100)
    assert read == 1
    assert bits(again) == bits(fold_whole(log, "anna", CATALOGUE))
    assert again.first_us < first.first_us
    log.note("anna", PROFILE_RESET, {}, now=NOW + timedelta(hours=1))
    since, read = opened(log, store, every=100)
    assert bits(since) == bits(fold_whole(log, "anna", CATALOGUE))
    assert (since.titles, opened(log, store, every=100)[1]) == ({}, 0)


def test_a_short_history_is_kept_nowhere(store: CheckpointStore, log: Log) -> None:
    log.append([event(i) for i in range(99)], now=NOW)
    opened(log, store, every=100)
    assert store.load("anna") is None


def test_what_is_kept_is_bounded_by_the_titles_of_all_viewers(log: Log) -> None:
    for person, titles in (("anna", 4), ("ben", 3), ("cem", 3), ("dora", 9)):
        log.append([event(i, profile_id=person, title_id=f"t{i}") for i in range(titles)], now=NOW)
    spy = Spy(log)
    cache = ViewerCache(spy, 10, most_titles=8)  # type: ignore[arg-type]

    def read_for(person: str) -> int:
        before = spy.given
        cache.view(person, CATALOGUE)
        return spy.given - before

    assert [read_for(p) for p in ("anna", "ben", "anna", "ben")] == [4, 3, 0, 0]
    assert read_for("cem") == 3  # and anna goes: she asked longest ago
    assert [read_for(p) for p in ("ben", "cem", "anna")] == [0, 0, 4]
    assert read_for("dora") == 9  # more than there is room for: she alone
    assert (len(cache), read_for("dora")) == (1, 0)
    log.append([event(20, profile_id="dora")], now=NOW)
    assert read_for("dora") == 1
    cache.forget(lambda person: person == "dora")
    assert [read_for(p) for p in ("anna", "ben", "anna")] == [4, 3, 0]


KINDS = ("play", "list_add", "dismiss", "forget_title", "complete", "search", PROFILE_RESET)


@given(st.lists(st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 5_000)), max_size=4),
                min_size=1, max_size=6))  # fmt: skip
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_came_between_every_process_sees_what_a_fold_of_the_whole_gives(
    store: CheckpointStore, log: Log, visits: Sequence[Sequence[tuple[str, int]]]
) -> None:
    log.forget("anna", key=b"k")  # of the example before
    number = 0
    for visit in visits:
        for kind, minutes_ago in visit:
            number += 1
            if kind == PROFILE_RESET:
                log.note("anna", kind, {}, now=NOW - timedelta(minutes=minutes_ago))
            else:
                log.append([event(number, kind, minutes_ago)], now=NOW)
        assert bits(opened(log, store, every=1)[0]) == bits(fold_whole(log, "anna", CATALOGUE))
