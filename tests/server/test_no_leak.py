"""No answer holds anything of another profile, however many ask at once and whatever is kept."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from frontrow.base.home import Home
from frontrow.base.tile_tokens import page_tag, read_token
from frontrow.base.time import system_clock
from frontrow.page.reference import read_page_id
from tests.server.closed import Caller, client_of, make_key
from tests.server.small_world import Events, titles

NOW = system_clock()()
PROFILES = [f"viewer-{name}" for name in ("ann", "bob", "cem", "dot", "eve")]
ROUNDS = 4


@pytest.fixture
def devices(home: Home) -> Iterator[dict[str, Caller]]:
    """A device for each of a few profiles, each with a film of its own under way and on its list."""
    key = make_key(home, "admin")
    with client_of(home) as client:
        program = Caller(client, key)
        assert program("POST", "/v1/titles", {"titles": titles(60)}).status_code == 200
        make = Events(NOW)
        events = []
        for place, profile in enumerate(PROFILES):
            own = f"f{place:03d}"
            stop = {"seconds_watched": 900, "position_seconds": 900, "runtime_seconds": 6_000}
            events += [make.one("play", profile, own), make.one("stop", profile, own, **stop),
                       make.one("list_add", profile, own)]  # fmt: skip
        assert program("POST", "/v1/events", {"events": events}).status_code == 200
        yield {profile: program.token(profile) for profile in PROFILES}


def looked(device: Caller, profile: str) -> list[Any]:
    """A page, its further rows and the further titles of its first, as one device sees them."""
    page = device("GET", f"/v1/profiles/{profile}/page?rows=2&columns=5")
    page_id = page.json()["page_id"]
    row_id = page.json()["rows"][0]["row_id"]
    return [
        page,
        device("GET", f"/v1/pages/{page_id}/more?after_row={row_id}"),
        device("GET", f"/v1/pages/{page_id}/rows/{row_id}?offset=1"),
        device("GET", f"/v1/titles/f010/similar?profile_id={profile}"),
        device("GET", f"/v1/profiles/{profile}/starter"),
        device("GET", f"/v1/profiles/{profile}/search?q=film"),
    ]


def test_a_devices_similar_titles_keep_to_its_own_profile(devices: dict[str, Caller]) -> None:
    profile = PROFILES[0]
    device = devices[profile]
    named = device("GET", f"/v1/titles/f010/similar?profile_id={profile}").json()["tiles"]
    plain = device("GET", "/v1/titles/f010/similar").json()["tiles"]
    assert [tile["title_id"] for tile in plain] == [tile["title_id"] for tile in named] != []
    dismissed = plain[0]["title_id"]
    event = {**Events(NOW).one("dismiss", profile, dismissed), "event_id": "dismissed"}
    told = device("POST", "/v1/events", {"events": [event]})
    assert told.status_code == 200
    left = device("GET", "/v1/titles/f010/similar").json()["tiles"]
    assert dismissed not in {tile["title_id"] for tile in left}


def tiles_in(told: Any) -> Iterator[dict[str, Any]]:
    yield from told.get("tiles", [])
    for row in told.get("rows", []):
        yield from row["tiles"]


def test_no_page_row_or_tile_is_another_profiles_however_many_ask_at_once(
    home: Home, devices: dict[str, Caller]
) -> None:
    secret = home.secret()

    with ThreadPoolExecutor(10) as pool:
        asked = [profile for _ in range(ROUNDS) for profile in PROFILES]
        answers = list(pool.map(lambda profile: looked(devices[profile], profile), asked))

    for profile, seen in zip(asked, answers, strict=True):
        assert [answer.status_code for answer in seen] == [200] * 6
        page_id = seen[0].json()["page_id"]
        assert read_page_id(page_id, secret).profile_id == profile
        others = [other for other in PROFILES if other != profile]
        for answer in seen:
            assert answer.headers["cache-control"] == "private, no-store"
            assert not any(other in answer.text for other in others)
            assert "set-cookie" not in answer.headers
        for answer in seen[:3]:
            for tile in tiles_in(answer.json()):
                signed = read_token(tile["token"], secret)
                assert signed is not None
                assert signed[0] == page_tag(page_id)
        begun = {
            tile["title_id"] for a in seen for tile in tiles_in(a.json()) if tile.get("resume")
        }
        assert begun <= {f"f{PROFILES.index(profile):03d}"}
    assert len({seen[0].json()["page_id"] for seen in answers}) >= len(PROFILES)


def test_anothers_page_id_opens_nothing_also_right_after_its_owner_asked(
    devices: dict[str, Caller],
) -> None:
    ann, bob = PROFILES[:2]
    page = devices[ann]("GET", f"/v1/profiles/{ann}/page?rows=2").json()
    row_id = page["rows"][0]["row_id"]
    for path in (f"more?after_row={row_id}", f"rows/{row_id}"):
        address = f"/v1/pages/{page['page_id']}/{path}"
        assert devices[ann]("GET", address).status_code == 200
        for method in ("GET", "HEAD"):
            refused = devices[bob](method, address)
            assert refused.status_code == 403
            assert ann not in refused.text
        assert devices[ann]("GET", address).status_code == 200
    for address in (f"/v1/titles/f010/similar?profile_id={ann}", f"/v1/profiles/{ann}/search?q=x"):
        assert devices[bob]("GET", address).status_code == 403
