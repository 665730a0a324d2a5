"""Pages over time: continued, rebuilt, moved by the clock; what changed meanwhile holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from frontrow.base.home import Home
from frontrow.server import Service
from frontrow.server.web import make_app
from frontrow.training.train import train
from tests.server.small_world import Events, lives, series, tiles, titles


class Hands:
    """A clock whose hands a test moves."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 20, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def on(self, **time: float) -> None:
        self.now += timedelta(**time)


class Opened:
    """A service with a clock of its own, as a caller sees it."""

    def __init__(self, home: Home) -> None:
        self.clock = Hands()
        self.service = Service(home, self.clock)
        self.make = Events(self.clock.now)
        self.api: Any = None

    def get(self, path: str, status: int = 200) -> Any:
        answer = self.api.get(path)
        assert answer.status_code == status, answer.text
        return answer.json()

    def tell(self, *events: dict[str, Any]) -> None:
        now = self.clock.now.isoformat()
        answer = self.api.post("/v1/events", json={"events": [{**e, "time": now} for e in events]})
        assert answer.json()["accepted"] == len(events), answer.text

    def page(self, profile: str = "ann", query: str = "") -> Any:
        return self.get(f"/v1/profiles/{profile}/page?{query}")

    def train(self, **more: Any) -> Any:
        service = self.service
        return train(
            service.log, service.catalogue(), service.bundles,
            now_us=service.now_us(), seed=0, publish=True, keep=5, **more,
        )  # fmt: skip


@pytest.fixture
def open_home(home: Home) -> Any:
    opened = Opened(home)
    with TestClient(make_app(opened.service), base_url="http://127.0.0.1") as api:
        opened.api = api
        api.post("/v1/titles", json={"titles": titles() + series()})
        yield opened


@pytest.fixture
def lived_in(open_home: Any) -> Any:
    events = lives(open_home.clock.now)
    assert open_home.api.post("/v1/events", json={"events": events}).status_code == 200
    return open_home


def without_stamps(page: Any) -> Any:
    if isinstance(page, dict):
        return {k: without_stamps(v) for k, v in page.items() if k not in ("page_id", "token")}
    return [without_stamps(one) for one in page] if isinstance(page, list) else page


def names(rows: Any) -> list[tuple[str, list[str]]]:
    return [(row["row_id"], [t["title_id"] for t in row["tiles"]]) for row in rows]


def test_the_page_of_someone_who_was_unknown_goes_on_after_their_first_event(lived_in: Any) -> None:
    page = lived_in.page("newcomer", "rows=2&columns=3")
    row = page["rows"][0]
    lived_in.tell(lived_in.make.one("play", "newcomer", "f001"))

    more = lived_in.get(f"/v1/pages/{page['page_id']}/more?after_row={page['rows'][1]['row_id']}")
    rest = lived_in.get(f"/v1/pages/{page['page_id']}/rows/{row['row_id']}?offset=3")

    assert more["rows"]
    assert rest["tiles"]
    served = lived_in.get(f"/v1/pages/{page['page_id']}")
    assert (served["page"], served["rebuilt_to_the_byte"]) == (page, True)


@pytest.mark.slow
def test_a_page_is_rebuilt_to_the_byte_after_events_titles_settings_and_a_new_bundle(
    lived_in: Any,
) -> None:
    lived_in.train()
    lived_in.tell(
        lived_in.make.one("play", "ann", "f007"), lived_in.make.one("list_add", "ann", "f009")
    )
    queries = ("", "personalised=false", "device=tv&rows=3&columns=4&language=de&country=DE",
               "at=2026-02-20T00:00:00Z", "seed=7")  # fmt: skip
    pages = [lived_in.page("ann", query) for query in queries]
    pages.append(lived_in.page("a" * 128, "language=en"))  # an id too long for the page's own

    lived_in.clock.on(minutes=7)
    lived_in.tell(lived_in.make.one("dismiss", "ann", pages[0]["rows"][-1]["tiles"][0]["title_id"]))
    lived_in.api.patch("/v1/profiles/ann", json={"kids": True, "country": "FR"})
    lived_in.api.delete("/v1/titles/f011")
    lived_in.api.post("/v1/titles", json={"titles": [{**titles(1)[0], "title_id": "later"}]})
    assert lived_in.train().published

    for page in pages:
        served = lived_in.get(f"/v1/pages/{page['page_id']}")
        assert served["page"] == page
        assert served["rebuilt_to_the_byte"]
        assert served["decision"]["seed"] == page["seed"]


