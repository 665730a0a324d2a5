"""Pins, caps and floors, held while a page is built, each in a small catalogue by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

import numpy as np

from frontrow.base.settings import PageSettings, Settings
from frontrow.catalog import Catalogue
from frontrow.page import Page, PageInputs, Request, build_page, view_of
from frontrow.rules import bind_rules, read_rules
from frontrow.viewers import Preferences, Profile, Viewer, no_trends
from frontrow.viewers.profile import RowKind
from tests.rules.shelf import NOW_US, catalogue_of, film

GENRES = ("Crime", "Comedy", "Space", "Nature", "History")


def films(n: int = 120) -> Catalogue:
    """Film i has genre i mod 5, one of three suppliers, and is French every fourth time; the newer the
    better, so that without a bundle the last come first."""
    return catalogue_of(
        *(
            film(
                f"f{i:03d}",
                genres=[GENRES[i % 5]],
                supplier=("North", "South", "East")[i % 3],
                countries=["FR" if i % 4 == 0 else "US"],
                release_year=1900 + i,
            )
            for i in range(n)
        )
    )


def page_with(
    rules: dict[str, Any],
    catalogue: Catalogue | None = None,
    hidden: Sequence[str] = (),
    **page: Any,
) -> Page:
    catalogue = catalogue or films()
    settings = Settings(page=PageSettings(row_length=10, **page))
    bound = bind_rules(1, read_rules(rules), catalogue, NOW_US)
    viewer = Viewer("p")
    viewer.settings = Profile(profile_id="p", preferences=Preferences(hidden_rows=list(hidden)))
    view = view_of(viewer, catalogue)
    inputs = PageInputs(catalogue, None, no_trends(catalogue.n), view, settings, rules=bound)
    request = Request("p", NOW_US, rows=8, columns=10, decide_us=NOW_US)
    return build_page(inputs, request, "page", b"k" * 32).page


def numbers(page: Page) -> list[list[int]]:
    return [[int(tile.title_id[1:]) for tile in row.tiles] for row in page.rows]


def test_a_floor_holds_at_the_end_of_every_row_and_in_what_is_seen_at_once() -> None:
    floor = {"key": "french", "select": {"countries": ["FR"]}, "share": 0.5}
    page = page_with({"floors": [floor]}, max_rows=4)
    assert not page.gave_way
    for columns in (6, 10):
        shown = french = 0
        for row in numbers(page):
            shown += len(row[:columns])
            french += sum(i % 4 == 0 for i in row[:columns])
            assert french >= 0.5 * shown
    best = numbers(page)[0]
    assert 119 in best  # the best of the others are still there


def test_a_floor_that_cannot_hold_gives_way_and_the_page_says_so() -> None:
    floor = {"key": "french", "select": {"countries": ["FR"]}, "share": 0.9}
    page = page_with({"floors": [floor]}, films(30))
    assert [one.rule for one in page.gave_way] == ["french"]
    assert "french" in page.gave_way[0].text
    assert sum(len(row) for row in numbers(page)) > 10  # and goes on without it


def test_a_floor_that_was_kept_till_the_titles_ran_out_has_not_given_way() -> None:
    floor = {"key": "french", "select": {"countries": ["FR"]}, "share": 0.25}
    page = page_with({"floors": [floor]}, films(24))
    assert len(page.rows) < 8, "the titles ran out"
    assert not page.gave_way


def test_only_the_floor_that_cannot_hold_gives_way() -> None:
    impossible = {"key": "french", "select": {"countries": ["FR"]}, "share": 0.9}
    easy = {"key": "northern", "select": {"suppliers": ["North"]}, "share": 0.3}
    page = page_with({"floors": [impossible, easy]}, films(60))
    assert [one.rule for one in page.gave_way] == ["french"]
    shown = northern = 0
    for row in numbers(page):
        shown += len(row)
        northern += sum(i % 3 == 0 for i in row)
        assert northern >= 0.3 * shown


def test_a_cap_of_a_row_holds_in_every_row_but_those_of_its_own_name() -> None:
    cap = {"key": "genres", "per": "genre", "within": "row", "most": 2}
    page = page_with({"caps": [cap]})
    assert {row.kind for row in page.rows} >= {"top_picks", "genre"}
    for row, tiles in zip(page.rows, numbers(page), strict=True):
        counts = np.bincount([i % 5 for i in tiles], minlength=5)
        if row.kind == "genre":
            assert counts.max() == len(tiles)
        else:
            assert counts.max() <= 2


def test_a_cap_of_the_page_holds_over_all_of_it() -> None:
    cap = {"key": "suppliers", "per": "supplier", "within": "page", "most": 7}
    page = page_with({"caps": [cap]})
    every = [i for tiles in numbers(page) for i in tiles]
    assert np.bincount([i % 3 for i in every], minlength=3).max() <= 7
    assert len(every) >= 14


def test_a_pinned_kind_and_an_editors_row_stand_at_their_places() -> None:
    row = {
        "key": "ours",
        "name": "Ours",
        "author": "ann",
        "place": 3,
        "titles": [f"f{i:03d}" for i in range(8)],
    }
    page = page_with({"rows": [row], "pins": [{"kind": "top_picks", "place": 5}]})
    kinds = [row.kind for row in page.rows]
    assert kinds[2] == "editorial"
    assert kinds[4] == "top_picks"
    assert kinds.count("top_picks") == kinds.count("editorial") == 1
    assert numbers(page)[2] == list(range(8))
    assert not page.gave_way


def test_a_pin_that_no_row_can_keep_gives_way_and_the_page_says_so() -> None:
    page = page_with({"pins": [{"kind": "trending", "place": 2}]})
    assert [one.rule for one in page.gave_way] == ["trending"]
    assert len(page.rows) > 3


def test_a_pin_of_what_the_viewer_hid_says_so_also_on_an_empty_page() -> None:
    pins = {"pins": [{"kind": "top_picks", "place": 2}, {"kind": "trending", "place": 4}]}
    page = page_with(pins, hidden=["top_picks"])
    told = {one.rule: one.text for one in page.gave_way}
    assert "hid" in told["top_picks"]
    assert "too few" in told["trending"]
    empty = page_with(pins, hidden=get_args(RowKind))
    assert not empty.rows
    assert {one.rule: "hid" in one.text for one in empty.gave_way} == {
        "top_picks": True, "trending": True,
    }  # fmt: skip
