"""The log: durable, idempotent, gapless, told once, and forgotten to the byte."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontrow.base import database as database_module
from frontrow.base.database import Database, open_database
from frontrow.base.errors import BadHome, Unavailable
from frontrow.events import Event, Position, SqliteLog
from frontrow.events.event import PROFILE_RESET

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
EVERYONE = range(65_536)


def event(number: int | str, profile_id: str = "anna", **more: Any) -> Event:
    told = {"event_id": f"e{number}", "type": "play", "title_id": "film", "profile_id": profile_id}
    return msgspec.convert({**told, "time": "2026-03-01T11:00:00+01:00", **more}, Event)


def numbers(log: SqliteLog, profile_id: str = "anna") -> list[int]:
    return [logged.number for logged in log.read(profile_id).events]


@pytest.fixture
def log(database: Database) -> SqliteLog:
    return SqliteLog(database)


def test_what_is_read_is_what_was_appended_its_offset_included(log: SqliteLog) -> None:
    sent = event(1, position_seconds=3.5, attributes={"a": [1, {"b": None}]})
    log.append([sent], now=NOW)
    (logged,) = log.read("anna").events
    assert logged.event == sent
    assert logged.event is not None
    assert logged.event.time.utcoffset() == sent.time.utcoffset()


def test_the_same_event_again_is_a_duplicate_in_a_batch_and_later(log: SqliteLog) -> None:
    assert [a.duplicate for a in log.append([event(1), event(1)], now=NOW)] == [False, True]
    assert [a.duplicate for a in log.append([event(2), event(1)], now=NOW)] == [False, True]
    assert numbers(log) == [1, 2]


def test_the_same_event_id_of_another_profile_is_another_event(log: SqliteLog) -> None:
    acks = log.append([event(1), event(1, "ben")], now=NOW)
    assert [a.duplicate for a in acks] == [False, False]


def test_our_own_facts_are_numbered_among_the_callers(log: SqliteLog) -> None:
    log.append([event(1)], now=NOW)
    log.note("anna", PROFILE_RESET, {}, now=NOW)
    log.append([event(2)], now=NOW)
    assert numbers(log) == [1, 2, 3]


def test_reading_an_unknown_profile_leaves_no_trace(log: SqliteLog) -> None:
    assert log.read("nobody").incarnation == ""
    assert log.profiles() == []


def test_reading_up_to_a_number_is_what_was_known_then(log: SqliteLog) -> None:
    log.append([event(i) for i in range(5)], now=NOW)
    assert [e.number for e in log.read("anna", 1, up_to=3).events] == [2, 3]


@given(batches=st.lists(st.lists(st.integers(0, 9), max_size=5), max_size=8))
@settings(max_examples=15)
def test_whatever_is_sent_again_each_event_is_there_once_without_a_gap(
    batches: list[list[int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    database = open_database(tmp_path_factory.mktemp("log") / "frontrow.db")
    log = SqliteLog(database)
    for batch in batches:
        log.append([event(i, "ab"[i % 2]) for i in batch], now=NOW)
    sent = {i for batch in batches for i in batch}
    for odd, profile_id in enumerate("ab"):
        found = log.read(profile_id).events
        assert [e.number for e in found] == list(range(1, len(found) + 1))
        ids = [e.event.event_id for e in found if e.event is not None]
        assert sorted(ids) == sorted(f"e{i}" for i in sent if i % 2 == odd)
    database.close()


def test_concurrent_appends_are_all_there_once_and_without_a_gap(log: SqliteLog) -> None:
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


def test_appends_that_wait_together_share_a_commit(log: SqliteLog, database: Database) -> None:
    begun, commits = threading.Event(), []
    whole = log._commit_group

    def counted(group: list[Any]) -> None:
        commits.append(len(group))
        whole(group)

    log._commit_group = counted  # type: ignore[method-assign]
    threads = [
        threading.Thread(target=log.append, args=([event(i)],), kwargs={"now": NOW})
        for i in range(8)
    ]
    with log._commit_lock:  # a commit is under way while eight callers come
        for thread in threads:
            thread.start()
        while len(log._queue) < 8:
            begun.wait(0.001)
    for thread in threads:
        thread.join()
    assert commits == [8]
    assert numbers(log) == list(range(1, 9))


WRITER = """
import sys
from pathlib import Path
from frontrow.base.database import open_database
from frontrow.events import SqliteLog
from tests.events.test_log import NOW, event
log = SqliteLog(open_database(Path(sys.argv[1])))
for i in range(int(sys.argv[2]), int(sys.argv[3])):
    log.append([event(i)], now=NOW)
    print(i, flush=True)