@pytest.mark.slow
def test_a_page_whose_bundle_or_snapshot_is_gone_says_so(lived_in: Any, home: Home) -> None:
    first = lived_in.train()
    page = lived_in.page("ann", "rows=2")
    row = page["rows"][0]["row_id"]
    lived_in.clock.on(minutes=1)
    lived_in.tell(lived_in.make.one("rate", "bob", "f003", value=2))
    assert lived_in.train().published
    damaged = home.bundles / first.bundle_id / "model.safetensors"
    damaged.write_bytes(damaged.read_bytes()[:-8] + b"12345678")
    calls = (f"/v1/pages/{page['page_id']}", f"/v1/pages/{page['page_id']}/more?after_row={row}",
             f"/v1/pages/{page['page_id']}/rows/{row}?offset=1")  # fmt: skip
    for path in calls:
        assert "bundle" in lived_in.get(path, 410)["detail"]

    page = lived_in.page("ann", "rows=2")
    row = page["rows"][0]["row_id"]
    lived_in.service.refold_snapshots()
    lived_in.service._trends.clear()  # as a process that never saw it
    for path in (f"/v1/pages/{page['page_id']}/rows/{row}?offset=1",
                 f"/v1/pages/{page['page_id']}/more?after_row={row}"):  # fmt: skip
        assert "snapshot" in lived_in.get(path, 410)["detail"]
    assert lived_in.get(f"/v1/pages/{page['page_id']}")["rebuilt_to_the_byte"]  # by its record
    assert lived_in.page("ann")["rows"]


def test_what_left_since_the_page_was_made_is_in_no_later_part_of_it_and_nothing_comes_twice(
    open_home: Any,
) -> None:
    whole = open_home.page(query="rows=40&columns=60")
    page = open_home.page(query="rows=1&columns=2")
    shown = [t["title_id"] for t in tiles(page)]
    later = [t["title_id"] for t in tiles(whole) if t["title_id"] not in shown]
    withdrawn, dismissed, closed = later[0], later[5], later[-1]

    open_home.api.delete(f"/v1/titles/{withdrawn}")
    shut = {"availability": [{"until": "2026-02-01T00:00:00Z"}]}
    stored = open_home.get(f"/v1/titles/{closed}")
    told = {k: v for k, v in stored.items() if v not in (None, [], {})}
    answer = open_home.api.post("/v1/titles", json={"titles": [{**told, **shut}]})
    assert answer.json()["accepted"] == 1, answer.text
    open_home.tell(open_home.make.one("dismiss", "ann", dismissed))

    first = page["rows"][0]
    rest = open_home.get(f"/v1/pages/{page['page_id']}/rows/{first['row_id']}?offset=2&columns=200")
    more = open_home.get(f"/v1/pages/{page['page_id']}/more?after_row={first['row_id']}&rows=40")
    everything = shown + [t["title_id"] for t in rest["tiles"]] + [
        t["title_id"] for row in more["rows"] for t in row["tiles"]
    ]  # fmt: skip
    assert {withdrawn, dismissed, closed}.isdisjoint(everything)
    assert len(everything) == len(set(everything))
    assert len(everything) > len(shown) + 10
    assert not more["more"]


def test_an_edition_that_was_withdrawn_gives_its_place_to_the_one_that_is_left(
    open_home: Any,
) -> None:
    first, second = titles(2)
    editions = [
        {**first, "title_id": "cut-a", "work_id": "film"},
        {**second, "title_id": "cut-b", "work_id": "film"},
    ]
    open_home.api.post("/v1/titles", json={"titles": editions})
    open_home.tell(open_home.make.one("list_add", "ann", "cut-a"))
    page = open_home.page(query="rows=2")
    assert [t["title_id"] for t in tiles(page, "my_list")] == ["cut-a"]

    open_home.api.delete("/v1/titles/cut-a")

    rest = open_home.get(f"/v1/pages/{page['page_id']}/rows/my_list")
    assert [t["title_id"] for t in rest["tiles"]] == ["cut-b"]


def test_the_clock_of_a_page_is_moved_by_at_and_the_settings_are_todays(lived_in: Any) -> None:
    lived_in.clock.on(days=1)
    lived_in.tell(lived_in.make.one("list_add", "ann", "f006"))
    lived_in.api.patch("/v1/profiles/ann", json={"preferences": {"muted_genres": ["Drama"]}})
    before = lived_in.page(query="at=2026-03-01T21:00:00Z&rows=40")
    after = lived_in.page(query="rows=40")
    assert tiles(before, "my_list") == []
    assert [t["title_id"] for t in tiles(after, "my_list")] == ["f006"]
    dramas = {t["title_id"] for t in titles() + series() if "Drama" in t.get("genres", [])}
    for page in (before, after):
        assert tiles(page)
        assert dramas.isdisjoint(t["title_id"] for t in tiles(page))
    assert before["generated_at"] == "2026-03-01T21:00:00Z"
    for wrong in ("1969-12-31T00:00:00Z", "9999-01-01T00:00:00Z"):
        told = lived_in.get(f"/v1/profiles/ann/page?at={wrong}", 422)
        assert told["errors"][0]["pointer"] == "/at"
    for extreme in ("1970-01-01T00:00:00Z", "8999-12-31T00:00:00Z"):
        assert lived_in.page(query=f"at={extreme}")["generated_at"] == extreme


