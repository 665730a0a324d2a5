"""Every version of the rules, in the home's database: who set it, when, and the whole document."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from frontrow.base.database import Database
from frontrow.base.digests import row_digest
from frontrow.base.errors import Conflict, NotFound
from frontrow.base.schema import rules as rules_table
from frontrow.base.time import to_us
from frontrow.rules.document import Rules

_NEWEST = "SELECT max(revision) FROM rules"
_COLUMNS = tuple(rules_table.c[n] for n in ("revision", "at_us", "author", "body"))
_VERSION = sa.select(*_COLUMNS).where(rules_table.c.revision == sa.bindparam("revision"))
_HISTORY = sa.select(*_COLUMNS).order_by(rules_table.c.revision.desc())


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
        return self._database.number(_NEWEST)

    def read(self, revision: int | None = None) -> StoredRules:
        """A version; the newest where none is named. Raises `NotFound`."""
        with self._database.read() as connection:
            if revision is None:
                revision = int(connection.scalar(sa.text(_NEWEST)) or 0)
            row = connection.execute(_VERSION, {"revision": revision}).fetchone()
        if row is None and revision == 0:
            return NEVER_SET
        if row is None:
            raise NotFound("the rules have no such revision", where=str(revision))
        return _stored(row)

    def history(self) -> list[StoredRules]:
        """Every version, the newest first."""
        with self._database.read() as connection:
            return [_stored(row) for row in connection.execute(_HISTORY)]

    def put(
        self, rules: Rules, *, author: str | None, now: datetime, on: int | None = None
    ) -> StoredRules:
        """Store a version that was checked before; one that changes nothing makes none.

        on: the revision that it was made from. Raises `Conflict` where another came meanwhile.
        """
        with self._database.write("rules") as connection:
            row = connection.execute(_HISTORY).fetchone()
            latest = NEVER_SET if row is None else _stored(row)
            if on is not None and on != latest.revision:
                raise Conflict(
                    f"the rules are at revision {latest.revision}, not {on}: someone changed them",
                    mend="read them again and make the change in those",
                )
            if rules == latest.rules:
                return latest
            stored = StoredRules(latest.revision + 1, to_us(now), author, rules)
            told = (stored.revision, stored.at_us, author, msgspec.json.encode(rules))
            connection.execute(rules_table.insert().values((*told, row_digest("rules", *told))))
            return stored


def _stored(row: Any) -> StoredRules:
    revision, at_us, author, body = row
    return StoredRules(revision, at_us, author, msgspec.json.decode(body, type=Rules))
