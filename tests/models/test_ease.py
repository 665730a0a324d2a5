"""EASE against its definition, computed slowly."""

from __future__ import annotations

import numpy as np
import pytest

from frontrow.models import ease, fit_ease, same_works
from frontrow.viewers import no_trends
from tests.models import small_world

CATALOGUE = small_world.catalogue()
HISTORIES = small_world.histories(CATALOGUE, small_world.everything(CATALOGUE))


def test_the_weights_are_those_of_the_paper() -> None:
    x = HISTORIES.good().toarray().astype(np.float64)
    played = np.flatnonzero(x.sum(axis=0))
    inverse = np.linalg.inv(x[:, played].T @ x[:, played] + 30.0 * np.eye(len(played)))
    slow = -inverse / np.diag(inverse)
    np.fill_diagonal(slow, 0)
    fast = fit_ease(HISTORIES, 30.0)
    np.testing.assert_array_equal(fast.works, played)
    np.testing.assert_allclose(fast.weights, slow, atol=1e-6)


def test_a_viewers_scores_are_the_sum_of_the_rows_of_the_good_plays() -> None:
    model = fit_ease(HISTORIES).bind(CATALOGUE, same_works(CATALOGUE.n))
    scores = model.score(HISTORIES, no_trends(CATALOGUE.n))
    good = HISTORIES.good()
    for viewer in range(5):
        seen = good.indices[good.indptr[viewer] : good.indptr[viewer + 1]]
        of = np.searchsorted(model.works, seen)
        rows = model.weights[of].sum(axis=0)
        np.testing.assert_allclose(scores[viewer, model.works], rows, atol=1e-5)


def test_what_a_play_moves_is_its_row_in_its_own_deviations() -> None:
    model = fit_ease(HISTORIES).bind(CATALOGUE, same_works(CATALOGUE.n))
    anchors, works = model.works[[3, 7]], np.arange(CATALOGUE.n, dtype=np.int32)
    moved = np.full((2, CATALOGUE.n), np.nan, dtype=np.float32)
    model.moved(anchors, works, moved)
    for place, found in zip((3, 7), moved, strict=True):
        row = model.weights[place]
        np.testing.assert_allclose(found[model.works], row / row.std(), rtol=1e-5)
        assert np.isnan(np.delete(found, model.works)).all()


def test_above_the_limit_the_most_watched_works_are_fitted_and_the_others_have_no_score(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ease, "MAX_WORKS", 20)
    model = fit_ease(HISTORIES)
    plays = np.bincount(HISTORIES.good().indices, minlength=CATALOGUE.n)
    assert len(model.works) == 20
    assert plays[model.works].min() >= np.delete(plays, model.works).max()
    assert model.config()["works_left_out"] == CATALOGUE.n - 20
    scores = model.score(HISTORIES, no_trends(CATALOGUE.n))
    assert np.isnan(np.delete(scores, model.works, axis=1)).all()
