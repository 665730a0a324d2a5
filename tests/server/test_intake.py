"""Events that come faster than they can be stored, or while the database is away, are refused."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from frontrow.base.errors import TooMuch, Unavailable
from frontrow.base.home import Home, init_home
from frontrow.base.time import system_clock
from frontrow.server import Service
from frontrow.server.intake import Intake
from frontrow.server.problems import problem
from frontrow.server.web import make_app
from tests.postgres import Postgres
from tests.server.small_world import Events, titles


def test_batches_are_let_in_up_to_the_bound_and_one_however_large_it_is() -> None:
    intake = Intake(most_bytes=1_000)
    with intake.enter("5000", most=9_000):
        assert intake.inside == 5_000
        with pytest.raises(TooMuch), intake.enter("1", most=9_000):
            pass
    with (
        intake.enter("400", most=900),
        intake.enter("600", most=900),
        pytest.raises(TooMuch),
        intake.enter("", most=900),  # says no length: the largest
    ):
        pass
    assert (intake.inside, intake.refused) == (0, 2)


def test_more_than_can_be_stored_is_told_to_come_again_while_pages_are_served(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRONTROW_SERVER_INGEST_BYTES", "2000")
    service = Service(home, system_clock())
    make = Events(system_clock()())
    first, second = (
        {"events": [make.one("play", "ann", f"f{i:03d}") for i in range(9)]} for _ in "12"
    )
    with TestClient(make_app(service), base_url="http://127.0.0.1") as client:
        client.post("/v1/titles", json={"titles": titles(8)})
        append, begun, go = service.log.append, threading.Event(), threading.Event()

        def slowly(*given: Any, **named: Any) -> Any:
            begun.set()
            assert go.wait(20)
            return append(*given, **named)

        monkeypatch.setattr(service.log, "append", slowly)
        answers: list[Any] = []
        sending = threading.Thread(
            target=lambda: answers.append(client.post("/v1/events", json=first))
        )
        sending.start()
        assert begun.wait(20)
        refused = client.post("/v1/events", json=second)
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "1")
        assert refused.headers["content-type"] == "application/problem+json"
        assert client.get("/v1/profiles/ann/page").status_code == 200
        go.set()
        sending.join()
        assert answers[0].json()["accepted"] == 9
        assert client.post("/v1/events", json=second).json()["accepted"] == 9
        assert len(client.get("/v1/profiles/ann/data").json()["events"]) == 18


def test_callers_are_not_told_where_the_operators_database_is() -> None:
    away = Unavailable(
        "the database can't answer (db.inside:5432 refused)", where="postgresql://x@db.inside"
    )
    told = json.loads(problem(away).body)
    assert told["status"] == 503
    assert "db.inside" not in str(told)
    assert "its log says which" in told["detail"]
    busy = Unavailable("other settings are being changed", mend="ask again")
    assert json.loads(problem(busy).body)["detail"] == str(busy)


@pytest.mark.slow
def test_while_the_database_is_away_events_are_refused_and_afterwards_taken_without_hands(
    tmp_path: Path,
) -> None:
    server = Postgres()
    try:
        server.start()
        home = Home(tmp_path / "home")
        init_home(home, server.new_database())
        make = Events(system_clock()())
        batch = {"events": [make.one("play", "ann", "f001"), make.one("play", "ann", "f002")]}
        with TestClient(
            make_app(Service(home, system_clock())), base_url="http://127.0.0.1"
        ) as client:
            client.post("/v1/titles", json={"titles": titles()})
            server.stop()
            away = client.post("/v1/events", json=batch)
            assert (away.status_code, away.headers["Retry-After"]) == (503, "1")
            assert "postgresql" not in away.text
            assert str(server.folder) not in away.text
            assert "log says which" in away.json()["detail"]
            server.start()
            taken = client.post("/v1/events", json=batch)
            assert taken.json() == {"accepted": 2, "duplicates": 0, "rejected": []}
            assert len(client.get("/v1/profiles/ann/data").json()["events"]) == 2
    finally:
        server.remove()
