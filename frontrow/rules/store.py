"""Every version of the rules, in the home's database: who set it, when, and the whole document."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec

from frontrow.base.database import Database, driver
from frontrow.base.digests import row_digest
from frontrow.base.errors import Conflict, NotFound
from frontrow.base.time import to_us
from frontrow.rules.document import Rules


@dataclass(frozen=True)
class StoredRules:
    """A version of the rules. Revision 0 is a home in which none were ever set."""

    revision: int
    at_us: int | None
    author: str | None
    rules: Rules


NEVER_SET = StoredRules(0, None, None, Rules())


class RulesStore:
    """The rules of a home. Every process reads the same revisions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def revision(self) -> int:
        """The newest revision; 0 where none was ever set."""
        with self._database.read() as connection:
            row = driver(connection).execute("SELECT max(revision) FROM rules").fetchone()
        return int(row[0] or 0)

    def read(self, revision: int | None = None) -> StoredRules:
        """A version; the newest where none is named. Raises `NotFound`."""
        with self._database.read() as connection:
            sql = driver(connection).execute
            if revision is None:
                revision = int(sql("SELECT max(revision) FROM rules").fetchone()[0] or 0)
            row = sql(
                "SELECT revision, at_us, author, body FROM rules WHERE revision = ?", (revision,)
            ).fetchone()
        if row is None and revision == 0:
            return NEVER_SET
        if row is None:
            raise NotFound("the rules have no such revision", where=str(revision))
        return _stored(row)

    def history(self) -> list[StoredRules]:
        """Every version, the newest first."""
        with self._database.read() as connection:
            rows = driver(connection).execute(
                "SELECT revision, at_us, author, body FROM rules ORDER BY revision DESC"
            )
            return [_stored(row) for row in rows]

    def put(
        self, rules: Rules, *, author: str | None, now: datetime, on: int | None = None
    ) -> StoredRules:
        """Store a version that was checked before; one that changes nothing makes none.

        on: the revision that it was made from. Raises `Conflict` where another came meanwhile.
        """
        with self._database.write() as connection:
            sql = driver(connection).execute
            row = sql(
                "SELECT revision, at_us, author, body FROM rules ORDER BY revision DESC LIMIT 1"
            ).fetchone()
            latest = NEVER_SET if row is None else _stored(row)
            if on is not None and on != latest.revision:
                raise Conflict(
                    f"the rules are at revision {latest.revision}, not {on}: someone changed them",
                    mend="read them again and make the change in those",
                )
            if rules == latest.rules:
                return latest
            stored = StoredRules(latest.revision + 1, to_us(now), author, rules)
            row = (stored.revision, stored.at_us, author, msgspec.json.encode(rules))
            sql(
                "INSERT INTO rules (revision, at_us, author, body, digest) VALUES (?, ?, ?, ?, ?)",
                (*row, row_digest("rules", *row)),
            )
            return stored


def _stored(row: tuple[int, int, str | None, bytes]) -> StoredRules:
    revision, at_us, author, body = row
    return StoredRules(revision, at_us, author, msgspec.json.decode(body, type=Rules))
