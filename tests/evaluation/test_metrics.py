"""Metrics on lists, and intervals, that one can check by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from frontrow.base.randomness import rng_for
from frontrow.evaluation.intervals import compare, mean_interval
from frontrow.ranking.list_metrics import (
    coverage,
    effective_catalogue_size,
    ndcg,
    recall,
    top,
)


def matrix(rows: list[list[int]], n: int) -> sparse.csr_array:
    dense = np.zeros((len(rows), n), dtype=np.float32)
    for i, works in enumerate(rows):
        dense[i, works] = 1
    return sparse.csr_array(dense)


def test_the_best_come_first_ties_go_to_the_smaller_index_and_nan_comes_last() -> None:
    scores = np.array([[1, 3, np.nan, 3, 2]], dtype=np.float32)
    lists = top(scores, matrix([[]], 5), 5)
    assert lists.tolist() == [[1, 3, 4, 0, 2]]


def test_what_was_seen_is_never_listed_and_a_list_that_runs_out_is_filled_with_minus_one() -> None:
    scores = np.array([[1, 3, 2]], dtype=np.float32)
    assert top(scores, matrix([[1]], 3), 3).tolist() == [[2, 0, -1]]


def test_ties_at_the_cut_go_to_the_smaller_index() -> None:
    assert top(np.zeros((1, 9), np.float32), matrix([[0]], 9), 3).tolist() == [[1, 2, 3]]


def test_recall_divides_by_what_could_be_hit() -> None:
    lists = np.array([[0, 1, 2, 3], [4, 5, 6, 7]], dtype=np.int32)
    relevant = matrix([[0, 9], [4, 5, 6, 0, 1, 2]], 10)
    assert recall(lists, relevant, 4).tolist() == [0.5, 0.75]


def test_ndcg_by_hand() -> None:
    lists = np.array([[3, 1, 2, 0]], dtype=np.int32)
    found = ndcg(lists, matrix([[1, 0]], 5), 4)[0]
    gained = 1 / np.log2(3) + 1 / np.log2(5)
    assert np.isclose(found, gained / (1 + 1 / np.log2(3)))


def test_a_perfect_list_has_ndcg_and_recall_of_one() -> None:
    lists = np.array([[2, 4]], dtype=np.int32)
    relevant = matrix([[2, 4, 5]], 6)
    assert ndcg(lists, relevant, 2).tolist() == [1.0]
    assert recall(lists, relevant, 2).tolist() == [1.0]


def test_coverage_counts_distinct_titles() -> None:
    assert coverage(np.array([[0, 1], [1, -1]], dtype=np.int32), 8, 2) == 0.25


@pytest.mark.parametrize(
    ("hours", "size"), [([10, 6, 3], 2.263), ([1, 1, 1, 1], 4.0), ([5, 0, 0], 1.0), ([0, 0], 0.0)]
)
def test_effective_catalogue_size_by_hand(hours: list[float], size: float) -> None:
    assert effective_catalogue_size(np.array(hours, dtype=float)) == pytest.approx(size, abs=5e-4)


def test_an_interval_covers_the_true_mean_about_as_often_as_it_says() -> None:
    covered = 0
    for trial in range(60):
        values = rng_for(trial, "values").exponential(1.0, 80)
        low, high = mean_interval(values, rng_for(trial, "bootstrap"))
        covered += low <= 1.0 <= high
    assert 50 <= covered <= 60


@pytest.mark.slow
def test_a_comparison_covers_the_true_difference_and_ratio_about_as_often_as_it_says() -> None:
    covered = np.zeros(2)
    for trial in range(100):
        rng = rng_for(trial, "paired")
        viewer = rng.gamma(2.0, 0.1, 300)  # what both models share: some viewers are easier
        theirs = viewer * rng.uniform(0, 2, 300)
        ours = 1.5 * viewer * rng.uniform(0, 2, 300)
        found = compare(ours, theirs, rng_for(trial, "bootstrap"))
        low, high = found.difference_interval
        covered[0] += low <= 0.5 * 0.2 <= high
        low, high = found.ratio_interval
        covered[1] += low <= 1.5 <= high
    assert (covered / 100 > 0.88).all()
    assert (covered / 100 <= 0.99).all()


def test_a_model_compared_with_itself_differs_by_nothing() -> None:
    values = rng_for(1, "values").random(50)
    found = compare(values, values, rng_for(1, "bootstrap"))
    assert found.difference_interval == (0.0, 0.0)
    assert found.ratio_interval == (1.0, 1.0)


def test_paired_viewers_give_a_narrower_interval_than_strangers() -> None:
    viewer = rng_for(2, "values").random(400)
    ours, theirs = viewer + 0.01, viewer.copy()
    low, high = compare(ours, theirs, rng_for(1, "bootstrap")).difference_interval
    wide_low, wide_high = compare(
        ours, rng_for(2, "order").permutation(theirs), rng_for(1, "bootstrap")
    ).difference_interval
    assert low > 0 > wide_low
    assert high - low < (wide_high - wide_low) / 5


def test_a_model_without_a_hit_has_no_ratio() -> None:
    found = compare(np.ones(10), np.zeros(10), rng_for(1, "bootstrap"))
    assert np.isnan(found.ratio)
    assert np.isnan(found.ratio_interval).all()
    assert found.difference == 1.0
