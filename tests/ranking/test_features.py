"""What the fusion may see, and that it means the same whatever the viewer."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
from scipy import sparse

from frontrow.models import no_histories
from frontrow.ranking import features
from frontrow.ranking.features import standardise
from tests.models import small_world

CATALOGUE = small_world.catalogue()
DATASET = small_world.everything(CATALOGUE)
HISTORIES = small_world.histories(CATALOGUE, DATASET)
NOW = DATASET.at_us


def test_no_input_says_who_the_viewer_is() -> None:
    names = (*features.PAIR, *features.TITLE, *features.VIEWER)
    words = {word for name in names for word in re.split(r"[_\W]+", name)}
    assert words.isdisjoint(
        {"age", "gender", "sex", "ethnicity", "race", "religion", "income", "occupation",
         "postcode", "zip", "household", "country", "name"}
    )  # fmt: skip


def test_a_score_is_measured_in_the_viewers_own_deviations() -> None:
    scores = np.array([[1, 2, 3, 4], [10, 20, 30, 40]], dtype=np.float32)
    out = np.empty_like(scores)
    standardise(scores, out)
    np.testing.assert_allclose(out[0], out[1], rtol=1e-5)
    np.testing.assert_allclose(out.mean(axis=1), 0, atol=1e-6)
    np.testing.assert_allclose(out.std(axis=1), 1, rtol=1e-5)


def test_a_score_that_is_missing_is_nought_and_moves_no_other() -> None:
    scores = np.array([[1, 2, 3, 4, np.nan]], dtype=np.float32)
    out, whole = np.empty_like(scores), np.empty((1, 4), dtype=np.float32)
    standardise(scores, out)
    standardise(scores[:, :4].copy(), whole)
    assert out[0, 4] == 0
    np.testing.assert_allclose(out[0, :4], whole[0], rtol=1e-5)
    assert np.isnan(scores[0, 4])  # what came in stays as it was


def test_a_scorer_without_opinion_is_nought_everywhere() -> None:
    for scores in (np.full((1, 4), np.nan, np.float32), np.full((1, 4), 7, np.float32)):
        out = np.empty_like(scores)
        standardise(scores, out)
        assert (out == 0).all()


def test_what_is_measured_by_other_scores_takes_their_mean_and_deviation() -> None:
    by = np.array([[1, 2, 3, np.nan]], dtype=np.float32)
    out = np.empty((1, 4), dtype=np.float32)
    standardise(np.array([[2, 2, np.nan, 4]], dtype=np.float32), out, by)
    np.testing.assert_allclose(out[0], [0, 0, 0, 2 / np.std([1, 2, 3])], rtol=1e-5)


def test_scorers_are_believed_more_the_more_is_known_of_a_viewer() -> None:
    works = HISTORIES.indptr[1:] - HISTORIES.indptr[:-1]
    trust = features.trust_in(HISTORIES, 5.0)
    np.testing.assert_allclose(trust, works / (works + 5), rtol=1e-6)
    assert (features.trust_in(HISTORIES, 0.0)[works > 0] == 1).all()
    scores = np.array([[1, 2, 3, 4], [1, 2, 3, 4]], dtype=np.float32)
    out, whole = np.empty_like(scores), np.empty_like(scores)
    standardise(scores, whole)
    standardise(scores, out, trust=np.array([0.25, 1], dtype=np.float32))
    np.testing.assert_allclose(out, whole * np.array([[0.25], [1]]), rtol=1e-6)


def test_title_features_are_the_same_within_an_hour() -> None:
    played = np.ones(CATALOGUE.n, dtype=bool)
    hour = NOW - NOW % features.HOUR_US
    one = features.title_features(CATALOGUE, DATASET.trends, None, hour, played)
    two = features.title_features(CATALOGUE, DATASET.trends, None, hour + 10**6, played)
    assert one.tobytes() == two.tobytes()
    assert one.shape == (CATALOGUE.n, len(features.TITLE))
    assert np.isfinite(one).all()


def test_a_viewer_of_whom_nothing_is_known_has_features_that_say_so() -> None:
    found = features.viewer_features(no_histories(1, CATALOGUE.n, small_world.START_US))[0]
    named = dict(zip(features.VIEWER, found.tolist(), strict=True))
    assert named["no_first_event"] == 1
    assert named["no_history"] == 1
    assert named["works_in_history"] == 0


def test_a_viewer_at_an_evening_of_the_weekend_is_seen_there() -> None:
    saturday = 1_700_941_500_000_000  # 25 November 2023, 19:45 UTC
    there = replace(
        no_histories(2, CATALOGUE.n, saturday), offset_minutes=np.array([0, 300], dtype=np.int16)
    )
    one, two = (dict(zip(features.VIEWER, row, strict=True)) for row in
                features.viewer_features(there).tolist())  # fmt: skip
    assert (one["evening"], one["night"], one["weekend"]) == (1, 0, 1)
    assert (two["evening"], two["night"], two["weekend"]) == (0, 1, 1)  # half past midnight, Sunday


def test_a_title_that_was_shown_and_passed_over_tires() -> None:
    tired = np.zeros(CATALOGUE.n, dtype=np.float32)
    tired[5] = -0.125
    one = no_histories(1, CATALOGUE.n, NOW)
    one = replace(one, tired=sparse.csr_array(tired[None]))
    fatigue = np.empty((1, CATALOGUE.n), dtype=np.float32)
    features.tired_of(one, fatigue)
    assert fatigue[0, 5] < 0
    assert np.count_nonzero(fatigue) == 1
