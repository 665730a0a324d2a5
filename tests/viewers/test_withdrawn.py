"""What is withdrawn leaves every page; what was done with it stays with its work."""

from __future__ import annotations

from typing import Any

import pytest

from tests.viewers.test_series_and_wishes import REGULAR, Home, episode, film, home, series

CUTS = [film("cut-a", work_id="heat"), film("cut-b", work_id="heat")]
OTHERS = [film(f"f{i}") for i in range(6)]


def shown(story: Home) -> set[str]:
    rows = [row for row in story.page().rows if row.kind != "watch_again"]
    return {tile.title_id for row in rows for tile in row.tiles}


@pytest.mark.parametrize(
    ("kind", "more"), [("dismiss", {}), ("rate", {"value": 2}), ("complete", {})]
)
def test_what_was_done_with_a_withdrawn_edition_counts_for_its_work(
    kind: str, more: dict[str, Any]
) -> None:
    assert "cut-b" in shown(home(*CUTS, *OTHERS).without("cut-a"))
    seen = home(*CUTS, *OTHERS).does(kind, "cut-a", **more).without("cut-a")
    assert shown(seen) == {f"f{i}" for i in range(6)}


def test_a_wish_for_a_withdrawn_edition_is_a_wish_for_its_work() -> None:
    assert home(*CUTS).does("list_add", "cut-a").without("cut-a").row("my_list") == ["cut-b"]


def test_forgetting_a_work_reaches_its_withdrawn_editions() -> None:
    seen = home(*CUTS, *OTHERS).does("complete", "cut-a").without("cut-a")
    assert "cut-b" in shown(seen.does("forget_title", "cut-b"))


def test_a_series_goes_on_after_an_episode_that_was_withdrawn() -> None:
    seen = home(*series(*REGULAR)).watched("series-1-2").without("series-1-2")
    assert seen.next() == "series-1-3"
    assert home(*series(*REGULAR)).does("play", "series-1-2").without("series-1-2").next() == (
        "series-1-3"
    )


def test_an_episode_under_another_title_is_gone_on_with_where_the_withdrawn_one_was_left() -> None:
    new = episode(1, 1, title_id="restored")
    assert home(*series(*REGULAR), new).watched("series-1-1").without("series-1-1").next() == (
        "series-1-2"
    )


def test_a_series_whose_last_episodes_were_withdrawn_unseen_has_nothing_left() -> None:
    seen = home(*series(*REGULAR)).watched("series-1-1").without("series-1-2", "series-1-3")
    assert seen.next() == "series-2-1"
    assert seen.without("series-2-1").next() is None


def test_a_series_all_of_whose_episodes_were_withdrawn_is_not_continued() -> None:
    seen = home(*series(*REGULAR)).does("play", "series-1-1", position_seconds=600)
    assert seen.without(*(f"series-{s}-{e}" for s, e in REGULAR)).next() is None
