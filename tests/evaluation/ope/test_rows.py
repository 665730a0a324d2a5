"""The rows that one decision record gives, told by hand."""

from __future__ import annotations

from collections import Counter
from typing import Any

from frontrow.base.time import parse_time, to_us
from frontrow.evaluation.decisions import COLUMNS, HOUR_US, JoinedProfile, choices_of, served_page
from frontrow.viewers.attribution import Outcome

AT = "2026-03-01T20:00:00Z"
NAMES = {name for name, _, _ in COLUMNS}


def decision() -> dict[str, Any]:
    return {
        "swaps": {
            "policy": "swaps-1", "share": 0.02, "chance": 0.5,
            "rows": {"first": [0, 1], "swapped": "01"},
            "columns": {"1": {"first": 0, "swapped": "10"}},
        },
        "page_id": "page", "profile_id": "p", "generated_at": AT, "mode": "personalised",
        "bundle": "b", "snapshot": 3,
        "request": {"device": "tv", "country": "DE", "language": "en"},
        "rows": [
            {"row_id": "a", "kind": "genre", "shown": ["x", "y"], "settled": 2},
            {"row_id": "b", "kind": "genre", "shown": ["z", "x"], "settled": 4,
             "draw": {"policy": "softmax", "temperature": 1.0, "candidates": ["z", "x", "w"],
                      "drawn": [{"work_id": "x", "position": 1, "propensity": 0.5},
                                {"work_id": "w", "position": None, "propensity": 0.4}]}},
        ],
        "choices": {"policy": "inverse-gap/1", "posterior": {"at_us": 7}, "floor": 0.05,
                    "context": {"begun": 2}},
        "artwork": {"x": {"artwork_id": "x1", "propensity": 0.9, "candidates": ["x1", "x2"],
                          "arm": "learned"},
                    "y": {"artwork_id": "y1", "propensity": 1.0, "candidates": 1},
                    "gone": {"artwork_id": "g1", "propensity": 0.5, "candidates": ["g1", "g2"],
                             "arm": "floor"}},
        "evidence": [{"row_id": "b", "column": 0, "title_id": "z", "code": "director",
                      "propensity": 0.6, "candidates": ["director", "ranked"], "arm": "floor"}],
    }  # fmt: skip


def twice() -> dict[str, Any]:
    """One with another image where the title stands a second time."""
    told = decision()
    told["artwork"]["x in b"] = {"artwork_id": "x2", "propensity": 0.3,
                                 "candidates": ["x2", "x3"], "arm": "floor"}  # fmt: skip
    return told


def rows(
    hours_later: float = 1_000, told: dict[str, Any] | None = None, **more: Any
) -> list[dict[str, Any]]:
    outcomes = {
        ("page", 0, 0): Outcome(shown=True, opened=True, started=True, quality=True),
        ("page", 1, 0): Outcome(shown=True),
    }
    joined = JoinedProfile("p", [told or decision()], outcomes, {("page", 0, 0): 0.8}, Counter())
    now_us = to_us(parse_time(AT)) + int(hours_later * HOUR_US)
    return list(choices_of(joined, name_of=lambda profile_id: f"<{profile_id}>",
                           window_us=72 * HOUR_US, now_us=now_us, **more))  # fmt: skip


def of(kind: str) -> list[dict[str, Any]]:
    return [row for row in rows() if row["kind"] == kind]


def test_every_row_has_every_column() -> None:
    assert all(set(row) == NAMES for row in rows())
    assert Counter(row["kind"] for row in rows()) == {
        "slot": 2, "artwork": 1, "evidence": 1, "swap": 4,
    }  # fmt: skip


def test_a_second_draw_has_what_is_left_and_one_that_was_not_placed_has_no_outcome() -> None:
    first, second = of("slot")
    assert (first["candidates"], first["drawn_before"]) == (["z", "x", "w"], [])
    assert (second["candidates"], second["drawn_before"]) == (["z", "w"], ["x"])
    assert (first["row"], first["column"], first["title_id"]) == (1, 1, "x")
    assert (second["column"], second["shown"], second["reward"]) == (None, False, 0.0)


def test_an_image_is_one_choice_wherever_its_title_stands() -> None:
    (image,) = of(
        "artwork"
    )  # of one image there is no choice, and a title that isn't shown has none
    assert image["candidates"] == ["x1", "x2"]
    assert (image["row"], image["column"]) == (0, 0)
    assert (image["shown"], image["quality"], image["reward"]) == (True, True, 0.8)
    assert (image["policy"], image["arm"], image["context"]) == (
        "inverse-gap/1@7", "learned", {"begun": 2},
    )  # fmt: skip


def test_a_title_that_stands_twice_under_two_images_is_two_choices_each_with_its_own_outcome() -> (
    None
):
    first, second = [row for row in rows(told=twice()) if row["kind"] == "artwork"]
    assert (first["action"], first["row"], first["column"]) == ("x1", 0, 0)
    assert (first["quality"], first["reward"]) == (True, 0.8)
    assert (second["action"], second["row"], second["column"]) == ("x2", 1, 1)
    assert (second["quality"], second["reward"]) == (False, 0.0)
    assert [(tile.title_id, tile.artwork_id) for tile in served_page(twice()).tiles] == [
        ("x", "x1"), ("y", "y1"), ("z", None), ("x", "x2"),
    ]  # fmt: skip


def test_a_reason_is_the_choice_of_its_tile() -> None:
    (reason,) = of("evidence")
    assert (reason["row"], reason["column"], reason["action"]) == (1, 0, "director")
    assert (reason["shown"], reason["started"]) == (True, False)


def test_a_pair_that_was_swapped_or_kept_is_a_choice_of_two() -> None:
    pairs = of("swap")
    assert [(one["row"], one["column"], one["action"]) for one in pairs] == [
        (0, None, "kept"), (1, None, "swapped"), (1, 0, "swapped"), (1, 2, "kept"),
    ]  # fmt: skip
    assert all(one["probabilities"] == [0.5, 0.5] for one in pairs)
    assert [one["quality"] for one in pairs] == [True, False, False, False]


def test_a_choice_is_censored_until_its_window_is_over() -> None:
    assert all(row["censored"] for row in rows(71))
    assert not any(row["censored"] for row in rows(73))


def test_only_the_kinds_that_are_asked_for_come_out() -> None:
    assert {row["kind"] for row in rows(kinds=("artwork", "swap"))} == {"artwork", "swap"}
