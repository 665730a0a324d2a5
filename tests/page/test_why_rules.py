"""What `why` says where the operator's rules, or the rows that a viewer hid, keep a title off the page."""

from __future__ import annotations

from typing import Any

from frontrow.base.settings import PageSettings, Settings
from frontrow.page import PageInputs, Request, set_stage, view_of
from frontrow.page.builder import place_rows
from frontrow.page.why import explain
from frontrow.rules import bind_rules, read_rules
from frontrow.viewers import Preferences, Profile, Viewer, no_trends
from tests.page.test_limits import films
from tests.rules.shelf import NOW_US

DEPTH = 3


def whys(rules: dict[str, Any], hidden: list[Any], language: str = "en") -> dict[str, Any]:
    """What is said of every film, and the rows of the page to its full length, as numbers."""
    catalogue = films()
    viewer = Viewer("p")
    viewer.settings = Profile(profile_id="p", preferences=Preferences(hidden_rows=hidden))
    inputs = PageInputs(
        catalogue,
        None,
        no_trends(catalogue.n),
        view_of(viewer, catalogue),
        Settings(page=PageSettings(row_length=10, max_rows=8)),
        rules=bind_rules(1, read_rules(rules), catalogue, NOW_US),
    )
    request = Request("p", NOW_US, rows=DEPTH, columns=10, language=language, decide_us=NOW_US)
    stage = set_stage(inputs, request)
    placed = place_rows(stage, 8)
    told = {
        title: explain(stage, placed, DEPTH, title) for title in sorted(catalogue.work_of_title)
    }
    rows = [[int(catalogue.works[w].title.title_id[1:]) for w in row.works] for row in placed]
    return {"why": told, "rows": rows}


def test_a_cap_that_is_full_is_named_with_what_would_take_its_place() -> None:
    cap = {"key": "suppliers", "per": "supplier", "within": "row", "most": 2}
    found = whys({"caps": [cap]}, [])
    capped = {
        int(title[1:]): why
        for title, why in found["why"].items()
        if why["stopped_by"] and why["stopped_by"]["code"] == "rule_cap"
    }
    assert capped
    for number, why in capped.items():
        stopped = why["stopped_by"]
        assert (stopped["rule"], stopped["most"]) == ("suppliers", 2)
        assert stopped["group"] == ("North", "South", "East")[number % 3]
        assert "suppliers" in stopped["text"]
        row = found["rows"][stopped["row"] - 1]
        rivals = [other for other in row if other % 3 == number % 3]
        assert len(rivals) == 2
        value = found["why"][f"f{rivals[-1]:03d}"]["value"]
        if stopped["kind"] != "explore":  # that is drawn, whatever the value
            assert why["would_change"][0]["value"] == value > why["value"]
    assert not any(
        why["stopped_by"] and why["stopped_by"]["code"] == "rule_cap"
        for why in whys({}, [])["why"].values()
    )


def test_a_floor_that_holds_a_title_back_is_named() -> None:
    floor = {"key": "french", "select": {"countries": ["FR"]}, "share": 0.5}
    found = whys({"floors": [floor]}, [])
    held = {
        int(title[1:]): why["stopped_by"]
        for title, why in found["why"].items()
        if why["stopped_by"] and why["stopped_by"]["code"] == "rule_floor"
    }
    assert held
    assert all(number % 4 for number in held), "no French film is kept back for French films"
    assert all(stopped["rule"] == "french" for stopped in held.values())


def test_a_cap_of_the_page_says_that_it_counts_the_rows_above() -> None:
    cap = {"key": "suppliers", "per": "supplier", "within": "page", "most": 7}
    texts = [
        why["stopped_by"]["text"]
        for why in whys({"caps": [cap]}, [])["why"].values()
        if why["stopped_by"] and why["stopped_by"]["code"] == "rule_cap"
    ]
    assert texts
    assert all(text.startswith("The page down to row") for text in texts)


def test_a_row_beyond_those_asked_for_asks_for_more_rows_too() -> None:
    deep = [
        why
        for why in whys({}, [])["why"].values()
        if why["stopped_by"] and why["stopped_by"].get("row", 0) > DEPTH
        and why["stopped_by"]["code"] != "further_down"
    ]  # fmt: skip
    assert deep
    for why in deep:
        codes = [change["code"] for change in why["would_change"]]
        assert codes == [why["stopped_by"]["code"], "further_down"]
        assert why["would_change"][1]["rows"] == why["stopped_by"]["row"]


def test_rows_that_the_viewer_hid_are_named_and_not_the_rank() -> None:
    rows: list[Any] = ["genre", "theme", "person", "explore", "for_now", "new"]
    for title, why in whys({}, rows)["why"].items():
        stopped = why["stopped_by"]
        if stopped:
            assert stopped["code"] != "rank", title
    hidden = [
        why
        for why in whys({}, rows)["why"].values()
        if why["stopped_by"] and why["stopped_by"]["code"] == "hidden"
    ]
    assert hidden
    assert all("hidden_rows" in why["would_change"][0]["text"] for why in hidden)
    german = whys({}, rows, "de")["why"]
    texts = {w["stopped_by"]["text"] for w in german.values() if w["stopped_by"]}
    assert any("ausgeblendet" in text for text in texts)
