"""Calibration is judged in bins of equal numbers, and of what is listed."""

from __future__ import annotations

import numpy as np

from bench.quality.reliability import BINS, LISTED, listed, reliability, reliability_section


def test_predictions_that_come_true_as_often_as_they_say_have_next_to_no_error() -> None:
    rng = np.random.Generator(np.random.PCG64(1))
    probability = rng.random(30_000)
    found = reliability(probability, rng.random(30_000) < probability)
    assert found.pairs == 30_000
    assert len(found.predicted) == BINS
    assert found.error < 0.02


def test_the_error_is_the_mean_distance_of_what_was_predicted_and_what_came() -> None:
    probability = np.repeat(np.linspace(0.1, 0.8, BINS), 10)
    assert np.isclose(reliability(probability, np.zeros(150, dtype=bool)).error, 0.45)


def test_of_a_viewer_only_the_best_open_titles_are_listed() -> None:
    probability = np.linspace(0.0, 0.99, 100)[None]
    open_ = np.ones((1, 100), dtype=bool)
    open_[0, -5:] = False
    good = np.zeros((1, 100), dtype=bool)
    good[0, 94] = True
    found = listed(probability, open_, good)
    assert found.pairs == LISTED
    assert np.isclose(found.predicted.max(), probability[0, 93:95].mean(), atol=0.01)
    assert np.isclose(found.came.sum() * LISTED / BINS, 1, atol=0.4)


def test_a_viewer_with_fewer_open_titles_counts_with_these() -> None:
    probability = np.full((1, 40), 0.3)
    open_ = np.zeros((1, 40), dtype=bool)
    open_[0, :7] = True
    found = listed(probability, open_, open_)
    assert found.pairs == 7
    assert np.isclose(found.error, 0.7)


def test_the_section_names_where_it_was_measured() -> None:
    one = reliability(np.linspace(0, 0.5, 100), np.zeros(100, dtype=bool))
    section = reliability_section({"the demo": (one, one)})
    assert [row[0] for row in section.rows] == [
        "the demo, all that was shown",
        f"the demo, the first {LISTED} of it for each viewer",
    ]
