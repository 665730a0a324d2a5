"""Each event holds a hash of itself and of all before it: nothing changes, goes or comes unseen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from frontrow.base.database import Database, driver
from frontrow.base.digests import row_digest
from frontrow.events import SqliteLog
from frontrow.events.chain import chain_link, chain_start
from frontrow.events.event import PROFILE_RESET
from tests.events.logs import NOW, event
from tests.events.walking import walk

START = chain_start("anna", "0123", 1)
TEXTS = st.text(max_size=4)
ROWS = st.tuples(
    st.sampled_from([START, bytes(16)]), TEXTS, st.integers(1, 3), TEXTS, TEXTS,
    st.integers(-2, 2), st.integers(0, 2), st.binary(max_size=4),
)  # fmt: skip


@given(ROWS, ROWS)
def test_two_rows_have_the_same_link_only_if_they_are_the_same(one: Any, other: Any) -> None:
    assert (chain_link(*one) == chain_link(*other)) == (one == other)


VALUES = st.lists(st.none() | st.integers(-5, 5) | TEXTS | st.binary(max_size=4), max_size=3)


@given(VALUES, VALUES)
def test_two_rows_have_the_same_digest_only_if_they_are_the_same(one: Any, other: Any) -> None:
    assert (row_digest("rules", *one) == row_digest("rules", *other)) == (one == other)
    assert row_digest("rules", *one) != row_digest("decision", *one)


def test_a_profile_starts_its_own_chain_and_a_new_one_when_it_comes_again() -> None:
    assert len({START, chain_start("ben", "0123", 1), chain_start("anna", "0124", 1),
                chain_start("anna", "0123", 2)}) == 4  # fmt: skip


def test_every_way_of_writing_goes_on_with_the_chain(database: Database) -> None:
    log = SqliteLog(database)
    log.append([event(1), event(1), event(2, "ben"), event(2)], now=NOW)
    log.append([event(2), event(3, "ben")], now=NOW)
    log.note("anna", PROFILE_RESET, {}, now=NOW)
    before = walk(database.path)
    assert set(before) == {"anna", "ben"}
    log.append([event(3, "ben")], now=NOW)  # known before: nothing moves
    assert walk(database.path) == before
    log.append([event(4)], now=NOW)
    assert walk(database.path)["ben"] == before["ben"]
    assert walk(database.path)["anna"] != before["anna"]


def test_a_forgotten_profiles_chain_goes_whole(database: Database) -> None:
    log = SqliteLog(database)
    log.append([event(i) for i in range(5)], now=NOW)
    before = walk(database.path)["anna"]
    log.forget("anna", key=b"k")
    assert walk(database.path) == {}
    with database.read() as connection:
        (left,) = driver(connection).execute("SELECT digest FROM forgotten").fetchall()
    assert left == (row_digest("forgotten", b"k", 1),)
    log.append([event(i) for i in range(5)], now=NOW)
    assert walk(database.path)["anna"] != before  # another incarnation


def test_titles_rules_and_decisions_hold_the_digest_of_their_row(tmp_path: Path) -> None:
    from frontrow.base.database import open_database
    from frontrow.catalog import TitleStore
    from frontrow.page.decisions import DecisionStore
    from frontrow.rules import RulesStore
    from tests.rules.test_store import ONE

    database = open_database(tmp_path / "frontrow.db")
    titles = TitleStore(database)
    titles.upsert([{"title_id": f"f{i}", "kind": "movie", "name": "A"} for i in range(3)], now=NOW)
    titles.upsert([{"title_id": "f1", "kind": "movie", "name": "B"}], now=NOW)
    titles.withdraw("f2", now=NOW)
    RulesStore(database).put(ONE, author="eva", now=NOW)
    decisions = DecisionStore(database)
    decision = {"page_id": "p1", "profile_id": "anna", "generated_at": NOW.isoformat()}
    decisions.queue(decision, key=b"k", generation=0)
    decisions.flush()
    with database.read() as connection:
        for table, n in (("title_revision", 5), ("rules", 1), ("decision", 1)):
            rows = driver(connection).execute(f"SELECT * FROM {table}").fetchall()
            assert len(rows) == n
            assert all(digest == row_digest(table, *values) for *values, digest in rows), table
    database.close()
