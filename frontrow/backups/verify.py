"""A look through a whole home: is everything as it was written?"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from frontrow.backups.chains import walk_chains
from frontrow.backups.damage import Damage, Tell, Verified
from frontrow.backups.files import check_bundles, check_choices, check_settings, check_snapshots
from frontrow.backups.raw_reading import (
    UNREADABLE,
    PostgresReading,
    Reading,
    SqliteReading,
    raw_connection,
    trouble,
)
from frontrow.backups.rows import TABLES, walk_rows
from frontrow.backups.structure import check_pages, check_tables, schema_of
from frontrow.backups.totals import check_keys, check_places, check_totals
from frontrow.backups.wal import read_wal
from frontrow.base.database import PostgresDatabase, newest_schema, open_database
from frontrow.base.errors import BadHome, BadInput, Unavailable
from frontrow.base.home import Home
from frontrow.base.sqlite import MAY_NOT_BE_USED, may_be_used

_PAGES_SHARE, _ROWS_SHARE = 0.3, 0.6
"""Of the time, about: SQLite's own look, and ours at the rows; the rest is files."""


def verify_home(home: Home, *, tell: Tell = lambda share, what: None) -> Verified:
    """Check everything of a home. Changes nothing, and works while it is served."""
    found = Verified(checked={}, damage=[])
    found.damage.extend(check_settings(home))
    try:
        secret = home.kept_secret()
    except PermissionError as error:
        raise Unavailable(
            f"can't be looked at ({error.strerror})",
            where=str(home.secret_path),
            mend=MAY_NOT_BE_USED,
        ) from None
    except OSError:
        secret = b""
    try:
        address = home.database
    except BadInput:  # settings that can't be read are damage of their own
        address = home.database_path
    if isinstance(address, Path):
        _check_file(address, secret, found, tell)
    else:
        _check_postgres(address, secret, found, tell)
    for part, check in (
        ("bundles", check_bundles),
        ("snapshots", check_snapshots),
        ("choices", check_choices),
    ):
        tell(_PAGES_SHARE + _ROWS_SHARE, f"reading {part}")
        _take(found, part, check(home, lambda n: None))
    tell(1.0, "done")
    return found


def verify_database(
    path: Path, secret: bytes, *, tell: Tell = lambda share, what: None
) -> Verified:
    """The same of a database file alone."""
    found = Verified(checked={}, damage=[])
    _check_file(path, secret, found, tell)
    return found


def _check_file(path: Path, secret: bytes, found: Verified, tell: Tell) -> None:
    if not path.exists():
        found.damage.append(Damage(part="database", what="is not there", where=str(path)))
        return
    _check_wal(path, found)
    try:
        schema = schema_of(path)
    except UNREADABLE as error:
        _refuse_for_want_of_rights(path, error)
        what = f"is no database any more ({trouble(error)})"
        found.damage.append(Damage(part="database", what=what, where=str(path)))
        return
    if schema is not None and schema.isdigit() and schema < newest_schema():
        raise BadHome(
            f"is of an older version (schema {schema}), whose rows hold no hashes yet",
            where=str(path),
            mend="any other command of this version brings it up; make a backup before",
        )
    try:
        with raw_connection(path) as connection:
            tell(0.0, "SQLite's own look")
            found.damage.extend(check_tables(connection))
            if schema != newest_schema():
                what = "does not say its version as a home does"
                found.damage.append(Damage(part="database", what=what, where=str(path)))
            found.damage.extend(check_pages(connection))
            reading = SqliteReading(connection)
            found.damage.extend(check_places(reading))
            _check_rows(reading, secret, found, tell)
    except UNREADABLE as error:
        _refuse_for_want_of_rights(path, error)
        what = f"can't be read ({trouble(error)})"
        found.damage.append(Damage(part="database", what=what, where=str(path)))


def _refuse_for_want_of_rights(path: Path, error: Exception) -> None:
    """Raises `Unavailable` where this process may not use the files: that says nothing of what is in them,
    and nobody is to put a backup in the place of a whole home."""
    if not may_be_used(path):
        raise Unavailable(
            f"can't be looked at ({error})", where=str(path), mend=MAY_NOT_BE_USED
        ) from None


def _check_postgres(address: str, secret: bytes, found: Verified, tell: Tell) -> None:
    """The rows; its pages are for PostgreSQL's own tools (data checksums, amcheck)."""
    database = open_database(address)
    assert isinstance(database, PostgresDatabase)
    try:
        reading = PostgresReading(database)
        found.damage.extend(check_keys(reading))
        _check_rows(reading, secret, found, tell)
    finally:
        database.close()


def _check_rows(reading: Reading, secret: bytes, found: Verified, tell: Tell) -> None:
    found.damage.extend(check_totals(reading))
    total, done = max(_rows_in_all(reading), 1), 0

    def progress(n: int) -> None:
        nonlocal done
        done += n
        share = _PAGES_SHARE + _ROWS_SHARE * min(done / total, 1.0)
        tell(share, f"{done:,} rows")

    _take(found, "events", walk_chains(reading, secret, progress))
    for table in TABLES:
        _take(found, table.part, walk_rows(reading, table, secret, progress))


def _rows_in_all(reading: Reading) -> int:
    total = 0
    for table in ("event", *(table.name for table in TABLES)):
        try:
            with reading.state() as sql:
                total += sql(f"SELECT count(*) FROM {table}").fetchone()[0]
        except UNREADABLE as error:
            trouble(error)  # named by whoever reads the table
    return total


def _take(found: Verified, part: str, parts: Iterable[Damage | int | str]) -> None:
    found.checked.setdefault(part, 0)
    for one in parts:
        if isinstance(one, Damage):
            found.damage.append(one)
        elif isinstance(one, str):
            found.unsealed.append(one)
        else:
            found.checked[part] += one


def _check_wal(path: Path, found: Verified) -> None:
    wal = path.with_name(path.name + "-wal")
    state = read_wal(wal)
    if state.head_broken:
        what = "its head was damaged: the commits in it can't be read any more"
    elif state.broken_at is not None:
        what = f"frame {state.broken_at:,} was damaged: that commit and those after it are lost"
    else:
        return
    found.damage.append(Damage(part="write-ahead log", what=what, where=str(wal)))
