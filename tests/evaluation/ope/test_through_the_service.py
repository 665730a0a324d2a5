"""Through the service itself: pages served, events sent back, choices judged."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from frontrow.base.database import open_database
from frontrow.base.home import Home, init_home
from frontrow.base.randomness import rng_for
from frontrow.base.time import parse_time, system_clock
from frontrow.cli import main
from frontrow.server import Service
from frontrow.server.web import make_app
from tests.server.small_world import Events, lives, titles

pytestmark = pytest.mark.slow

NOW = "2026-03-17T19:30:00Z"
VIEWERS, SEEN = 120, 12
OFTEN, SELDOM = 0.3, 0.1
"""How often a title is played well under its first image, and under another."""


@pytest.fixture(scope="module", autouse=True)
def standing_clock() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FRONTROW_NOW", NOW)
        yield


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Viewers who like the first image of every title, and nothing else."""
    made = Home(tmp_path_factory.mktemp("served") / "home")
    init_home(made)
    made.secret_path.write_bytes(b"k" * 32)  # it is in every draw and every fold of viewers
    open_database(made.database).close()
    now = system_clock()()
    make, rng = Events(now), rng_for(1, "through the service")
    app = make_app(Service(made, system_clock()))
    with TestClient(app, base_url="http://127.0.0.1") as client:
        assert client.post("/v1/titles", json={"titles": titles(400)}).status_code == 200
        assert client.post("/v1/events", json={"events": lives(now, 30)}).status_code == 200
        for number in range(VIEWERS):
            who = f"viewer{number:03d}"
            page = client.get(f"/v1/profiles/{who}/page?device=tv").json()
            told = _seen(make, who, page, rng)
            assert client.post("/v1/events", json={"events": told}).json()["rejected"] == []
    return made


def _seen(make: Events, who: str, page: dict[str, Any], rng: Any) -> list[dict[str, Any]]:
    at = (parse_time(page["generated_at"]) + timedelta(milliseconds=1)).isoformat()
    told: list[dict[str, Any]] = []
    taken: dict[str, bool] = {}
    for row in page["rows"]:
        for tile in row["tiles"][:SEEN]:
            title = tile["title_id"]
            first = tile["artwork"]["artwork_id"] == f"{title}-0"
            known = title in taken
            taken.setdefault(title, bool(rng.random() < (OFTEN if first else SELDOM)))
            played = taken[title] and not known
            for kind in ("impression", "play", "complete") if played else ("impression",):
                event = make.one(kind, who, title, token=tile["token"])
                told.append({**event, "event_id": f"{who}-{event['event_id']}", "time": at})
    return told


def asked(home: Home, capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    with pytest.raises(SystemExit) as ended:
        main(["--home", str(home.path), *arguments, "--unfinished", "--json"])
    assert ended.value.code == 0
    return json.loads(capsys.readouterr().out)


def test_slots_that_bring_the_same_are_worth_the_same_by_any_policy(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    told = asked(home, capsys, "ope", "--policy", "uniform")
    gain = told["gains"]["dr"]
    assert gain["low"] < gain["value"] < gain["high"]
    # One draw of outcomes: how often the 95% covers is tested over many worlds, elsewhere.
    assert abs(gain["value"]) < 3 * gain["error"]


def test_each_titles_best_image_is_found_and_judged_as_good_as_it_is(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    told = asked(home, capsys, "ope", "--policy", "best-fixed", "--kind", "artwork")
    best, even = told["estimates"]["dr"], (OFTEN + 2 * SELDOM) / 3
    assert best["low"] > even
    assert best["low"] < OFTEN  # learned from few choices a title, it is not always the best
    report = asked(home, capsys, "choices", "artwork")
    assert report["overall"]["fraction"]["value"] == pytest.approx(even, abs=0.02)
    assert report["fixed"]["estimates"]["dr"]["low"] > even
    assert report["regret"][-1][1] > 0


def test_an_export_says_what_the_home_says(
    home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = str(tmp_path / "choices.parquet")
    with pytest.raises(SystemExit):
        main(["--home", str(home.path), "export", "decisions", "--to", log])
    capsys.readouterr()
    by_file = asked(home, capsys, "ope", log, "--policy", "uniform", "--kind", "artwork")
    by_home = asked(home, capsys, "ope", "--policy", "uniform", "--kind", "artwork")
    for name, told in by_home["estimates"].items():
        assert by_file["estimates"][name]["value"] == pytest.approx(told["value"], abs=1e-9)
