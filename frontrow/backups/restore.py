"""A home from its backup: unpacked aside, verified, then put in place at once, so it is never half there.

Who was forgotten stays forgotten: those that the home's own list, or one that is named, tells of are taken
out before anything is put in place.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from frontrow.backups.archive import DATABASE, BackupManifest, read_archive
from frontrow.backups.damage import Tell
from frontrow.backups.exchange import copy_in
from frontrow.backups.forgotten import (
    ForgottenFile,
    in_our_words,
    keep_forgotten,
    leave_out,
    read_forgotten,
    write_forgotten,
)
from frontrow.backups.verify import verify_database
from frontrow.base.database import Database, PostgresDatabase, newest_schema, open_database
from frontrow.base.errors import BadHome, BadInput, Conflict, Unavailable
from frontrow.base.files import exchange, sync_folder, try_lock
from frontrow.base.home import Home, make_folders
from frontrow.base.postgres import checked_address, without_password
from frontrow.base.settings_file import with_database

_UNFINISHED = "unfinished-restore"
"""A file that stands in a home until all of it is there."""


@dataclass(frozen=True)
class Restored:
    """What came of a restore."""

    manifest: BackupManifest
    left_out: int  # profiles that were forgotten after the backup was made
    before: Path | None  # where the home of before is now
    unread: int = 0  # lines of the list of the home of before that can't be read


def restore_home(
    source: Path,
    home: Home,
    *,
    replace: bool = False,
    forgotten: Path | None = None,
    database: str | None = None,
    tell: Tell = lambda share, what: None,
) -> Restored:
    """Make a home of a backup.

    replace:   put it in the place of a home that is there, which is kept beside it
    forgotten: a list of who was forgotten, beside that of the home which is replaced
    database:  the address of an empty database on PostgreSQL; without one the home has a file
    Raises `Conflict` where a home is there, or is in use; `BadInput` where the backup can't be used.
    """
    if not source.is_file():
        raise BadInput("there is no such file", where=str(source))
    if forgotten is not None and not forgotten.is_file():
        raise BadInput("there is no such list", where=str(forgotten))
    path = home.path.absolute()
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = Home(path.with_name(f".{path.name}.restoring"))
    lock = path.with_name(f".{path.name}.restore-lock")
    with try_lock(lock) as mine:
        if not mine:
            raise Unavailable("another restore is under way there", where=str(path))
        _check_free(home, replace)
        _clear(aside.path, path)  # what one that was killed left behind
        try:
            aside.path.mkdir(mode=0o700)
            (aside.path / _UNFINISHED).touch()
            tell(0.0, "unpacking")
            manifest = read_archive(source, aside.path)
            lists = _lists(home, forgotten)
            left_out = _make_whole(aside, manifest, lists, tell)
            _check_free(home, replace)
            _choose_database(aside, database, tell)
            (aside.path / _UNFINISHED).unlink()
            sync_folder(aside.path)
            before = _put_in_place(aside.path, path)
        finally:
            if (aside.path / _UNFINISHED).exists():
                shutil.rmtree(aside.path, ignore_errors=True)
            lock.unlink(missing_ok=True)
    tell(1.0, "done")
    return Restored(manifest, left_out, before, lists.of_home.broken)


def _clear(aside: Path, path: Path) -> None:
    """Make room: an unfinished home is deleted, one that was just replaced gets its name."""
    if (aside / _UNFINISHED).exists() or not aside.exists() or not any(aside.iterdir()):
        shutil.rmtree(aside, ignore_errors=True)
    else:
        aside.rename(_name_of_before(path))


def _name_of_before(path: Path) -> Path:
    n = 1
    while (before := path.with_name(f"{path.name}.before-restore-{n}")).exists():
        n += 1
    return before


def _check_free(home: Home, replace: bool) -> None:
    if not home.path.exists() or (home.path.is_dir() and not any(home.path.iterdir())):
        return
    if not home.settings_path.exists() and not home.database_path.exists():
        raise BadHome(
            "the folder is not empty and is no home", where=str(home.path), mend="name a new folder"
        )
    if is_in_use(home):
        raise Conflict(
            "the home is being served, or a command works on it",
            where=str(home.path),
            mend="stop it, and ask again",
        )
    if not replace:
        raise Conflict(
            "there is a home already",
            where=str(home.path),
            mend="name another with --home, or say --replace: the home that is there is kept beside it",
        )


def is_in_use(home: Home) -> bool:
    """Whether any process has the home open, however it was started."""
    for process in home.run.glob("*.process"):
        with try_lock(process) as dead:
            if not dead:
                return True
    if not home.database_path.exists():
        return False
    connection = sqlite3.connect(home.database_path, timeout=0, isolation_level=None)
    try:
        # Whoever has the database open holds its shared lock, reading or not.
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        return "locked" in str(error)
    except (sqlite3.DatabaseError, UnicodeDecodeError):
        return False  # damaged: nobody can work with it
    finally:
        connection.close()
    return False


@dataclass(frozen=True)
class _Lists:
    """Who is to be left out: by the home that is there, whose secret may be another, and by a list that was
    named, which is of the home that the backup is of."""

    of_home: ForgottenFile
    secret: bytes | None  # of the home that is there
    named: ForgottenFile


def _lists(home: Home, forgotten: Path | None) -> _Lists:
    """Every forget that the home that is there, and a list that is named, tell of."""
    found = read_forgotten(home.forgotten_path)
    if found.broken and home.database_path.exists():
        try:
            database = open_database(home.database_path)
            try:
                keep_forgotten(home, database)
            finally:
                database.close()
            found = read_forgotten(home.forgotten_path)
        except (BadHome, Unavailable):
            pass  # the database is as damaged as the list: what can be read of it must do
    secret = home.kept_secret() if home.secret_path.is_file() else None
    return _Lists(found, secret, ForgottenFile({}, 0) if forgotten is None else _named(forgotten))


def _named(forgotten: Path) -> ForgottenFile:
    """A list that was named. Raises `BadInput` where not all of it can be read: whom a lost line tells of
    would come back."""
    found = read_forgotten(forgotten)
    if found.broken:
        raise BadInput(
            f"is no list of forgotten profiles, or was damaged: {found.broken} of its lines can't be read",
            where=str(forgotten),
            mend="name a home's forgotten.keys, whole",
        )
    return found


def _together(lists: _Lists, database: Database, secret: bytes) -> ForgottenFile:
    """Every forget, by the secret of the home that the backup is of."""
    of_home = lists.of_home
    if lists.secret is not None and lists.secret != secret:
        of_home = in_our_words(of_home, lists.secret, database, secret)
    generations = dict(of_home.generations)
    for key, generation in lists.named.generations.items():
        generations[key] = max(generation, generations.get(key, 0))
    return ForgottenFile(generations, of_home.broken)


def _make_whole(aside: Home, manifest: BackupManifest, lists: _Lists, tell: Tell) -> int:
    """Bring an unpacked backup up to this version, verify it, and leave out who was forgotten."""
    if manifest.schema > newest_schema():
        raise BadInput(
            f"was made by a newer version ({manifest.version}, schema {manifest.schema})",
            mend="restore it with that version",
        )
    if DATABASE not in {held.name for held in manifest.files}:
        raise BadInput("holds no database")
    make_folders(aside)
    database = open_database(aside.database_path)
    try:
        secret = aside.kept_secret()
        found = verify_database(
            aside.database_path, secret, tell=lambda share, what: tell(0.3 + 0.6 * share, what)
        )
        if found.damage and not manifest.damaged:
            first = found.damage[0]
            raise BadInput(
                f"its database is damaged ({first.part}: {first.what})", mend="restore another"
            )
        tell(0.9, "leaving out who was forgotten")
        known = _together(lists, database, secret)
        left_out = leave_out(database, known, secret)
        if left_out:
            database.compact()
        if known.generations:
            write_forgotten(aside.forgotten_path, known.generations)
        keep_forgotten(aside, database)
    finally:
        database.close()
    return left_out


def _choose_database(aside: Home, address: str | None, tell: Tell) -> None:
    """Move the database where it is wished, let the settings say so, and make all of it durable."""
    kept = "" if address is None else without_password(checked_address(address))
    text = aside.settings_path.read_text("utf-8") if aside.settings_path.exists() else ""
    aside.settings_path.write_text(with_database(text, kept), "utf-8")
    if address is not None:
        database = open_database(checked_address(address))
        assert isinstance(database, PostgresDatabase)
        try:
            copy_in(
                aside.database_path, database, lambda s: tell(0.9 + 0.1 * s, "filling PostgreSQL")
            )
        finally:
            database.close()
        for side in ("", "-wal", "-shm"):
            aside.path.joinpath(DATABASE + side).unlink(missing_ok=True)
    for folder, _, names in os.walk(aside.path):
        for name in names:
            _sync(Path(folder) / name)
        sync_folder(Path(folder))


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _put_in_place(aside: Path, path: Path) -> Path | None:
    """Rename; where a home is there, swap the two and keep that one under another name."""
    if not path.exists() or not any(path.iterdir()):
        aside.rename(path)
        sync_folder(path.parent)
        return None
    before = _name_of_before(path)
    if exchange(aside, path):
        aside.rename(before)
    else:  # between these two there is no home for a moment: a crash there leaves both, whole
        path.rename(before)
        aside.rename(path)
    sync_folder(path.parent)
    return before
