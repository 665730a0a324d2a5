"""Which dials are taken."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from bench.quality.baselines import Baseline, Dials, Score
from bench.quality.split_file import Split
from bench.quality.tuning import choose, tune
from tests.bench.few_ratings import ratings_of, split_of

GRID: list[Dials] = [{"strength": value, "iterations": 15.0} for value in (1.0, 2.0, 3.0)]


def test_the_best_mean_over_all_viewers_is_taken_not_over_splits() -> None:
    reached = np.array([[0.9, 0.1, 0.0], [0.1, 0.3, 0.0]])
    choice = choose(GRID, reached, viewers=[10, 90])
    assert choice.dials == GRID[1]
    assert choice.reached == pytest.approx(0.28)


def test_of_equals_the_first_is_taken() -> None:
    assert choose(GRID, np.full((2, 3), 0.5), viewers=[1, 1]).dials == GRID[0]


@pytest.mark.parametrize(("best", "at_edge"), [(0, True), (1, False), (2, True)])
def test_a_choice_at_the_grids_edge_says_so(best: int, at_edge: bool) -> None:
    reached = np.zeros((1, 3))
    reached[0, best] = 1
    assert choose(GRID, reached, viewers=[5]).at_edge is at_edge


def test_a_dial_with_one_or_two_values_has_no_edge() -> None:
    grid = [{"on": on, "strength": s} for on in (0.0, 1.0) for s in (1.0, 2.0, 3.0)]
    reached = np.array([[0.0, 0.5, 0.0, 0.0, 0.0, 0.0]])
    assert not choose(grid, reached, viewers=[5]).at_edge


def a_split(right: int) -> Split:
    return split_of(ratings_of([(0, 0, 1, 1.0), (1, 1, 1, 1.0)], 50), [0, 1], [[right], [right]])


def test_a_baseline_is_fitted_with_all_dials_on_every_inner_split_and_judged_there() -> None:
    fitted_on: list[Split] = []

    def fits(split: Split, grid: list[Dials]) -> Iterator[Score]:
        fitted_on.append(split)
        for dials in grid:
            value = np.zeros(50, dtype=np.float32)
            value[int(dials["favourite"])] = 1
            yield lambda rows, value=value: np.repeat(value[None], len(rows), axis=0)

    grid: list[Dials] = [{"favourite": float(work)} for work in (40, 41, 42)]
    inner = [a_split(right=41), a_split(right=42), a_split(right=41)]
    choice = tune(Baseline("favourite", fits, grid), inner, lambda words: None)
    assert fitted_on == inner
    assert choice.dials == {"favourite": 41.0}
    assert choice.reached == pytest.approx(2 / 3)


def test_where_there_is_nothing_to_choose_nothing_is_fitted() -> None:
    baseline = Baseline("plain", lambda split, grid: pytest.fail("fitted"), [{}])
    choice = tune(baseline, [a_split(3)], lambda words: None)
    assert choice.dials == {}
    assert np.isnan(choice.reached)
