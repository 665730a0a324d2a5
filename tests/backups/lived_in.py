"""A home with everything in it that a look through a home looks at."""

from __future__ import annotations

import atexit
import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import msgspec

from frontrow.base.home import Home, init_home
from frontrow.base.time import system_clock
from frontrow.events import Event
from frontrow.server import Pages, Profiles, Service
from frontrow.server.access.keys import KeyStore
from frontrow.server.pages import Asked
from frontrow.viewers.checkpoints import Checkpoint
from tests.rules.test_store import ONE
from tests.server.small_world import Events, lives, series, titles
from tests.server.test_forget import fit_again


def make_home(path: Path, *, keys: bool = True) -> Home:
    """Titles, viewers, settings, rules, keys, decisions of pages that go on, a checkpoint, a forget, a bundle
    and two snapshots.

    keys: without them whoever calls is let in
    """
    return copy_of(_built(keys), path)


@cache
def _built(keys: bool) -> Home:
    """Built once in a test process; every home is a copy of it."""
    folder = Path(mkdtemp(prefix="frontrow-lived-in-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    home = Home(folder / "home")
    init_home(home)
    service = Service(home, system_clock())
    now = service.clock()
    make = Events(now)
    service.titles.upsert(titles() + series(), now=now)
    service.titles.withdraw("f005", now=now)
    service.rules.put(ONE, author="eva", now=now)
    told: list[dict[str, Any]] = [*lives(now), make.one("play", "gone", "f001")]
    service.log.append(msgspec.convert(told, list[Event]), now=now)
    Profiles(service).put("viewer1", {"country": "DE"})
    Profiles(service).forget("gone")
    if keys:
        store = KeyStore(service.database, service.secret)
        store.create(["ingest"], name="the app", expires=now, now=now)
        store.revoke(store.create(["admin"], name="", expires=None, now=now)[1], now=now)
    fit_again(service)
    for n in range(12):
        page = Pages(service).page(f"viewer{n}", Asked(rows=1))
        Pages(service).more(page.page_id, page.rows[0].row_id, 2)
    service.decisions.flush()
    catalogue = service.catalogue()
    viewer = service.viewers.view("viewer1", catalogue).viewer
    service.checkpoints.save(Checkpoint(viewer, catalogue.revision))
    service.checkpoints.flush()
    service.log.append(msgspec.convert([make.one("play", "viewer2", "f003")], list[Event]), now=now)
    service.fold_snapshot()
    service.close()
    return home


def copy_of(home: Home, to: Path) -> Home:
    """The same home elsewhere, file by file: for homes that nobody has open."""
    shutil.copytree(home.path, to)
    return Home(to)
