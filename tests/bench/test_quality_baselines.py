"""Baselines against their definitions, computed slowly."""

from __future__ import annotations

import numpy as np
import pytest

from bench.quality.baselines import BASELINES, Dials, fill_silent, lists_of
from bench.quality.judging import K
from bench.quality.split_file import Split
from bench.quality.splits import split_by_viewer
from frontrow.base.time import US_PER_DAY
from tests.bench.few_ratings import ratings_of, some_ratings, split_of

BY_NAME = {baseline.name: baseline for baseline in BASELINES}
SPLIT = split_by_viewer("some", some_ratings())


def scores_of(name: str, split: Split, dials: Dials) -> np.ndarray:
    """float32[b, n] of all asked viewers."""
    (score,) = BY_NAME[name].fits(split, [dials])
    return score(np.arange(len(split.asked)))


def good_plays(split: Split) -> np.ndarray:
    """float64[v, n], made one by one."""
    train = split.train
    x = np.zeros((len(train.viewers), train.n))
    for viewer, work, good in zip(train.viewer, train.work, train.good, strict=True):
        x[viewer, work] = good
    return x


def test_popularity_lists_what_has_most_good_plays_but_not_what_was_seen() -> None:
    rows = [
        (viewer, work, 1, 1.0)
        for work, plays in ((3, 4), (8, 3), (1, 2))
        for viewer in range(plays)
    ]
    rows += [(viewer, 5, 1, 0.25) for viewer in range(6)]
    split = split_of(ratings_of(rows, 9), asked=[0, 2, 3, 5], relevant=[[0]] * 4)
    (score,) = BY_NAME["popularity"].fits(split, [{}])
    first = [[work for work in row if work >= 0][:3] for row in lists_of(score, split).tolist()]
    assert first == [[0, 2, 4], [1, 0, 2], [8, 1, 0], [3, 8, 1]]


def test_recent_popularity_halves_the_worth_of_a_play_with_every_half_life() -> None:
    days = US_PER_DAY
    rows = [(0, 0, 1 * days, 1.0), (1, 0, 1 * days, 1.0), (2, 0, 1 * days, 1.0)]
    rows += [(0, 1, 21 * days, 1.0), (0, 2, 11 * days, 1.0), (1, 3, 21 * days, 0.25)]
    split = split_of(ratings_of(rows, 5), [0], [[4]], at_us=21 * days)
    found = scores_of("recent popularity", split, {"half_life_days": 10.0})
    assert found[0].tolist() == pytest.approx([0.75, 1.0, 0.5, 0.0, 0.0])


@pytest.mark.parametrize("strength", [2.0, 50.0])
def test_ease_is_the_closed_form_of_the_paper(strength: float) -> None:
    x = good_plays(SPLIT)
    played = np.flatnonzero(x.sum(axis=0))
    some = x[:, played]
    inverse = np.linalg.inv(some.T @ some + strength * np.eye(len(played)))
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0)
    found = scores_of("EASE", SPLIT, {"regularization": strength})
    np.testing.assert_allclose(found[:, played], some[SPLIT.asked] @ weights, atol=1e-5)
    assert np.isnan(np.delete(found, played, axis=1)).all()


@pytest.mark.parametrize(("neighbours", "shrinkage"), [(5, 0.0), (5, 10.0), (10_000, 10.0)])
def test_item_knn_adds_the_cosines_of_the_nearest_works(neighbours: int, shrinkage: float) -> None:
    x = good_plays(SPLIT)
    played = np.flatnonzero(x.sum(axis=0)).tolist()
    norm = np.sqrt(x.sum(axis=0, dtype=np.float32))  # as exact as there: ties are cut by rounding
    slow = np.full((len(SPLIT.asked), SPLIT.train.n), np.nan)
    for work in played:
        cosine = np.zeros(SPLIT.train.n, dtype=np.float32)
        for other in played:
            if other != work:
                both = np.float32(x[:, work] @ x[:, other])
                cosine[other] = both / (norm[work] * norm[other] + np.float32(shrinkage))
        floor = np.sort(cosine[played])[-min(neighbours, len(played))]
        near = np.where(cosine >= floor, cosine, 0)
        slow[:, work] = x[SPLIT.asked] @ near
    dials = {"neighbours": float(neighbours), "shrinkage": shrinkage}
    np.testing.assert_allclose(scores_of("item-kNN", SPLIT, dials), slow, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", ["item-kNN", "EASE", "recent popularity"])
def test_dials_fitted_together_give_what_each_gives_alone(name: str) -> None:
    grid = BY_NAME[name].grid[::4]
    rows = np.arange(len(SPLIT.asked))
    together = [score(rows) for score in BY_NAME[name].fits(SPLIT, grid)]
    assert len(together) == len(grid) > 1
    for dials, found in zip(grid, together, strict=True):
        np.testing.assert_array_equal(found, scores_of(name, SPLIT, dials))


def test_no_list_holds_what_was_seen_or_anything_twice() -> None:
    for baseline in BASELINES:
        (score,) = baseline.fits(SPLIT, [baseline.grid[0]])
        lists = lists_of(score, SPLIT)
        assert lists.shape == (len(SPLIT.asked), K)
        for i, row in enumerate(lists.tolist()):
            seen = SPLIT.seen_work[SPLIT.seen_indptr[i] : SPLIT.seen_indptr[i + 1]].tolist()
            listed = [work for work in row if work >= 0]
            assert len(set(listed)) == len(listed)
            assert set(listed).isdisjoint(seen)


def test_a_viewer_without_a_good_play_gets_what_is_popular_from_every_model() -> None:
    rows = [(viewer, work, 1, 1.0) for viewer in range(5) for work in range(viewer, 5)]
    split = split_of(ratings_of([*rows, (5, 1, 1, 0.25)], 30), asked=[5], relevant=[[0]])
    popular = [4, 3, 2, 0]
    for baseline in BASELINES:
        (score,) = baseline.fits(split, [baseline.grid[0]])
        assert lists_of(score, split)[0, :4].tolist() == popular
    empty = np.full((1, K), -1, dtype=np.int32)
    assert fill_silent(empty, split)[0, :4].tolist() == popular
    assert (empty == -1).all()


def test_lists_that_hold_anything_are_left_as_they_are() -> None:
    lists = np.full((len(SPLIT.asked), K), -1, dtype=np.int32)
    lists[:, 0] = 7
    np.testing.assert_array_equal(fill_silent(lists, SPLIT), lists)
