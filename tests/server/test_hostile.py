"""Hostile input: refused at its place, the batch's good events kept, and never an error of ours."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from frontrow.base.time import system_clock
from tests.server.small_world import Events

NOW = system_clock()()
JSON = {"content-type": "application/json"}


def nested(levels: int, inner: str = "1") -> str:
    return '{"a":' * levels + inner + "}" * levels


def deep(levels: int) -> Any:
    return json.loads(nested(levels))


SPOILT = {
    "1e308 on a scale": (
        {"type": "rate", "value": 1e308, "scale_min": -1e308, "scale_max": 1e308}, "scale_max"),
    "1e308 seconds": ({"seconds_watched": 1e308}, "seconds_watched"),
    "NUL in a query": ({"query": "a\x00b"}, "query"),
    "NUL in attributes": ({"attributes": {"a": [{"b": "\x00"}]}}, "attributes/a/0/b"),
    "NUL in a name of attributes": ({"attributes": {"a": {"\x00": 1}}}, "attributes/a"),
    "NUL in an id": ({"title_id": "f001\x00"}, "title_id"),
    "deep attributes": ({"attributes": deep(17)}, "attributes"),
    "deeper attributes": ({"attributes": deep(300)}, "attributes"),
    "depth in place of a title": ({"title_id": deep(300)}, "title_id"),
    "a number over 64 bits": ({"attributes": {"n": 2**64}}, "attributes/n"),
    "a position over 64 bits": ({"position": 2**70}, "position"),
    "a list for a text": ({"session_id": ["x"]}, "session_id"),
    "a text for a number": ({"seconds_watched": "12"}, "seconds_watched"),
    "a number for a switch": ({"autoplay": 1}, "autoplay"),
    "a switch for an id": ({"profile_id": True}, "profile_id"),
    "markup for an id": ({"title_id": "<script>alert(1)</script>"}, "title_id"),
    "a path for an id": ({"profile_id": "../../etc/passwd"}, "profile_id"),
    "a line break at an id's end": ({"event_id": "e1\n"}, "event_id"),
    "an unknown field with a slash": ({"a/b~c": 1}, "a~1b~0c"),
    "a prototype": ({"__proto__": {"x": 1}}, "__proto__"),
}  # fmt: skip


@pytest.mark.parametrize("name", SPOILT)
def test_a_spoilt_event_is_refused_at_its_place_and_the_good_ones_around_it_are_kept(
    client: Any, name: str
) -> None:
    spoil, field = SPOILT[name]
    make = Events(NOW)
    first, last = make.one("play", "ann", "f001"), make.one("stop", "ann", "f001")
    bad = {**make.one("click", "ann", "f002"), **spoil}

    answer = client.post("/v1/events", json={"events": [first, bad, last]})

    told = answer.json()
    assert (answer.status_code, told["accepted"]) == (200, 2)
    (rejected,) = told["rejected"]
    assert rejected["index"] == 1
    assert rejected["errors"][0]["pointer"] == f"/events/1/{field}"
    stored = client.get("/v1/profiles/ann/data").json()["events"]
    assert [e["event_id"] for e in stored] == [first["event_id"], last["event_id"]]
    assert client.post("/v1/events", json={"events": [bad]}).status_code == 422


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ('{"events":NaN}', 400),
        ('{"events":[],"\\ud800":[]}', 400),
        ('{"events":[],"more":"\\ud800"}', 400),
        ('[{"value":1e999}]', 400),
        ('{"events":[{"value":NaN}', 400),
        ('{"events":[{"query":"a\tb"}]}', 400),
        (nested(100_000), 400),
        ('{"events":' + "[" * 100_000, 400),
        ('{"events":"' + "x" * 10_000_000 + '"}', 413),
        ("9" * 100_000, 400),
        ("null", 422),
        ('"events"', 422),
        ('[{"events":[]}]', 422),
        ('{"events":{"0":{}}}', 422),
        ('{"events":[],"events2":[]}', 422),
    ],
    ids=lambda value: None if isinstance(value, int) else value[:30],
)
def test_a_body_of_which_no_event_can_be_read_is_refused_as_a_whole(
    client: Any, body: str, status: int
) -> None:
    answer = client.post("/v1/events", content=body.encode(), headers=JSON)
    assert answer.status_code == status, answer.text
    assert answer.json()["errors"][0]["pointer"] in ("", "/events", "/events2")


@pytest.mark.parametrize(
    ("spoilt", "pointer"),
    [
        ('"value":NaN', "/value"),
        ('"value":-Infinity', "/value"),
        ('"value":1e999', "/value"),
        ('"query":"\\ud83d"', "/query"),
        ('"query":"\\udc00\\ud800"', "/query"),
        ('"attributes":{"a":[1,{"b~/":"\\ud83d"}]}', "/attributes/a/1/b~0~1"),
        ('"attributes":{"\\ud83d":1}', "/attributes/\\ud83d"),
        ('"event_id":"\\ud83d"', "/event_id"),
        ('"attributes":' + nested(600, "NaN"), "/attributes" + "/a" * 600),
    ],
    ids=lambda value: value[:30],
)
def test_what_json_does_not_have_spoils_its_own_event_and_no_other(
    client: Any, spoilt: str, pointer: str
) -> None:
    make = Events(NOW)
    first, last = make.one("play", "ann", "f001"), make.one("stop", "ann", "f001")
    bad = '{"event_id":"e-bad",' + spoilt + "}"
    body = f'{{"events":[{json.dumps(first)},{bad},{json.dumps(last)}]}}'

    answer = client.post("/v1/events", content=body.encode(), headers=JSON)

    told = answer.json()
    assert (answer.status_code, told["accepted"]) == (200, 2), told
    (rejected,) = told["rejected"]
    assert rejected["index"] == 1
    assert rejected["event_id"] in ("e-bad", None)
    assert rejected["errors"][0]["pointer"] == f"/events/1{pointer}"
    stored = client.get("/v1/profiles/ann/data").json()["events"]
    assert [e["event_id"] for e in stored] == [first["event_id"], last["event_id"]]
    alone = client.post("/v1/events", content=f'{{"events":[{bad}]}}'.encode(), headers=JSON)
    assert alone.status_code == 422
    titles = f'{{"titles":[{{"title_id":"new","kind":"movie","name":"New"}},{{"title_id":"t",{spoilt}}}]}}'
    told = client.post("/v1/titles", content=titles.encode(), headers=JSON).json()
    assert told["accepted"] == 1
    assert told["rejected"][0]["errors"][0]["pointer"] == f"/titles/1{pointer}"


@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": "text/plain"},
        {"content-type": "application/json; charset=utf-16"},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": "application/json", "content-encoding": "gzip"},
        {},
    ],
)
def test_only_plain_json_in_utf_8_is_read(client: Any, headers: dict[str, str]) -> None:
    for path in ("/v1/events", "/v1/titles", "/v1/profiles/ann/reset", "/v1/profiles/ann/token"):
        answer = client.post(path, content=b"{}", headers=headers)
        assert answer.status_code == 415, path
    assert client.get("/v1/profiles/ann/data").json()["notes"] == []


def test_a_deep_body_of_another_call_is_refused_and_a_body_where_none_is_taken_too(
    client: Any,
) -> None:
    for path in ("/v1/profiles/ann", "/v1/rules"):
        answer = client.put(path, content=nested(200), headers=JSON)
        assert answer.status_code == 400, path
    extra = client.post("/v1/profiles/ann/reset", json={"x": 1})
    assert extra.status_code == 422
    assert client.post("/v1/profiles/ann/reset", json={}).status_code == 200


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("/v1/profiles/ann/page?language=" + "e" * 9_000, {}, 414),
        ("/v1/" + "x" * 9_000, {}, 414),
        ("/v1/profiles/ann/page", {"x-more": "y" * 17_000}, 431),
        ("/v1/profiles/ann/page?device=%ff", {}, 422),
        ("/v1/profiles/%00/page", {}, 422),
        ("/v1/profiles/a%2Fb/page", {}, 404),
        ("/app/..%2f..%2fweb.py", {}, 404),
        ("/artwork/..%2f..%2fsecret.key", {}, 404),
        ("/artwork/secret.key", {}, 404),
    ],
)
def test_an_address_that_no_one_means_is_refused(
    client: Any, address: str, headers: dict[str, str], status: int
) -> None:
    assert client.get(address, headers=headers).status_code == status


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20)
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)  # fmt: skip
FIELDS = (
    "event_id", "type", "profile_id", "time", "title_id", "position", "seconds_watched", "value",
    "scale_min", "scale_max", "scope", "autoplay", "query", "token", "attributes",
)  # fmt: skip


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(spoil=st.dictionaries(st.sampled_from(FIELDS), json_values, min_size=1, max_size=4))
def test_whatever_stands_in_an_event_it_is_kept_or_refused_with_a_pointer(
    client: Any, spoil: dict[str, Any]
) -> None:
    make = Events(NOW)
    good, odd = make.one("play", "zoe", "f001"), make.one("play", "ann", "f001")
    body = json.dumps({"events": [good, {**odd, **spoil}]}).encode()
    if b"\\ud" in body:  # half a character may stand in it, which is no JSON text
        return
    answer = client.post("/v1/events", content=body, headers=JSON)
    told = answer.json()
    assert answer.status_code == 200, answer.text
    assert told["accepted"] + told["duplicates"] + len(told["rejected"]) == 2
    for rejected in told["rejected"]:
        assert rejected["errors"][0]["pointer"].startswith("/events/1")
    for profile in ("zoe", "ann"):
        assert client.get(f"/v1/profiles/{profile}/page").status_code == 200
        assert client.get(f"/v1/profiles/{profile}/data").status_code == 200
