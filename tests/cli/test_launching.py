"""`frontrow launch-check`: what opens soon, over viewers' pages of that moment, with what is wrong."""

from __future__ import annotations

import inspect
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from frontrow.base.texts import catalogue_of
from frontrow.base.time import format_time
from frontrow.catalog.launches import lacks_of
from frontrow.cli.launching import STEPS, WARNINGS
from tests.cli.conftest import NOW, Frontrow, lines
from tests.server.small_world import Events, titles

OPENS = format_time(NOW + timedelta(days=3))
WHOLE: dict[str, Any] = {
    **titles()[0],
    "title_id": "coming",
    "name": "The Coming",
    "synopsis": "A film.",
    "maturity": 12,
    "availability": [{"from": OPENS}],
    "added_at": OPENS,
}


@pytest.fixture
def check(lived_in: Frontrow, tmp_path: Path) -> Any:
    """The launches found among further titles, by title."""

    def run(*further: dict[str, Any], words: tuple[str, ...] = ()) -> dict[str, Any]:
        file = lines(tmp_path / "further.jsonl", list(further))
        assert lived_in("import", "titles", file).code == 0
        ran = lived_in("launch-check", "--viewers", "20", "--json", *words)
        assert (ran.code, ran.err) == (0, "")
        return {launch["title_id"]: launch for launch in ran.json()["launches"]}

    return run


def test_a_launch_says_who_may_see_it_and_on_how_many_pages_it_stands(
    check: Any, lived_in: Frontrow
) -> None:
    assert lived_in("train").code == 0
    found = check(WHOLE)
    assert set(found) == {"coming"}  # what is open already launches no more
    launch = found["coming"]
    assert (launch["launch_at"], launch["never_shown"], launch["viewers"]) == (OPENS, False, 20)
    assert launch["share_eligible"] == 1.0
    assert 0 <= launch["share_shown"] <= 1
    assert launch["median_rank"] >= 1
    assert not set(launch["warnings"]) - {"nobody_sees_it"}
    words = lived_in("launch-check", "--viewers", "5").out
    assert "The Coming" in words
    assert "may see it" in words


def test_what_a_title_lacks_is_told(check: Any) -> None:
    bare = {"title_id": "bare", "kind": "movie", "name": "Bare", "availability": [{"from": OPENS}]}
    hurried = {
        **WHOLE,
        "title_id": "hurried",
        "added_at": format_time(NOW + timedelta(days=9)),
        "availability": [{"from": OPENS, "until": format_time(NOW + timedelta(days=3, hours=2))}],
    }
    old = {**WHOLE, "title_id": "old", "added_at": format_time(NOW - timedelta(days=200))}
    found = check(bare, hurried, old, {**WHOLE, "title_id": "series", "kind": "series"})
    lacks = {"no_genres", "no_people", "no_synopsis", "no_runtime", "no_maturity", "no_artwork"}
    assert lacks <= set(found["bare"]["warnings"])
    assert {"window_short", "added_later"} <= set(found["hurried"]["warnings"])
    assert "added_long_before" in found["old"]["warnings"]
    assert "no_episodes" in found["series"]["warnings"]
    assert not lacks & set(found["hurried"]["warnings"])


def test_a_title_for_a_country_without_viewers_is_seen_by_nobody_and_says_what_stops_it(
    check: Any, lived_in: Frontrow
) -> None:
    elsewhere = {**WHOLE, "availability": [{"countries": ["JP"], "from": OPENS}]}
    launch = check(elsewhere)["coming"]
    assert launch["countries"] == ["JP"]
    assert launch["warnings"] == ["nobody_may_see_it"]
    assert launch["stopped_by"] == {"window": 20}
    words = lived_in("launch-check", "--viewers", "5").out
    assert f"what stops it most: {STEPS['window']}" in words


def test_a_title_that_came_lately_is_a_launch_until_someone_was_shown_it(
    check: Any, lived_in: Frontrow, tmp_path: Path
) -> None:
    came = {**WHOLE, "availability": [], "added_at": format_time(NOW - timedelta(days=2))}
    ended = {
        **came,
        "title_id": "ended",
        "availability": [{"until": format_time(NOW - timedelta(days=1))}],
    }
    long_ago = {**came, "title_id": "ago", "added_at": format_time(NOW - timedelta(days=60))}
    found = check(came, ended, long_ago)
    assert {title_id: launch["never_shown"] for title_id, launch in found.items()} == {
        "coming": True, "ended": True,
    }  # fmt: skip
    assert {"window_ended", "nobody_may_see_it"} <= set(found["ended"]["warnings"])
    assert "window_ended" not in found["coming"]["warnings"]
    seen = lines(tmp_path / "s.jsonl", [Events(NOW).one("impression", "viewer1", "coming")])
    assert lived_in("import", "events", seen).code == 0
    assert set(check(ended)) == {"ended"}


def test_only_the_days_asked_for_are_looked_at(check: Any) -> None:
    far = {**WHOLE, "availability": [{"from": format_time(NOW + timedelta(days=20))}]}
    assert check(far) == {}
    assert set(check(far, words=("--days", "30"))) == {"coming"}
    before = {"until": format_time(NOW - timedelta(days=40))}
    again = {**far, "availability": [*far["availability"], before], "added_at": "2020-01-01"}
    assert check(again, words=("--days", "30")) == {}  # it was open before


def test_without_viewers_only_what_the_titles_say_is_checked(
    frontrow: Frontrow, tmp_path: Path
) -> None:
    assert frontrow("init").code == 0
    assert "nothing opens" in frontrow("launch-check").out
    assert frontrow("import", "titles", lines(tmp_path / "t.jsonl", [WHOLE])).code == 0
    ran = frontrow("launch-check", "--json")
    assert (ran.code, ran.json()["viewers"], ran.json()["warnings"]) == (0, 0, 0)
    assert "no viewer yet" in frontrow("launch-check").out


def test_every_code_has_its_words(check: Any) -> None:
    lacks = set(re.findall(r', "(\w+)"\)', inspect.getsource(lacks_of)))
    assert "untrue_artwork" in lacks
    assert lacks | {"nobody_may_see_it", "nobody_sees_it", "few_see_it"} == set(WARNINGS)
    stops = {code[5:] for code in catalogue_of("en") if code.startswith("stop.")}
    texts = {"unknown", "rule_cap_page"}  # no step, and another text of one
    assert stops - texts | {"dedupe", "further_along"} == set(STEPS)
    bare = {"title_id": "x", "kind": "movie", "name": "x", "availability": [{"from": OPENS}]}
    for launch in check(bare).values():
        assert set(launch["warnings"]) <= set(WARNINGS)
        assert set(launch["stopped_by"]) <= set(STEPS)
