"""Titles as stored: every state can be rebuilt, and no upsert makes a title new."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontrow.base.database import Database, open_database
from frontrow.base.errors import NotFound
from frontrow.catalog import Catalogue, TitleStore, build_catalogue
from frontrow.catalog.catalogue import UNKNOWN_TIME
from tests.strategies import seeded_world

START = datetime(2026, 1, 1, tzinfo=UTC)
LATER = START + timedelta(days=30)


def film(title_id: str = "film", **more: Any) -> dict[str, Any]:
    return {"title_id": title_id, "kind": "movie", "name": "Heat", **more}


@pytest.fixture
def store(any_database: Database) -> TitleStore:
    return TitleStore(any_database)


def view(store: TitleStore, revision: int | None = None) -> Catalogue:
    return build_catalogue(*store.read_all(revision))


def added(store: TitleStore, work: str = "film") -> datetime | None:
    catalogue = view(store)
    us = int(catalogue.added_us[catalogue.index[work]])
    return None if us == UNKNOWN_TIME else datetime.fromtimestamp(us / 1e6, UTC)


@given(seed=st.integers(0, 2**32), changes=st.lists(st.integers(0, 2**16), max_size=6))
@settings(max_examples=10)
def test_the_catalogue_of_any_revision_can_be_rebuilt(
    seed: int, changes: list[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    database = open_database(tmp_path_factory.mktemp("titles") / "frontrow.db")
    store = TitleStore(database)
    titles = [title for title, _ in seeded_world(seed, 8).titles] or [film()]
    states: dict[int, bytes] = {}
    for step, change in enumerate([0, *changes]):
        chosen = titles[change % len(titles) :]
        if step % 3 == 2:
            try:
                store.withdraw(chosen[0]["title_id"], now=START)
            except NotFound:
                continue
        else:
            told = [{**title, "synopsis": str(change)} for title in chosen]
            assert not store.upsert(told, now=START + timedelta(days=step)).rejected
        states[store.revision()] = msgspec.json.encode(store.read_all()[1])
    for revision, state in states.items():
        assert msgspec.json.encode(store.read_all(revision)[1]) == state
        assert msgspec.json.encode(TitleStore(database).read_all(revision)[1]) == state
    database.close()


def test_good_titles_are_kept_when_others_are_bad(store: TitleStore) -> None:
    verdict = store.upsert([film("a"), film("b", kind="opera"), film("c c"), 7], now=START)
    assert verdict.accepted == 1
    told = [(i, title_id, errors[0].pointer) for i, title_id, errors in verdict.rejected]
    assert told == [
        (1, "b", "/titles/1/kind"),
        (2, "c c", "/titles/2/title_id"),
        (3, None, "/titles/3"),
    ]
    assert [t.title.title_id for t in store.read()[1]] == ["a"]


def test_what_says_nothing_new_makes_no_revision(store: TitleStore) -> None:
    first = store.upsert([film()], now=START).revision
    assert store.upsert([film()], now=LATER).revision == first == store.revision()


def test_a_withdrawn_title_leaves_and_keeps_its_place_when_it_comes_again(
    store: TitleStore,
) -> None:
    store.upsert([film("a"), film("b")], now=START)
    store.withdraw("a", now=START)
    with pytest.raises(NotFound):
        store.get("a")
    with pytest.raises(NotFound):
        store.withdraw("a", now=START)
    assert [t.title.title_id for t in store.read()[1]] == ["b"]
    store.upsert([film("a")], now=LATER)
    assert [t.title.title_id for t in store.read()[1]] == ["a", "b"]


def test_titles_of_a_first_import_without_added_at_are_never_new(store: TitleStore) -> None:
    store.upsert([film()], now=START)
    store.upsert([film("late-in-it")], now=START + timedelta(minutes=59))
    assert added(store) is None
    assert added(store, "late-in-it") is None


def test_a_title_that_comes_later_without_added_at_came_then(store: TitleStore) -> None:
    store.upsert([film("first")], now=START)
    store.upsert([film()], now=LATER)
    assert added(store) == LATER


@pytest.mark.parametrize("said", ["2026-03-01", "2026-02-15T00:00:00Z", None])
def test_an_upsert_does_not_make_a_title_new_again(store: TitleStore, said: str | None) -> None:
    store.upsert([film("first"), film(added_at="2025-06-01")], now=LATER)
    again = {} if said is None else {"added_at": said}
    store.upsert([film(name="Heat, restored", **again)], now=LATER + timedelta(days=50))
    assert added(store) == datetime(2025, 6, 1, tzinfo=UTC)
    assert store.get("film").name == "Heat, restored"


def test_an_upsert_with_a_date_does_not_make_a_title_of_the_first_import_new(
    store: TitleStore,
) -> None:
    store.upsert([film()], now=START)
    store.upsert([film(added_at="2026-01-20")], now=LATER)
    assert added(store) is None


def test_an_earlier_date_mends_a_later_one(store: TitleStore) -> None:
    store.upsert([film(added_at="2025-06-01")], now=START)
    store.upsert([film(added_at="2024-06-01")], now=LATER)
    assert added(store) == datetime(2024, 6, 1, tzinfo=UTC)


def test_a_title_withdrawn_and_sent_again_is_not_new(store: TitleStore) -> None:
    store.upsert([film("first"), film(added_at="2025-06-01")], now=START)
    store.withdraw("film", now=START)
    store.upsert([film(added_at="2026-01-30")], now=LATER)
    assert added(store) == datetime(2025, 6, 1, tzinfo=UTC)


def test_a_file_that_takes_the_place_of_a_withdrawn_one_does_not_make_its_work_new(
    store: TitleStore,
) -> None:
    store.upsert([film("cut", work_id="w"), film("first")], now=START)
    store.upsert([film("dub", work_id="w")], now=LATER)
    store.withdraw("cut", now=LATER)
    assert added(store, "w") is None
    store.upsert([film("cut-2", work_id="v", added_at="2025-06-01")], now=LATER)
    store.upsert([film("dub-2", work_id="v", added_at="2026-02-01")], now=LATER)
    store.withdraw("cut-2", now=LATER)
    assert added(store, "v") == datetime(2025, 6, 1, tzinfo=UTC)


def test_what_came_later_stays_new_where_the_first_import_is_withdrawn(store: TitleStore) -> None:
    store.upsert([film("first")], now=START)
    store.upsert([film()], now=LATER)
    store.withdraw("first", now=LATER)
    assert added(store) == LATER


def test_a_new_edition_does_not_make_its_work_new(store: TitleStore) -> None:
    store.upsert([film("first"), film("cut", work_id="w", added_at="2025-06-01")], now=START)
    store.upsert([film("dub", work_id="w")], now=LATER)
    assert added(store, "w") == datetime(2025, 6, 1, tzinfo=UTC)
