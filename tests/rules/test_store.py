"""Every version of the rules is kept, and two editors never overwrite each other unknowingly."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from frontrow.base.database import Database, open_database
from frontrow.base.errors import Conflict, NotFound
from frontrow.base.time import from_us, to_us
from frontrow.rules import Rules, RulesStore, read_rules
from tests.old_homes import migrate
from tests.rules.shelf import NOW_US, row

NOW = from_us(NOW_US)
ONE = read_rules({"rows": [row("one")]})
TWO = read_rules({"rows": [row("two")]})


@pytest.fixture
def database(any_database: Database) -> Database:
    return any_database


def test_a_home_without_rules_is_at_revision_0(database: Database) -> None:
    store = RulesStore(database)

    assert store.revision() == 0
    assert store.read().rules == Rules()
    assert store.history() == []


def test_every_version_is_kept_with_who_and_when(database: Database) -> None:
    store = RulesStore(database)

    store.put(ONE, author="ann", now=NOW)
    store.put(TWO, author=None, now=NOW + timedelta(hours=1))
    store.put(Rules(), author="bo", now=NOW + timedelta(hours=2))

    assert store.revision() == 3
    assert store.read().rules == Rules()
    assert store.read(1).rules == ONE
    assert (store.read(1).author, store.read(1).at_us) == ("ann", to_us(NOW))
    assert [(v.revision, v.author) for v in store.history()] == [(3, "bo"), (2, None), (1, "ann")]
    with pytest.raises(NotFound):
        store.read(4)


def test_the_same_document_again_makes_no_version(database: Database) -> None:
    store = RulesStore(database)
    store.put(ONE, author="ann", now=NOW)

    again = store.put(ONE, author="bo", now=NOW)

    assert (again.revision, again.author, store.revision()) == (1, "ann", 1)


def test_a_change_of_an_older_revision_is_refused(database: Database) -> None:
    store, other = RulesStore(database), RulesStore(database)
    store.put(ONE, author="ann", now=NOW, on=0)

    with pytest.raises(Conflict, match="at revision 1, not 0"):
        other.put(TWO, author="bo", now=NOW, on=0)

    assert store.read().rules == ONE
    assert other.put(TWO, author="bo", now=NOW, on=1).revision == 2


def test_a_home_made_before_rules_were_opens_without_any(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    migrate(path, "0001")

    store = RulesStore(open_database(path))

    assert store.revision() == 0
    assert store.put(ONE, author=None, now=NOW).revision == 1
