"""One file that holds a home: its database as of one moment, the live bundle, settings and secret.

Snapshots are left out: the log folds to them again. So are rejected lines, reports and the list of who was
forgotten: what must not come back is told by the home, never by its backup.
"""

from __future__ import annotations

import errno
import shutil
import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from frontrow import __version__
from frontrow.backups.archive import DATABASE, FORMAT, BackupManifest, hold, may_hold, write_archive
from frontrow.backups.damage import Tell
from frontrow.backups.exchange import copy_out
from frontrow.backups.raw_reading import PATIENCE_SECONDS, heard_ctrl_c, trouble
from frontrow.backups.verify import verify_database
from frontrow.base.database import PostgresDatabase, newest_schema, open_database
from frontrow.base.errors import BadBundle, BadHome, Conflict, Unavailable
from frontrow.base.files import sync_folder, try_lock
from frontrow.base.home import Home
from frontrow.base.time import format_time
from frontrow.bundles import BundleStore

_PAGES_AT_ONCE = 2_048
_COPY_SHARE, _VERIFY_SHARE = 0.4, 0.9
_LOOKS = 3
_MAKING, _PART, _LOCK = ".frontrow-making", ".frontrow-part", ".frontrow-lock"
"""What stands beside a backup while it is being made; others may have files of their own there."""
LEARNED = "reports/learning.jsonl"
"""What `frontrow learn` decided, and on which figures."""


def backup_home(
    home: Home,
    to: Path,
    *,
    now: datetime,
    even_damaged: bool = False,
    tell: Tell = lambda share, what: None,
) -> tuple[Path, BackupManifest]:
    """Write a backup of a home, which may be served meanwhile; the file and what it holds.

    to: a file that is not there yet, or a folder, in which it gets a name by the time
    Raises `BadHome` where the copy is damaged: a backup that can't be trusted replaces none that can.
    """
    if to.is_dir():
        to = to / f"frontrow-{now:%Y%m%dT%H%M%S}.tar"
    if to.exists():
        raise Conflict("there is a file already", where=str(to), mend="name another")
    if not to.parent.is_dir():
        raise BadHome("there is no such folder", where=str(to.parent), mend="make it first")
    aside, part = to.with_name(f".{to.name}{_MAKING}"), to.with_name(f".{to.name}{_PART}")
    lock = to.with_name(f".{to.name}{_LOCK}")
    _tidy(to.parent)
    with try_lock(lock) as mine:
        if not mine:
            raise Unavailable("another backup is being written there", where=str(to))
        try:
            aside.mkdir(mode=0o700)
            manifest = _gather(home, aside, now, even_damaged, tell)
            tell(_VERIFY_SHARE, "writing")
            write_archive(part, manifest, aside)
            part.rename(to)
            sync_folder(to.parent)
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            raise _no_room(to.parent) from None
        finally:
            shutil.rmtree(aside, ignore_errors=True)
            part.unlink(missing_ok=True)
            lock.unlink(missing_ok=True)
    tell(1.0, "done")
    return to, manifest


def _no_room(folder: Path) -> Unavailable:
    return Unavailable(
        "there is no room left for the backup",
        where=str(folder),
        mend="make room or name another disk: while it is made it needs twice the database's size there",
    )


def _tidy(folder: Path) -> None:
    """Remove what backups that were killed left in a folder: a copy of everyone's history."""
    for lock in folder.glob(f".*{_LOCK}"):
        with try_lock(lock) as dead:
            if dead:
                shutil.rmtree(lock.with_suffix(_MAKING), ignore_errors=True)
                lock.with_suffix(_PART).unlink(missing_ok=True)
                lock.unlink(missing_ok=True)


