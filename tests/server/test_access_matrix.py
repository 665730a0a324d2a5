"""The access matrix: every route of the service x everyone who may come, made from the routes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest
from starlette.routing import Route

from frontrow.base.database import open_database
from frontrow.base.errors import NotFound
from frontrow.base.home import Home, init_home
from frontrow.base.time import system_clock
from frontrow.catalog import Title
from frontrow.catalog.painted import painted_for
from frontrow.server.endpoints import Endpoint
from frontrow.server.metrics import Metrics
from frontrow.server.parts import UNOPENED
from frontrow.server.web import APP_FOLDER, whole_table
from tests.images import as_text, picture
from tests.server.closed import Caller, client_of, make_key, old_token, revoke_key
from tests.server.small_world import Events, lives, titles

NOW = system_clock()()
SCOPES = ("ingest", "pages", "admin")

CONTRACT = {
    "ingest": {"POST /v1/titles", "GET /v1/titles/{title_id}", "DELETE /v1/titles/{title_id}",
               "POST /v1/events", "PUT /v1/titles/{title_id}/artwork/{artwork_id}",
               "DELETE /v1/titles/{title_id}/artwork/{artwork_id}"},
    "pages": {"GET /v1/titles/{title_id}", "PUT /v1/profiles/{profile_id}",
              "PATCH /v1/profiles/{profile_id}", "GET /v1/profiles/{profile_id}",
              "DELETE /v1/profiles/{profile_id}", "GET /v1/profiles/{profile_id}/data",
              "GET /v1/profiles/{profile_id}/wishes",
              "GET /v1/profiles/{profile_id}/taste", "PATCH /v1/profiles/{profile_id}/taste",
              "POST /v1/profiles/{profile_id}/reset", "POST /v1/profiles/{profile_id}/token",
              "GET /v1/profiles/{profile_id}/page", "GET /v1/pages/{page_id}/more",
              "GET /v1/pages/{page_id}/rows/{row_id}", "GET /v1/titles/{title_id}/similar",
              "GET /v1/profiles/{profile_id}/search", "GET /v1/profiles/{profile_id}/starter"},
    "none": {"GET /v1/transparency", "GET /healthz", "GET /readyz", "GET /metrics",
             "GET /openapi.json", "GET /docs", "GET /app/about.json", "GET /artwork/{file}",
             "GET /artwork/painted/{title_id}/{file}", "GET /artwork/files/{file}"},
}  # fmt: skip
"""As the contract says; what stands in none of them is for `admin` only."""

DEVICE = {
    "GET /v1/titles/{title_id}", "GET /v1/profiles/{profile_id}/page", "POST /v1/events",
    "GET /v1/pages/{page_id}/more", "GET /v1/pages/{page_id}/rows/{row_id}",
    "GET /v1/titles/{title_id}/similar", "GET /v1/profiles/{profile_id}/search",
    "GET /v1/profiles/{profile_id}/starter",
}  # fmt: skip
"""What a device's token reaches."""

NAMELESS = {"GET /v1/titles/{title_id}"}
"""What names no profile, so that any device reaches it."""


def table() -> list[Endpoint]:
    return whole_table(None, Metrics(), None, UNOPENED)  # type: ignore[arg-type]  # only the table is read


ROUTES = sorted(f"{e.method} {e.path}" for e in table())


@dataclass
class World:
    """A closed home with everybody who may come to its door."""

    home: Home
    client: Any
    known: dict[str, str]  # parts of an address -> what stands there
    people: dict[str, Caller]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    home = Home(tmp_path_factory.mktemp("closed") / "home")
    init_home(home)
    open_database(home.database_path).close()
    (home.artwork / "a.svg").write_text("<svg/>", "utf-8")
    keys = {scope: make_key(home, scope) for scope in SCOPES}
    revoked, expired = make_key(home, "admin"), make_key(home, "admin", expires=NOW)
    revoke_key(home, revoked)
    with client_of(home) as client:
        admin = Caller(client, keys["admin"])
        assert admin("POST", "/v1/titles", {"titles": titles(40)}).status_code == 200
        assert admin("POST", "/v1/events", {"events": lives(NOW, 12)}).status_code == 200
        page = admin("GET", "/v1/profiles/ann/page?rows=2&columns=3").json()
        sent = admin("PUT", "/v1/titles/f001/artwork/main", {"data": as_text(picture())}).json()
        painted = painted_for(msgspec.convert(titles(2)[1], Title))[0]
        known = {
            "profile_id": "ann", "title_id": "f001", "page_id": page["page_id"],
            "row_id": page["rows"][0]["row_id"], "file": "a.svg", "artwork_id": "main",
            "/artwork/files/{file}": sent["url"], "/artwork/painted/{title_id}/{file}": painted.url,
        }  # fmt: skip
        pages = Caller(client, keys["pages"])
        people = {
            "no key": Caller(client, None),
            "made-up key": Caller(client, keys["admin"][:-2] + "xx"),
            "no key at all": Caller(client, "hunter2"),
            "revoked key": Caller(client, revoked),
            "expired key": Caller(client, expired),
            "own token": pages.token("ann"),
            "other's token": pages.token("bob"),
            "expired token": Caller(client, old_token(home, "ann", keys["pages"])),
            "forged token": Caller(client, (pages.token("ann").credential or "")[:-3] + "abc"),
            **{scope: Caller(client, key) for scope, key in keys.items()},
        }
        yield World(home, client, known, people)


