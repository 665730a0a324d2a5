"""A home of an older version opens in this one, and every viewer folds to the same."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

import frontrow.base.database as database_module
from frontrow.base.database import SqliteDatabase, open_database
from frontrow.base.digests import row_digest
from frontrow.events import SqliteLog
from frontrow.viewers.fold import fold
from tests.events.walking import walk
from tests.old_homes import folds_by_hand, make_old_database, migrate

OLDEST = "0002"


def steps() -> list[str]:
    """Schemas after the oldest, in order."""
    config = Config()
    scripts = Path(database_module.__file__).with_name("migrations")
    config.set_main_option("script_location", str(scripts))
    every = [r.revision for r in ScriptDirectory.from_config(config).walk_revisions()]
    return sorted(r for r in every if r > OLDEST)


def test_every_viewer_folds_to_the_same_before_and_after_every_migration(tmp_path: Path) -> None:
    path = tmp_path / "frontrow.db"
    make_old_database(path)
    before = folds_by_hand(path)
    assert len(before) == 12
    for schema in steps():
        migrate(path, schema)
        assert folds_by_hand(path) == before, schema
    log = SqliteLog(open_database(path))
    for profile_id, viewer in before.items():
        now = log.read(profile_id)
        assert fold(profile_id, now.events, incarnation=now.incarnation) == viewer


def test_rows_of_before_get_the_chain_that_they_would_have_had(tmp_path: Path) -> None:
    path = tmp_path / "frontrow.db"
    make_old_database(path)
    open_database(path).close()
    assert len(walk(path)) == 12


@pytest.mark.parametrize("batch", [1, 7, 100_000])
def test_a_chain_does_not_depend_on_how_many_rows_are_filled_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    path = tmp_path / "frontrow.db"
    make_old_database(path, profiles=3, events=9)
    script = Path(database_module.__file__).parent / "migrations/versions/0003_chains.py"
    text = script.read_text("utf-8")
    assert "_BATCH_ROWS = 20_000" in text
    versions = tmp_path / "migrations/versions"
    versions.mkdir(parents=True)
    for other in script.parent.glob("*.py"):
        (versions / other.name).write_text(other.read_text("utf-8"), "utf-8")
    (versions / script.name).write_text(
        text.replace("_BATCH_ROWS = 20_000", f"_BATCH_ROWS = {batch}"), "utf-8"
    )
    entry = script.parent.parent / "env.py"
    (versions.parent / "env.py").write_text(entry.read_text("utf-8"), "utf-8")
    monkeypatch.setattr(database_module, "__file__", str(tmp_path / "database.py"))
    migrate(path, "0003")
    assert len(walk(path)) == 3


def test_rows_of_before_get_the_digest_that_they_would_have_had(tmp_path: Path) -> None:
    path = tmp_path / "frontrow.db"
    make_old_database(path)
    open_database(path).close()
    connection = sqlite3.connect(path)
    for table in ("title_revision", "rules", "forgotten", "decision"):
        rows = connection.execute(f"SELECT * FROM {table}").fetchall()
        assert rows
        for *values, digest in rows:
            assert digest == row_digest(table, *values), table
    connection.close()


def test_keys_of_before_get_their_digest_too(tmp_path: Path) -> None:
    path = tmp_path / "frontrow.db"
    migrate(path, "0004")
    connection = sqlite3.connect(path)
    with connection:
        connection.executemany(
            "INSERT INTO api_key"
            " (key_id, name, scopes, hashed, created_at, expires_at, revoked_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            [("a", "app", "ingest", b"h", 1, None, None), ("b", "", "admin pages", b"i", 1, 2, 3)],
        )
    open_database(path).close()
    for *values, digest in connection.execute("SELECT * FROM api_key").fetchall():
        assert digest == row_digest("api_key", *values)
    connection.close()


def test_an_old_home_goes_on_where_it_was(tmp_path: Path) -> None:
    from tests.events.test_log import NOW, event

    path = tmp_path / "frontrow.db"
    make_old_database(path)
    log = SqliteLog(open_database(path))
    assert [a.duplicate for a in log.append([event(2, "viewer1")], now=NOW)] == [True]
    assert [a.duplicate for a in log.append([event("new", "viewer1")], now=NOW)] == [False]
    assert len(walk(path)) == 12


def test_all_migrations_are_one_transaction_so_that_its_lock_is_held_to_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    connect = SqliteDatabase._connect

    def traced(self: SqliteDatabase) -> sqlite3.Connection:
        connection = connect(self)
        connection.set_trace_callback(said.append)
        return connection

    monkeypatch.setattr(SqliteDatabase, "_connect", traced)
    open_database(tmp_path / "frontrow.db").close()
    begun, ended = said.index("BEGIN IMMEDIATE"), said.index("COMMIT")
    made = [at for at, statement in enumerate(said) if "CREATE TABLE" in statement]
    assert made
    assert begun < min(made)
    assert max(made) < ended


def test_a_whole_home_of_0_1_opens_serves_and_is_found_whole(tmp_path: Path) -> None:
    from frontrow.backups import verify_home
    from frontrow.base.home import Home
    from frontrow.base.time import system_clock
    from frontrow.server import Pages, Service
    from frontrow.server.pages import Asked
    from tests.old_homes import make_old_home

    home = Home(tmp_path / "home")
    make_old_home(home.path)
    before = folds_by_hand(home.database_path)

    service = Service(home, system_clock())
    service.start()
    assert service.snapshot_at(service.now_us()) == 3, "pages read it as it was left"
    old = service.snapshots.load(3)
    assert old.titles == ("f001", "f002")
    assert Pages(service).page("viewer1", Asked()).rows
    service.fold_snapshot()
    latest = service.snapshots.latest()
    assert latest.number == 4
    assert latest.counts.sum() > 0, "folded from the whole log"
    service.close()

    found = verify_home(home)
    assert found.damage == []
    assert found.unsealed == ["snapshot 3"]
    assert len(home.forgotten_path.read_bytes().splitlines()) == 1
    assert folds_by_hand(home.database_path) == before
