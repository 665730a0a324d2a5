"""Pages of a home on disk: what `more`, `rows` and a rebuild promise, through the log and the bundle."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import msgspec
import pytest

from frontrow.base.errors import Gone
from frontrow.base.home import Home
from frontrow.base.time import format_time
from frontrow.events import Event
from frontrow.server.making import Asked
from frontrow.server.pages import Pages
from frontrow.server.replays import Replays
from frontrow.server.service import Service
from tests.golden.world import NOW, make_service

LONG = "p" * 128


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Service, list[str]]]:
    service, profiles = make_service(tmp_path_factory.mktemp("home"), works=80, viewers=8)
    yield service, profiles
    service.close()


def say(service: Service, profile_id: str, kind: str, title_id: str) -> None:
    told = {
        "event_id": f"{kind}-{service.log.read(profile_id).stable}",
        "type": kind,
        "profile_id": profile_id,
        "title_id": title_id,
        "time": format_time(NOW),
    }
    service.log.append([msgspec.convert(told, Event)], now=NOW)


@pytest.mark.parametrize("who", [0, 1, "someone-new", LONG])
def test_more_and_rows_go_on_where_the_page_ended_and_repeat_nothing(
    who: int | str, made: tuple[Service, list[str]]
) -> None:
    service, profiles = made
    pages = Pages(service)
    profile_id = profiles[who] if isinstance(who, int) else who
    page = pages.page(profile_id, Asked(rows=3, columns=2))
    assert len(page.page_id) <= 128
    rows = list(page.rows)
    more = page.more
    while more:
        found = pages.more(page.page_id, rows[-1].row_id, 2)
        rows += found["rows"]
        more = found["more"]
    shown = {}
    for row in rows:
        tiles, more = list(row.tiles), row.more
        while more:
            found = pages.row(page.page_id, row.row_id, len(tiles), 3)
            tiles += found["tiles"]
            more = found["more"]
        shown[row.kind, row.row_id] = [tile.title_id for tile in tiles]
    whole = pages.page(profile_id, Asked(rows=40, columns=200))
    assert shown == {(r.kind, r.row_id): [t.title_id for t in r.tiles] for r in whole.rows}


def test_a_rebuild_in_another_service_gives_the_same_bytes(
    made: tuple[Service, list[str]],
) -> None:
    service, profiles = made
    page = Pages(service).page(profiles[0], Asked(country="DE"))
    service.decisions.flush()
    other = Service(Home(service.home.path), lambda: NOW + timedelta(hours=3))
    served = Replays(other).served(page.page_id)
    assert served["rebuilt_to_the_byte"]
    assert msgspec.json.encode(served["page"]) == msgspec.json.encode(page)
    other.close()


def test_a_title_dismissed_since_is_left_out_of_what_follows(
    made: tuple[Service, list[str]],
) -> None:
    service, _ = made
    pages = Pages(service)
    say(service, "ben", "impression", "w00001")
    page = pages.page("ben", Asked(rows=2, columns=2))
    row = page.rows[0]
    before = pages.row(page.page_id, row.row_id, 2, 3)["tiles"]
    say(service, "ben", "dismiss", before[0].title_id)
    after = pages.row(page.page_id, row.row_id, 2, 3)["tiles"]
    assert [t.title_id for t in after] == [t.title_id for t in before[1:]]
    assert [t.token for t in after] == [t.token for t in before[1:]]


def test_the_first_page_of_a_new_viewer_goes_on_after_its_first_event(
    made: tuple[Service, list[str]],
) -> None:
    service, _ = made
    pages = Pages(service)
    page = pages.page("cleo", Asked(rows=2))
    say(service, "cleo", "impression", page.rows[0].tiles[0].title_id)
    assert pages.more(page.page_id, page.rows[-1].row_id, 2)["rows"]


def test_a_page_of_a_viewer_forgotten_since_is_gone(made: tuple[Service, list[str]]) -> None:
    service, _ = made
    pages = Pages(service)
    say(service, "dora", "impression", "w00001")
    page = pages.page("dora", Asked(rows=2))
    service.log.forget("dora", key=b"k")
    with pytest.raises(Gone):
        pages.more(page.page_id, page.rows[-1].row_id, 2)
