"""A backup is one file of one moment; restored elsewhere it is the same home, and nobody comes back."""

from __future__ import annotations

import errno
import re
import sqlite3
import subprocess
import sys
import tarfile
import threading
from pathlib import Path

import msgspec
import pytest

from frontrow.backups import backup_home, restore_home, verify_home
from frontrow.backups.backup import LEARNED, copy_database
from frontrow.backups.state import StateHash, state_hash
from frontrow.base.database import open_database
from frontrow.base.errors import BadHome, BadInput, Conflict, Unavailable
from frontrow.base.files import try_lock
from frontrow.base.home import Home, init_home
from frontrow.base.time import system_clock
from frontrow.bundles import BundleStore
from frontrow.events import Event, SqliteLog
from frontrow.server import Pages, Profiles, Service
from frontrow.server.pages import Asked
from tests.backups.lived_in import copy_of, make_home
from tests.events.test_log import NOW, event
from tests.events.walking import walk
from tests.server.small_world import Events


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return make_home(tmp_path_factory.mktemp("backup") / "home")


@pytest.fixture
def home(whole: Home, tmp_path: Path) -> Home:
    return copy_of(whole, tmp_path / "home")


def state_of(home: Home) -> StateHash:
    service = Service(home, system_clock())
    try:
        return state_hash(service.database, service.log, 60)
    finally:
        service.close()


def backup(home: Home, to: Path) -> Path:
    return backup_home(home, to, now=NOW)[0]


def send(service: Service, profile_id: str, title_id: str = "f001") -> None:
    told = Events(service.clock()).one("play", profile_id, title_id)
    told["event_id"] = f"{profile_id}-{title_id}-{len(service.log.read(profile_id).events)}"
    service.log.append([msgspec.convert(told, Event)], now=service.clock())


def test_a_home_restored_elsewhere_has_the_same_state_and_serves_the_same_bundle(
    home: Home, tmp_path: Path
) -> None:
    (home.path / LEARNED).write_text('{"published": false}\n')
    path = backup(home, tmp_path / "b.tar")
    assert path.stat().st_mode & 0o777 == 0o600
    elsewhere = Home(tmp_path / "elsewhere")
    restored = restore_home(path, elsewhere)
    assert restored.before is None
    assert state_of(elsewhere) == state_of(home)
    assert verify_home(elsewhere).whole
    assert elsewhere.secret() == home.secret()
    assert elsewhere.secret_path.stat().st_mode & 0o777 == 0o600
    assert elsewhere.settings_path.read_text() == home.settings_path.read_text()
    assert (elsewhere.path / LEARNED).read_text() == '{"published": false}\n'
    live = BundleStore(elsewhere.bundles).live()
    assert live == restored.manifest.bundle == BundleStore(home.bundles).live()
    service = Service(elsewhere, system_clock())
    assert Pages(service).page("viewer1", Asked()).mode == "personalised"
    service.close()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["b.tar", "elsewhere", "home"]


def test_a_backup_made_while_events_come_is_of_one_moment(home: Home, tmp_path: Path) -> None:
    database = open_database(home.database_path)
    log, stop, sent = SqliteLog(database), threading.Event(), []

    def write() -> None:
        while not stop.is_set():
            log.append([event(f"w{len(sent)}", "writer"), event(f"w{len(sent)}", "ben")], now=NOW)
            sent.append(len(sent))

    writer = threading.Thread(target=write)
    writer.start()
    shares: list[float] = []
    try:
        for n in range(4):
            acknowledged = len(sent)
            copy_database(home.database_path, tmp_path / f"{n}.db", shares.append)
            walk(tmp_path / f"{n}.db")
            copy = SqliteLog(open_database(tmp_path / f"{n}.db"))
            held = len(copy.read("writer").events)
            assert acknowledged <= held <= len(sent) + 1
            assert len(copy.read("ben").events) == held
        path = backup(home, tmp_path / "b.tar")
    finally:
        stop.set()
        writer.join()
        database.close()
    assert shares.count(1.0) == 4  # none began anew
    restore_home(path, Home(tmp_path / "elsewhere"))


def test_a_backup_holds_neither_snapshots_nor_the_list_of_who_was_forgotten(
    home: Home, tmp_path: Path
) -> None:
    Profiles(Service(home, system_clock())).forget("viewer9")
    assert home.forgotten_path.exists()
    with tarfile.open(backup(home, tmp_path / "b.tar")) as tar:
        names = tar.getnames()
    assert names[0] == "manifest.json"
    assert names[-1] == "frontrow.db"
    assert not [n for n in names if "snapshot" in n or "forgotten" in n or "rejected" in n]


