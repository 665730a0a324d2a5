"""A split's ratings become the datasets that a log with these ratings would have given."""

from __future__ import annotations

import numpy as np
import pytest

from bench.quality.split_file import Ratings
from bench.quality.worlds import datasets_of, first_part, last_moments
from tests.bench.few_ratings import pairs_of, some_ratings
from tests.models import small_world


def numbered(ratings: Ratings) -> dict[str, np.ndarray]:
    """The rows as `small_world` takes them; viewers are numbers."""
    return {
        "viewer": ratings.viewer.astype(np.int64),
        "work": ratings.work,
        "us": ratings.us,
        "rating": ratings.rating,
    }


def test_at_a_moment_stands_what_was_rated_until_then() -> None:
    ratings = some_ratings()
    early, late = datasets_of(ratings, [30, 10**6])
    known = {(early.profile_ids[v], w) for v, w in zip(early.viewer, early.records.work.tolist())}  # noqa: B905
    assert known == pairs_of(ratings.keep(ratings.us <= 30))
    assert len(late.records) == len(ratings.work)
    assert early.at_us == 30


@pytest.mark.parametrize("moment", [25, 10**6])
def test_they_are_those_of_the_small_world(moment: int) -> None:
    ratings = some_ratings()
    (ours,) = datasets_of(ratings, [moment])
    (theirs,) = small_world.datasets(small_world.catalogue(ratings.n), numbered(ratings), [moment])
    assert sorted(np.diff(ours.indptr)) == sorted(np.diff(theirs.indptr))
    np.testing.assert_allclose(ours.trends.counts, theirs.trends.counts)
    assert ours.records.work.sum() == theirs.records.work.sum()


def test_each_viewer_may_have_a_moment_of_its_own() -> None:
    ratings = some_ratings()
    moments = last_moments(ratings)
    (found,) = datasets_of(ratings, [moments])
    assert len(found.records) == len(ratings.work)
    assert found.moment_us.tolist() == [moments[p] for p in found.profile_ids]


def test_a_first_part_is_rounded_up_and_never_later_than_the_rest() -> None:
    ratings = some_ratings()
    first = first_part(ratings, 0.8)
    counts = np.diff(ratings.indptr)
    kept = np.bincount(ratings.viewer[first], minlength=len(counts))
    np.testing.assert_array_equal(kept, np.ceil(counts * 0.8 - 1e-9))
    for viewer in range(len(counts)):
        mine = ratings.viewer == viewer
        if (mine & ~first).any():
            assert ratings.us[mine & first].max() <= ratings.us[mine & ~first].min()
