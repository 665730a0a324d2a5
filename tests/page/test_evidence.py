"""Of several true reasons one is told: with a chance on record, the same all day, and learned."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from frontrow.events import Position
from frontrow.page import reasons
from frontrow.page.artwork import Taken
from frontrow.page.choice_values import ChoiceValues, values_of
from frontrow.page.choosing import FLOOR
from frontrow.page.evidence import ReasonChoice, ReasonChooser
from frontrow.page.record import decision_of
from frontrow.viewers.choices import SUMS, Choices
from tests.page.test_artwork import with_images
from tests.page.test_rules import rich
from tests.worlds import page_of

CATALOGUE = with_images(200, 1)
WORKS = np.arange(200, dtype=np.int32)


def chosen(
    key: str = "anna", window: int = 0, values: ChoiceValues | None = None, **asked: Any
) -> list[ReasonChoice | None]:
    told = {"roles": ["director"] * 200, "genres": [True] * 200, "anchored": False, **asked}
    return ReasonChooser(CATALOGUE, Taken(key, window, values)).choose(WORKS, **told)


def learned(good_director: float, good_genre: float) -> ChoiceValues:
    rows = tuple(
        ("evidence", f"t{i:03d}", code) for i in range(20) for code in ("director", "genre")
    )
    shown = np.tile([[50.0, 0.0]], (40, 1))
    good = np.tile([[good_director, 0.0], [good_genre, 0.0]], (20, 1))
    found = Choices(
        1,
        0,
        0,
        Position(),
        rows,
        ("", "+"),
        shown,
        good,
        good,
        np.zeros(SUMS),
        np.zeros(len(rows), dtype=np.int64),
    )
    return values_of(found, CATALOGUE)


def test_one_true_reason_is_no_choice() -> None:
    assert chosen(genres=[False] * 200) == [None] * 200
    assert chosen(roles=[None] * 200) == [None] * 200


def test_before_anything_is_known_true_reasons_are_told_evenly() -> None:
    found = chosen(anchored=True)
    counts = [sum(one is not None and one.place == place for one in found) for place in range(3)]
    assert min(counts) > 45
    assert [one.propensity for one in found if one] == pytest.approx([1 / 3] * 200)
    assert {one.candidates for one in found if one} == {
        ("because_you_watched", "director", "genre")
    }


def test_a_reason_stays_for_its_window() -> None:
    assert chosen(window=5) == chosen(window=5)
    assert chosen(window=5) != chosen(window=6)
    assert chosen("anna") != chosen("ben")


def test_the_reason_that_more_good_plays_came_of_is_told_more_and_the_other_keeps_its_share() -> (
    None
):
    found = [one for one in chosen(values=learned(10.0, 4.0)) if one is not None]
    directors = [one for one in found if one.code == "director"]
    assert len(directors) > 170
    assert all(one.propensity > 0.85 for one in directors)
    others = [one for one in found if one.code == "genre"]
    assert all(FLOOR / 2 <= one.propensity < 0.15 for one in others)


def test_a_page_tells_what_its_record_says(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("_LIKED_OFTEN", 1), ("_NEAR_PERSON", -1), ("_NEAR_GENRE", -1),
                        ("_MOST_OF_IT", 1), ("_FEW_GENRES", 9)):  # fmt: skip
        monkeypatch.setattr(reasons, name, value)  # so that more is true of a small world's titles
    told = 0
    for seed in range(12):
        world, ask = rich(seed)
        built = page_of(world, ask)
        decision = decision_of(built, world.settings)
        rows = {row.row_id: row for row in built.page.rows}
        for choice in decision["evidence"]:
            tile = rows[choice["row_id"]].tiles[choice["column"]]
            assert tile.title_id == choice["title_id"]
            assert tile.reason.code == choice["code"]
            assert choice["code"] in choice["candidates"]
            assert len(choice["candidates"]) > 1
            told += 1
    assert told > 10