def test_who_was_forgotten_after_the_backup_does_not_come_back(home: Home, tmp_path: Path) -> None:
    path = backup(home, tmp_path / "b.tar")
    service = Service(home, system_clock())
    Profiles(service).forget("viewer3")
    service.close()

    restored = restore_home(path, home, replace=True)

    assert restored.left_out == 1
    assert restored.before == tmp_path / "home.before-restore-1"
    service = Service(home, system_clock())
    assert service.log.read("viewer3").events == ()
    assert service.log.read("viewer4").events
    assert service.decisions.held_of_profile("viewer3") == []
    assert service.left_out()("viewer3")
    assert not service.left_out()("viewer4")
    service.close()
    assert re.search(rb'"viewer3"|viewer3life', home.database_path.read_bytes()) is None
    assert verify_home(home).whole


def test_who_came_again_before_the_backup_is_restored_with_what_it_sent_since(
    home: Home, tmp_path: Path
) -> None:
    service = Service(home, system_clock())
    Profiles(service).forget("viewer3")
    send(service, "viewer3", "f002")
    service.close()
    path = backup(home, tmp_path / "b.tar")
    assert restore_home(path, home, replace=True).left_out == 0
    service = Service(home, system_clock())
    assert len(service.log.read("viewer3").events) == 1
    assert not service.left_out()("viewer3")  # it sent something since: imports take it
    service.close()


def test_a_list_from_elsewhere_is_followed_too(home: Home, tmp_path: Path) -> None:
    path = backup(home, tmp_path / "b.tar")
    service = Service(home, system_clock())
    Profiles(service).forget("viewer3")
    service.close()
    elsewhere = Home(tmp_path / "elsewhere")
    restored = restore_home(path, elsewhere, forgotten=home.forgotten_path)
    assert restored.left_out == 1
    service = Service(elsewhere, system_clock())
    assert service.log.read("viewer3").events == ()
    send(service, "viewer3")  # a live event lifts it
    assert len(service.log.read("viewer3").events) == 1
    assert not service.left_out()("viewer3")
    service.close()


def test_a_list_that_is_none_or_damaged_is_refused_before_anybody_comes_back(
    home: Home, tmp_path: Path
) -> None:
    path = backup(home, tmp_path / "b.tar")
    service = Service(home, system_clock())
    Profiles(service).forget("viewer3")
    service.close()
    names = tmp_path / "names.txt"
    names.write_text("viewer3\nviewer4\n")  # names, where hashes are asked for
    with pytest.raises(BadInput, match="2 of its lines can't be read"):
        restore_home(path, Home(tmp_path / "elsewhere"), forgotten=names)
    names.write_bytes(home.forgotten_path.read_bytes()[:-4])
    with pytest.raises(BadInput, match="1 of its lines can't be read"):
        restore_home(path, Home(tmp_path / "elsewhere"), forgotten=names)
    assert not (tmp_path / "elsewhere").exists()


def test_who_was_forgotten_in_a_home_with_another_secret_does_not_come_back(
    home: Home, tmp_path: Path
) -> None:
    path = backup(home, tmp_path / "b.tar")
    new = Home(tmp_path / "new")  # made anew after a loss, and lived in until a backup was found
    init_home(new)
    assert new.secret() != home.secret()
    service = Service(new, system_clock())
    send(service, "viewer3")
    Profiles(service).forget("viewer3")
    service.close()

    assert restore_home(path, new, replace=True).left_out == 1

    assert new.secret() == home.secret()
    service = Service(new, system_clock())
    assert service.log.read("viewer3").events == ()
    assert service.log.read("viewer4").events
    assert service.left_out()("viewer3")
    Profiles(service).forget("viewer4")  # the next forget goes on after those that came over
    service.close()
    assert restore_home(path, new, replace=True).left_out == 2


def test_lines_of_the_home_s_own_list_that_are_lost_are_told(home: Home, tmp_path: Path) -> None:
    path = backup(home, tmp_path / "b.tar")
    home.forgotten_path.write_bytes(b"1 lost\n")
    home.database_path.write_bytes(b"no database any more")
    assert restore_home(path, home, replace=True).unread == 1


