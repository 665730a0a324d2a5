"""Who was forgotten, kept in a file of the home that no backup holds: a restore brings nobody back.

Each line is a generation, the keyed hash of a profile and a check over both. The database knows the
same; the file is for the day on which the database is replaced by an older one.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from frontrow.base.database import Database
from frontrow.base.digests import row_digest
from frontrow.base.errors import Unavailable
from frontrow.base.files import wait_lock, write_whole
from frontrow.base.home import Home
from frontrow.base.schema import checkpoint, continuation, decision, event, forgotten, profile

_PATIENCE_SECONDS = 10.0
_CHECK_CHARACTERS = 8


def forget_key(secret: bytes, profile_id: str) -> bytes:
    """Marks a forgotten profile without naming it."""
    return hashlib.blake2b(profile_id.encode(), key=secret, person=b"forget").digest()


@dataclass(frozen=True)
class ForgottenFile:
    """The forgets of a home, as its file tells them."""

    generations: dict[bytes, int]  # key -> its last forget
    broken: int  # lines that can't be read

    @property
    def newest(self) -> int:
        return max(self.generations.values(), default=0)


def read_forgotten(path: Path) -> ForgottenFile:
    """The file; one that is not there tells of nobody."""
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        lines = []
    found: dict[bytes, int] = {}
    broken = 0
    for line in lines:
        if not line:
            continue
        try:
            number, key, check = line.decode("ascii").split(" ")
            whole = check == _check(f"{number} {key}")
            generation, marked = int(number), bytes.fromhex(key)
        except ValueError:
            whole = False
        if whole:
            found[marked] = max(generation, found.get(marked, 0))
        else:
            broken += 1
    return ForgottenFile(found, broken)


def keep_forgotten(home: Home, database: Database) -> None:
    """Bring the file up to what the database knows; durable when it returns."""
    with wait_lock(home.run / "forgotten.lock", _PATIENCE_SECONDS) as mine:
        if not mine:
            raise Unavailable("another process writes the forgotten", mend="ask again")
        known = read_forgotten(home.forgotten_path)
        after = 0 if known.broken else known.newest
        with database.read() as connection:
            rows = connection.execute(
                sa.select(forgotten.c.generation, forgotten.c.key)
                .where(forgotten.c.generation > after)
                .order_by(forgotten.c.generation)
            ).all()
        fresh = {bytes(row.key): int(row.generation) for row in rows}
        if known.broken or not home.forgotten_path.exists():
            if known.broken or fresh:
                write_forgotten(home.forgotten_path, {**known.generations, **fresh})
        elif fresh:
            with home.forgotten_path.open("ab") as file:
                file.write(_lines(fresh))
                file.flush()
                os.fsync(file.fileno())


def write_forgotten(path: Path, generations: dict[bytes, int]) -> None:
    """Write the file anew, whole."""
    write_whole(path, _lines(generations))
    path.chmod(0o600)


def in_our_words(
    known: ForgottenFile, theirs: bytes, database: Database, ours: bytes
) -> ForgottenFile:
    """The forgets of a home with another secret, as far as they are of profiles of a database; its hashes
    say nothing here, so they are made anew of the names that are there. They come after all that the
    database knows: they are of a home that was made since."""
    with database.read() as connection:
        names = connection.scalars(sa.select(profile.c.profile_id)).all()
        newest = connection.scalar(sa.select(sa.func.max(forgotten.c.generation))) or 0
    marks = {forget_key(ours, name): forget_key(theirs, name) for name in names}
    found = {
        mark: newest + known.generations[their] for mark, their in marks.items()
        if their in known.generations
    }  # fmt: skip
    return ForgottenFile(found, known.broken)


def leave_out(database: Database, known: ForgottenFile, secret: bytes) -> int:
    """Take out of a database who was forgotten after it was copied; how many profiles that were.

    A profile whose last forget the database itself knows came again before the copy: it stays.
    """
    with database.write() as connection:
        there = {
            bytes(row.key): int(row.generation)
            for row in connection.execute(sa.select(forgotten.c.key, forgotten.c.generation))
        }
        later = {k: g for k, g in known.generations.items() if g > there.get(k, 0)}
        if not later:
            return 0
        names = connection.scalars(sa.select(profile.c.profile_id)).all()
        gone = [name for name in names if forget_key(secret, name) in later]
        for table in (event, decision, continuation, checkpoint, profile):
            for name in gone:
                connection.execute(sa.delete(table).where(table.c.profile_id == name))
        for key, generation in later.items():
            connection.execute(sa.delete(forgotten).where(forgotten.c.key == key))
            digest = row_digest("forgotten", key, generation)
            connection.execute(
                sa.insert(forgotten).values(key=key, generation=generation, digest=digest)
            )
    return len(gone)


def _lines(generations: dict[bytes, int]) -> bytes:
    told = [f"{g} {key.hex()}" for key, g in sorted(generations.items(), key=lambda one: one[1])]
    return "".join(f"{line} {_check(line)}\n" for line in told).encode("ascii")


def _check(line: str) -> str:
    return hashlib.blake2b(line.encode()).hexdigest()[:_CHECK_CHARACTERS]
