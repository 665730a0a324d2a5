"""Dials are chosen on earlier slices, and among what is offered."""

from __future__ import annotations

from frontrow.base.randomness import rng_for
from frontrow.models import fit_content
from frontrow.models.ials import Dials
from frontrow.ranking.closed import Closed
from frontrow.training.questions import Slice, questions_of
from frontrow.training.search import Trial, search_dials
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
    questions = questions_of(
        Slice(before, (), after), CATALOGUE, Closed(CATALOGUE), rng_for(1, "asked")
    )
    return small_world.histories(CATALOGUE, before), questions


def test_without_anything_to_ask_the_defaults_hold() -> None:
    assert choose_dials([], seed=1) == FitDials()


def test_the_choice_is_one_of_the_grid_and_the_same_each_time() -> None:
    found = choose_ials([known()], seed=1)
    assert (found.unobserved, found.regularization) in IALS_GRID
    assert found.factors == Dials().factors
    assert choose_ials([known()], seed=1) == found


def test_lambda_is_the_usual_one_or_a_share_of_it() -> None:
    assert choose_ease([known()]) in EASE_GRID


def test_a_search_is_heard_stays_in_its_budget_and_keeps_what_was_best() -> None:
    heard: list[str] = []
    content = fit_content(CATALOGUE, seed=1).vectors

    def search(trials: int) -> tuple[FitDials, list[Trial]]:
        return search_dials(
            [known()], content, 1, trials, lambda _, what: heard.append(what), 10**9
        )

    best, trials = search(6)
    assert [trial.scorer for trial in trials] == ["ease", "ials"] * 4  # one each as it was chosen
    assert len(heard) == 6
    for scorer in ("ease", "ials"):
        mine = [trial for trial in trials if trial.scorer == scorer]
        winner = max(mine, key=lambda trial: trial.reached)
        assert getattr(best, scorer) == getattr(winner.dials, scorer)
    assert search(6) == (best, trials)


def test_a_search_with_nothing_to_ask_keeps_the_defaults() -> None:
    content = fit_content(CATALOGUE, seed=1).vectors
    found = search_dials([], content, 1, 5, lambda share, what: None, 10**9)
    assert found == (FitDials(), [])
