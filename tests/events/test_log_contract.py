"""What every log does, whatever keeps it: idempotent, gapless, told once, forgotten.

Run on a log in memory, on SQLite and on PostgreSQL.
"""

from __future__ import annotations

import threading

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from frontrow.events import Log, Position
from frontrow.events.event import PROFILE_RESET, PROFILE_SET
from tests.events.logs import EVERYONE, NOW, LogMaker, event, numbers


def test_what_is_read_is_what_was_appended_its_offset_included(log: Log) -> None:
    sent = event(1, position_seconds=3.5, attributes={"a": [1, {"b": None}]})
    log.append([sent], now=NOW)
    (logged,) = log.read("anna").events
    assert logged.event == sent
    assert logged.event is not None
    assert logged.event.time.utcoffset() == sent.time.utcoffset()


def test_the_same_event_again_is_a_duplicate_in_a_batch_and_later(log: Log) -> None:
    assert [a.duplicate for a in log.append([event(1), event(1)], now=NOW)] == [False, True]
    assert [a.duplicate for a in log.append([event(2), event(1)], now=NOW)] == [False, True]
    assert numbers(log) == [1, 2]


def test_the_same_event_id_of_another_profile_is_another_event(log: Log) -> None:
    acks = log.append([event(1), event(1, "ben")], now=NOW)
    assert [a.duplicate for a in acks] == [False, False]


def test_our_own_facts_are_numbered_among_the_callers(log: Log) -> None:
    log.append([event(1)], now=NOW)
    log.note("anna", PROFILE_RESET, {}, now=NOW)
    log.append([event(2)], now=NOW)
    assert numbers(log) == [1, 2, 3]


def test_reading_an_unknown_profile_leaves_no_trace(log: Log) -> None:
    assert log.read("nobody").incarnation == ""
    assert log.profiles() == []


def test_reading_up_to_a_number_is_what_was_known_then(log: Log) -> None:
    log.append([event(i) for i in range(5)], now=NOW)
    assert [e.number for e in log.read("anna", 1, up_to=3).events] == [2, 3]


@given(batches=st.lists(st.lists(st.integers(0, 9), max_size=5), max_size=8))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_sent_again_each_event_is_there_once_without_a_gap(
    make_log: LogMaker, batches: list[list[int]]
) -> None:
    log = make_log()
    for batch in batches:
        log.append([event(i, "ab"[i % 2]) for i in batch], now=NOW)
    sent = {i for batch in batches for i in batch}
    for odd, profile_id in enumerate("ab"):
        found = log.read(profile_id).events
        assert [e.number for e in found] == list(range(1, len(found) + 1))
        ids = [e.event.event_id for e in found if e.event is not None]
        assert sorted(ids) == sorted(f"e{i}" for i in sent if i % 2 == odd)


