"""Metrics of pages, each beside an example that was worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from math import log, log2
from pathlib import Path

import numpy as np
import pytest

from frontrow.evaluation.pages import (
    Ground,
    measure_pages,
    page_metrics,
    rows_kept,
    works_kept,
)
from frontrow.evaluation.pages.beyond import kl_of
from tests.evaluation.test_metrics import matrix

N = 80


def ground(
    relevant: list[list[int]],
    *,
    history: list[list[int]] | None = None,
    genres: list[list[int]] | None = None,
    played: dict[int, int] | None = None,
    viewers: int = 8,
) -> Ground:
    """`N` works of which nothing is known but what is said."""
    counts = np.zeros(N, dtype=np.int64)
    for work, count in (played or {}).items():
        counts[work] = count
    of_work = genres or []
    has = matrix(
        of_work + [[]] * (N - len(of_work)), 1 + max([g for w in of_work for g in w] or [0])
    )
    return Ground(
        matrix(relevant, N), matrix(history or [[] for _ in relevant], N), has, counts, viewers
    )


def one(metric: str, page: list[list[int]], against: Ground) -> float:
    return float(measure_pages([page], against)[metric][0])


def test_a_page_is_judged_by_the_window_that_is_seen_first() -> None:
    rows = [[0, 1, 2, 3, 4], [5, 0], [6], [7]]
    found, _ = page_metrics([rows], ground([[3, 4, 6, 7, 9]]))
    assert found["recall@3x4"] == pytest.approx(2 / 5)  # 3 and 6; 4 and 7 lie outside
    assert found["recall@6x10"] == pytest.approx(4 / 5)
    assert found["ecs"] == pytest.approx(8.0)


def test_a_work_twice_on_a_page_is_one_hit() -> None:
    assert one("recall@3x4", [[1, 1], [1]], ground([[1, 2]])) == 0.5


def test_a_page_can_hold_no_more_than_its_window() -> None:
    assert one("recall@3x4", [list(range(4))] * 3, ground([list(range(20))])) == pytest.approx(
        4 / 12
    )


def test_attention_by_hand_counts_a_hit_by_how_much_its_place_is_looked_at() -> None:
    looked_at = np.full((6, 10), 0.1)
    looked_at[:2, :2] = [[1.0, 0.4], [0.5, 0.2]]
    against = replace(ground([[3, 9]]), looked_at=looked_at)
    assert one("attended", [[0, 1], [2, 3]], against) == pytest.approx(0.2 / (1.0 + 0.5))
    assert one("attended", [[9, 1], [3, 2]], against) == pytest.approx(1.0)
    # A work that stands twice counts where more look: here further down, where a carousel was swiped.
    assert one("attended", [[0, 3], [3, 9]], against) == pytest.approx((0.5 + 0.2) / 1.5)


def test_without_a_table_places_are_looked_at_as_the_settings_have_it() -> None:
    found = one("attended", [[0, 1], [2, 3]], ground([[3]]))
    assert found == pytest.approx(0.87 * 0.85)


def test_two_dimensional_ndcg_by_hand() -> None:
    # Places (1,1) (1,2) (2,1) (2,2) have 1/log2(2), 1/log2(3), 1/log2(3), 1/log2(4).
    against = ground([[3, 9]])
    found = one("ndcg2d", [[0, 1], [2, 3]], against)
    assert found == pytest.approx((1 / 2) / (1 + 1 / log2(3)))
    assert one("ndcg2d", [[9, 1], [3, 2]], against) == pytest.approx(1.0)
    assert one("ndcg2d", [[0, 1], [2, 4]], against) == 0.0


def test_a_gain_counts_once_and_where_it_is_nearest_the_corner() -> None:
    once = one("ndcg2d", [[0, 1, 2, 7], [3, 4, 5, 6], [7, 8, 9, 10]], ground([[7]]))
    assert once == pytest.approx((1 / log2(4)) / 1.0)  # at (3,1), not at (1,4), and not both


def test_a_row_to_the_right_is_worth_what_a_row_below_is() -> None:
    against = ground([[5]])
    assert one("ndcg2d", [[0, 5], [1, 2]], against) == one("ndcg2d", [[0, 1], [5, 2]], against)


def test_diversity_by_hand() -> None:
    # 0: {a}, 1: {a, b}, 2: {b}; cosines .7071, 0, .7071; the work without genres says nothing.
    against = ground([[]], genres=[[0], [0, 1], [1]])
    assert one("diversity", [[0, 1], [2, 3]], against) == pytest.approx(1 - 2 / 3 / 2**0.5)
    assert one("diversity", [[0]], ground([[]], genres=[[0], [0]])) != one(
        "diversity", [[0, 1]], ground([[]], genres=[[0], [0]])
    )  # nan of one work, 0 of two alike


def test_calibration_by_hand() -> None:
    assert kl_of(np.array([0.7, 0.3]), np.array([1.0, 0.0])) == pytest.approx(1.13398, abs=5e-6)
    assert kl_of(np.array([0.7, 0.3]), np.array([7.0, 3.0])) == pytest.approx(0.0)
    assert np.isnan(kl_of(np.zeros(2), np.ones(2)))


def test_the_genres_of_a_page_are_weighted_by_place() -> None:
    against = ground([[]], history=[[2, 3]], genres=[[0], [1], [0], [0, 1]])
    # Liked: .75 and .25; shown: 1 and 1/log2(3).
    q = np.array([1, 1 / log2(3)])
    q = 0.99 * q / q.sum() + 0.01 * np.array([0.75, 0.25])
    by_hand = 0.75 * log(0.75 / q[0]) + 0.25 * log(0.25 / q[1])
    assert one("calibration_kl", [[0, 1]], against) == pytest.approx(by_hand)


def test_novelty_by_hand() -> None:
    against = ground([[]], played={0: 8, 1: 2}, viewers=8)
    # Played by all, by a quarter, by nobody (as if by one of eight): 0, 2 and 3 bits.
    assert one("novelty", [[0, 1, 2]], against) == pytest.approx(5 / 3)


def test_genre_coverage_by_hand() -> None:
    against = ground([[]], genres=[[0], [1], [2, 3]])
    assert one("genre_coverage", [[0, 2]], against) == 3 / 4


def test_only_what_no_primitive_list_would_hold_is_serendipitous() -> None:
    # The 60 most played of all are 0-59 by index; of genre 1, which the viewer likes, also 70.
    genres = [[0]] * 70 + [[1], [0], [1]]
    against = ground([[5, 70, 71]], history=[[72]], genres=genres)
    assert one("serendipity", [[5, 70], [71, 73]], against) == 1 / 4  # 71 alone
    nothing_known = ground([[5, 70, 71]], genres=genres)
    assert one("serendipity", [[5, 70], [71, 73]], nothing_known) == 2 / 4


def test_stability_by_hand() -> None:
    assert rows_kept(["a", "b", "c", "d"], ["b", "a", "x", "c"], 3) == pytest.approx(2 / 3)
    assert works_kept([[0, 1, 2], [3]], [[1, 9], [3, 0]], 2, 2) == pytest.approx(3 / 3)
    assert works_kept([[0, 1, 2], [3]], [[1, 9], [3, 0]], 1, 2) == pytest.approx(1 / 2)
    assert rows_kept([], [], 3) == 1.0


def test_what_can_not_be_said_of_a_viewer_is_left_out_of_the_mean() -> None:
    against = ground([[1], [1]], history=[[2], []], genres=[[0], [0], [0]])
    means, intervals = page_metrics([[[0, 1]], [[0, 1]]], against)
    assert means["calibration_kl"] == pytest.approx(0.0)
    assert "calibration_kl" not in page_metrics([[[0]]], ground([[1]]))[0]
    assert set(means) - set(intervals) == {"ecs"}


def test_every_metric_has_its_formula_in_the_docs() -> None:
    told = (Path(__file__).parents[2] / "docs" / "metrics.md").read_text("utf-8")
    names = set(measure_pages([[[0, 1]]], ground([[1]]))) | {
        "ecs",
        "row_stability",
        "work_stability",
    }
    assert [name for name in sorted(names) if f"`{name}`" not in told] == []