def _gather(
    home: Home, aside: Path, now: datetime, even_damaged: bool, tell: Tell
) -> BackupManifest:
    _copy(home, aside / DATABASE, lambda s: tell(_COPY_SHARE * s, "copying the database"))
    bundle, without = _copy_bundle(home, aside)
    for path in (home.settings_path, home.secret_path, home.path / "about.json"):
        if path.exists():
            shutil.copyfile(path, aside / path.name)
    if (home.path / LEARNED).exists():
        (aside / LEARNED).parent.mkdir()
        shutil.copyfile(home.path / LEARNED, aside / LEARNED)
    if home.artwork.is_dir() and any(home.artwork.iterdir()):
        shutil.copytree(home.artwork, aside / home.artwork.name, ignore=_not_ours)
    span = _VERIFY_SHARE - _COPY_SHARE
    found = verify_database(
        aside / DATABASE,
        home.kept_secret(),
        tell=lambda share, what: tell(_COPY_SHARE + span * share, f"verifying: {what}"),
    )
    if found.damage and not even_damaged:
        raise BadHome(
            f"the home is damaged ({found.damage[0].part}: {found.damage[0].what})",
            where=str(home.path),
            mend="`frontrow verify` says what to do; --even-damaged copies it as it is",
        )
    return BackupManifest(
        format=FORMAT,
        version=__version__,
        schema=newest_schema(),
        made_at=format_time(now),
        bundle=bundle,
        without_bundle=without,
        checked=found.checked,
        damaged=bool(found.damage),
        files=hold(aside),
    )


def _not_ours(folder: str, names: list[str]) -> list[str]:
    """Of the names in a folder those of no file of ours: what somebody or something else left there, and what
    is just being written. A restore would take such a file for one that was slipped in, and refuse it all."""
    return [name for name in names if name.startswith(".") or not may_hold(name)]


def _copy(home: Home, to: Path, progress: Callable[[float], None]) -> None:
    if isinstance(home.database, Path):
        copy_database(home.database, to, progress)
        return
    database = open_database(home.database)
    assert isinstance(database, PostgresDatabase)
    try:
        copy_out(database, to, progress)
    finally:
        database.close()


def copy_database(
    source: Path, to: Path, progress: Callable[[float], None] = lambda share: None
) -> None:
    """Copy a database that may be written meanwhile, as of one moment, into one plain file."""
    reading = sqlite3.connect(source, timeout=PATIENCE_SECONDS, isolation_level=None)
    writing = sqlite3.connect(to, isolation_level=None)
    try:
        # Read within one transaction: SQLite starts a copy anew whenever another process writes.
        reading.execute("BEGIN")
        reading.execute("SELECT count(*) FROM sqlite_master").fetchone()
        with heard_ctrl_c() as stopped:
            reading.backup(
                writing,
                pages=_PAGES_AT_ONCE,
                progress=lambda _, left, total: progress(1 - left / max(total, 1)),
            )
            if stopped():  # raised within SQLite's own call, and dropped there
                raise KeyboardInterrupt
        writing.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError as error:
        if (
            error.sqlite_errorcode == sqlite3.SQLITE_FULL
        ):  # the copy's disk: the source is only read
            raise _no_room(to.parent.parent) from None
        why = trouble(error)
        raise Unavailable(f"the database can't be copied ({why})", where=str(source)) from None
    finally:
        writing.close()
        reading.close()


def _copy_bundle(home: Home, aside: Path) -> tuple[str | None, str | None]:
    """Copy the live bundle and the pointer to it; its id, or why there is none.

    A damaged one is left out and named: it can be fitted again, and the log can't.
    """
    folder = aside / home.bundles.name
    why = "none is published"
    for _ in range(_LOOKS):  # another may go live, and the one before be dropped, while we copy
        try:
            live = BundleStore(home.bundles).live()
            if live is None:
                return None, why
            folder.mkdir()
            shutil.copytree(home.bundles / live, folder / live, ignore=_not_ours)
            shutil.copyfile(home.bundles / "live.json", folder / "live.json")
            copied = BundleStore(folder)
            copied.load(live)
            if copied.live() == live:
                return live, None
            why = "another went live meanwhile"
        except (BadBundle, OSError, shutil.Error) as error:
            why = str(error)
        shutil.rmtree(folder, ignore_errors=True)
    return None, why
