"""Profiles: settings, what is held, start again."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from frontrow.base.home import Home
from frontrow.base.time import format_time, system_clock
from tests.server.small_world import Events, lives, tiles, titles
from tests.server.test_bad_input import pointers, refused

NOW = system_clock()()


def test_a_patch_merges_removes_with_null_and_leaves_the_rest(client: Any) -> None:
    path = "/v1/profiles/ann"
    wishes = {"adventurousness": 0.9, "hidden_rows": ["top10"]}
    settings = {"country": "DE", "language": "de", "understands": ["de", "en"]}
    made = client.put(path, json={**settings, "preferences": wishes})
    assert made.status_code == 200
    patch = {"country": None, "preferences": {"hidden_rows": None, "muted_genres": ["War"]}}
    told = client.patch(path, json=patch).json()
    assert told["country"] is None
    assert (told["language"], told["understands"]) == ("de", ["de", "en"])
    assert told["preferences"]["hidden_rows"] == []
    assert told["preferences"]["muted_genres"] == ["War"]
    assert told["preferences"]["adventurousness"] == 0.9
    assert client.get(path).json() == told
    typed = {"content-type": "application/merge-patch+json"}
    assert client.patch(path, content=b'{"kids":true}', headers=typed).json()["kids"] is True
    replaced = client.put(path, json={}).json()
    assert (replaced["language"], replaced["kids"], replaced["understands"]) == (None, False, [])
    assert client.put(path, json=replaced).json() == replaced


def test_an_id_that_is_null_is_one_that_is_left_out(client: Any) -> None:
    answer = client.put("/v1/profiles/ann", json={"profile_id": None, "country": "DE"})
    assert (answer.status_code, answer.json()["profile_id"]) == (200, "ann")


def test_the_moment_a_profile_was_made_stays(client: Any) -> None:
    path = "/v1/profiles/ann"
    made = client.put(path, json={"country": "DE"}).json()["created_at"]
    assert client.put(path, json={"country": "FR"}).json()["created_at"] == made
    assert client.patch(path, json={"created_at": None}).json()["created_at"] == made
    for wrong in ("2001-01-01T00:00:00Z", "once"):
        assert pointers(refused(client.put(path, json={"created_at": wrong}), 422)) == [
            "/created_at"
        ]
    first = {"created_at": "2001-01-01T00:00:00Z"}
    assert client.put("/v1/profiles/old", json=first).json()["created_at"] == first["created_at"]
    same = {"created_at": "2001-01-01T02:00:00+02:00"}
    assert client.put("/v1/profiles/old", json=same).json()["created_at"] == first["created_at"]
    assert client.get("/v1/profiles/old").json()["created_at"] == first["created_at"]
    told = refused(client.patch("/v1/profiles/old", json=[]), 422)
    assert pointers(told) == [""]
    assert pointers(refused(client.put("/v1/profiles/new", json={"created_at": "x"}), 422)) == [
        "/created_at"
    ]
    assert client.get("/v1/profiles/new").json()["created_at"] is None


def test_of_changes_at_the_same_time_none_undoes_another(client: Any) -> None:
    changes = [
        {"country": "DE"}, {"language": "de"}, {"time_zone": "Europe/Berlin"},
        {"maturity_limit": 12}, {"household_id": "h1"}, {"understands": ["de"]},
        {"preferences": {"adventurousness": 0.1}}, {"preferences": {"muted_genres": ["War"]}},
    ]  # fmt: skip
    with ThreadPoolExecutor(8) as several:
        answers = list(several.map(lambda c: client.patch("/v1/profiles/ann", json=c), changes))
    assert [a.status_code for a in answers] == [200] * 8
    told = client.get("/v1/profiles/ann").json()
    for change in changes:
        for name, value in change.items():
            if isinstance(value, dict):
                assert value.items() <= told[name].items()
            else:
                assert told[name] == value


def test_known_profiles_come_in_pages(client: Any) -> None:
    client.post("/v1/events", json={"events": lives(NOW, 7)})
    found, after = [], ""
    for _ in range(4):
        told = client.get(f"/v1/profiles?limit=3&after={after}").json()
        found += [p["profile_id"] for p in told["profiles"]]
        after = told["next"]
        if after is None:
            break
    assert found == [f"viewer{i}" for i in range(7)]
    refused(client.get("/v1/profiles?limit=0"), 422)


def test_everything_held_is_told_as_it_was_accepted(client: Any) -> None:
    client.post("/v1/titles", json={"titles": titles(6)})
    make = Events(NOW)
    events = [
        make.one("play", "ann", "f001", attributes={"x": [1]}, session_id="s"),
        make.one("search", "ann", query="fil"),
        make.one("rate", "ann", "f002", value=3.5, scale_min=0.5, scale_max=5),
    ]
    assert client.post("/v1/events", json={"events": events}).json()["accepted"] == 3
    page = client.get("/v1/profiles/ann/page").json()
    told = client.get("/v1/profiles/ann/data").json()
    kept = {e["event_id"]: e for e in told["events"]}
    for event in events:
        assert {**event, "time": None}.items() <= {**kept[event["event_id"]], "time": None}.items()
    assert [d["page_id"] for d in told["decisions"]] == [page["page_id"]]
    assert told["profile"]["profile_id"] == "ann"
    assert told["taste"]["inferences"]


def test_times_in_answers_are_utc(client: Any) -> None:
    moment = NOW.replace(microsecond=0)
    there = moment.astimezone(ZoneInfo("Asia/Tokyo")).isoformat()
    event = {**Events(NOW).one("play", "ann", "f001"), "time": there}
    client.post("/v1/events", json={"events": [event]})
    (kept,) = client.get("/v1/profiles/ann/data").json()["events"]
    assert kept["time"] == format_time(moment)


def test_starting_again_empties_taste_and_the_page_and_keeps_settings(client: Any) -> None:
    client.post("/v1/titles", json={"titles": titles()})
    make = Events(NOW)
    client.put("/v1/profiles/ann", json={"country": "DE"})
    client.post("/v1/events", json={"events": [
        make.one("play", "ann", "f001"), make.one("list_add", "ann", "f002"),
        make.one("rate", "ann", "f003", value=2)]})  # fmt: skip
    assert client.get("/v1/profiles/ann/taste").json()["inferences"]
    assert client.post("/v1/profiles/ann/reset").status_code == 200
    assert client.get("/v1/profiles/ann/taste").json()["inferences"] == []
    page = client.get("/v1/profiles/ann/page").json()
    assert tiles(page, "continue_watching") == tiles(page, "my_list") == []
    assert client.get("/v1/profiles/ann").json()["country"] == "DE"


def test_titles_are_told_withdrawn_once_and_may_come_back(client: Any) -> None:
    client.post("/v1/titles", json={"titles": titles(3)})
    assert client.get("/v1/titles/f001").json()["name"] == "Film number 1"
    assert client.delete("/v1/titles/f001").status_code == 204
    refused(client.get("/v1/titles/f001"), 404)
    refused(client.delete("/v1/titles/f001"), 404)
    client.post("/v1/titles", json={"titles": titles(3)})
    assert client.get("/v1/titles/f001").status_code == 200


@pytest.mark.parametrize("body", [b"no JSON", b"{}", b"[1]"])
def test_settings_that_cannot_be_read_are_a_childs_until_they_are_replaced(
    client: Any, home: Home, body: bytes
) -> None:
    client.post("/v1/titles", json={"titles": titles(30)})
    assert client.put("/v1/profiles/ann", json={"country": "DE"}).status_code == 200
    with closing(sqlite3.connect(home.path / "frontrow.db")) as database, database:
        database.execute("UPDATE event SET body = ? WHERE type = 'profile_set'", (body,))
    assert client.get("/v1/profiles/ann/page").json()["rows"] == []  # nothing here is for children
    told = client.get("/v1/profiles/ann").json()
    assert (told["kids"], told["maturity_limit"]) == (True, 0)
    mended = {"country": "FR", "kids": False, "maturity_limit": None}
    assert client.put("/v1/profiles/ann", json=mended).json()["country"] == "FR"
    assert client.get("/v1/profiles/ann/page").json()["rows"]


def test_what_was_said_of_titles_is_told_by_name_the_latest_first(client: Any) -> None:
    client.post(
        "/v1/titles",
        json={"titles": [{**t, "names": {"de": f"Der {t['name']}"}} for t in titles(8)]},
    )
    make = Events(NOW)
    told = [
        make.one("list_add", "ann", "f001"), make.one("dismiss", "ann", "f002"),
        make.one("dismiss", "ann", "f003"), make.one("dismiss", "ann", "f004"),
        make.one("undismiss", "ann", "f004"), make.one("complete", "ann", "f005"),
        make.one("dismiss", "ann", "f005", scope="continue_watching"),
    ]  # fmt: skip
    for at, event in enumerate(told):
        event["time"] = format_time(NOW - timedelta(minutes=60 - at))
    client.post("/v1/events", json={"events": told})
    client.patch("/v1/profiles/ann", json={"preferences": {"muted_titles": ["f006", "gone"]}})
    wishes = client.get("/v1/profiles/ann/wishes").json()
    assert wishes == {
        "profile_id": "ann",
        "listed": [{"title_id": "f001", "name": "Film number 1"}],
        "dismissed": [
            {"title_id": "f003", "name": "Film number 3"},
            {"title_id": "f002", "name": "Film number 2"},
        ],
        "muted": [
            {"title_id": "f006", "name": "Film number 6"}, {"title_id": "gone", "name": "gone"}
        ],
    }  # fmt: skip
    german = client.get("/v1/profiles/ann/wishes?language=de").json()
    assert german["listed"] == [{"title_id": "f001", "name": "Der Film number 1"}]
    assert client.get("/v1/profiles/unknown/wishes").json()["listed"] == []
