"""An empty log of every kind: what runs on one runs on all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from frontrow.base.database import Database, open_database
from frontrow.base.postgres import postgres_driver
from frontrow.events import Log, open_log
from tests.events.logs import LogMaker
from tests.events.memory_log import MemoryLog

_TABLES = "event, event_key, profile, decision, forgotten"


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def make_log(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LogMaker]:
    """Makes empty logs of one kind, one after the other."""
    opened: list[Database] = []

    def in_memory() -> Log:
        return MemoryLog()

    def on_sqlite() -> Log:
        opened.append(open_database(tmp_path / f"log{len(opened)}.db"))
        return open_log(opened[-1])

    def on_postgresql() -> Log:
        if not opened:
            opened.append(open_database(request.getfixturevalue("postgres_url")))
        with opened[0].write() as connection:
            postgres_driver(connection).execute(f"TRUNCATE {_TABLES}")
        return open_log(opened[0])

    yield {"memory": in_memory, "sqlite": on_sqlite, "postgresql": on_postgresql}[request.param]
    for database in opened:
        database.close()


@pytest.fixture
def log(make_log: LogMaker) -> Log:
    return make_log()
