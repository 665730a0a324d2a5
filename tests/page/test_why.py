"""`why` walks the real path: it says where a title stands, or which step stopped it and how far it was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from frontrow.base.settings import PageSettings
from frontrow.base.time import format_time, to_us
from frontrow.server.making import Asked
from frontrow.server.pages import Pages
from frontrow.server.profiles import Profiles
from frontrow.server.service import Service
from tests.golden.world import NOW, make_service

ROWS = 3


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Service, list[str]]]:
    service, profiles = make_service(tmp_path_factory.mktemp("home"), works=120, viewers=12)
    yield service, profiles
    service.close()


def whys(service: Service, profile_id: str, **asked: Any) -> dict[str, dict[str, Any]]:
    """What is said of every work's title."""
    pages = Pages(service)
    return {
        work.title.title_id: pages.why(profile_id, work.title.title_id, Asked(rows=ROWS, **asked))
        for work in service.catalogue().works
    }


def test_what_is_said_of_every_title_is_what_the_page_shows(
    world: tuple[Service, list[str]],
) -> None:
    service, profiles = world
    pages = Pages(service)
    told = whys(service, profiles[0])
    page = pages.page(profiles[0], Asked(rows=ROWS, columns=200), record=False)
    longer = pages.page(profiles[0], Asked(rows=40, columns=200), record=False)
    work_of = service.catalogue().work_of_title  # a tile may be another edition of it
    shown = {work_of[t.title_id] for row in page.rows for t in row.tiles}
    stands = {work_of[t.title_id] for row in longer.rows for t in row.tiles}
    for title_id, why in told.items():
        work = work_of[title_id]
        assert bool(why["shown"]) == (work in shown)
        assert (why["stopped_by"] is None) == (work in shown)
        if work in shown:
            continue
        stopped = why["stopped_by"]
        assert stopped["text"]
        assert "{" not in stopped["text"]
        assert why["would_change"]
        if work in stands:
            assert (stopped["code"], stopped["rows"]) == ("further_down", ROWS)
            row = longer.rows[stopped["row"] - 1]
            assert row.row_id == stopped["row_id"]
            assert work_of[row.tiles[stopped["position"] - 1].title_id] == work
        else:
            assert stopped["code"] != "further_down"
    assert {why["stopped_by"]["code"] for why in told.values() if why["stopped_by"]} > {
        "further_down", "done",
    }  # fmt: skip


def test_a_title_that_two_rows_could_show_stands_in_one_and_the_other_names_it(
    world: tuple[Service, list[str]],
) -> None:
    service, profiles = world
    doubled = [
        (why["shown"][0]["row_id"], row)
        for why in whys(service, profiles[0]).values()
        for row in why["rows"]
        if why["shown"] and row["code"] == "dedupe"
    ]
    assert doubled
    assert all(row["held_by"] == holder != row["row_id"] for holder, row in doubled)


def test_a_row_that_ended_too_early_is_told_from_one_that_is_not_there(
    world: tuple[Service, list[str]],
) -> None:
    service, profiles = world
    settings = service.settings
    try:
        service.settings = msgspec.structs.replace(
            settings, page=PageSettings(row_length=4, min_row_length=4, max_rows=ROWS)
        )
        told = whys(service, profiles[0])
    finally:
        service.settings = settings
    codes = {why["stopped_by"]["code"] for why in told.values() if why["stopped_by"]}
    assert codes & {"row_length", "left_out"}
    assert codes & {"row_value", "cap", "too_short"}
    for why in told.values():
        stopped = why["stopped_by"]
        if stopped and stopped["code"] == "row_length":
            assert stopped["short_by"] == pytest.approx(max(stopped["value"] - why["value"], 0))
            assert stopped["row"] <= ROWS
        if stopped and stopped["code"] == "too_short":
            assert stopped["left"] < stopped["least"]


@pytest.mark.parametrize(
    "window", [{"from": "9999-12-31T23:59:59-14:00"}, {"until": "0001-01-01T00:00:00+14:00"}]
)
def test_of_a_window_outside_the_years_no_moment_is_told(
    world: tuple[Service, list[str]], window: dict[str, str]
) -> None:
    service, _ = world
    told = {"title_id": "never", "kind": "movie", "name": "Never", "availability": [window]}
    assert not service.titles.upsert([told], now=NOW).rejected
    stopped = Pages(service).why("someone", "never", Asked())["stopped_by"]
    assert stopped["code"] == "window"
    assert not {"opens_at", "closed_at"} & stopped.keys()
    service.titles.withdraw("never", now=NOW)
    assert Pages(service).why("someone", "never", Asked())["stopped_by"]["code"] == "unknown"


def test_a_title_of_a_window_to_come_says_when_it_opens_and_stands_on_the_page_of_then(
    world: tuple[Service, list[str]],
) -> None:
    service, _ = world
    opens = NOW + timedelta(days=7)
    catalogue = service.catalogue()
    page = Pages(service).page("someone", Asked(country="DE"), record=False)
    works = [catalogue.works[catalogue.work_index(t.title_id)] for t in page.rows[0].tiles]
    best = next(w.title for w in works if len(w.editions) == 1 and not w.episodes)
    title = msgspec.to_builtins(best)
    windows = [
        {
            "countries": ["DE"],
            "from": format_time(opens),
            "until": format_time(opens + timedelta(1)),
        },
        {"countries": ["US"], "until": format_time(NOW - timedelta(days=1))},
    ]
    service.titles.upsert([{**title, "availability": windows}], now=NOW)
    pages = Pages(service)

    def why(country: str, days: float) -> dict[str, Any]:
        at_us = None if days == 0 else to_us(NOW + timedelta(days=days))
        return pages.why("someone", best.title_id, Asked(country=country, at_us=at_us))

    now = why("DE", 0)
    assert (now["stopped_by"]["code"], now["eligible"]) == ("window", False)
    assert now["stopped_by"]["opens_at"] == format_time(opens)
    assert format_time(opens) in now["would_change"][0]["text"]
    then = why("DE", 7.5)
    assert (then["eligible"], then["stopped_by"], bool(then["shown"])) == (True, None, True)
    assert then["at"] == format_time(NOW + timedelta(days=7.5))
    over = why("DE", 9)
    assert over["stopped_by"]["closed_at"] == format_time(opens + timedelta(days=1))
    assert "opens_at" not in over["stopped_by"]
    assert "opens_at" not in why("US", 0)["stopped_by"]
    service.titles.upsert([title], now=NOW)


def test_how_far_a_title_is_from_an_age_limit(world: tuple[Service, list[str]]) -> None:
    service, _ = world
    Profiles(service).put("child", {"maturity_limit": 1})
    for title_id, why in whys(service, "child").items():
        rated = service.titles.get(title_id).maturity
        stopped = why["stopped_by"]
        if rated is not None and rated > 1 and stopped["code"] == "maturity":
            assert (stopped["maturity"], stopped["maturity_limit"]) == (rated, 1)
            return
    raise AssertionError("no title is beyond the limit")


def test_a_title_that_nobody_knows_is_said_to_be_unknown(world: tuple[Service, list[str]]) -> None:
    service, profiles = world
    told = Pages(service).why(profiles[0], "nothing", replace(Asked(), rows=ROWS))
    assert (told["stopped_by"]["code"], told["rows"]) == ("unknown", [])