def test_what_follows_on_a_page_of_an_earlier_time_knows_no_later_wish(open_home: Any) -> None:
    make, then = open_home.make, open_home.clock.now.isoformat().replace("+00:00", "Z")
    open_home.tell(*(make.one("list_add", "ann", f"f{i:03d}") for i in range(4)))
    open_home.clock.on(hours=1)
    open_home.tell(make.one("dismiss", "ann", "f001"))
    page = open_home.page(query=f"at={then}&columns=1")
    whole = [t["title_id"] for t in tiles(open_home.page(query=f"at={then}"), "my_list")]
    later = open_home.get(f"/v1/pages/{page['page_id']}/rows/my_list?columns=9")["tiles"]
    assert len(whole) == 4
    assert [t["title_id"] for t in later] == whole
    served = open_home.get(f"/v1/pages/{page['page_id']}")
    assert [one["rebuilt_to_the_byte"] for one in served["continued"]] == [True]


def test_asked_again_the_page_stays_for_its_epoch_though_snapshots_come(lived_in: Any) -> None:
    first = lived_in.page("zoe")
    moved = 0
    for minute in range(1, 31):
        lived_in.clock.on(minutes=1)
        lived_in.tell(lived_in.make.one("play", "crowd", f"f{minute:03d}"))
        lived_in.service.fold_snapshot()
        again = lived_in.page("zoe")
        if again["snapshot"] == first["snapshot"] and again["seed"] == first["seed"]:
            assert names(again["rows"]) == names(first["rows"])
        else:
            moved += 1
            if minute < 5:
                assert again["snapshot"] <= first["snapshot"] + minute
        first = again
    assert 6 <= moved <= 8  # a snapshot each five minutes, a seed each thirty


@pytest.mark.slow
@pytest.mark.parametrize("query", ["", "personalised=false"])
def test_a_clock_frozen_as_an_epoch_begins_keeps_the_snapshot_too(
    open_home: Any, query: str
) -> None:
    make, viewers = open_home.make, [f"viewer{i}" for i in range(12)]  # of every shift
    open_home.tell(*(make.one("play", "bob", f"f{i:03d}") for i in range(5)))
    first = [tiles(open_home.page(viewer, query)) for viewer in viewers]
    open_home.tell(*(make.one("play", f"other{i}", "f050") for i in range(30)))
    open_home.service.fold_snapshot()
    for viewer, before in zip(viewers, first, strict=True):
        again = tiles(open_home.page(viewer, query))
        assert [t["title_id"] for t in again] == [t["title_id"] for t in before]


def test_without_profiling_opposite_histories_get_the_same_page_and_wishes_hold(
    lived_in: Any,
) -> None:
    lived_in.train()
    make = lived_in.make
    lived_in.tell(
        *(make.one("rate", "left", f"f{i:03d}", value=2) for i in range(0, 30, 5)),
        *(make.one("rate", "right", f"f{i:03d}", value=-1) for i in range(0, 30, 5)),
        make.one("play", "left", "f041"), make.one("search", "right", query="film"),
        make.one("play", "right", "s1-1x1"),
    )  # fmt: skip
    assert names(lived_in.page("left")["rows"]) != names(lived_in.page("right")["rows"])

    pages = [lived_in.page(p, "personalised=false") for p in ("left", "right", "nobody-yet")]

    for page in pages:
        assert page["mode"] == "unpersonalised"
        assert page["experiments"] == {}
        assert tiles(page, "continue_watching") == []
        assert all(tile["resume"] is None for tile in tiles(page))
        page.pop("profile_id")
    assert without_stamps(pages[0]) == without_stamps(pages[1]) == without_stamps(pages[2])
    target = tiles(pages[0])[0]["title_id"]
    lived_in.tell(make.one("dismiss", "left", target), make.one("list_add", "left", "f033"))
    lived_in.api.patch("/v1/profiles/left", json={"preferences": {"hidden_rows": ["genre"]}})
    wished = lived_in.page("left", "personalised=false")
    assert target not in {t["title_id"] for t in tiles(wished)}
    assert [t["title_id"] for t in tiles(wished, "my_list")] == ["f033"]
    assert "genre" not in {row["kind"] for row in wished["rows"]}