UNKNOWN = {"no key", "made-up key", "no key at all", "revoked key", "expired key",
           "expired token", "forged token"}  # fmt: skip


def expected(who: str, route: str) -> int:
    """200, 401 or 403, by the contract alone."""
    if route in CONTRACT["none"]:
        return 200
    if who in UNKNOWN:
        return 401
    if who == "own token":
        return 200 if route in DEVICE else 403
    if who == "other's token":
        return 200 if route in NAMELESS else 403
    return 200 if who == "admin" or route in CONTRACT.get(who, set()) else 403


PEOPLE = [*sorted(UNKNOWN), "own token", "other's token", *SCOPES]


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("route", ROUTES)
def test_every_route_answers_whom_it_is_for_and_nobody_else(
    world: World, route: str, who: str
) -> None:
    method, template = route.split(" ")
    asks = world.people[who]

    answer = asks(method, _address(template, world, who), _body(route))

    wanted = expected(who, route)
    if wanted == 200:
        assert answer.status_code in _DONE.get(route, (200,)), answer.text
    else:
        assert answer.status_code == wanted, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        challenged = "www-authenticate" in answer.headers
        assert challenged or route == "POST /v1/events"
    if route in CONTRACT["none"]:
        return
    assert answer.headers["cache-control"] == "private, no-store"


_DONE = {
    "DELETE /v1/titles/{title_id}": (204, 404),
    "DELETE /v1/titles/{title_id}/artwork/{artwork_id}": (404,),
}
"""What a call answers to whom it lets in, where that is not 200."""


def _address(template: str, world: World, who: str) -> str:
    if template == "/v1/titles/{title_id}/similar":
        return "/v1/titles/f001/similar?profile_id=ann"
    known = dict(world.known)
    if template in known:
        return known[template]
    if template == "/v1/pages/{page_id}/more":
        template += f"?after_row={known['row_id']}"
    address = re.sub(r"\{(\w+)\}", lambda part: known[part[1]], template)
    return address + ("?q=x" if template.endswith("/search") else "")


def _body(route: str) -> Any:
    match route:
        case "POST /v1/titles":
            return {"titles": titles(2)}
        case "POST /v1/events":
            return {"events": [Events(NOW).one("click", "ann", "f002")]}
        case "PUT /v1/profiles/{profile_id}" | "PATCH /v1/profiles/{profile_id}":
            return {"country": "DE"}
        case "PUT /v1/titles/{title_id}/artwork/{artwork_id}":
            return {"data": as_text(picture())}
        case "PATCH /v1/profiles/{profile_id}/taste" | "PUT /v1/rules":
            return {}
    return None


def _refused(*_: Any) -> None:
    raise NotFound("it was let in")


@pytest.fixture(autouse=True)
def nothing_is_taken_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """A deletion is let in or not; what it deletes is other tests' matter."""
    from frontrow.catalog import TitleStore
    from frontrow.server import Profiles
    from frontrow.server.images import Images

    monkeypatch.setattr(TitleStore, "withdraw", lambda *_, **__: None)
    monkeypatch.setattr(Images, "delete", _refused)
    monkeypatch.setattr(Profiles, "forget", lambda *_: {})


def test_the_table_has_the_scopes_of_the_contract() -> None:
    for endpoint in table():
        route = f"{endpoint.method} {endpoint.path}"
        named = {scope for scope, routes in CONTRACT.items() if route in routes} - {"none"}
        wanted = set() if route in CONTRACT["none"] else named or {"admin"}
        assert endpoint.scopes == wanted, route
        assert endpoint.device == (route in DEVICE), route


def test_no_route_stands_beside_the_table_but_the_files_of_the_viewer_app(world: World) -> None:
    told = {route.path for route in world.client.app.routes if isinstance(route, Route)}
    files = {"/", "/favicon.ico", *(f"/app/{path.name}" for path in APP_FOLDER.iterdir())}
    assert len(told) == len(world.client.app.routes)
    assert told - files == {endpoint.path for endpoint in table()}
    for file in files & told:
        assert world.people["no key"]("GET", file).status_code == 200


def test_a_refusal_says_what_to_send_and_repeats_no_credential(world: World) -> None:
    told = world.people["no key"]("GET", "/v1/profiles/ann/page")
    assert told.headers["www-authenticate"].startswith("Bearer")
    assert "hunter2" not in world.people["no key at all"]("GET", "/v1/profiles/ann/page").text


def test_at_and_seed_are_for_admin_only(world: World) -> None:
    for parameter in ("at=2026-01-01T00:00:00Z", "seed=7"):
        address = f"/v1/profiles/ann/page?{parameter}"
        for who, wanted in {"admin": 200, "pages": 403, "own token": 403}.items():
            assert world.people[who]("GET", address).status_code == wanted, (who, parameter)


def test_the_contract_of_this_test_names_only_routes_there_are() -> None:
    assert set().union(*CONTRACT.values(), DEVICE) <= set(ROUTES)
