"""Bad input gets a clear refusal with a pointer, and nothing of it is stored; the good is kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from frontrow.base.time import system_clock
from frontrow.server.ingest import take_events
from tests.server.small_world import Events, titles

NOW = system_clock()()
JSON = {"content-type": "application/json"}


def refused(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["status"] == status
    assert {"type", "title", "detail"} <= told.keys()
    return told


def pointers(told: dict[str, Any]) -> list[str]:
    return [error["pointer"] for error in told["errors"]]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{not json", 400),
        (b"", 400),
        (b"\xff\xfe{}", 400),
        (b"[" * 100_000, 400),
        (b'{"events": "' + b"x" * 9_000_000 + b'"}', 413),
    ],
    ids=["malformed", "empty", "not UTF-8", "deep", "9 MB"],
)
@pytest.mark.parametrize("path", ["/v1/events", "/v1/titles"])
def test_a_body_that_cannot_be_read_is_refused(
    client: Any, path: str, body: bytes, status: int
) -> None:
    told = refused(client.post(path, content=body, headers=JSON), status)
    assert pointers(told) == [""]


BAD_EVENTS = [
    ({"type": "watch"}, "type"),
    ({"profile_id": "two words"}, "profile_id"),
    ({"event_id": ""}, "event_id"),
    ({"event_id": "x" * 129}, "event_id"),
    ({"title_id": 7}, "title_id"),
    ({"seconds_watched": 1e9}, "seconds_watched"),
    ({"seconds_watched": -1}, "seconds_watched"),
    ({"time": "0000-01-01T00:00:00Z"}, "time"),
    ({"time": "2026-01-01T00:00:00"}, "time"),
    ({"time": (NOW + timedelta(days=2)).isoformat()}, "time"),
    ({"time": (NOW - timedelta(days=91)).isoformat()}, "time"),
    ({"age": 34}, "age"),
    ({"title_id": None}, "title_id"),
]


@pytest.mark.parametrize(("wrong", "field"), BAD_EVENTS, ids=[f for _, f in BAD_EVENTS])
def test_a_bad_event_is_refused_with_its_pointer_and_the_good_one_beside_it_is_kept(
    client: Any, wrong: dict[str, Any], field: str
) -> None:
    make = Events(NOW)
    good, bad = make.one("play", "ann", "f001"), {**make.one("play", "ann", "f002"), **wrong}
    if wrong.get("title_id", 0) is None:
        del bad["title_id"]

    told = client.post("/v1/events", json={"events": [good, bad]}).json()
    alone = refused(client.post("/v1/events", json={"events": [bad]}), 422)

    assert told["accepted"] == 1
    assert [r["index"] for r in told["rejected"]] == [1]
    assert told["rejected"][0]["errors"][0]["pointer"] == f"/events/1/{field}"
    assert pointers(alone) == [f"/events/0/{field}"]
    stored = client.get("/v1/profiles/ann/data").json()["events"]
    assert [event["event_id"] for event in stored] == [good["event_id"]]


def test_every_wrong_field_of_an_event_is_named(client: Any) -> None:
    bad = {"event_id": "a b", "type": "seen", "profile_id": "ann", "time": "now", "extra": 1}
    told = refused(client.post("/v1/events", json={"events": [bad]}), 422)
    assert set(pointers(told)) == {
        "/events/0/event_id", "/events/0/type", "/events/0/time", "/events/0/extra",
    }  # fmt: skip


BAD_TITLES = [
    ({"kind": "film"}, "kind"),
    ({"release_year": 0}, "release_year"),
    ({"name": ""}, "name"),
    ({"name": "a\x00b"}, "name"),
    ({"title_id": "has space"}, "title_id"),
    ({"runtime_minutes": -5}, "runtime_minutes"),
    ({"people": [{"name": "X", "role": "star"}]}, "people/0/role"),
    ({"availability": [{"from": "yesterday"}]}, "availability/0/from"),
    ({"availability": [{}, {"until": "2026-01-31T20Z"}]}, "availability/1/until"),
    ({"added_at": "20260131T201500Z"}, "added_at"),
    ({"added_at": "2026-W05-1"}, "added_at"),
    ({"kind": "episode"}, "series_id"),
    ({"postcode": "10115"}, "postcode"),
]


@pytest.mark.parametrize(("wrong", "field"), BAD_TITLES, ids=[f for _, f in BAD_TITLES])
def test_a_bad_title_is_refused_with_its_pointer_and_the_good_one_beside_it_is_kept(
    client: Any, wrong: dict[str, Any], field: str
) -> None:
    good, bad = titles(2)

    told = client.post("/v1/titles", json={"titles": [good, {**bad, **wrong}]}).json()

    assert told["accepted"] == 1
    assert told["rejected"][0]["errors"][0]["pointer"] == f"/titles/1/{field}"
    assert client.get("/v1/titles/f000").json()["name"] == good["name"]
    refused(client.get("/v1/titles/f001"), 404)


@pytest.mark.parametrize(
    ("query", "field"),
    [("rows=0", "rows"), ("rows=many", "rows"), ("device=watch", "device"), ("color=red", "color"),
     ("country=Germany", "country"), ("at=yesterday", "at"), ("rows=1&rows=2", "rows")],
)  # fmt: skip
def test_a_bad_page_parameter_is_named(client: Any, query: str, field: str) -> None:
    told = refused(client.get(f"/v1/profiles/ann/page?{query}"), 422)
    assert pointers(told) == [f"/{field}"]


@pytest.mark.parametrize(
    ("body", "field"),
    [({"age": 30}, "age"), ({"gender": "f"}, "gender"), ({"time_zone": "Mars/Base"}, "time_zone"),
     ({"time_zone": "localtime"}, "time_zone"), ({"time_zone": "posixrules"}, "time_zone"),
     ({"time_zone": "right/Europe/Berlin"}, "time_zone"),
     ({"maturity_limit": "old"}, "maturity_limit"),
     ({"preferences": {"adventurousness": 2}}, "preferences/adventurousness"),
     ({"profile_id": "bob"}, "profile_id")],
)  # fmt: skip
def test_a_bad_profile_is_refused_and_nothing_of_it_is_stored(
    client: Any, body: dict[str, Any], field: str
) -> None:
    told = refused(client.put("/v1/profiles/ann", json={"country": "DE", **body}), 422)
    assert pointers(told) == [f"/{field}"]
    assert client.get("/v1/profiles/ann").json()["country"] is None


def test_other_content_types_methods_hosts_and_addresses_are_refused(client: Any) -> None:
    form = {"content-type": "application/x-www-form-urlencoded"}
    refused(client.post("/v1/events", content=b"{}", headers=form), 415)
    wrong = client.put("/v1/events", json={})
    refused(wrong, 405)
    assert wrong.headers["allow"] == "POST"
    refused(client.get("/v1/nothing"), 404)
    refused(client.get("/healthz", headers={"host": "evil.example"}), 403)
    refused(client.get("/v1/profiles/two%20words/page"), 422)
    refused(client.get("/v1/pages/made-up/more?after_row=x"), 404)


@pytest.mark.parametrize("method", ["TRACE", "OPTIONS", "CONNECT", "PROPFIND", "MADE-UP"])
def test_whatever_the_method_the_refusal_names_those_that_the_address_takes(
    client: Any, method: str
) -> None:
    for path, takes in (("/v1/titles/f1", "DELETE, GET, HEAD"), ("/v1/events", "POST")):
        wrong = client.request(method, path)
        refused(wrong, 405)
        assert wrong.headers["allow"] == takes
    assert 'method="MADE-UP"' not in client.get("/metrics").text


def test_the_same_event_again_is_a_duplicate_and_no_error(client: Any) -> None:
    event = Events(NOW).one("play", "ann", "f001")
    first = client.post("/v1/events", json={"events": [event]}).json()
    again = client.post("/v1/events", json={"events": [event, event]}).json()
    assert (first["accepted"], first["duplicates"]) == (1, 0)
    assert (again["accepted"], again["duplicates"]) == (0, 2)


def test_more_than_a_thousand_at_once_are_refused(client: Any) -> None:
    make = Events(NOW)
    batch = [make.one("click", "ann", "f001") for _ in range(1001)]
    told = refused(client.post("/v1/events", json={"events": batch}), 422)
    assert pointers(told) == ["/events"]


def test_every_problem_document_has_its_list_of_errors(client: Any) -> None:
    for told in (
        client.get("/v1/titles/nothing"),
        client.get("/v1/nothing"),
        client.put("/healthz"),
    ):
        assert told.json()["errors"] == []


def test_an_event_that_is_stored_is_a_duplicate_however_old_it_is(
    service: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = Events(NOW)
    stored, never = make.one("play", "ann", "f001"), make.one("play", "ann", "f002")
    take_events(service, {"events": [stored]})
    monkeypatch.setattr(service, "clock", lambda: NOW + timedelta(days=200))
    told = take_events(service, {"events": [stored, never]})
    assert (told["accepted"], told["duplicates"]) == (0, 1)
    assert [one["event_id"] for one in told["rejected"]] == [never["event_id"]]