@pytest.mark.slow
def test_a_kids_profile_and_the_preference_end_inference_and_keep_what_was_begun(
    lived_in: Any,
) -> None:
    lived_in.train()
    for_children = [{**t, "title_id": f"k{i}", "kids": True, "maturity": 0}
                    for i, t in enumerate(titles(8))]  # fmt: skip
    lived_in.api.post("/v1/titles", json={"titles": for_children})
    stop = {"seconds_watched": 900, "position_seconds": 900, "runtime_seconds": 6000}
    for profile in ("kid", "shy"):
        lived_in.tell(lived_in.make.one("play", profile, "k1"),
                      lived_in.make.one("stop", profile, "k1", **stop))  # fmt: skip
    lived_in.api.put("/v1/profiles/kid", json={"kids": True, "maturity_limit": 6})
    lived_in.api.put("/v1/profiles/shy", json={"preferences": {"personalised": False}})
    for profile in ("kid", "shy"):
        page = lived_in.page(profile)
        assert page["mode"] == "unpersonalised"
        (going,) = tiles(page, "continue_watching")
        assert (going["title_id"], going["resume"]["position_seconds"]) == ("k1", 900)
    assert {t["title_id"][0] for t in tiles(lived_in.page("kid"))} == {"k"}
    assert tiles(lived_in.page("kid", "personalised=false"), "continue_watching") == []


def test_the_mode_says_where_the_scores_came_from(open_home: Any) -> None:
    off = "personalised=false"
    assert (open_home.page()["mode"], open_home.page(query=off)["mode"]) == ("static", "static")
    open_home.tell(open_home.make.one("rate", "bob", "f001", value=2))
    assert (open_home.page()["mode"], open_home.page("bob")["mode"]) == ("unpersonalised",) * 2
    before = open_home.get("/v1/transparency")["interests"]
    open_home.train()
    told = open_home.get("/v1/transparency")
    assert "4 genres" in told["interests"] != before
    assert "gives way" in told["spread"]
    assert (open_home.page()["mode"], open_home.page("bob")["mode"]) == ("personalised",) * 2
    assert open_home.page("bob", off)["mode"] == "unpersonalised"


@pytest.mark.parametrize("ahead", ["2027-03-01", "2099-01-01", "9999-12-31"])
def test_a_title_dated_ahead_is_no_newer_than_what_came_today(open_home: Any, ahead: str) -> None:
    told = [
        {**titles()[0], "title_id": "ahead", "added_at": ahead, "release_year": 1960},
        {**titles()[1], "title_id": "today", "added_at": "2026-03-01", "release_year": 2026},
    ]
    assert open_home.api.post("/v1/titles", json={"titles": told}).status_code == 200
    of_today, of_ahead = (
        open_home.get(f"/v1/profiles/ann/titles/{title}/why") for title in ("today", "ahead")
    )
    assert (of_today["rank"], of_ahead["rank"]) == (1, 2)
    assert of_ahead["value"] <= 1


def test_a_reason_names_a_title_in_the_language_of_its_viewer(open_home: Any) -> None:
    told = [{**t, "names": {"de": f"Film auf Deutsch {t['title_id']}"}} for t in titles()]
    assert open_home.api.post("/v1/titles", json={"titles": told}).status_code == 200
    german = open_home.get("/v1/titles/f001/similar?language=de")["tiles"]
    open_home.api.patch("/v1/profiles/uta", json={"language": "de-AT"})
    own = open_home.get("/v1/titles/f001/similar?profile_id=uta")["tiles"]
    for tiles_told in (german, own):
        assert "Film auf Deutsch " in str([tile["name"] for tile in tiles_told])
        for tile in tiles_told:
            assert tile["reason"]["text"] == "Passt zu Film auf Deutsch f001"
    plain = open_home.get("/v1/titles/f001/similar?language=en")["tiles"]
    assert plain[0]["reason"]["text"] == "Goes with Film number 1"


@pytest.mark.slow
def test_similar_is_judged_for_the_profile_asked_for_and_for_nobody_otherwise(
    lived_in: Any,
) -> None:
    lived_in.train()
    free = lived_in.get("/v1/titles/f001/similar?columns=10")["tiles"]
    assert len(free) == 10
    target = free[0]["title_id"]
    for profile in ("ann", "anyone"):
        lived_in.tell(lived_in.make.one("dismiss", profile, target))
        lived_in.api.patch(
            f"/v1/profiles/{profile}", json={"preferences": {"muted_titles": [target]}}
        )
    own = lived_in.get("/v1/titles/f001/similar?columns=10&profile_id=ann")["tiles"]
    again = lived_in.get("/v1/titles/f001/similar?columns=10")["tiles"]
    assert target not in {t["title_id"] for t in own}
    assert [t["title_id"] for t in again] == [t["title_id"] for t in free]
    assert "f001" not in {t["title_id"] for t in free + own}
    assert all(t["reason"]["text"] and t["token"] for t in free)
    assert lived_in.get("/v1/titles/s1-1x1/similar")["tiles"] is not None
    lived_in.get("/v1/titles/nothing/similar", 404)
    assert lived_in.get("/v1/profiles?after=")["profiles"][-1]["profile_id"] == "viewer9"
