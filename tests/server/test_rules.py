"""The operator's rules over HTTP: set, refused with pointers, in force on the next page, told, counted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace
from starlette.testclient import TestClient

from frontrow.base.home import Home
from frontrow.server import Service
from frontrow.server.web import make_app
from tests.server.conftest import Server
from tests.server.small_world import Events, tiles, titles
from tests.server.told import Told

NOW = datetime(2026, 3, 1, 20, 0, tzinfo=UTC)

CHOSEN = ["f042", "f007", "f013", "f021", "f030", "f005"]
ROW = {"key": "week", "name": "Our week", "names": {"de": "Unsere Woche"}, "author": "ann",
       "titles": CHOSEN}  # fmt: skip
BOOST = {"key": "horror", "select": {"genres": ["Horror"]}, "strength": 0.4, "author": "bo"}


EARLY = {"preferences": {"pinned_rows": ["editorial"]}}
"""A viewer who wants editorial rows early: before other rows take the few titles of this catalogue."""


class Opened:
    """A service whose clock a test moves, as a caller sees it."""

    def __init__(self, home: Home) -> None:
        self.now = NOW
        self.service = Service(home, lambda: self.now)
        self.ask: Any = None

    def put(self, document: Any, query: str = "", status: int = 200) -> Any:
        answer = self.ask("PUT", f"/v1/rules{query}", document)
        assert answer.status_code == status, answer.text
        return answer.json()

    def get(self, path: str, status: int = 200) -> Any:
        answer = self.ask("GET", path)
        assert answer.status_code == status, answer.text
        return answer.json()

    def page(self, profile: str = "ann", query: str = "rows=40") -> Any:
        return self.get(f"/v1/profiles/{profile}/page?{query}")


@pytest.fixture
def opened(home: Home) -> Any:
    made = Opened(home)
    app = make_app(made.service)
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        made.ask = Told(client)
        assert made.ask("POST", "/v1/titles", {"titles": titles()}).status_code == 200
        for profile in ("ann", "bea"):
            assert made.ask("PUT", f"/v1/profiles/{profile}", EARLY).status_code == 200
        yield made


def rows_of(page: Any) -> list[Any]:
    return [row for row in page["rows"] if row["kind"] == "editorial"]


def test_a_home_without_rules_says_so(opened: Opened) -> None:
    told = opened.get("/v1/rules")
    assert told == {"revision": 0, "at": None, "author": None, "rules": {}}
    assert opened.get("/v1/rules/history") == {"history": []}
    assert rows_of(opened.page()) == []


def test_an_editorial_row_is_on_the_next_page_in_the_editors_order(opened: Opened) -> None:
    opened.put({"rows": [ROW]}, "?author=ann")

    (row,) = rows_of(opened.page())

    assert row["title"] == "Our week"
    assert row["reason"]["editorial"] == "week"
    assert row["reason"]["text"] == "Chosen by our editors"
    shown = [tile["title_id"] for tile in row["tiles"]]
    assert shown == CHOSEN
    assert {tile["reason"]["code"] for tile in row["tiles"]} == {"editorial"}
    (row,) = rows_of(opened.page(query="rows=40&language=de-AT"))
    assert row["title"] == "Unsere Woche"


def test_a_fixed_row_keeps_all_its_titles_also_where_it_has_the_rankings_order(
    opened: Opened,
) -> None:
    # The youngest films rank first here; those of `top_picks` stay there.
    ranked = sorted(titles(), key=lambda t: (-t["release_year"], t["title_id"]))
    chosen = [title["title_id"] for title in ranked[8:44:3]]
    opened.put({"rows": [{**ROW, "titles": chosen}]})

    (row,) = rows_of(opened.page())

    assert [tile["title_id"] for tile in row["tiles"]] == chosen


def test_why_tells_a_title_beyond_the_end_of_a_fixed_row_that_its_place_decides_not_its_value(
    opened: Opened,
) -> None:
    # Films of low value here, whom no row but the editors' would hold so early.
    chosen = [f"f{i:03d}" for i in (0, 1, 2, 3, 4, 5, 6, 30, 31, 32, 33, 34, 35, 36)]
    opened.put({"rows": [{**ROW, "titles": chosen}]})
    settings, length = opened.service.settings, 8
    shorter = replace(settings, page=replace(settings.page, row_length=length))
    opened.service.settings = shorter

    told = opened.get(f"/v1/profiles/ann/titles/{chosen[length]}/why?rows=40")

    (verdict,) = [one for one in told["rows"] if one["kind"] == "editorial"]
    assert (verdict["code"], verdict["place"], verdict["length"]) == (
        "row_order", length + 1, length,
    )  # fmt: skip
    assert "value" not in verdict


def test_a_row_holds_within_its_dates_and_countries(opened: Opened) -> None:
    later = {**ROW, "from": "2026-03-02", "until": "2026-03-02", "countries": ["DE"]}
    opened.put({"rows": [later]})
    german = "rows=40&country=DE"

    assert rows_of(opened.page(query=german)) == []
    opened.now = NOW + timedelta(hours=4)
    assert len(rows_of(opened.page(query=german))) == 1
    assert rows_of(opened.page(query="rows=40&country=FR")) == []
    opened.now = NOW + timedelta(hours=28)
    assert rows_of(opened.page(query=german)) == []


def test_a_fixed_row_may_hold_what_was_rated_and_a_ranked_row_does_not(opened: Opened) -> None:
    ranked = {"key": "drama", "name": "Drama", "author": "ann", "select": {"genres": ["Drama"]}}
    opened.put({"rows": [ROW, ranked]})
    make = Events(NOW)
    seen = ["f007", "f013", "f010", "f015"]  # two of the fixed row, two dramas
    events = [make.one("rate", "ann", title, value=2) for title in seen]
    assert opened.ask("POST", "/v1/events", {"events": events}).json()["accepted"] == 4

    rows = {row["reason"]["editorial"]: row for row in rows_of(opened.page())}

    fixed = {tile["title_id"] for tile in rows["week"]["tiles"]}
    assert {"f007", "f013"} <= fixed
    assert not {tile["title_id"] for tile in rows["drama"]["tiles"]} & set(seen)


def test_a_viewer_who_hides_editorial_rows_sees_none(opened: Opened) -> None:
    opened.put({"rows": [ROW]})
    opened.ask("PUT", "/v1/profiles/ann", {"preferences": {"hidden_rows": ["editorial"]}})
    assert rows_of(opened.page()) == []
    assert rows_of(opened.page("bea"))


def test_a_boost_raises_titles_and_their_tiles_and_the_record_say_so(opened: Opened) -> None:
    before = opened.get("/v1/profiles/ann/titles/f003/why")
    assert before["boost"] is None
    opened.put({"boosts": [BOOST]})

    after = opened.get("/v1/profiles/ann/titles/f003/why")
    page = opened.page()

    assert after["boost"]["key"] == "horror"
    assert after["boost"]["text"] == "Its value is raised by 40 % by the operator's boost horror"
    assert after["value"] == pytest.approx(before["value"] * 1.4)
    assert after["rank"] < before["rank"]
    horror = {t["title_id"] for t in titles() if "Horror" in t["genres"]}
    for row in page["rows"]:
        for tile in row["tiles"]:
            said = tile["reason"].get("evidence", {}).get("boost")
            assert said == ("horror" if tile["title_id"] in horror else None)
    decision = opened.get(f"/v1/pages/{page['page_id']}")["decision"]
    shown = [t["title_id"] for t in tiles(page) if t["title_id"] in horror]
    assert decision["boosts"] == {"horror": shown}
    assert decision["rules_revision"] == 1


def test_what_stands_beside_a_page_owes_nothing_to_a_boost(opened: Opened) -> None:
    opened.put({"boosts": [BOOST]})
    for path in ("/v1/titles/f003/similar", "/v1/profiles/ann/starter"):
        told = opened.get(path)["tiles"]
        assert told
        assert all("boost" not in tile["reason"].get("evidence", {}) for tile in told)


def test_a_page_made_under_earlier_rules_goes_on_and_is_rebuilt_under_them(opened: Opened) -> None:
    opened.put({"rows": [ROW], "boosts": [BOOST]})
    page = opened.page(query="rows=2&columns=3")
    opened.put({})

    assert rows_of(opened.page()) == []
    served = opened.get(f"/v1/pages/{page['page_id']}")
    assert served["rebuilt_to_the_byte"]
    assert served["decision"]["rules_revision"] == 1
    (row,) = rows_of(page)
    rest = opened.get(f"/v1/pages/{page['page_id']}/rows/{row['row_id']}?offset=3")
    shown = [tile["title_id"] for tile in (*row["tiles"], *rest["tiles"])]
    assert shown == CHOSEN


def test_every_version_is_kept_and_can_be_read(opened: Opened) -> None:
    first = opened.put({"rows": [ROW]}, "?author=ann")
    opened.now += timedelta(hours=1)
    opened.put({"boosts": [BOOST]}, "?author=bo&revision=1")

    assert first == {
        "revision": 1, "at": "2026-03-01T20:00:00Z", "author": "ann", "rules": {"rows": [ROW]},
    }  # fmt: skip
    assert opened.get("/v1/rules")["rules"] == {"boosts": [BOOST]}
    assert opened.get("/v1/rules?revision=1") == first
    history = opened.get("/v1/rules/history")["history"]
    assert [(v["revision"], v["author"], v["rows"], v["boosts"]) for v in history] == [
        (2, "bo", 0, 1),
        (1, "ann", 1, 0),
    ]
    opened.get("/v1/rules?revision=9", status=404)


def test_what_get_tells_can_be_put_again(opened: Opened) -> None:
    opened.put({"rows": [ROW]})
    told = opened.get("/v1/rules")
    again = opened.put(told["rules"], f"?revision={told['revision']}")
    assert again == told


def test_a_change_made_from_an_older_version_is_refused(opened: Opened) -> None:
    opened.put({"rows": [ROW]})
    told = opened.put({"boosts": [BOOST]}, "?revision=0", status=409)
    assert "at revision 1, not 0" in told["detail"]
    assert opened.get("/v1/rules")["rules"] == {"rows": [ROW]}


def test_impossible_rules_are_refused_with_pointers_and_nothing_changes(opened: Opened) -> None:
    rows = [{**ROW, "place": 2}, {**ROW, "key": "other", "place": 2, "titles": ["f001", "x"]}]
    told = opened.put({"rows": rows}, status=422)

    errors = {error["pointer"]: error["detail"] for error in told["errors"]}
    assert set(errors) == {"/rows/1/place", "/rows/1/titles/1", "/rows/1/titles"}
    assert "taken by /rows/0" in errors["/rows/1/place"]
    assert opened.get("/v1/rules")["revision"] == 0
    told = opened.put({"rows": [{**ROW, "colour": "red"}]}, status=422)
    assert told["errors"] == [{"pointer": "/rows/0/colour", "detail": "is not a field known here"}]
    assert opened.put([], status=422)["errors"][0]["pointer"] == ""


def test_transparency_names_the_operators_hand_where_there_is_one_and_no_author(
    opened: Opened,
) -> None:
    assert "boosts" not in opened.get("/v1/transparency")
    opened.put({"rows": [{**ROW, "note": "for the festival"}], "boosts": [BOOST]})

    told = opened.get("/v1/transparency")

    assert told["boosts"] == [{"key": "horror", "select": {"genres": ["Horror"]}, "strength": 0.4}]
    assert [row["key"] for row in told["editorial_rows"]] == ["week"]
    assert "festival" not in str(told)
    assert "author" not in told["editorial_rows"][0]


def test_transparency_names_floors_caps_and_pins_and_only_what_holds_now(opened: Opened) -> None:
    drama, until = {"genres": ["Drama"]}, "2026-03-01T21:00:00Z"
    opened.put(
        {
            "rows": [{**ROW, "until": until}, {**ROW, "key": "next", "from": until}],
            "floors": [{"key": "dramas", "share": 0.1, "select": drama}],
            "caps": [{"key": "few", "per": "genre", "most": 8, "within": "row"}],
            "pins": [{"kind": "top10", "place": 4}],
        }
    )

    told = opened.get("/v1/transparency")
    assert [row["key"] for row in told["editorial_rows"]] == ["week"]
    assert told["floors"] == [{"key": "dramas", "share": 0.1, "select": drama}]
    assert told["caps"] == [{"key": "few", "per": "genre", "most": 8, "within": "row"}]
    assert told["pins"] == [{"kind": "top10", "place": 4}]
    assert len(told["operator"]) == 4

    opened.now += timedelta(hours=2)
    later = opened.get("/v1/transparency")
    assert [row["key"] for row in later["editorial_rows"]] == ["next"]
    assert later["version"] != told["version"]


def test_editorial_and_boosted_tiles_served_are_counted(opened: Opened) -> None:
    opened.put({"rows": [ROW], "boosts": [BOOST]})
    page = opened.page()
    (row,) = rows_of(page)
    boosted = [t for t in tiles(page) if "boost" in t["reason"].get("evidence", {})]

    text = opened.ask("GET", "/metrics").text

    assert f'frontrow_editorial_tiles_total{{row="week"}} {len(row["tiles"])}.0' in text
    assert f'frontrow_boosted_tiles_total{{boost="horror"}} {len(boosted)}.0' in text
    assert boosted
    opened.get(f"/v1/pages/{page['page_id']}/rows/{row['row_id']}?offset=2")
    text = opened.ask("GET", "/metrics").text
    counted = 2 * len(row["tiles"]) - 2
    assert f'frontrow_editorial_tiles_total{{row="week"}} {counted}.0' in text


@pytest.mark.slow
def test_rules_set_in_one_process_hold_on_the_next_page_of_another(
    two_servers: tuple[Server, Server],
) -> None:
    one, other = two_servers
    one.post("/v1/titles", {"titles": titles()})
    assert one.call("PUT", "/v1/profiles/ann", EARLY)[0] == 200
    assert rows_of(other.get("/v1/profiles/ann/page?rows=40")) == []

    assert one.call("PUT", "/v1/rules", {"rows": [ROW]})[0] == 200

    assert len(rows_of(other.get("/v1/profiles/ann/page?rows=40"))) == 1
    assert other.call("PUT", "/v1/rules?revision=0", {})[0] == 409
    assert other.call("PUT", "/v1/rules?revision=1", {})[0] == 200
    assert rows_of(one.get("/v1/profiles/ann/page?rows=40")) == []
