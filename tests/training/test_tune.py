"""Dials are chosen on earlier slices, and among what is offered."""

from __future__ import annotations

from frontrow.base.randomness import rng_for
from frontrow.models.ease import Gram
from frontrow.models.ials import Dials
from frontrow.training.questions import Slice, questions_of
from frontrow.training.tune import (
    EASE_GRID,
    IALS_GRID,
    FitDials,
    Known,
    choose_dials,
    choose_ease,
    choose_ials,
)
from tests.models import small_world

CATALOGUE = small_world.catalogue()
MIDDLE = small_world.START_US + 20 * 86_400_000_000


def known() -> Known:
    rows = small_world.choices(CATALOGUE.n)
    before, after = small_world.datasets(CATALOGUE, rows, [MIDDLE, 2 * MIDDLE])
    questions = questions_of(Slice(before, (), after), CATALOGUE, rng_for(1, "asked"))
    return small_world.histories(CATALOGUE, before), questions


def test_without_anything_to_ask_the_defaults_hold() -> None:
    assert choose_dials([], seed=1) == FitDials()


def test_the_choice_is_one_of_the_grid_and_the_same_each_time() -> None:
    found = choose_ials([known()], seed=1)
    assert (found.unobserved, found.regularization) in IALS_GRID
    assert found.factors == Dials().factors
    assert choose_ials([known()], seed=1) == found


def test_lambda_is_the_usual_one_or_a_share_of_it() -> None:
    histories, questions = known()
    usual = Gram.of(histories).default
    found = choose_ease([(histories, questions)])
    assert found is None or found in [usual * share for share in EASE_GRID[1:]]
