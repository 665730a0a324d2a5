"""The log on SQLite: durable, shared by processes, and forgotten to the byte."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from frontrow.base import sqlite as sqlite_module
from frontrow.base.database import Database, open_database
from frontrow.base.errors import BadHome, Unavailable
from frontrow.events import SqliteLog
from tests.events.logs import NOW, event, numbers


@pytest.fixture
def log(database: Database) -> SqliteLog:
    return SqliteLog(database)


WRITER = """
import sys
from pathlib import Path
from frontrow.base.database import open_database
from frontrow.events import SqliteLog
from tests.events.logs import NOW, event
log = SqliteLog(open_database(Path(sys.argv[1])))
for i in range(int(sys.argv[2]), int(sys.argv[3])):
    log.append([event(i)], now=NOW)
    print(i, flush=True)
"""


def writer(path: Path, start: int, end: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(path), str(start), str(end)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


@pytest.mark.slow
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
    monkeypatch.setattr(sqlite_module, "LOCK_SECONDS", 0.05)
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
