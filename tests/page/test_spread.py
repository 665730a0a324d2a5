"""What stands on everyone's pages makes room for what does not, and whom it concerns."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from frontrow.page import set_stage
from frontrow.page.spread import spread_value, strength_of
from frontrow.page.stage import Stage
from frontrow.page.why import explain
from tests.strategies import Ask, seeded_world
from tests.worlds import asked_of

ALL = np.arange(4, dtype=np.int32)
VALUE = np.array([0.8, 0.6, 0.4, 0.2], dtype=np.float32)


def test_what_is_shown_more_is_worth_less_by_the_power_computed_by_hand() -> None:
    shown = np.array([1980.0, 980.0, 20.0, 1020.0])  # a mean of 1,000
    found = spread_value(VALUE, shown, ALL, 0.5)
    by_hand = VALUE * np.sqrt(2020 / (shown + 1020))
    assert found == pytest.approx(by_hand * 0.8 / by_hand.max(), rel=1e-6)
    assert found.max() == pytest.approx(VALUE.max()), "the best is worth what the best was"
    assert found.argmax() == 0
    assert spread_value(VALUE, shown, ALL, 1.0).argmax() == 2


@given(st.lists(st.floats(0, 1e9), min_size=4, max_size=4), st.floats(0, 1))
def test_values_stay_values_whatever_was_shown(shown: list[float], strength: float) -> None:
    found = spread_value(VALUE, np.array(shown), ALL, strength)
    assert np.isfinite(found).all()
    assert (found >= 0).all()
    assert found.max() == pytest.approx(0.8, rel=1e-5)
    same = spread_value(VALUE, np.full(4, shown[0]), ALL, strength)
    assert same == pytest.approx(VALUE, rel=1e-5), "what is shown alike keeps its value"


def test_only_what_may_be_ranked_is_compared() -> None:
    shown, some = np.array([1e6, 10.0, 10.0, 10.0]), np.array([1, 2, 3], dtype=np.int32)
    assert spread_value(VALUE, shown, some, 0.5)[1:] == pytest.approx(VALUE[1:])


def test_a_handful_of_impressions_moves_next_to_nothing() -> None:
    found = spread_value(VALUE, np.array([2.0, 0.0, 0.0, 0.0]), ALL, 0.5)
    assert found / found[0] == pytest.approx(VALUE / VALUE[0], rel=0.06)


def test_who_wants_what_many_watch_gets_it() -> None:
    assert [strength_of(0.5, bold) for bold in (0.0, 0.25, 0.5, 1.0)] == [0, 0.25, 0.5, 0.5]


def staged(*, shown: bool = True, bold: float = 0.5, spread: float = 0.5, **more: bool) -> Stage:
    """A viewer's stage in a service whose pages all hold the twenty titles that lead this one's."""
    world = seeded_world(4, 80)
    page = structs.replace(world.settings.page, spread=spread)
    settings = structs.replace(world.settings, page=page)
    asked = asked_of(replace(world, settings=settings, policy=9), Ask(**more))
    view, trends = asked.inputs.view, replace(asked.inputs.trends, shown=None)
    preferences = structs.replace(view.profile.preferences, adventurousness=bold)
    view = replace(view, profile=structs.replace(view.profile, preferences=preferences))
    inputs = replace(asked.inputs, view=view, trends=trends)
    plain = set_stage(inputs, asked.request)
    if not shown:
        return plain
    often = np.zeros((len(trends.countries), asked.inputs.catalogue.n))
    often[:, plain.ranked[:20]] = 5_000
    return set_stage(replace(inputs, trends=replace(trends, shown=often)), asked.request)


def test_why_says_how_much_a_title_gives_way() -> None:
    stage = staged()
    shown = stage.trends.shown_in(None)
    assert shown is not None
    mean, ids = shown[stage.open].mean(), [w.title.title_id for w in stage.catalogue.works]
    often, seldom = (
        explain(stage, [], 10, ids[work])["spread"] for work in (shown.argmax(), shown.argmin())
    )
    assert often["shown_times_mean"] == pytest.approx(5_000 / mean)
    assert often["factor"] == pytest.approx(((2 * mean + 20) / (5_020 + mean)) ** 0.5)
    assert "lower" in often["text"]
    assert seldom["factor"] > 1
    assert "higher" in seldom["text"]
    title = stage.catalogue.works[0].title.title_id
    assert explain(staged(spread=0.0), [], 10, title)["spread"] is None
    assert explain(staged(shown=False), [], 10, title)["spread"] is None


def test_a_page_makes_room_where_its_head_stands_on_every_other() -> None:
    plain, spread = staged(shown=False), staged()
    assert plain.mode == "personalised"
    kept = np.isin(spread.ranked[:20], plain.ranked[:20]).sum()
    assert kept < 20
    assert sorted(spread.ranked) == sorted(plain.ranked), "none is shut out"
    most = plain.value[plain.ranked].max(), spread.value[spread.ranked].max()
    assert most[0] == pytest.approx(most[1], rel=1e-6)
    harder = staged(spread=1.0)
    assert np.isin(harder.ranked[:20], plain.ranked[:20]).sum() <= kept


@pytest.mark.parametrize(
    "of",
    [{"spread": 0.0}, {"bold": 0.0}, {"personalised": False}],
    ids=["switched off", "wants what many watch", "without profiling"],
)
def test_whom_it_does_not_concern(of: dict[str, Any]) -> None:
    np.testing.assert_array_equal(staged(**of).ranked, staged(shown=False, **of).ranked)
