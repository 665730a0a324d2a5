"""A home on PostgreSQL behaves as one on a file: what one process acknowledges holds in every other."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from frontrow.base.database import open_database
from frontrow.base.home import Home, init_home
from frontrow.base.postgres import postgres_driver
from frontrow.base.time import system_clock
from frontrow.server import Service
from frontrow.server.web import make_app
from tests.server.conftest import Server, start_server, stop_server
from tests.server.small_world import Events, lives, tiles, titles

Two = tuple[Server, Server]


@pytest.fixture
def home(tmp_path: Path, postgres_url: str) -> Home:
    """An empty home on PostgreSQL."""
    made = Home(tmp_path / "home")
    init_home(made, postgres_url)
    return made


@pytest.fixture
def two_servers(home: Home) -> Iterator[Two]:
    """Two processes over the same home."""
    one, other = start_server(home), start_server(home)
    yield one, other
    stop_server(one)
    stop_server(other)


def shown(page: dict, kind: str | None = None) -> set[str]:
    return {tile["title_id"] for tile in tiles(page, kind)}


def page(server: Server) -> dict:
    return server.get("/v1/profiles/ann/page?rows=40")


@pytest.mark.slow
def test_what_one_process_acknowledged_holds_on_the_next_page_of_the_other(
    two_servers: Two,
) -> None:
    one, other = two_servers
    assert one.post("/v1/titles", {"titles": titles()})["accepted"] == 60
    make = Events(system_clock()())
    again = make.one("play", "ann", "f003")
    for server in (one, other):
        told = server.post("/v1/events", {"events": [again]})
        assert (told["accepted"], told["duplicates"]) == ((1, 0) if server is one else (0, 1))
    assert shown(page(other), "continue_watching") == {"f003"}

    target = next(t for t in shown(page(other)) if t != "f003")
    one.post("/v1/events", {"events": [make.one("dismiss", "ann", target)]})
    assert target not in shown(page(other))

    renamed = {**titles()[3], "name": "Another name"}
    other.post("/v1/titles", {"titles": [renamed]})
    (going,) = tiles(page(one), "continue_watching")
    assert going["name"] == "Another name"
    assert one.call("DELETE", "/v1/titles/f003")[0] == 204
    assert shown(page(other), "continue_watching") == set()

    wish = {"country": "DE", "preferences": {"pinned_rows": ["editorial"]}}
    assert one.call("PATCH", "/v1/profiles/ann", wish)[0] == 200
    assert other.get("/v1/profiles/ann")["country"] == "DE"

    ours = {
        "key": "ours",
        "name": "Ours",
        "author": "ann",
        "titles": [f"f{i:03d}" for i in range(20, 26)],
    }
    document = {"rows": [ours]}
    status, answer = other.call("PUT", "/v1/rules", document)
    assert status == 200, answer
    assert "Ours" in {row["title"] for row in page(one)["rows"]}

    status, answer = one.call("DELETE", "/v1/profiles/ann")
    assert status == 200
    assert answer["removed"]["events"] == 3
    assert other.get("/v1/profiles/ann/data")["events"] == []
    other.post("/v1/events", {"events": [again]})  # comes again, as someone new
    assert len(one.get("/v1/profiles/ann/data")["events"]) == 1


def test_a_page_served_is_rebuilt_from_its_record_and_forgotten_with_its_viewer(
    home: Home,
) -> None:
    service = Service(home, system_clock())
    with TestClient(make_app(service), base_url="http://127.0.0.1") as client:
        client.post("/v1/titles", json={"titles": titles()})
        client.post("/v1/events", json={"events": lives(system_clock()())})
        served = client.get("/v1/profiles/viewer1/page").json()
        kept = client.get(f"/v1/pages/{served['page_id']}").json()
        assert kept["decision"]["page_id"] == served["page_id"]
        assert client.delete("/v1/profiles/viewer1").json()["removed"]["decisions"] == 1
        assert client.get("/v1/profiles/viewer1/data").json()["decisions"] == []
        assert (
            client.get("/v1/profiles?after=viewer8").json()["profiles"][0]["profile_id"]
            == "viewer9"
        )
    database = open_database(home.database)
    with database.read() as connection:
        for table in ("event", "event_key", "decision", "profile"):
            left = postgres_driver(connection).execute(
                f"SELECT count(*) FROM {table} WHERE profile_id = 'viewer1'"
            )
            assert left.fetchone() == (0,), table
    database.close()


def test_the_same_log_gives_the_same_page_on_both_databases(home: Home, tmp_path: Path) -> None:
    on_file = Home(tmp_path / "on-file")
    init_home(on_file)
    shutil.copy(home.secret_path, on_file.secret_path)
    now = system_clock()()
    pages = []
    for each in (home, on_file):
        service = Service(each, lambda: now)
        with TestClient(make_app(service), base_url="http://127.0.0.1") as client:
            client.post("/v1/titles", json={"titles": titles()})
            client.post("/v1/events", json={"events": lives(now)})
            answer = client.get("/v1/profiles/viewer1/page?rows=20").json()
        pages.append(
            [(row["row_id"], [t["title_id"] for t in row["tiles"]]) for row in answer["rows"]]
        )
    assert pages[0] == pages[1]
    assert pages[0]
