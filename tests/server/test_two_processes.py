"""What one process acknowledged holds on the very next page of any other."""

from __future__ import annotations

import subprocess
import sys

import pytest

from frontrow.base.home import Home
from frontrow.base.time import system_clock
from tests.server.conftest import Server
from tests.server.small_world import Events, lives, series, tiles, titles

pytestmark = pytest.mark.slow

Two = tuple[Server, Server]


def shown(page: dict, kind: str | None = None) -> set[str]:
    return {tile["title_id"] for tile in tiles(page, kind)}


def tell(server: Server, *events: dict) -> None:
    answer = server.post("/v1/events", {"events": list(events)})
    assert answer["accepted"] == len(events), answer


def page(server: Server, profile: str = "ann", query: str = "rows=40") -> dict:
    return server.get(f"/v1/profiles/{profile}/page?{query}")


def test_a_dismissed_title_is_gone_from_the_next_page_of_the_other_process(
    two_servers: Two,
) -> None:
    one, other = two_servers
    one.post("/v1/titles", {"titles": titles()})
    target = tiles(page(other))[0]["title_id"]
    make = Events(system_clock()())

    tell(one, make.one("dismiss", "ann", target))

    assert target not in shown(page(other))
    tell(other, make.one("undismiss", "ann", target))
    assert target in shown(page(one))


def test_a_begun_play_is_in_continue_watching_with_its_position(two_servers: Two) -> None:
    one, other = two_servers
    one.post("/v1/titles", {"titles": titles() + series()})
    make = Events(system_clock()())

    tell(
        one,
        make.one("play", "ann", "f003"),
        make.one("stop", "ann", "f003", seconds_watched=1312, position_seconds=1312,
                 runtime_seconds=6000),
        make.one("play", "ann", "s1-1x2"),
        make.one("complete", "ann", "s1-1x2"),
    )  # fmt: skip

    going = {t["title_id"]: t["resume"] for t in tiles(page(other), "continue_watching")}
    assert going["f003"]["position_seconds"] == 1312
    assert going["f003"]["fraction"] == pytest.approx(1312 / 6000, abs=1e-4)
    assert going["s1"] == {
        "title_id": "s1-1x3", "season": 1, "episode": 3, "position_seconds": 0, "fraction": 0,
    }  # fmt: skip


def test_titles_withdrawals_and_profile_changes_hold_at_once_everywhere(two_servers: Two) -> None:
    one, other = two_servers
    one.post("/v1/titles", {"titles": titles()})
    target = tiles(page(other))[0]["title_id"]

    assert one.call("DELETE", f"/v1/titles/{target}")[0] == 204
    assert target not in shown(page(other))

    one.call("PATCH", "/v1/profiles/ann", {"preferences": {"muted_genres": ["Drama"]}})
    left = shown(page(other))
    dramas = {t["title_id"] for t in titles() if "Drama" in t["genres"]}
    assert left
    assert left.isdisjoint(dramas)

    one.call("PATCH", "/v1/profiles/ann", {"kids": True})
    assert page(other)["rows"] == []  # nothing here is made for children


def test_a_page_of_one_process_is_on_record_for_the_other_at_once(two_servers: Two) -> None:
    one, other = two_servers
    one.post("/v1/titles", {"titles": titles()})
    for _ in range(5):
        told = page(one)
        assert other.get(f"/v1/pages/{told['page_id']}")["page"]["page_id"] == told["page_id"]
    last = page(one)["page_id"]
    held = other.get("/v1/profiles/ann/data")["decisions"]
    assert last in {decision["page_id"] for decision in held}
    page(one, query="rows=3")
    status, answer = other.call("DELETE", "/v1/profiles/ann")
    assert (status, answer["removed"]["decisions"]) == (200, len(held) + 1)


def test_love_raises_the_value_of_its_neighbours(home: Home, two_servers: Two) -> None:
    one, other = two_servers
    now = system_clock()()
    one.post("/v1/titles", {"titles": titles()})
    one.post("/v1/events", {"events": lives(now)})
    command = [sys.executable, "-m", "frontrow", "--home", str(home.path), "train", "--json"]
    subprocess.run(command, check=True, capture_output=True)
    make = Events(now)
    tell(one, make.one("rate", "ann", "f001", value=1))
    assert page(one)["mode"] == "personalised"
    anchor = "f010"
    neighbours = [
        tile["title_id"] for tile in other.get(f"/v1/titles/{anchor}/similar?columns=3")["tiles"]
    ]
    before = [value_of(other, title) for title in neighbours]

    tell(one, make.one("rate", "ann", anchor, value=2))

    after = [value_of(other, title) for title in neighbours]
    assert len(neighbours) == 3
    assert all(b < a for b, a in zip(before, after, strict=True)), (before, after)


def value_of(server: Server, title: str) -> float:
    return float(server.get(f"/v1/profiles/ann/titles/{title}/why")["value"])


def test_asked_again_nothing_moves_and_a_window_depends_on_nothing_asked_before(
    two_servers: Two,
) -> None:
    one, other = two_servers
    one.post("/v1/titles", {"titles": titles()})
    whole = page(one, query="rows=6&columns=60")
    assert [r["row_id"] for r in page(other, query="rows=6&columns=60")["rows"]] == [
        r["row_id"] for r in whole["rows"]
    ]
    narrow = page(other, query="rows=2&columns=3")

    more = one.get(f"/v1/pages/{narrow['page_id']}/more?after_row={narrow['rows'][-1]['row_id']}")
    row = narrow["rows"][0]
    rest = one.get(f"/v1/pages/{narrow['page_id']}/rows/{row['row_id']}?offset=3&columns=60")

    assert [r["row_id"] for r in more["rows"]] == [r["row_id"] for r in whole["rows"][2:4]]
    joined = [t["title_id"] for t in row["tiles"]] + [t["title_id"] for t in rest["tiles"]]
    assert joined == [t["title_id"] for t in whole["rows"][0]["tiles"]]
    assert not rest["more"]


def test_forgetting_in_one_process_empties_the_other_before_it_answers(two_servers: Two) -> None:
    one, other = two_servers
    one.post("/v1/titles", {"titles": titles()})
    make = Events(system_clock()())
    tell(one, make.one("play", "ann", "f003"), make.one("list_add", "ann", "f004"))
    assert shown(page(other), "continue_watching") == {"f003"}

    status, answer = one.call("DELETE", "/v1/profiles/ann")

    assert status == 200
    assert answer["removed"]["events"] == 2
    assert shown(page(other), "continue_watching") == set()
    assert other.get("/v1/profiles/ann/data")["events"] == []
    tell(other, make.one("play", "ann", "f007"))  # comes again, as someone new
    assert shown(page(one), "continue_watching") == {"f007"}
