"""What is chosen beyond a page's first answer: on record, made again, joined, exported, forgotten."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pytest

from frontrow.base.time import format_time
from frontrow.evaluation.decisions import (
    HOUR_US,
    Joining,
    choices_of,
    joined_decisions,
    write_choices,
)
from frontrow.events import Event
from frontrow.page import Page, reasons
from frontrow.server import Profiles
from frontrow.server.making import Asked
from frontrow.server.pages import Pages
from frontrow.server.propensities import check_propensities, draws_of
from frontrow.server.replays import Replays
from frontrow.server.service import Service
from tests.golden.world import NOW, make_service

ROWS, COLUMNS = 2, 4


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Service, list[str]]]:
    service, profiles = make_service(tmp_path_factory.mktemp("home"), works=150, viewers=12)
    yield service, profiles
    service.close()


@pytest.fixture
def much_is_true(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that several reasons are true of a small world's titles."""
    for name, value in (("_LIKED_OFTEN", 1), ("_NEAR_PERSON", -1), ("_NEAR_GENRE", -1),
                        ("_MOST_OF_IT", 1), ("_FEW_GENRES", 9)):  # fmt: skip
        monkeypatch.setattr(reasons, name, value)


def read_on(service: Service, profile_id: str, **asked: Any) -> tuple[Page, list[Any]]:
    """A page, its further rows to the last, and further titles of every row; all tiles with their places."""
    pages = Pages(service)
    page = pages.page(profile_id, Asked(rows=ROWS, columns=COLUMNS, **asked))
    rows, more = list(page.rows), page.more
    while more:
        answer = pages.more(page.page_id, rows[-1].row_id, 3)
        rows += answer["rows"]
        more = answer["more"]
    tiles = []
    for row in rows:
        tiles += [(row.row_id, place, tile) for place, tile in enumerate(row.tiles)]
        if row.more:
            answer = pages.row(page.page_id, row.row_id, COLUMNS, 200)
            tiles += [(row.row_id, COLUMNS + i, tile) for i, tile in enumerate(answer["tiles"])]
    return page, tiles


def say(service: Service, profile_id: str, kind: str, tile: Any, **more: Any) -> None:
    told = {
        "event_id": f"{kind}-{service.log.read(profile_id).stable}", "type": kind,
        "profile_id": profile_id, "title_id": tile.title_id, "token": tile.token,
        "time": format_time(NOW + timedelta(seconds=1)), **more,
    }  # fmt: skip
    service.log.append([msgspec.convert(told, Event)], now=NOW)


def exported(service: Service, to: Path) -> duckdb.DuckDBPyRelation:
    hours = service.settings.exploration.attribution_hours
    how = Joining(
        service.log, service.catalogue(), service.secret, hours * HOUR_US, service.now_us()
    )
    write_choices(
        (
            row
            for joined in joined_decisions(service.decisions, how)
            for row in choices_of(
                joined, name_of=str, window_us=hours * HOUR_US, now_us=service.now_us()
            )
        ),
        to,
    )
    return duckdb.sql(f"SELECT * FROM '{to}'")


@pytest.mark.usefixtures("much_is_true")
def test_every_choice_of_every_tile_is_on_a_record_with_its_probability(
    made: tuple[Service, list[str]],
) -> None:
    service, profiles = made
    images = {
        title.title_id: {image.artwork_id for image in work.artwork}
        for work in service.catalogue().works
        for title in (edition.title for edition in work.editions)
    }
    page, tiles = read_on(service, profiles[0])
    decision = service.decisions.read(page.page_id)
    records = [decision, *decision["continued"]]
    assert len(records) > 4
    told = {
        (title.split(" in ")[0], one["artwork_id"]): one
        for record in records
        for title, one in record["artwork"].items()
    }
    explored = {
        drawn["work_id"]
        for record in records
        for row in record["rows"]
        for drawn in row.get("draw", {}).get("drawn", ())
    }
    works = service.catalogue().work_of_title
    told_why = {
        (choice["row_id"], choice["column"]): choice
        for record in records
        for choice in record["evidence"]
    }
    chosen = 0
    for row_id, column, tile in tiles:
        if tile.artwork is not None and len(images[tile.title_id]) > 1:
            one = told.get((tile.title_id, tile.artwork.artwork_id))
            if one is None:  # variety left one image only
                continue
            chosen += 1
            assert tile.artwork.artwork_id in one["candidates"]
            assert 0 < one["propensity"] < 1
        if tile.explore:
            assert service.catalogue().works[works[tile.title_id]].work_id in explored
        if (row_id, column) in told_why:
            assert told_why[row_id, column]["code"] == tile.reason.code
    assert chosen > 0.9 * len(tiles)
    assert len(told_why) > len(decision["evidence"]) + 10
    assert any(
        tile.explore for row_id, _, tile in tiles if row_id not in {r.row_id for r in page.rows}
    )


