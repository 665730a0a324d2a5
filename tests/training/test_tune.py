"""Dials are chosen on earlier slices, and among what is offered."""

from __future__ import annotations

from frontrow.models.ials import Dials
from frontrow.ranking.reward import rewards
from frontrow.ranking.slices import ask
from frontrow.training.tune import IALS_GRID, Question, choose_ials
from tests.models import small_world

CATALOGUE = small_world.catalogue()
MIDDLE = small_world.START_US + 20 * 86_400_000_000


def question() -> Question:
    rows = small_world.choices(CATALOGUE.n)
    before, after = small_world.datasets(CATALOGUE, rows, [MIDDLE, 2 * MIDDLE])
    asked = ask(before, rewards(before, CATALOGUE), after, rewards(after, CATALOGUE), min_good=1)
    return Question(small_world.histories(CATALOGUE, before), asked)


def test_without_anything_to_ask_the_defaults_hold() -> None:
    assert choose_ials([], seed=1) == Dials()


def test_the_choice_is_one_of_the_grid_and_the_same_each_time() -> None:
    found = choose_ials([question()], seed=1)
    assert (found.unobserved, found.regularization) in IALS_GRID
    assert found.factors == Dials().factors
    assert choose_ials([question()], seed=1) == found