"""


def writer(path: Path, start: int, end: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(path), str(start), str(end)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_two_processes_open_a_new_home_and_write_to_it_at_once(tmp_path: Path) -> None:
    path = tmp_path / "frontrow.db"
    running = [writer(path, 0, 60), writer(path, 30, 90)]
    assert [process.communicate() and process.returncode for process in running] == [0, 0]
    log = SqliteLog(open_database(path))
    assert numbers(log) == list(range(1, 91))
    assert log.count() == 90


def test_what_was_acknowledged_is_there_after_kill_9_and_nothing_twice(tmp_path: Path) -> None:
    path = tmp_path / "frontrow.db"
    process = writer(path, 0, 100_000)
    assert process.stdout is not None
    acknowledged = [int(process.stdout.readline()) for _ in range(25)]
    os.kill(process.pid, signal.SIGKILL)
    rest, _ = process.communicate()
    acknowledged += [int(line) for line in rest.split()]
    log = SqliteLog(open_database(path))
    found = [e.event.event_id for e in log.read("anna").events if e.event is not None]
    assert found[: len(acknowledged)] == [f"e{i}" for i in acknowledged]
    assert len(found) <= len(acknowledged) + 1  # stored, and killed before it could say so
    assert numbers(log) == list(range(1, len(found) + 1))


@given(limit=st.integers(1, 7), more=st.lists(st.integers(1, 4), max_size=4))
@settings(max_examples=15)
def test_the_tail_tells_every_event_exactly_once(
    limit: int, more: list[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    database = open_database(tmp_path_factory.mktemp("log") / "frontrow.db")
    log = SqliteLog(database)
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
    database.close()


def test_the_tail_goes_on_after_the_last_events_were_forgotten(log: SqliteLog) -> None:
    log.append([event(1, "ben"), event(2)], now=NOW)
    _, position = log.tail(Position(), 10)
    log.forget("anna", key=b"k")
    log.append([event(3, "ben")], now=NOW)
    found, _ = log.tail(position, 10)
    assert [t.logged.event.event_id for t in found if t.logged.event is not None] == ["e3"]


def test_the_scan_gives_each_profile_of_a_range_with_all_its_events(log: SqliteLog) -> None:
    log.append([event(i, f"p{i % 5}") for i in range(20)], now=NOW)
    halves = [*log.scan(range(32_768)), *log.scan(range(32_768, 65_536))]
    assert [p for p, _ in halves] == [p for p, _ in log.scan(EVERYONE)]
    assert {p: len(events) for p, events in halves} == {f"p{i}": 4 for i in range(5)}


def test_forgetting_removes_a_profile_and_says_how_much(log: SqliteLog) -> None:
    log.append([event(1), event(2), event(3, "ben")], now=NOW)
    removed = log.forget("anna", key=b"key of anna")
    assert (removed.events, removed.decisions) == (2, 0)
    assert log.profiles() == ["ben"]
    assert log.read("anna").events == ()
    assert log.forgotten_since(removed.generation - 1) == {b"key of anna"}
    assert log.generation() == removed.generation


def test_a_forgotten_profile_that_comes_again_is_another_one(log: SqliteLog) -> None:
    log.append([event(1)], now=NOW)
    before = log.read("anna").incarnation
    log.forget("anna", key=b"k")
    assert [a.duplicate for a in log.append([event(1)], now=NOW)] == [False]
    assert log.read("anna").incarnation not in ("", before)
    assert numbers(log) == [1]


def test_after_compacting_no_byte_of_a_forgotten_profile_is_left(
    log: SqliteLog, database: Database, tmp_path: Path
) -> None:
    secret, query = "a-profile-to-forget", "a query to forget"
    log.append([event(i, secret) for i in range(300)], now=NOW)
    search = event("s", secret, type="search", query=query)
    log.append([search, event(1, "ben")], now=NOW)
    log.forget(secret, key=b"k")
    database.compact()
    for path in tmp_path.iterdir():
        content = path.read_bytes()
        assert secret.encode() not in content, path.name
        assert query.encode() not in content, path.name
    assert numbers(log, "ben") == [1]


def test_compacting_says_so_where_a_reader_still_holds_the_old_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "LOCK_SECONDS", 0.05)
    database = open_database(tmp_path / "frontrow.db")
    log = SqliteLog(database)
    log.append([event(1)], now=NOW)
    with database.read() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM event").fetchone()
        log.forget("anna", key=b"k")
        with pytest.raises(Unavailable):
            database.compact()
    database.compact()
    database.close()


def test_an_existing_home_is_opened_with_what_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "frontrow.db"
    first = open_database(path)
    SqliteLog(first).append([event(1)], now=NOW)
    first.close()
    again = SqliteLog(open_database(path))
    assert [a.duplicate for a in again.append([event(1), event(2)], now=NOW)] == [True, False]


def test_a_home_of_a_newer_version_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "frontrow.db"
    open_database(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(BadHome, match="9999"):
        open_database(path)


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "frontrow.db"
    path.write_bytes(b"a letter to my aunt " * 100)
    with pytest.raises(BadHome, match="is not a database"):
        open_database(path)
    assert path.read_bytes() == b"a letter to my aunt " * 100