@pytest.mark.slow
@pytest.mark.usefixtures("much_is_true")
@pytest.mark.parametrize("asked", [{}, {"personalised": False}, {"device": "phone"}])
def test_a_later_answer_is_made_again_to_the_byte_and_every_probability_to_the_bit(
    asked: dict[str, Any], made: tuple[Service, list[str]]
) -> None:
    service, profiles = made
    page, tiles = read_on(service, profiles[1], **asked)
    say(service, profiles[1], "dismiss", tiles[-1][2])  # what is eligible changes after
    another = Service(service.home, service.clock)
    service.decisions.flush()
    decision = another.decisions.read(page.page_id)
    found = Replays(another).continued(decision)
    assert len(found) == len(decision["continued"])
    assert [one.why for one in found] == [None] * len(found)
    for one in found:
        assert one.again is not None
        assert draws_of(one.again) == draws_of(one.record)
        assert one.again["answer"] == one.record["answer"]
    told = Replays(another).served(page.page_id)
    assert all(one["rebuilt_to_the_byte"] for one in told["continued"])
    another.close()


def test_a_probability_of_a_later_answer_that_was_changed_is_found(tmp_path: Path) -> None:
    service, profiles = make_service(tmp_path, works=80, viewers=8)
    read_on(service, profiles[0])
    assert check_propensities(service) == []
    service.decisions.flush()
    with service.database.write() as connection:
        answer, body = connection.exec_driver_sql(
            "SELECT answer, body FROM continuation ORDER BY length(body) DESC"
        ).fetchone() or ("", b"")
        told = msgspec.json.decode(zlib.decompress(body))
        next(iter(told["artwork"].values()))["propensity"] += 0.01
        connection.exec_driver_sql(
            "UPDATE continuation SET body = ? WHERE answer = ?",
            (zlib.compress(msgspec.json.encode(told)), answer),
        )
    (refused,) = check_propensities(service)
    assert refused.code == "propensities_not_reproducible"
    service.close()


def test_what_a_later_answer_shares_with_its_page_is_written_once(
    made: tuple[Service, list[str]],
) -> None:
    service, profiles = made
    page, _ = read_on(service, profiles[0])
    (first, *_) = service.decisions.read(page.page_id)["continued"]
    with service.database.read() as connection:
        row = connection.exec_driver_sql(
            "SELECT body FROM continuation WHERE answer = ?", (first["answer"],)
        ).fetchone()
    assert row is not None
    kept = msgspec.json.decode(zlib.decompress(row[0]))
    assert first.keys() - kept.keys() == {"settings", "choices"}
    assert len(row[0]) < 1_500


def test_what_is_asked_again_is_one_record_and_what_is_left_out_since_another(
    made: tuple[Service, list[str]],
) -> None:
    service, _ = made
    pages = Pages(service)
    page = pages.page("ann", Asked(rows=ROWS, columns=COLUMNS))
    first = pages.more(page.page_id, page.rows[-1].row_id, 2)
    assert pages.more(page.page_id, page.rows[-1].row_id, 2) == first
    assert len(service.decisions.read(page.page_id)["continued"]) == 1
    say(service, "ann", "dismiss", first["rows"][0].tiles[0])
    assert pages.more(page.page_id, page.rows[-1].row_id, 2) != first
    decision = service.decisions.read(page.page_id)
    assert len(decision["continued"]) == 2
    assert all(one.same for one in Replays(service).continued(decision))


