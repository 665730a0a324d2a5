"""Pages that mirror a viewer's interests, and the dial of the adventurous."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import numpy as np

from frontrow.base.randomness import rng_for
from frontrow.page.adventure import budget_of, novelty_factor
from frontrow.page.balance import Balance, divergence, lean, wanted_by
from frontrow.page.stage import Stage
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


def test_an_interest_is_shown_where_a_title_of_it_is_seen_at_once_not_further_along_the_row() -> (
    None
):
    genres = CATALOGUE.genres
    counts = np.ones((1, len(HALF_LIVES_DAYS), CATALOGUE.n))
    counts[..., genres.has[:, [2]].toarray().ravel() == 0] = 10  # all but one are watched by many
    wanted = np.array([0.0, 0.0, 0.6, 0.4])
    stage = SimpleNamespace(
        catalogue=CATALOGUE,
        screen=SimpleNamespace(row_kept=0.9),
        wanted=wanted,
        trends=Trends(0, ("*",), counts),
    )
    balance = Balance(cast(Stage, stage))
    of_each = np.eye(4)
    before = balance.missing(of_each)
    assert before[2] > before[3] > 0
    balance.add(of_each[2], seen=of_each[0])  # there, but off the screen
    np.testing.assert_array_equal(balance.missing(of_each), before)
    balance.add(of_each[2], seen=of_each[2])
    np.testing.assert_array_equal(balance.missing(of_each), before * [1, 1, 0, 1])
