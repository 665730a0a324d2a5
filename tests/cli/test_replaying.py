"""`frontrow replay`: pages of a past moment, as they were and as other settings would have made them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from frontrow.base.home import Home
from frontrow.base.time import format_time, system_clock
from frontrow.server import Service
from frontrow.server.web import make_app
from tests.cli.conftest import NOW, Frontrow, lines
from tests.server.small_world import Events, titles

pytestmark = pytest.mark.slow  # services started and fitted again and again

THEN = format_time(NOW - timedelta(days=14))


def test_pages_of_a_past_moment_are_compared_with_what_other_settings_would_make(
    lived_in: Frontrow, here: Path
) -> None:
    assert lived_in("train").code == 0
    words = ["replay", "--at", THEN, "--profiles", "20", "--set", "page.min_row_length=8"]
    ran = lived_in(*words, "--json")
    assert (ran.code, ran.err) == (0, "")
    told = ran.json()
    assert told["profiles"] == 20
    assert told["changes"] == {"bundle": None, "settings": ["page.min_row_length=8"]}
    for name in ("recall@6x10", "ndcg2d", "diversity", "calibration_kl", "novelty"):
        figure = told["metrics"][name]
        low, high = figure["difference_interval"]
        assert low - 1e-9 <= figure["difference"] <= high + 1e-9
        assert abs(figure["changed"] - figure["as_is"] - figure["difference"]) < 1e-9
    assert told["kept"]["row_stability"]["as_is"] < 1
    assert any("bundle of then" in note for note in told["notes"])  # it knew what came after
    assert any("catalogue came later" in note for note in told["notes"])
    report = (here / "reports" / "replay.html").read_text("utf-8")
    assert report.count('class="pair"') == 3
    assert "page.min_row_length=8" in report
    assert lived_in(*words, "--json").json() == told
    people = lived_in(*words, "--html", str(here / "other.html"))
    assert "recall@6x10" in people.out
    assert (here / "other.html").exists()


def test_pages_of_a_past_moment_know_what_was_shown_until_then(
    lived_in: Frontrow, tmp_path: Path
) -> None:
    assert lived_in("train").code == 0
    words = ["replay", "--at", THEN, "--profiles", "20", "--set", "page.spread=0", "--json"]
    same = lived_in(*words).json()["kept"]["work_stability"]["as_is"]
    assert same == 1, "nobody told of what was shown, so there is nothing that makes room"
    made, ago = Events(NOW), timedelta(days=16)
    shown = [
        made.one(
            "impression",
            f"viewer{number % 10}",
            f"f{number % 7:03}",
            event_id=f"i{number}",
            ago=ago,
        )
        for number in range(700)
    ]
    assert lived_in("import", "events", lines(tmp_path / "shown.jsonl", shown)).code == 0
    assert lived_in(*words).json()["kept"]["work_stability"]["as_is"] < 1


def test_without_a_change_pages_are_as_they_were_and_nothing_is_written(
    lived_in: Frontrow, here: Path
) -> None:
    told = lived_in("replay", "--at", THEN, "--profiles", "5", "--json").json()
    assert told["report"] is None
    assert told["metrics"]["diversity"]["changed"] is None
    assert not (here / "reports" / "replay.html").exists()


def test_another_bundle_is_compared_with_that_of_then(lived_in: Frontrow) -> None:
    one = lived_in("train", "--json").json()["bundle_id"]
    other = lived_in("train", "--seed", "1", "--publish", "never", "--json").json()["bundle_id"]
    now = format_time(NOW)
    told = lived_in("replay", "--at", now, "--profiles", "5", "--bundle", one[:10], "--json").json()
    assert {told["bundle"], told["changes"]["bundle"]} == {one, other}
    missing = lived_in("replay", "--at", now, "--bundle", "zz")
    assert missing.code == 1
    assert one[:12] in missing.err


def test_pages_served_before_the_moment_are_rebuilt_under_the_settings_of_then(
    lived_in: Frontrow, here: Path, tmp_path: Path
) -> None:
    app = make_app(Service(Home(here), system_clock()))
    with TestClient(app, base_url="http://127.0.0.1") as api:
        for viewer in range(6):
            api.get(f"/v1/profiles/viewer{viewer}/page?country=DE")
    (here / "frontrow.toml").write_text("[page]\nmin_row_length = 9\nrows = 4\n", "utf-8")
    more = [{**title, "genres": ["Western"]} for title in titles()[:20]]
    assert lived_in("import", "titles", lines(tmp_path / "m.jsonl", more)).code == 0
    late = [Events(NOW).one("play", "viewer1", "f009")]
    assert lived_in("import", "events", lines(tmp_path / "l.jsonl", late)).code == 0
    assert lived_in("train").code == 0
    ran = lived_in("replay", "--at", format_time(NOW), "--profiles", "1000", "--json")
    assert ran.code == 0
    assert ran.json()["served"] == {"pages": 6, "same": 6, "why": {}}
    assert "6 rebuilt to the byte" in lived_in("replay", "--at", format_time(NOW)).out
    # What a change is laid over are the settings of then: rows of nine would leave no row here.
    changed = ["replay", "--at", format_time(NOW), "--set", "page.columns=20", "--json"]
    assert lived_in(*changed).json()["kept"]["row_stability"]["as_is"] == 1.0


def test_wrong_usage_is_told_before_anything_is_read(frontrow: Frontrow) -> None:
    for words, says in (
        ((), "what is to be replayed? `frontrow replay PAGE_ID`"),
        (("page", "--at", THEN), "not both"),
        (("page", "--set", "page.rows=3"), "go with --at"),
        (("--at", "yesterday"), "not an RFC 3339 time"),
        (
            ("--at", THEN, "--set", "page.rowz=3"),
            "no setting is called page.rowz. docs/settings.md",
        ),
        (("--at", THEN, "--set", "server.viewer_cache=3"), "decides nothing of a page"),
    ):
        ran = frontrow("replay", *words)
        assert (ran.code, ran.out) == (2, "")
        assert says in ran.err


def test_a_moment_to_come_and_one_before_everything_are_refused(lived_in: Frontrow) -> None:
    later = lived_in("replay", "--at", format_time(NOW + timedelta(days=1)))
    assert (later.code, later.out) == (1, "")
    assert "has not come yet" in later.err
    before = lived_in("replay", "--at", "1999-01-01T00:00:00Z")
    assert before.code == 1
    assert "nobody was active" in before.err
