"""Keys and devices' tokens: what they open, how they end, and that nothing of them is kept."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontrow.base.home import Home
from frontrow.base.ids import ID_PATTERN
from frontrow.base.time import format_time, system_clock
from frontrow.server.access import DeviceToken, read_token, sign_token
from frontrow.server.access.buckets import Buckets
from tests.server.closed import (
    Caller,
    client_of,
    forget_the_copy,
    key_id,
    make_key,
    old_token,
    revoke_key,
)
from tests.server.small_world import Events, titles

NOW = system_clock()()
SECRET = bytes(range(32))


@pytest.fixture
def client(home: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    forget_the_copy(monkeypatch)
    with client_of(home) as opened:
        yield opened


def status(asks: Caller, path: str = "/v1/profiles/ann/page", method: str = "GET") -> int:
    return int(asks(method, path).status_code)


def test_the_first_key_closes_a_running_service_and_revoking_the_last_opens_nothing(
    home: Home, client: Any
) -> None:
    local = {"host": "127.0.0.1"}
    assert client.get("/v1/profiles/ann/page").status_code == 403  # a strange host
    assert client.get("/v1/profiles/ann/page", headers=local).status_code == 200
    key = make_key(home, "pages")
    assert client.get("/v1/profiles/ann/page", headers=local).status_code == 401
    assert status(Caller(client, key)) == 200
    revoke_key(home, key)
    assert status(Caller(client, key)) == 401
    assert client.get("/v1/profiles/ann/page", headers=local).status_code == 401


def test_a_new_key_is_known_to_a_running_service_at_once(home: Home) -> None:
    make_key(home, "admin")
    with client_of(home) as opened:
        threading.Event().wait(0.06)
        assert status(Caller(opened, make_key(home, "pages"))) == 200


def test_while_the_keys_cannot_be_read_again_those_of_before_hold_and_nobody_waits_long(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    from frontrow.base.errors import Unavailable
    from frontrow.server.access import KeyStore

    key = make_key(home, "pages")
    free, waited_for = threading.Event(), threading.Event()

    def hanging(_: KeyStore) -> tuple[int, int]:
        if not free.wait(20):
            waited_for.set()
        raise Unavailable("away")

    with client_of(home) as opened:
        forget_the_copy(monkeypatch)
        monkeypatch.setattr(KeyStore, "revision", hanging)
        assert [status(Caller(opened, key), "/v1/titles/none") for _ in range(3)] == [404] * 3
        assert status(Caller(opened, "fk_aaaaaaaaaa_made-up")) == 401
        assert not waited_for.is_set()
        free.set()
        assert status(Caller(opened, key), "/v1/titles/none") == 404


def test_a_key_ends_when_it_was_said_to_by_the_deciding_clock(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = NOW + timedelta(days=30)
    key = make_key(home, "pages", expires=ends)
    for at, wanted in [(ends - timedelta(seconds=1), 200), (ends, 401)]:
        monkeypatch.setenv("FRONTROW_NOW", format_time(at))
        with client_of(home) as client:
            assert status(Caller(client, key)) == wanted


def test_no_key_and_no_token_is_in_any_file_of_the_home(home: Home, client: Any) -> None:
    key = make_key(home, "pages", "ingest")
    device = Caller(client, key).token("ann")
    assert status(device) == 200
    for file in (path for path in home.path.rglob("*") if path.is_file()):
        held = file.read_bytes()
        assert key[-20:].encode() not in held, file
        assert (device.credential or "").encode() not in held, file
    stored = sqlite3.connect(home.database_path)
    (hashed,) = stored.execute("SELECT hashed FROM api_key").fetchone()
    stored.close()
    assert len(hashed) == 32


def test_a_token_dies_with_the_key_that_asked_for_it(home: Home, client: Any) -> None:
    first, second = make_key(home, "pages"), make_key(home, "pages")
    one, other = Caller(client, first).token("ann"), Caller(client, second).token("ann")
    revoke_key(home, first)
    assert (status(one), status(other)) == (401, 200)


def test_a_forgotten_profiles_tokens_die_with_it_and_its_new_ones_live(
    home: Home, client: Any
) -> None:
    program = Caller(client, make_key(home, "pages", "ingest"))
    program("POST", "/v1/titles", {"titles": titles(8)})
    early, bobs = program.token("ann"), program.token("bob")
    event = Events(NOW).one("play", "ann", "f001")
    assert early("POST", "/v1/events", {"events": [event]}).status_code == 200
    assert program("DELETE", "/v1/profiles/ann").status_code == 200
    assert early("POST", "/v1/events", {"events": [event]}).status_code == 401
    assert [status(early), status(bobs, "/v1/profiles/bob/page")] == [401, 200]
    assert status(program.token("ann")) == 200
    assert program("GET", "/v1/profiles/ann/data").json()["events"] == []


def test_a_device_sends_its_profiles_events_and_no_other(home: Home, client: Any) -> None:
    program = Caller(client, make_key(home, "pages"))
    make, device = Events(NOW), program.token("ann")
    own, foreign = make.one("play", "ann", "f001"), make.one("play", "bob", "f001")
    mixed = device("POST", "/v1/events", {"events": [foreign, own, {"type": "play"}]})
    told = mixed.json()
    assert (mixed.status_code, told["accepted"]) == (200, 1)
    assert [r["index"] for r in told["rejected"]] == [0, 2]
    assert told["rejected"][0]["errors"][0]["pointer"] == "/events/0/profile_id"
    alone = device("POST", "/v1/events", {"events": [foreign]})
    assert (alone.status_code, alone.json()["accepted"]) == (403, 0)
    assert program("GET", "/v1/profiles/bob/data").json()["events"] == []


def test_a_tokens_time_is_asked_for_within_the_setting(
    home: Home, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = Caller(client, make_key(home, "pages"))
    asked = program("POST", "/v1/profiles/ann/token", {"seconds": 60}).json()
    assert asked["seconds"] == 60
    for wrong in (0, -1, 86_401, "60", 1.5, True):
        told = program("POST", "/v1/profiles/ann/token", {"seconds": wrong})
        assert told.status_code == 422
        assert told.json()["errors"][0]["pointer"] == "/seconds"
    assert status(Caller(client, old_token(home, "ann", program.credential or ""))) == 401


def test_a_token_restricts_its_bearer_in_a_home_without_keys_too(home: Home) -> None:
    with client_of(home) as client:
        client.base_url = "http://127.0.0.1"
        token = client.post("/v1/profiles/ann/token").json()["token"]
        device = Caller(client, token)
        assert status(device) == 200
        assert status(device, "/v1/profiles/bob/page") == 403
        assert status(device, "/v1/profiles/ann/data") == 403


def test_a_token_of_a_home_without_keys_ends_when_it_is_closed(home: Home, client: Any) -> None:
    token = client.post("/v1/profiles/ann/token", headers={"host": "localhost"}).json()["token"]
    make_key(home, "pages")
    assert status(Caller(client, token)) == 401


def test_pages_of_a_profile_whose_id_is_too_long_for_a_page_id_are_its_own_too(
    home: Home, client: Any
) -> None:
    program = Caller(client, make_key(home, "pages", "ingest"))
    program("POST", "/v1/titles", {"titles": titles(30)})
    long = "l" * 128
    device = program.token(long)
    page = device("GET", f"/v1/profiles/{long}/page?rows=1").json()
    more = f"/v1/pages/{page['page_id']}/more?after_row={page['rows'][0]['row_id']}"
    assert status(device, more) == 200
    assert status(program.token("bob"), more) == 403


ids = st.from_regex(ID_PATTERN)
tokens = st.builds(
    DeviceToken,
    profile_id=ids,
    key_id=st.text("abc234", max_size=10),
    expires_us=st.integers(0, 2**62),
    forgets=st.integers(0, 2**40),
)


@given(tokens)
def test_a_token_says_what_was_signed(token: DeviceToken) -> None:
    assert read_token(sign_token(token, SECRET), SECRET) == token


@given(tokens, st.data())
def test_a_token_that_was_touched_anywhere_says_nothing(token: DeviceToken, data: Any) -> None:
    text = sign_token(token, SECRET)
    at = data.draw(st.integers(3, len(text) - 1))
    letter = data.draw(st.sampled_from("ABCxyz019-_=é"))
    touched = text[:at] + letter + text[at + 1 :]
    assert read_token(touched, SECRET) in (None, token)  # the last letter holds spare bits
    assert read_token(text, bytes(32)) is None


def test_a_device_that_asks_too_often_waits_and_others_do_not(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRONTROW_SERVER_DEVICE_BURST", "3")
    monkeypatch.setenv("FRONTROW_SERVER_DEVICE_PER_SECOND", "0.1")
    key = make_key(home, "pages")
    with client_of(home) as client:
        program = Caller(client, key)
        one, again, other = program.token("ann"), program.token("ann"), program.token("bob")
        assert [status(one), status(again), status(one)] == [200, 200, 200]
        shed = again("GET", "/v1/profiles/ann/page")
        assert shed.status_code == 429
        assert 1 <= int(shed.headers["retry-after"]) <= 10
        assert status(other, "/v1/profiles/bob/page") == 200
        assert status(program) == 200


@given(
    per_second=st.floats(0.1, 100),
    burst=st.integers(1, 50),
    gaps=st.lists(st.floats(0, 3), min_size=1, max_size=100),
)
def test_a_bucket_lets_through_its_burst_and_its_rate_and_no_more(
    per_second: float, burst: int, gaps: list[float]
) -> None:
    now = [100.0]
    bucket = Buckets(per_second, burst, lambda: now[0])
    let = 0
    for gap in gaps:
        now[0] += gap
        wait = bucket.take("ann")
        let += wait == 0
        assert wait <= 1 / per_second + 1e-9
    assert let <= burst + (now[0] - 100.0) * per_second + 1e-6
    now[0] += burst / per_second + 1
    assert all(bucket.take("ann") == 0 for _ in range(burst))


def test_the_id_of_a_key_is_in_its_text(home: Home) -> None:
    key = make_key(home, "admin")
    assert key.startswith(f"fk_{key_id(key)}_")
    assert len(key) >= 3 + 10 + 1 + 43
