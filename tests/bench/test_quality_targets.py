"""When a target is said to be met."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from bench.quality.judging import LEAD, Judged
from bench.quality.targets import ALS, EASE, FULL, Outcome, Target, outcome_of
from frontrow.base.randomness import rng_for

TARGET = Target("ml-1m-a", (EASE, ALS), asked=1.10, stretch=1.20)
VIEWERS = rng_for(1, "viewers").uniform(0.2, 0.8, 400)


def judged(values: np.ndarray) -> Judged:
    return Judged(1, {LEAD: values}, {LEAD: float(values.mean())}, {LEAD: (0.0, 1.0)})


def outcome(full: np.ndarray, target: Target = TARGET) -> Outcome:
    models = {FULL: judged(full), EASE: judged(VIEWERS), ALS: judged(VIEWERS * 0.9)}
    return outcome_of(target, models)


@pytest.mark.parametrize(
    ("times", "verdict"),
    [(1.0, "missed"), (1.09, "missed"), (1.11, "met"), (1.21, "met, stretch too")],
)
def test_a_target_is_met_from_the_ratio_that_was_asked_on(times: float, verdict: str) -> None:
    found = outcome(VIEWERS * times)
    assert found.verdict == verdict
    assert found.found is not None
    assert found.found.ratio == pytest.approx(times)


def test_without_a_stretch_there_is_nothing_beyond_met() -> None:
    assert outcome(VIEWERS * 3, Target("ml-1m-b", (EASE,), asked=1.5)).verdict == "met"


def test_a_ratio_that_hangs_on_a_few_viewers_is_not_certain() -> None:
    few = VIEWERS.copy()
    few[:2] += 60
    found = outcome(few)
    assert found.found is not None
    assert found.found.ratio > TARGET.asked
    assert found.verdict == "not certain"


def test_the_best_of_the_others_is_what_counts() -> None:
    assert outcome(VIEWERS).other == EASE
    models = {FULL: judged(VIEWERS), EASE: judged(VIEWERS * 0.5), ALS: judged(VIEWERS * 0.9)}
    found = outcome_of(TARGET, models)
    assert found.other == ALS
    assert found.found is not None
    assert found.found.ratio == pytest.approx(1 / 0.9)


@pytest.mark.parametrize("models", [{}, {EASE: None, ALS: None}, {FULL: None, EASE: None}])
def test_what_was_not_measured_is_neither_met_nor_missed(models: Mapping[str, None]) -> None:
    found = outcome_of(TARGET, {name: judged(VIEWERS) for name in models})
    assert found.verdict == "not measured"


def test_where_the_others_found_nothing_no_ratio_is_reached() -> None:
    nothing = {name: judged(np.zeros(50)) for name in (FULL, EASE, ALS)}
    assert outcome_of(TARGET, nothing).verdict == "missed"
