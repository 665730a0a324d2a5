"""Going on with what is under way: learned from what viewers then did."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from frontrow.base.time import US_PER_DAY, US_PER_MINUTE
from frontrow.ranking.resuming import FEATURES, Resuming, fit_resuming, may_go_on
from frontrow.viewers import Dataset, no_trends
from frontrow.viewers.records import blank_records
from tests.models import small_world

CATALOGUE = small_world.catalogue()
NOW = 1_700_000_000_000_000
HOUR = 60 * US_PER_MINUTE


def under_way(rng: np.random.Generator, viewers: int) -> tuple[Dataset, Dataset, np.ndarray]:
    """Viewers with one film under way each; those who left it lately go on, most of the time."""
    work = rng.integers(0, CATALOGUE.n, viewers).astype(np.int32)
    idle = np.exp(rng.uniform(0, 7, viewers)) * HOUR
    last = (NOW - idle).astype(np.int64)
    records = replace(
        blank_records(work),
        begun=np.ones(viewers, dtype=bool),
        plays=np.ones(viewers, dtype=np.int32),
        fraction=rng.uniform(0.1, 0.8, viewers).astype(np.float32),
        first_touch_us=last,
        last_touch_us=last,
    )
    likely = 1 / (1 + np.exp(np.log(idle / HOUR) - 3))
    goes_on = rng.random(viewers) < likely
    later = np.where(goes_on, NOW + US_PER_DAY, last)
    then = Dataset(
        at_us=NOW,
        n=CATALOGUE.n,
        profile_ids=tuple(f"p{i:05d}" for i in range(viewers)),
        indptr=np.arange(viewers + 1, dtype=np.int64),
        records=records,
        first_us=last,
        moment_us=np.full(viewers, NOW),
        offset_minutes=np.zeros(viewers, dtype=np.int16),
        country=np.zeros(viewers, dtype=np.int16),
        all_trends=(no_trends(CATALOGUE.n),),
        trend=np.zeros(viewers, dtype=np.int16),
    )
    after = replace(then, at_us=NOW + 7 * US_PER_DAY, records=replace(records, last_touch_us=later))
    return then, after, likely


def test_the_probability_is_that_of_the_viewers_it_was_fitted_on() -> None:
    then, after, _ = under_way(np.random.default_rng(1), 4_000)
    fitted = fit_resuming([(then, after)], CATALOGUE, np.random.default_rng(2))
    assert fitted.fitted
    fresh, _, likely = under_way(np.random.default_rng(3), 2_000)
    found = fitted.probability(fresh.records, CATALOGUE, fresh.moment_us)
    assert np.abs(found - likely).mean() < 0.05
    assert np.corrcoef(found, likely)[0, 1] > 0.97


def test_with_few_examples_lately_left_comes_first() -> None:
    then, after, _ = under_way(np.random.default_rng(1), 20)
    guessed = fit_resuming([(then, after)], CATALOGUE, np.random.default_rng(2))
    assert guessed == Resuming()
    two = then.records.take(slice(0, 2))
    two = replace(
        two,
        fraction=np.full(2, 0.4, np.float32),
        last_touch_us=np.array([NOW - 90 * HOUR, NOW - HOUR]),
    )
    early, late = guessed.probability(two, CATALOGUE, NOW)
    assert late > early


def test_what_is_done_or_dismissed_is_not_under_way() -> None:
    then, _, _ = under_way(np.random.default_rng(1), 3)
    records = replace(
        then.records,
        completed=np.array([True, False, False]),
        dismissed=np.array([False, True, False]),
    )
    assert may_go_on(records).tolist() == [False, False, True]


def test_weights_are_kept_by_the_names_of_their_features() -> None:
    kept = Resuming(tuple(float(i) for i in range(len(FEATURES))), fitted=True)
    assert Resuming.from_arrays(kept.arrays(), FEATURES) == kept
    older = Resuming.from_arrays({"weights": np.array([2.0])}, ("paused",))
    assert older.weights == (*([0.0] * (len(FEATURES) - 1)), 2.0)