def test_a_damaged_list_is_written_anew_from_the_database(home: Home) -> None:
    service = Service(home, system_clock())
    Profiles(service).forget("viewer3")
    Profiles(service).forget("viewer4")
    whole = home.forgotten_path.read_bytes()
    home.forgotten_path.write_bytes(whole[:150] + b"x" + whole[151:-5])
    Profiles(service).forget("viewer5")
    service.close()
    told = home.forgotten_path.read_bytes()
    assert told.startswith(whole)
    assert told.count(b"\n") == whole.count(b"\n") + 1


@pytest.mark.parametrize("how", ["cut", "flipped", "no tar", "another file in it"])
def test_a_damaged_backup_is_refused_and_nothing_is_left_behind(
    home: Home, tmp_path: Path, how: str
) -> None:
    path = backup(home, tmp_path / "b.tar")
    content = bytearray(path.read_bytes())
    if how == "cut":
        path.write_bytes(content[: len(content) * 2 // 3])
    elif how == "flipped":
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
    elif how == "no tar":
        path.write_bytes(b"a letter to my aunt " * 100)
    else:
        (tmp_path / "evil").write_text("x")
        with tarfile.open(path, "a") as tar:
            tar.add(tmp_path / "evil", arcname="../evil")
        (tmp_path / "evil").unlink()
    with pytest.raises(BadInput):
        restore_home(path, Home(tmp_path / "elsewhere"))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["b.tar", "home"]


def test_a_backup_of_a_newer_version_is_refused_by_name(home: Home, tmp_path: Path) -> None:
    from frontrow.backups.archive import hold, read_archive, write_archive

    (tmp_path / "un").mkdir()
    manifest = read_archive(backup(home, tmp_path / "b.tar"), tmp_path / "un")
    newer = msgspec.structs.replace(manifest, schema="9999", files=hold(tmp_path / "un"))
    write_archive(tmp_path / "newer.tar", newer, tmp_path / "un")
    with pytest.raises(BadInput, match="newer version"):
        restore_home(tmp_path / "newer.tar", Home(tmp_path / "elsewhere"))


def test_a_home_that_is_there_is_kept_unless_it_is_told_to_make_way(
    home: Home, tmp_path: Path
) -> None:
    path = backup(home, tmp_path / "b.tar")
    with pytest.raises(Conflict, match="--replace"):
        restore_home(path, home)
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "aunt.txt").write_text("dear")
    with pytest.raises(BadHome, match="no home"):
        restore_home(path, Home(tmp_path / "letters"), replace=True)
    assert (tmp_path / "letters" / "aunt.txt").read_text() == "dear"


def test_a_home_that_is_served_or_worked_on_is_not_replaced(home: Home, tmp_path: Path) -> None:
    path = backup(home, tmp_path / "b.tar")
    with (
        try_lock(home.run / "1-ab.process"),
        pytest.raises(Conflict, match="served"),
    ):
        restore_home(path, home, replace=True)
    database = open_database(home.database_path)  # as an import has it, and it is not even reading
    SqliteLog(database).count()
    with pytest.raises(Conflict, match="served"):
        restore_home(path, home, replace=True)
    database.close()
    restore_home(path, home, replace=True)


DYING = """
import os, sys
from pathlib import Path
from unittest import mock
from frontrow.backups import restore_home
from frontrow.base.home import Home, init_home

with mock.patch(sys.argv[1], lambda *_: os._exit(9)):
    restore_home(Path(sys.argv[2]), Home(Path(sys.argv[3])), replace=True)
"""


@pytest.mark.slow
def test_a_restore_that_was_cut_off_leaves_a_home_and_the_next_one_tidies_up(
    home: Home, tmp_path: Path
) -> None:
    path = backup(home, tmp_path / "b.tar")
    before = state_of(home)
    for dies_at in ("frontrow.backups.restore._put_in_place", "pathlib.Path.rename"):
        command = [sys.executable, "-c", DYING, dies_at, str(path), str(home.path)]
        assert subprocess.run(command, check=False).returncode == 9
        assert state_of(home) == before
    restore_home(path, home, replace=True)
    assert state_of(home) == before
    names = sorted(p.name for p in tmp_path.iterdir() if p.name != "b.tar")
    assert [n for n in names if n.startswith("home")] == [
        "home", "home.before-restore-1", "home.before-restore-2",
    ]  # fmt: skip
    assert not [n for n in names if n.endswith("restoring")]


def test_a_damaged_home_is_backed_up_on_demand_only(home: Home, tmp_path: Path) -> None:
    connection = sqlite3.connect(home.database_path)
    with connection:
        connection.execute("UPDATE event SET time = time + 1 WHERE number = 2")
    connection.close()
    with pytest.raises(BadHome, match="damaged"):
        backup(home, tmp_path / "b.tar")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["home"]
    path, manifest = backup_home(home, tmp_path / "b.tar", now=NOW, even_damaged=True)
    assert manifest.damaged
    restore_home(path, Home(tmp_path / "elsewhere"))


def test_a_damaged_bundle_is_left_out_of_a_backup_and_named(home: Home, tmp_path: Path) -> None:
    live = BundleStore(home.bundles).live()
    (home.bundles / str(live) / "model.safetensors").write_bytes(b"x")
    path, manifest = backup_home(home, tmp_path, now=NOW)
    assert path.name == "frontrow-20260301T120000.tar"
    assert manifest.bundle is None
    assert "changed or cut" in str(manifest.without_bundle)
    elsewhere = Home(tmp_path / "elsewhere")
    restore_home(path, elsewhere)
    assert BundleStore(elsewhere.bundles).live() is None


def test_what_a_killed_backup_left_is_removed_by_the_next_one_and_nothing_else(
    home: Home, tmp_path: Path
) -> None:
    left = tmp_path / ".old.tar.frontrow-making"
    left.mkdir()
    (left / "frontrow.db").write_text("everyone's history")
    (tmp_path / ".old.tar.frontrow-part").write_text("a part of it")
    (tmp_path / ".old.tar.frontrow-lock").touch()
    (tmp_path / ".mine.lock").touch()  # somebody else's
    (tmp_path / ".of-another.part").touch()
    with try_lock(tmp_path / ".living.tar.frontrow-lock"):
        (tmp_path / ".living.tar.frontrow-making").mkdir()
        backup(home, tmp_path / "b.tar")
        assert (tmp_path / ".living.tar.frontrow-making").exists()
    names = {path.name for path in tmp_path.iterdir()}
    assert not [name for name in names if name.startswith(".old")]
    assert names >= {".mine.lock", ".of-another.part", "b.tar"}


def test_files_that_others_left_in_a_home_are_in_no_backup_and_spoil_none(
    home: Home, tmp_path: Path
) -> None:
    home.artwork.mkdir(exist_ok=True)
    (home.artwork / "ours-320.jpg").write_bytes(b"x")
    live = str(BundleStore(home.bundles).live())
    for stray in (home.artwork / "my copy (1).jpg", home.artwork / ".ours-640.jpg.17",
                  home.bundles / live / "déjà vu.txt"):  # fmt: skip
        stray.write_bytes(b"x")
    elsewhere = Home(tmp_path / "elsewhere")
    restore_home(backup(home, tmp_path / "b.tar"), elsewhere)
    assert [path.name for path in elsewhere.artwork.iterdir()] == ["ours-320.jpg"]
    assert BundleStore(elsewhere.bundles).live() == live
    assert not (elsewhere.bundles / live / "déjà vu.txt").exists()


@pytest.mark.parametrize("when", ["while copying", "while writing"])
def test_a_full_disk_is_named_with_what_a_backup_needs(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    target = tmp_path / "backups"
    target.mkdir()

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    if when == "while writing":
        monkeypatch.setattr("frontrow.backups.backup.write_archive", full)
    else:
        connect = sqlite3.connect

        def small(path: Path, *, isolation_level: None, **how: float) -> sqlite3.Connection:
            connection = connect(path, isolation_level=isolation_level, **how)
            if Path(path).is_relative_to(target):
                connection.execute("PRAGMA max_page_count = 4")
            return connection

        monkeypatch.setattr("frontrow.backups.backup.sqlite3.connect", small)
    with pytest.raises(Unavailable, match="no room left for the backup") as refused:
        backup(home, target / "b.tar")
    assert refused.value.where == str(target)
    assert "twice the database's size" in refused.value.mend
    assert list(target.iterdir()) == []


def test_a_backup_never_writes_over_a_file(home: Home, tmp_path: Path) -> None:
    path = backup(home, tmp_path / "b.tar")
    before = path.read_bytes()
    with pytest.raises(Conflict):
        backup(home, path)
    assert path.read_bytes() == before
    with pytest.raises(BadHome, match="no such folder"):
        backup(home, tmp_path / "none" / "b.tar")
