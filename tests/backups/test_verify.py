"""`verify` names what is damaged, how far it reaches, and what to do; a whole home is called whole."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from pathlib import Path
from typing import Any

import msgspec
import pytest

from frontrow.backups import Damage, verify_home
from frontrow.backups.wal import read_wal
from frontrow.base.database import open_database
from frontrow.base.errors import BadHome, Unavailable
from frontrow.base.home import Home
from frontrow.base.ids import name_in_logs
from frontrow.base.time import system_clock
from frontrow.bundles import BundleStore
from frontrow.events import Event, SqliteLog
from tests.backups.lived_in import copy_of, make_home
from tests.events.test_log import NOW, event
from tests.old_homes import make_old_database


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return make_home(tmp_path_factory.mktemp("verify") / "home")


@pytest.fixture
def home(whole: Home, tmp_path: Path) -> Home:
    return copy_of(whole, tmp_path / "home")


def change(home: Home, sql: str, *given: Any) -> None:
    connection = sqlite3.connect(home.database_path)
    with connection:
        assert connection.execute(sql, given).rowcount > 0
    connection.close()


def damage_of(home: Home) -> list[Damage]:
    return verify_home(home).damage


def test_a_whole_home_is_called_whole_and_everything_in_it_was_looked_at(home: Home) -> None:
    found = verify_home(home)
    assert found.damage == []
    assert found.unsealed == []
    assert set(found.checked) == {
        "events", "titles", "rules", "decisions", "forgotten", "checkpoints", "keys", "bundles",
        "snapshots", "choices",
    }  # fmt: skip
    assert all(n > 0 for n in found.checked.values()), found.checked


def test_a_changed_event_reaches_its_profile_only_and_is_named_by_its_number(home: Home) -> None:
    change(home, "UPDATE event SET body = replace(body, 'f0', 'f1')"
           " WHERE profile_id = 'viewer3' AND number = 4")  # fmt: skip
    (damage,) = damage_of(home)
    assert damage.part == "log"
    assert damage.profiles == [name_in_logs("viewer3", home.secret())]
    assert damage.what.endswith("these were changed: 4")
    assert "restore" in damage.mend
    assert "viewer3" not in msgspec.json.encode(damage).decode()


def test_files_of_another_user_are_no_damage_and_nobody_is_told_to_restore(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.database_path.write_bytes(b"what can't be opened")
    assert "no database any more" in damage_of(home)[0].what

    def refused(path: Any, mode: int) -> bool:
        return Path(path) != home.database_path or not mode & os.W_OK

    monkeypatch.setattr(os, "access", refused)
    with pytest.raises(Unavailable, match="as the user who runs the service") as told:
        verify_home(home)
    assert "restore" not in str(told.value)


def test_a_secret_that_may_not_be_read_is_no_damage(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(self: Home) -> bytes:
        raise PermissionError(13, "Permission denied", str(self.secret_path))

    monkeypatch.setattr(Home, "kept_secret", refused)
    with pytest.raises(Unavailable, match="as the user who runs the service"):
        verify_home(home)


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM event WHERE profile_id = 'viewer3' AND number = 4",
        "DELETE FROM event WHERE profile_id = 'viewer3' AND number ="
        " (SELECT max(number) FROM event WHERE profile_id = 'viewer3')",
        "UPDATE event SET chain = x'00' WHERE profile_id = 'viewer3' AND number = 4",
        "UPDATE event SET time = time + 1 WHERE profile_id = 'viewer3' AND number = 4",
        "UPDATE event SET type = CAST(type AS BLOB) WHERE profile_id = 'viewer3' AND number = 4",
        "UPDATE event SET body = CAST(body AS TEXT) WHERE profile_id = 'viewer3' AND number = 4",
        "UPDATE profile SET incarnation = 'ff' WHERE profile_id = 'viewer3'",
        "UPDATE profile SET first_at = first_at + 1 WHERE profile_id = 'viewer3'",
        "UPDATE profile SET last_number = last_number - 1 WHERE profile_id = 'viewer3'",
        "UPDATE profile SET last_chain = zeroblob(16) WHERE profile_id = 'viewer3'",
        "UPDATE profile SET shard = shard + 1 WHERE profile_id = 'viewer3'",
    ],
)
def test_whatever_goes_missing_or_changes_of_a_profile_is_found(home: Home, sql: str) -> None:
    change(home, sql)
    reached = {mark for damage in damage_of(home) for mark in damage.profiles}
    assert reached == {name_in_logs("viewer3", home.secret())}


@pytest.mark.parametrize(
    ("sql", "part"),
    [
        ("UPDATE title_revision SET arrival = 99 WHERE title_id = 'f007'", "titles"),
        ("UPDATE title_revision SET body = NULL WHERE title_id = 'f007'", "titles"),
        ("DELETE FROM title_revision WHERE revision = 1", "titles"),
        ("UPDATE rules SET author = 'eve'", "rules"),
        ("UPDATE decision SET generated_at = 1", "decisions"),
        ("UPDATE continuation SET answered_at = 1", "decisions"),
        ("UPDATE forgotten SET key = zeroblob(64)", "forgotten"),
        ("UPDATE api_key SET name = 'another'", "keys"),
        ("DELETE FROM profile WHERE profile_id = 'viewer3'", "log"),
        ("DROP INDEX title_revision_by_title", "database"),
        ("CREATE TABLE another (x)", "database"),
        ("PRAGMA user_version = 7", "database"),
        ("UPDATE sqlite_sequence SET seq = 3", "log"),
        ("UPDATE alembic_version SET version_num = '0203'", "database"),
    ],
)
def test_every_other_part_is_looked_at_too(home: Home, sql: str, part: str) -> None:
    connection = sqlite3.connect(home.database_path)
    with connection:
        connection.execute(sql)
    connection.close()
    assert part in {damage.part for damage in damage_of(home)}


def test_a_changed_title_is_named(home: Home) -> None:
    change(home, "UPDATE title_revision SET arrival = 99 WHERE title_id = 'f007'")
    (damage,) = damage_of(home)
    assert damage.titles == ["f007"]


@pytest.mark.slow
def test_a_damaged_snapshot_is_to_be_deleted_and_a_damaged_live_bundle_replaced(home: Home) -> None:
    snapshot = max(home.snapshots.glob("*.safetensors"))
    snapshot.write_bytes(snapshot.read_bytes()[:-1] + b"x")
    (arrays,) = home.bundles.glob("*/model.safetensors")
    arrays.write_bytes(arrays.read_bytes()[:-1])
    by_part = {damage.part: damage for damage in damage_of(home)}
    assert set(by_part) == {"snapshot", "bundle"}
    assert "delete it" in by_part["snapshot"].mend
    assert "it is the live one" in by_part["bundle"].what
    assert "frontrow train" in by_part["bundle"].mend


def test_where_another_bundle_is_whole_it_is_named(home: Home) -> None:
    store = BundleStore(home.bundles)
    live = str(store.live())
    policy = store.load(live)
    told = {name: getattr(policy.manifest, name) for name in ("catalogue_revision", "log_position",
            "fitted_at_us", "events", "left_out")}  # fmt: skip
    other = store.write(policy.ranker, {**told, "seed": 77})
    (home.bundles / live / "model.safetensors").write_bytes(b"x")
    (damage,) = damage_of(home)
    assert f"frontrow bundles publish {other[:12]}" in damage.mend


def test_a_pointer_that_was_changed_is_damage_whatever_it_says_now(home: Home) -> None:
    pointer = home.bundles / "live.json"
    told = json.loads(pointer.read_bytes())
    told["published_at"] = "2027-01-01T00:00:00Z"
    pointer.write_text(json.dumps(told))
    (damage,) = damage_of(home)
    assert damage.part == "bundle"


def test_settings_and_secret_must_be_readable(home: Home) -> None:
    home.settings_path.write_text("[page]\nnonsense = 3\n")
    home.secret_path.write_bytes(b"short")
    assert {damage.part for damage in damage_of(home)} >= {"settings", "secret"}


def test_a_database_that_is_gone_or_no_database_is_damage(home: Home) -> None:
    home.database_path.write_bytes(b"a letter to my aunt " * 500)
    assert [damage.part for damage in damage_of(home)] == ["database"]
    home.database_path.unlink()
    assert {damage.part for damage in damage_of(home)} == {"database"}


def test_a_home_of_an_older_version_is_refused_until_it_was_brought_up(home: Home) -> None:
    home.database_path.unlink()
    make_old_database(home.database_path)
    with pytest.raises(BadHome, match="older version"):
        verify_home(home)
    open_database(home.database_path).close()
    assert damage_of(home) == []


def test_a_home_is_called_whole_while_it_is_written(home: Home) -> None:
    database = open_database(home.database_path)
    log, stop = SqliteLog(database), threading.Event()

    def write() -> None:
        n = 0
        while not stop.is_set():
            n += 1
            log.append([event(f"w{n}", f"writer{n % 7}"), event(f"w{n}", "viewer3")], now=NOW)
            if n % 10 == 0:
                log.forget(f"writer{n % 7}", key=bytes([n % 7]))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(5):
            assert damage_of(home) == []
    finally:
        stop.set()
        writer.join()
    database.close()


def test_a_damaged_frame_of_the_write_ahead_log_is_told_from_a_torn_write(tmp_path: Path) -> None:
    path = tmp_path / "frontrow.db"
    database = open_database(path)
    log = SqliteLog(database)
    for n in range(6):
        log.append([event(n)], now=NOW)
    content = (tmp_path / "frontrow.db-wal").read_bytes()
    database.close()
    wal = tmp_path / "copy-wal"
    wal.write_bytes(content)
    state = read_wal(wal)
    assert state.frames > 5
    assert state.broken_at is None
    frame = (len(content) - 32) // state.frames
    wal.write_bytes(content[:-100])  # a write that a crash cut off
    assert read_wal(wal).broken_at is None
    flipped = bytearray(content)
    flipped[32 + 2 * frame + 500] ^= 4
    wal.write_bytes(flipped)
    assert read_wal(wal).broken_at == 3
    flipped = bytearray(content)
    flipped[5] ^= 4
    wal.write_bytes(flipped)
    assert read_wal(wal).head_broken


def test_what_is_written_while_the_clock_runs_is_of_now(home: Home) -> None:
    from frontrow.server import Service

    service = Service(home, system_clock())
    told = {"event_id": "n1", "type": "play", "title_id": "f001", "profile_id": "new",
            "time": system_clock()().isoformat()}  # fmt: skip
    service.log.append([msgspec.convert(told, Event)], now=system_clock()())
    assert damage_of(home) == []  # beside an open home, its write-ahead log not yet emptied
    service.close()


def test_what_a_write_that_was_cut_off_left_behind_is_no_damage(tmp_path: Path) -> None:
    import shutil

    database = open_database(tmp_path / "live.db")
    log = SqliteLog(database)
    for n in range(3):
        log.append([event(n)], now=NOW)
    before = (tmp_path / "live.db-wal").stat().st_size
    log.append([event(f"many-{n}", attributes={"x": "y" * 900}) for n in range(60)], now=NOW)
    for name in ("db", "db-wal"):
        shutil.copyfile(tmp_path / f"live.{name}", tmp_path / f"cut.{name}")
    database.close()
    wal = tmp_path / "cut.db-wal"
    wal.write_bytes(wal.read_bytes()[: before + 10 * (4096 + 24) + 77])  # killed on the way
    again = open_database(tmp_path / "cut.db")
    SqliteLog(again).append([event("after")], now=NOW)  # shorter: it leaves some of that standing
    state = read_wal(wal)
    assert state.broken_at is None
    assert state.frames < (wal.stat().st_size - 32) // (4096 + 24)
    again.close()
