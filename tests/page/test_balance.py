"""Pages that mirror a viewer's interests, and the dial of the adventurous."""

from __future__ import annotations

import numpy as np
import pytest

from frontrow.base.randomness import rng_for
from frontrow.page.adventure import budget_of, novelty_factor
from frontrow.page.balance import divergence, head_of_interests, interests_of, lean, wanted_by
from frontrow.viewers import no_trends
from frontrow.viewers.trends import HALF_LIVES_DAYS, Trends
from tests.models import small_world

CATALOGUE = small_world.catalogue(200)


def test_the_divergence_is_the_one_computed_by_hand() -> None:
    found = divergence(np.array([0.7, 0.3]), np.array([[1.0, 0.0], [0.7, 0.3]]))
    np.testing.assert_allclose(found, [1.13398, 0], atol=1e-5)


def test_what_is_wanted_is_what_was_liked_by_how_much() -> None:
    works = np.array([0, 1, 2], dtype=np.int32)  # of three genres
    wanted = wanted_by(CATALOGUE, works, np.array([0.75, 0.25, -1.0], dtype=np.float32))
    by_name = dict(zip(CATALOGUE.genres.names, wanted.tolist(), strict=True))
    assert by_name == {"Crime": 0.75, "Comedy": 0.25, "Space": 0, "Nature": 0}
    assert not wanted_by(CATALOGUE, works, np.zeros(3, dtype=np.float32)).any()


def head_mix(value: np.ndarray, factor: np.ndarray, k: int = 60) -> np.ndarray:
    best = np.argsort(-(value * factor), kind="stable")[:k]
    return np.asarray(CATALOGUE.genres.has[best].sum(axis=0)).ravel() / k


def test_leaning_brings_the_head_of_a_ranking_nearer_to_the_mix_that_is_wanted() -> None:
    rng = rng_for(1, "lean")
    value = rng.random(CATALOGUE.n).astype(np.float32)
    value[::4] += 0.4  # one genre leads
    works = np.arange(CATALOGUE.n, dtype=np.int32)
    wanted = np.array([0.4, 0.3, 0.2, 0.1])
    before = divergence(wanted, head_mix(value, np.ones_like(value)))
    ways = [lean(CATALOGUE.genres, wanted, value, works, strength) for strength in (0.1, 0.5)]
    after = [divergence(wanted, head_mix(value, factor)) for factor in ways]
    assert after[1] < after[0] < before
    none = lean(CATALOGUE.genres, wanted, value, works, 0.0)
    np.testing.assert_array_equal(none, 1)


def test_the_adventurous_are_led_to_what_few_have_found_and_the_careful_to_what_many_watch() -> (
    None
):
    counts = np.zeros((1, 7, 4))
    counts[0, -1] = [0, 10, 100, 1000]
    trends = Trends(0, ("*",), counts)
    bold, careful = novelty_factor(trends, 1.0), novelty_factor(trends, 0.0)
    assert (np.diff(bold) < 0).all()
    assert (np.diff(careful) > 0).all()
    np.testing.assert_array_equal(novelty_factor(trends, 0.5), 1)
    np.testing.assert_array_equal(novelty_factor(no_trends(3), 1.0), 1)
    assert len(novelty_factor(no_trends(0), 1.0)) == 0
    assert [budget_of(40, a) for a in (0.0, 0.5, 1.0)] == [0, 40, 80]


def test_interests_are_what_stands_out_from_what_everyone_watches() -> None:
    genres = CATALOGUE.genres
    counts = np.ones((1, len(HALF_LIVES_DAYS), CATALOGUE.n))
    counts[..., genres.has[:, [2]].toarray().ravel() == 0] = 10  # all but one are watched by many
    trends = Trends(0, ("*",), counts)
    found = interests_of(CATALOGUE, trends, np.array([0.0, 0.1, 0.5, 0.4]))
    assert found[2] > found[3] > found[1] == found[0] == 0
    assert found.sum() == pytest.approx(1)
    assert not interests_of(CATALOGUE, trends, np.zeros(4)).any()
    assert not interests_of(CATALOGUE, no_trends(CATALOGUE.n), np.ones(4) / 4).any()


def test_the_head_shows_each_interest_by_its_best_title_and_is_the_likeliest_else() -> None:
    genres = CATALOGUE.genres
    of = genres.has.toarray().argmax(axis=1)  # each title has one
    order = np.argsort(of == 2, kind="stable").astype(np.int32)  # of the third none is near the top
    ranked = np.concatenate([order[of[order] != 2][:60], order[of[order] == 2][:20]])
    value = np.zeros(CATALOGUE.n, dtype=np.float32)
    value[ranked] = np.linspace(0.9, 0.1, len(ranked))
    interests = np.array([0.0, 0.0, 0.7, 0.3])
    head = head_of_interests(genres, interests, value, ranked, 5, 40.0)
    best = [int(ranked[of[ranked] == genre][0]) for genre in (2, 3)]
    others = [int(work) for work in ranked if work not in best][:3]
    assert set(head.tolist()) == {*best, *others}
    assert np.diff(np.flatnonzero(np.isin(ranked, head))).min() > 0
    np.testing.assert_array_equal(
        head, ranked[np.isin(ranked, head)]
    )  # in the order of the ranking
    plain = head_of_interests(genres, interests, value, ranked, 5, 0.0)
    np.testing.assert_array_equal(plain, ranked[:5])
    for few in (3, 0):
        assert len(head_of_interests(genres, interests, value, ranked[:few], 5, 40.0)) == few
