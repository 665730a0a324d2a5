"""A home on PostgreSQL is verified, backed up and restored as any other, also from one kind to the other."""

from __future__ import annotations

import tomllib
from pathlib import Path

import msgspec
import pytest

from frontrow.backups import backup_home, restore_home, verify_home
from frontrow.base.database import open_database
from frontrow.base.errors import Conflict
from frontrow.base.home import Home
from frontrow.base.ids import name_in_logs
from frontrow.base.postgres import postgres_driver
from frontrow.base.time import system_clock
from frontrow.events import Event
from frontrow.server import Pages, Profiles, Service
from frontrow.server.pages import Asked
from tests.backups.lived_in import copy_of, make_home
from tests.backups.test_backup import state_of
from tests.events.test_log_contract import NOW, event
from tests.postgres import Postgres


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return make_home(tmp_path_factory.mktemp("postgres") / "home")


@pytest.fixture
def on_file(whole: Home, tmp_path: Path) -> Home:
    return copy_of(whole, tmp_path / "file")


@pytest.fixture
def on_postgres(on_file: Home, tmp_path: Path, postgres_url: str) -> Home:
    """The same home, moved to PostgreSQL."""
    path, _ = backup_home(on_file, tmp_path / "to-postgres.tar", now=NOW)
    home = Home(tmp_path / "postgres")
    restore_home(path, home, database=postgres_url)
    return home


def change(home: Home, sql: str) -> None:
    database = open_database(home.database)
    with database.write() as connection:
        assert postgres_driver(connection).execute(sql).rowcount > 0
    database.close()


def test_a_home_moves_to_postgresql_and_back_and_stays_what_it_is(
    on_file: Home, on_postgres: Home, tmp_path: Path
) -> None:
    assert isinstance(on_postgres.database, str)
    assert not on_postgres.database_path.exists()
    assert verify_home(on_postgres).damage == []
    assert verify_home(on_postgres).checked["events"] == verify_home(on_file).checked["events"]
    assert state_of(on_postgres) == state_of(on_file)
    path, _ = backup_home(on_postgres, tmp_path / "back.tar", now=NOW)
    again = Home(tmp_path / "again")
    restore_home(path, again)
    assert isinstance(again.database, Path)
    assert state_of(again) == state_of(on_file)
    assert verify_home(again).whole


def test_a_home_that_moved_to_postgresql_goes_on_there(on_postgres: Home) -> None:
    service = Service(on_postgres, system_clock())
    told = event("new", "viewer1", time=system_clock()().isoformat())
    known = service.log.read("viewer1").events[1].event
    assert isinstance(known, Event)
    acks = service.log.append([told, known], now=system_clock()())
    assert [ack.duplicate for ack in acks] == [False, True]
    tail, _ = service.log.tail(type(service.log.end())(), 10_000)
    assert msgspec.structs.asdict(tail[-1].logged.event)["event_id"] == "enew"  # type: ignore[arg-type]
    assert len(tail) == service.log.count()
    assert Pages(service).page("viewer1", Asked()).mode == "personalised"
    service.close()
    assert verify_home(on_postgres).damage == []


def test_a_changed_row_on_postgresql_is_found_and_reaches_its_profile(on_postgres: Home) -> None:
    change(on_postgres, "UPDATE event SET time = time + 1"
           " WHERE profile_id = 'viewer3' AND number = 4")  # fmt: skip
    (damage,) = verify_home(on_postgres).damage
    assert damage.profiles == [name_in_logs("viewer3", on_postgres.secret())]
    assert damage.what.endswith("these were changed: 4")


@pytest.mark.parametrize(
    ("sql", "part"),
    [
        ("DELETE FROM event WHERE profile_id = 'viewer3' AND number = 4", "log"),
        ("DELETE FROM event_key WHERE profile_id = 'viewer3'", "log"),
        ("UPDATE title_revision SET arrival = 99 WHERE title_id = 'f007'", "titles"),
        ("UPDATE rules SET author = 'eve'", "rules"),
        ("UPDATE decision SET generated_at = 1", "decisions"),
        ("UPDATE continuation SET answered_at = 1", "decisions"),
        ("UPDATE api_key SET name = 'another'", "keys"),
        ("UPDATE forgotten SET generation = 7", "forgotten"),
    ],
)
def test_every_table_on_postgresql_is_looked_at(on_postgres: Home, sql: str, part: str) -> None:
    change(on_postgres, sql)
    assert part in {damage.part for damage in verify_home(on_postgres).damage}


def test_a_database_that_is_not_empty_is_left_alone(
    on_postgres: Home, on_file: Home, tmp_path: Path
) -> None:
    before = state_of(on_postgres)
    with pytest.raises(Conflict, match="not empty"):
        restore_home(
            tmp_path / "to-postgres.tar", Home(tmp_path / "other"),
            database=str(on_postgres.database),
        )  # fmt: skip
    assert not (tmp_path / "other").exists()
    assert state_of(on_postgres) == before


def test_who_was_forgotten_since_does_not_move_along(
    on_file: Home, tmp_path: Path, postgres: Postgres
) -> None:
    path, _ = backup_home(on_file, tmp_path / "b.tar", now=NOW)
    service = Service(on_file, system_clock())
    Profiles(service).forget("viewer3")
    service.close()
    moved = restore_home(path, on_file, replace=True, database=postgres.new_database())
    assert moved.left_out == 1
    service = Service(on_file, system_clock())
    assert service.log.read("viewer3").events == ()
    assert service.left_out()("viewer3")
    service.close()
    assert verify_home(on_file).damage == []


@pytest.mark.parametrize(
    "text",
    [
        "", "[page]\ncolumns = 30\n", "[database]\n# url = \"\"\n[page]\ncolumns = 30\n",
        "[database]\nurl = 'postgresql://old/x'\n", "[database]  # where it is\n\n[page]\n",
    ],
)  # fmt: skip
def test_settings_say_where_the_database_is_and_keep_all_else(text: str) -> None:
    from frontrow.base.settings_file import with_database

    url = "postgresql://frontrow@host/homes"
    told = tomllib.loads(with_database(text, url))
    assert told.pop("database") == {"url": url}
    before = tomllib.loads(text)
    before.pop("database", None)
    assert told == before
    assert tomllib.loads(with_database(text, "")).get("database", {}) == {}
