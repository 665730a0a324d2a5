"""Lists judged on a split that is small enough to be judged by hand."""

from __future__ import annotations

import numpy as np
import pytest

from bench.quality.judging import LEAD, K, compare_judged, good_of, judge, lead, plays_of, seen_of
from tests.bench.few_ratings import ratings_of, some_ratings, split_of

N = 40
TRAIN = ratings_of(
    [
        *((viewer, 5, 1, 1.0) for viewer in range(4)),
        *((viewer, 7, 2, 1.0) for viewer in range(3)),
        *((viewer, 9, 3, 1.0) for viewer in range(2)),
        (0, 11, 4, 1.0),
        (3, 13, 4, 0.25),
    ],
    N,
)
"""Good plays: work 5 has four, 7 three, 9 two, 11 one; 13 was no good one."""
SPLIT = split_of(TRAIN, asked=[2, 3], relevant=[[9, 11], [7]])


def a_list(*works: int) -> list[int]:
    """The works, and -1 for the places after them."""
    return [*works, *[-1] * (K - len(works))]


def lists(*rows: list[int]) -> np.ndarray:
    return np.array(rows, dtype=np.int32)


TWO_HITS = lists(a_list(9, 20, 11), a_list(30, 31))
"""The first viewer's works stand first and third; the second viewer's is missing."""


def test_each_metric_is_what_one_finds_by_hand() -> None:
    judged = judge([TWO_HITS], SPLIT)
    found = (1 + 1 / np.log2(4)) / (1 + 1 / np.log2(3))
    assert judged.per_viewer[LEAD].tolist() == pytest.approx([found, 0.0])
    assert judged.means[LEAD] == pytest.approx(found / 2)
    assert judged.means["ndcg@10"] == pytest.approx(found / 2)
    assert judged.means[f"recall@{K}"] == pytest.approx(0.5)
    assert judged.means[f"coverage@{K}"] == pytest.approx(5 / N)
    assert judged.means["effective_catalogue_size"] == pytest.approx(5.0)
    assert judged.means["popularity_rank_of_hits"] == pytest.approx(3.5)  # work 9 is 3rd, 11 4th
    assert lead(TWO_HITS, SPLIT) == pytest.approx(judged.means[LEAD])


def test_a_place_after_the_tenth_counts_for_twenty_and_not_for_ten() -> None:
    late = lists(a_list(*range(20, 30), 9), a_list(30))
    judged = judge([late], SPLIT)
    assert judged.means["ndcg@10"] == 0
    assert judged.means[LEAD] > 0


def test_several_seeds_are_judged_by_their_mean() -> None:
    nothing = lists(a_list(20), a_list(21))
    alone, other = judge([TWO_HITS], SPLIT), judge([nothing], SPLIT)
    both = judge([TWO_HITS, nothing], SPLIT)
    assert both.seeds == 2
    for metric in (LEAD, f"recall@{K}", f"coverage@{K}"):
        assert both.means[metric] == pytest.approx((alone.means[metric] + other.means[metric]) / 2)


def test_the_mean_lies_within_its_interval() -> None:
    judged = judge([TWO_HITS], SPLIT)
    low, high = judged.intervals[LEAD]
    assert low <= judged.means[LEAD] <= high
    assert low < high


def test_a_model_beside_itself_is_neither_better_nor_worse() -> None:
    both_right = lists(a_list(9, 20, 11), a_list(30, 7))
    found = compare_judged(judge([both_right], SPLIT), judge([both_right], SPLIT))
    assert found.difference == 0
    assert found.difference_interval == (0, 0)
    assert found.ratio == 1
    assert found.ratio_interval == (1, 1)


def test_the_matrices_hold_the_training_sides_good_plays_and_what_was_seen() -> None:
    train = some_ratings()
    split = split_of(train, asked=[3, 17], relevant=[[0], [1]])
    good, seen = good_of(split).toarray(), seen_of(split).toarray()
    slow = np.zeros((len(train.viewers), train.n))
    slow[train.viewer[train.good], train.work[train.good]] = 1
    np.testing.assert_array_equal(good, slow)
    np.testing.assert_array_equal(plays_of(split), slow.sum(axis=0))
    rated = np.zeros_like(slow)
    rated[train.viewer, train.work] = 1
    np.testing.assert_array_equal(seen, rated[[3, 17]])
