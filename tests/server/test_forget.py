"""Forget, to the byte: after `DELETE` and the next `train` the home holds nothing of a profile."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from frontrow.base.home import Home
from frontrow.base.time import system_clock
from frontrow.server import Service
from frontrow.server.web import make_app
from frontrow.training.train import train
from tests.server.small_world import Events, lives, titles

PROFILE = "vera-7f3a9c"
QUERY = "lighthouse-keepers-of-skagen"


def holds(folder: Path, *needles: str) -> list[str]:
    """Files of a folder that hold any of some texts."""
    return [
        f"{path.relative_to(folder)}: {needle}"
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        for needle in needles
        if needle.encode() in path.read_bytes()
    ]


@pytest.mark.slow
def test_after_delete_and_train_no_byte_of_the_profile_is_left_in_the_home(home: Home) -> None:
    now = system_clock()()
    service = Service(home, system_clock())
    with TestClient(make_app(service), base_url="http://127.0.0.1") as client:
        client.post("/v1/titles", json={"titles": titles()})
        client.post("/v1/events", json={"events": lives(now)})
        make = Events(now)
        mine = [
            make.one("play", PROFILE, "f001", session_id=f"{PROFILE}-sofa"),
            make.one("search", PROFILE, query=QUERY),
            make.one("rate", PROFILE, "f002", value=2),
        ]
        client.post("/v1/events", json={"events": mine})
        client.put(f"/v1/profiles/{PROFILE}", json={"country": "DE"})
        (home.rejected / "import.jsonl").write_text(
            f'{{"reason": "no time", "row": {{"user": "{PROFILE}"}}}}\n{{"row": "another"}}\n'
        )
        for _ in range(3):
            page = client.get(f"/v1/profiles/{PROFILE}/page?rows=1").json()
        after = {"after_row": page["rows"][0]["row_id"]}
        more = client.get(f"/v1/pages/{page['page_id']}/more", params=after).json()
        assert more["rows"]
        service.decisions.flush()
        assert holds(home.path, PROFILE, QUERY)

        client.get(f"/v1/profiles/{PROFILE}/page")  # its decision still waits to be written
        answer = client.delete(f"/v1/profiles/{PROFILE}").json()

        assert answer["removed"] == {"events": 4, "decisions": 5, "rejected_lines": 1}
        told = client.get(f"/v1/profiles/{PROFILE}/data").json()
        assert told["events"] == []
        assert told["decisions"] == []
        fit_again(service)
    assert holds(home.path, PROFILE, QUERY) == []
    assert "another" in (home.rejected / "import.jsonl").read_text()


def fit_again(service: Service) -> None:
    """What `frontrow train` does."""
    train(
        service.log, service.catalogue(), service.bundles,
        now_us=service.now_us(), seed=0, publish=True, keep=2,
    )  # fmt: skip
    service.refold_snapshots()
    service.database.compact()


def test_reading_a_profile_writes_nothing_that_names_it(home: Home) -> None:
    service = Service(home, system_clock())
    with TestClient(make_app(service), base_url="http://127.0.0.1") as client:
        client.post("/v1/titles", json={"titles": titles()})
        for path in ("", "/data", "/taste", "/titles/f001/why", "/starter", "/search?q=film"):
            assert client.get(f"/v1/profiles/{PROFILE}{path}").status_code == 200
        similar = client.get("/v1/titles/f001/similar", params={"profile_id": PROFILE})
        assert similar.status_code == 200
        assert holds(home.path, PROFILE) == []
        client.get(f"/v1/profiles/{PROFILE}/page")
    assert holds(home.path, PROFILE)  # the decision of a page served


@pytest.mark.slow
def test_a_bundle_and_a_snapshot_hold_no_profile(home: Home) -> None:
    service = Service(home, system_clock())
    with TestClient(make_app(service), base_url="http://127.0.0.1") as client:
        client.post("/v1/titles", json={"titles": titles()})
        client.post("/v1/events", json={"events": lives(system_clock()())})
        fit_again(service)
    for folder in (home.bundles, home.snapshots):
        assert any(folder.rglob("*.safetensors"))
        assert holds(folder, "viewer1", "viewer7") == []


def test_a_page_that_was_under_way_when_its_viewer_was_forgotten_leaves_nothing(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    from frontrow.server import Pages, Profiles
    from frontrow.server import pages as module

    service = Service(home, system_clock())
    with TestClient(make_app(service), base_url="http://127.0.0.1") as client:
        client.post("/v1/titles", json={"titles": titles()})
        make = Events(system_clock()())
        client.post("/v1/events", json={"events": [make.one("play", PROFILE, "f001")]})
        read, build = service.log.read, module.build_page

        def read_then_forgotten(*given: object, **more: object) -> object:
            found = read(*given, **more)  # type: ignore[arg-type]
            monkeypatch.setattr(service.log, "read", read)
            Profiles(service).forget(PROFILE)
            return found

        monkeypatch.setattr(service.log, "read", read_then_forgotten)
        Pages(service).page(PROFILE, module.Asked())
        assert len(service.viewers) == 0

        client.post("/v1/events", json={"events": [make.one("play", PROFILE, "f001")]})

        def built_then_forgotten(*given: object) -> object:
            made = build(*given)  # type: ignore[arg-type]
            Profiles(service).forget(PROFILE)
            return made

        monkeypatch.setattr(module, "build_page", built_then_forgotten)
        Pages(service).page(PROFILE, module.Asked())
        service.decisions.flush()
        assert service.decisions.of_profile(PROFILE) == []
        assert len(service.viewers) == 0
