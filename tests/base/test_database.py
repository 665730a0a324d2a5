"""What every page asks of a database at once: one number, as it is committed."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from frontrow.base.database import Database, SqliteDatabase
from frontrow.base.errors import Unavailable

NEWEST = "SELECT max(revision) FROM title_revision"
PUT = sa.text(
    "INSERT INTO title_revision (revision, title_id, arrival, first_at, changed_at, body)"
    " VALUES (:revision, 'heat', 1, 1, 1, NULL)"
)


def test_a_number_is_what_is_committed_and_none_is_zero(any_database: Database) -> None:
    assert any_database.number(NEWEST) == 0
    with any_database.write() as connection:
        connection.execute(PUT, {"revision": 7})
        assert any_database.number(NEWEST) == 0
    assert any_database.number(NEWEST) == 7
    assert any_database.number("SELECT revision FROM title_revision WHERE revision > 7") == 0


def test_a_number_that_cannot_be_had_says_so(database: SqliteDatabase) -> None:
    with pytest.raises(Unavailable, match="can't answer"):
        database.number("SELECT 1 FROM nothing_of_that_name")


def test_a_closed_database_answers_again_when_it_is_asked(any_database: Database) -> None:
    any_database.number(NEWEST)
    any_database.close()
    assert any_database.number(NEWEST) == 0
    any_database.close()
