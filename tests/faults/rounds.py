"""Rounds of killing, each with what it must show: nothing acknowledged lost, nothing there twice, and the
service back without hands. A round returns the seconds until it was back."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from frontrow.backups import read_forgotten, restore_home, verify_home
from frontrow.base.database import open_database
from frontrow.base.home import Home
from frontrow.base.time import monotonic, system_clock
from frontrow.bundles import BundleStore
from frontrow.server import Pages, Service
from frontrow.server.pages import Asked
from tests.backups.lived_in import copy_of
from tests.backups.test_backup import backup, state_of
from tests.events.walking import walk
from tests.faults.killing import kill_while
from tests.old_homes import folds_by_hand, make_old_database


@dataclass
class Ground:
    """Where rounds take place: a home that is copied for each, and an old database with many rows."""

    home: Home
    folder: Path
    old: Path = field(init=False)

    def __post_init__(self) -> None:
        self.old = self.folder / "old.db"

    def copy(self, name: str) -> Home:
        path = self.folder / name
        shutil.rmtree(path, ignore_errors=True)
        return copy_of(self.home, path)


def back(home: Home) -> float:
    """Seconds until a page and an event are answered by whoever starts over a home."""
    start = monotonic()
    service = Service(home, system_clock())
    service.start()
    assert Pages(service).page("viewer1", Asked()).page_id
    seconds = monotonic() - start
    service.close()
    return seconds


def kill_publish(ground: Ground, rng: np.random.Generator) -> float:
    """The pointer names one of the bundles, whole, and not one older than the last that was told."""
    home = ground.copy("publish")
    service = Service(home, system_clock())
    first = str(service.bundles.live())
    ranker, manifest = service.bundles.load(first).ranker, service.bundles.load(first).manifest
    told = {name: getattr(manifest, name) for name in ("catalogue_revision", "log_position",
            "fitted_at_us", "events", "left_out")}  # fmt: skip
    service.bundles.write(ranker, {**told, "seed": 77})
    service.close()
    store = BundleStore(home.bundles)
    both = store.all()
    assert len(both) == 2
    killed = kill_while("publish", home.path, after_seconds=float(rng.uniform(0, 0.3)))
    live = store.live()
    assert live in both
    if killed.done:
        later = both[(both.index(killed.done[-1]) + 1) % 2]
        assert live in (killed.done[-1], later)
    assert store.load(str(live)).bundle_id == live
    return _whole_and_back(home)


def kill_train(ground: Ground, rng: np.random.Generator) -> float:
    """The live bundle is whole, and the log is what it was."""
    home = ground.copy("train")
    before = walk(home.database_path)
    kill_while("train", home.path, after_seconds=float(rng.uniform(0, 4)))
    assert walk(home.database_path) == before
    assert BundleStore(home.bundles).live() is not None
    return _whole_and_back(home)


def kill_delete(ground: Ground, rng: np.random.Generator) -> float:
    """Who was told to be forgotten is gone, whole; who is there is there whole."""
    home = ground.copy("delete")
    before = walk(home.database_path)
    killed = kill_while("delete", home.path, after_seconds=float(rng.uniform(0, 0.6)))
    after = walk(home.database_path)
    assert after.keys() <= before.keys() - set(killed.done)
    assert all(after[name] == before[name] for name in after)
    assert len(before) - len(after) - len(killed.done) in (0, 1)  # one was under way
    service = Service(home, system_clock())
    keys = {service.forget_key(name) for name in killed.done}
    assert all(service.decisions.of_profile(name) == [] for name in killed.done)
    service.close()
    assert keys <= read_forgotten(home.forgotten_path).generations.keys()
    return _whole_and_back(home)


def kill_migration(ground: Ground, rng: np.random.Generator) -> float:
    """The database is of before or of now; opened again it is of now, and nobody folds otherwise."""
    if not ground.old.exists():
        make_old_database(ground.old, profiles=40, events=1_500)
    home = ground.copy("migrate")
    for side in ("", "-wal", "-shm"):
        home.database_path.with_name(home.database_path.name + side).unlink(missing_ok=True)
    shutil.copyfile(ground.old, home.database_path)
    kill_while("migrate", home.path, after_seconds=float(rng.uniform(0, 2)))
    seconds = back(home)
    assert folds_by_hand(home.database_path) == folds_by_hand(ground.old)
    assert verify_home(home).whole
    return seconds


def kill_backup(ground: Ground, rng: np.random.Generator) -> float:
    """A backup that is there is whole; nothing else is left once the next one was made."""
    home = ground.copy("backup")
    to = ground.folder / "backups"
    shutil.rmtree(to, ignore_errors=True)
    to.mkdir()
    killed = kill_while("backup", home.path, to, after_seconds=float(rng.uniform(0, 0.8)))
    there = sorted(to.glob("*.tar"))
    assert {path.stem for path in there} >= set(killed.done)
    elsewhere = ground.folder / "restored"
    for path in there[-1:]:
        shutil.rmtree(elsewhere, ignore_errors=True)
        restore_home(path, Home(elsewhere))
        assert state_of(Home(elsewhere)) == state_of(home)
    seconds = _whole_and_back(home)
    backup(home, to / "next.tar")
    assert not list(to.glob(".*")), list(to.glob(".*"))
    return seconds


def kill_restore(ground: Ground, rng: np.random.Generator) -> float:
    """There is a home at every moment, whole, of the same state."""
    home = ground.copy("replaced")
    source = ground.folder / "source.tar"
    source.unlink(missing_ok=True)
    backup(home, source)
    before = state_of(home)
    kill_while("restore", home.path, source, after_seconds=float(rng.uniform(0, 0.8)))
    seconds = _whole_and_back(home)
    assert state_of(home) == before
    restore_home(source, home, replace=True)
    assert not list(ground.folder.glob(".replaced*"))
    for kept in ground.folder.glob("replaced.before-restore-*"):
        assert open_database(kept / "frontrow.db") is not None
        shutil.rmtree(kept)
    return seconds


def _whole_and_back(home: Home) -> float:
    seconds = back(home)
    found = verify_home(home)
    assert found.whole, found.damage
    return seconds


ROUNDS: dict[str, Callable[[Ground, np.random.Generator], float]] = {
    "publish": kill_publish,
    "train": kill_train,
    "delete": kill_delete,
    "migration": kill_migration,
    "backup": kill_backup,
    "restore": kill_restore,
}