def test_what_came_of_a_tile_that_was_asked_for_later_is_in_the_export(
    made: tuple[Service, list[str]], tmp_path: Path
) -> None:
    service, _ = made
    page, tiles = read_on(service, "bob")
    first = {tile.token for row in page.rows for tile in row.tiles}
    later = next(
        (row_id, column, tile)
        for row_id, column, tile in tiles
        if tile.explore and tile.token not in first
    )
    row_id, column, tile = later
    say(service, "bob", "impression", tile)
    say(service, "bob", "play", tile)
    say(service, "bob", "complete", tile)
    found = exported(service, tmp_path / "choices.parquet")
    for kind in ("slot", "artwork"):
        (one,) = found.filter(
            f"kind = '{kind}' AND profile = 'bob' AND row_id = '{row_id}' AND"
            f" title_id = '{tile.title_id}'"
        ).fetchall()
        told = dict(zip(found.columns, one, strict=True))
        assert told["column"] == column
        assert (told["shown"], told["started"], told["quality"]) == (True, True, True)
        assert 0 < told["probability"] < 1
        assert told["action"] in told["candidates"]
    (once,) = found.filter("profile = 'bob' AND quality AND kind = 'slot'").fetchall()
    assert once


def test_no_choice_is_exported_twice_however_often_it_was_asked_for(
    made: tuple[Service, list[str]], tmp_path: Path
) -> None:
    service, _ = made
    pages = Pages(service)
    page = pages.page("cid", Asked(rows=ROWS, columns=COLUMNS))
    for rows in (1, 2, 5):
        pages.more(page.page_id, page.rows[0].row_id, rows)
    for offset in (0, 2, COLUMNS):
        pages.row(page.page_id, page.rows[0].row_id, offset, 8)
    found = exported(service, tmp_path / "choices.parquet").filter("profile = 'cid'")
    for kind, of in (
        ("artwork", "title_id, action, candidates"),
        ("evidence", '"row", "column"'),
        ("slot", '"row", "action"'),
    ):
        counts = found.filter(f"kind = '{kind}'").aggregate(f"{of}, count(*) AS n", of)
        assert counts.filter("n > 1").fetchall() == []
    assert found.filter("kind = 'artwork'").fetchall()


def test_a_forgotten_profiles_later_answers_are_gone_and_told_before(
    made: tuple[Service, list[str]],
) -> None:
    service, _ = made
    page, _ = read_on(service, "dora")
    profiles = Profiles(service)
    (held,) = profiles.data("dora")["decisions"]
    assert held["page_id"] == page.page_id
    told = profiles.forget("dora")
    assert told["removed"]["decisions"] == 1 + len(held["continued"])
    assert profiles.data("dora")["decisions"] == []
    assert "dora" not in json.dumps(
        [service.decisions.of_profile(p) for p in service.log.profiles()]
    )


def test_an_answer_whose_page_was_lost_is_still_told_to_whom_it_is_about(
    made: tuple[Service, list[str]],
) -> None:
    service, _ = made
    page, _ = read_on(service, "eve")
    service.decisions.flush()
    with service.database.write() as connection:
        connection.exec_driver_sql("DELETE FROM decision WHERE profile_id = 'eve'")
    assert service.decisions.of_profile("eve") == []
    held = Profiles(service).data("eve")["decisions"]
    assert held
    assert {one["continues"] for one in held} == {page.page_id}


def test_similar_and_starter_write_nothing_and_show_what_a_page_would(
    made: tuple[Service, list[str]],
) -> None:
    service, profiles = made
    pages = Pages(service)
    page = pages.page(profiles[2], Asked(rows=20, columns=40))
    service.decisions.flush()
    before = service.decisions.count()
    shown = {tile.title_id: tile.artwork for row in page.rows for tile in row.tiles}
    told = service.decisions.read(page.page_id)["artwork"]
    title = page.rows[0].tiles[0].title_id
    beside = [
        *pages.similar(title, profiles[2], Asked(columns=20))["tiles"],
        *pages.starter(profiles[2], Asked(columns=12))["tiles"],
    ]
    both = [tile for tile in beside if len(told.get(tile.title_id, {}).get("candidates", ())) == 3]
    same = sum(tile.artwork == shown[tile.title_id] for tile in both)
    assert len(both) > 3
    assert same >= 0.7 * len(both)  # but for variety, whose neighbours are others
    assert service.decisions.count() == before