def test_concurrent_appends_are_all_there_once_and_without_a_gap(log: Log) -> None:
    stored: list[int] = []

    def append(start: int) -> None:
        for i in range(start, start + 40):  # neighbours overlap by half
            acks = log.append([event(i)], now=NOW)
            stored.extend(i for a in acks if not a.duplicate)

    threads = [threading.Thread(target=append, args=(20 * t,)) for t in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(stored) == list(range(140))
    assert numbers(log) == list(range(1, 141))


@given(limit=st.integers(1, 7), more=st.lists(st.integers(1, 4), max_size=4))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_tail_tells_every_event_exactly_once(
    make_log: LogMaker, limit: int, more: list[int]
) -> None:
    log = make_log()
    told, position, sent = [], Position(), 0
    for count in (5, *more):
        log.append([event(sent + i, f"p{i}") for i in range(count)], now=NOW)
        sent += count
        while True:
            found, position = log.tail(position, limit)
            if not found:
                break
            told += [t.logged.event.event_id for t in found if t.logged.event is not None]
    assert told == [f"e{i}" for i in range(sent)]
    assert position == log.end()


def test_the_tail_goes_on_after_the_last_events_were_forgotten(log: Log) -> None:
    log.append([event(1, "ben"), event(2)], now=NOW)
    _, position = log.tail(Position(), 10)
    log.forget("anna", key=b"k")
    log.append([event(3, "ben")], now=NOW)
    found, _ = log.tail(position, 10)
    assert [t.logged.event.event_id for t in found if t.logged.event is not None] == ["e3"]


def test_the_scan_gives_each_profile_of_a_range_with_all_its_events(log: Log) -> None:
    log.append([event(i, f"p{i % 5}") for i in range(20)], now=NOW)
    halves = [*log.scan(range(32_768)), *log.scan(range(32_768, 65_536))]
    assert [p for p, _ in halves] == [p for p, _ in log.scan(EVERYONE)]
    assert {p: len(events) for p, events in halves} == {f"p{i}": 4 for i in range(5)}


def test_forgetting_removes_a_profile_and_says_how_much(log: Log) -> None:
    log.append([event(1), event(2), event(3, "ben")], now=NOW)
    removed = log.forget("anna", key=b"key of anna")
    assert (removed.events, removed.decisions) == (2, 0)
    assert log.profiles() == ["ben"]
    assert not log.read("anna").events
    assert log.forgotten_since(removed.generation - 1) == {b"key of anna"}
    assert log.generation() == removed.generation


def test_a_forgotten_profile_that_comes_again_is_another_one(log: Log) -> None:
    log.append([event(1)], now=NOW)
    before = log.read("anna").incarnation
    log.forget("anna", key=b"k")
    assert [a.duplicate for a in log.append([event(1)], now=NOW)] == [False]
    assert log.read("anna").incarnation not in ("", before)
    assert numbers(log) == [1]


def test_profiles_are_told_in_the_order_of_their_bytes_and_in_pages(log: Log) -> None:
    ids = ["B", "a", "Z9", "b", "a-b", "a.b", "_", "a:b"]
    log.append([event(i, profile_id) for i, profile_id in enumerate(ids)], now=NOW)
    assert log.profiles() == sorted(ids)
    assert log.profiles(after="Z9", limit=2) == sorted(ids)[2:4]


def test_a_country_is_that_of_the_settings_before_an_event(log: Log) -> None:
    for country in ("DE", "FR"):
        log.append([event(country)], now=NOW)
        log.note("anna", PROFILE_SET, {"country": country}, now=NOW)
    told = [log.country_of("anna", before) for before in (1, 2, 3, 4, 5)]
    assert told == [None, None, "DE", "DE", "FR"]
    assert log.country_of("anna") == "FR"
    assert log.country_of("nobody") is None


def test_a_tail_up_to_a_place_ends_there(log: Log) -> None:
    log.append([event(i, f"p{i}") for i in range(4)], now=NOW)
    place = log.end()
    log.append([event(i, f"p{i}") for i in range(4, 8)], now=NOW)
    found, position = log.tail(Position(), 100, until=place)
    assert [t.profile_id for t in found] == ["p0", "p1", "p2", "p3"]
    assert position == place
    assert place.marks < log.end().marks


def test_an_empty_log_says_so(log: Log) -> None:
    assert (log.is_empty(), log.count(), log.generation()) == (True, 0, 0)
    assert not log.tail(Position(), 5)[0]
    log.append([event(1), event(2)], now=NOW)
    assert (log.is_empty(), log.count()) == (False, 2)
    log.forget("anna", key=b"k")
    assert (log.is_empty(), log.count(), log.generation()) == (True, 0, 1)


def test_a_batch_of_duplicates_alone_changes_nothing(log: Log) -> None:
    log.append([event(1), event(2)], now=NOW)
    before = log.end()
    assert [a.duplicate for a in log.append([event(2), event(1)], now=NOW)] == [True, True]
    assert (log.end(), log.count()) == (before, 2)


def test_events_of_some_types_are_read_alone(log: Log) -> None:
    log.append([event("a", type="play"), event("b", type="list_add"), event("c")], now=NOW)
    log.note("anna", "profile_set", {"country": "DE"}, now=NOW)
    found = log.read("anna", kinds={"list_add", "profile_set"})
    assert [(one.number, one.type) for one in found.events] == [(2, "list_add"), (4, "profile_set")]
    assert found.stable == 4
    assert [one.number for one in log.read("anna", 2, up_to=4, kinds={"profile_set"}).events] == [4]
    assert not log.read("anna", kinds=()).events
