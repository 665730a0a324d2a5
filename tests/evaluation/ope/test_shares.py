"""Intervals of shares: within 0 to 1, never certain, and holding a planted share as often as they claim."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontrow.base.randomness import rng_for
from frontrow.evaluation.ope.choices import Bools, Doubles, Longs
from frontrow.evaluation.ope.intervals import interval_of
from frontrow.evaluation.ope.shares import earned_of, gain_of, share_of


@st.composite
def shown(draw: st.DrawFn, *, whole: bool = True) -> tuple[Doubles, Longs, Bools]:
    """Some choices: how each went, whose it was, and which of two arms drew it."""
    n = draw(st.integers(2, 40))
    worth = st.sampled_from([0.0, 1.0]) if whole else st.floats(0.0, 1.0)
    values = np.array(draw(st.lists(worth, min_size=n, max_size=n)))
    cluster = np.array(draw(st.lists(st.integers(0, 12), min_size=n, max_size=n)))
    arm = np.array(draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    arm[:2] = True, False
    return values, cluster, arm


@settings(deadline=None)
@given(shown() | shown(whole=False))
def test_a_share_and_a_difference_of_shares_are_never_beyond_what_can_be(
    told: tuple[Doubles, Longs, Bools],
) -> None:
    values, cluster, arm = told
    one, gain = share_of(values, cluster), gain_of(values, cluster, arm)
    assert 0.0 <= one.low <= one.value <= one.high <= 1.0
    assert -1.0 - 1e-9 <= gain.low <= gain.value <= gain.high <= 1.0 + 1e-9
    assert one.high - one.low > 0.01
    assert gain.value == pytest.approx(values[arm].mean() - values[~arm].mean())


def test_five_of_which_none_went_well_are_no_certain_zero() -> None:
    told = share_of(np.zeros(5), np.arange(5))
    assert told.low == 0.0
    assert told.high == pytest.approx(1.96**2 / (5 + 1.96**2), abs=1e-4)  # Wilson, by hand
    assert share_of(np.ones(5), np.arange(5)).low == pytest.approx(1.0 - told.high)


def test_independent_trials_have_wilsons_own_interval() -> None:
    values = (np.arange(10_000) < 500).astype(float)
    told = share_of(values, np.arange(10_000))
    z2 = 1.959964**2  # by hand: 500 of 10,000
    middle = (0.05 + z2 / 20_000) / (1 + z2 / 10_000)
    half = np.sqrt(z2 * 0.05 * 0.95 / 10_000 + z2**2 / 4e8) / (1 + z2 / 10_000)
    assert told.low == pytest.approx(middle - half, abs=1e-7)
    assert told.high == pytest.approx(middle + half, abs=1e-7)


def test_of_a_viewers_choices_that_always_agree_each_viewer_is_one_trial() -> None:
    values = (np.arange(200) < 40).astype(float)
    once = share_of(values, np.arange(200))
    often = share_of(np.repeat(values, 10), np.repeat(np.arange(200), 10))
    assert often.high - often.low == pytest.approx(once.high - once.low, rel=0.05)


def test_one_viewer_says_nothing_of_others() -> None:
    told = share_of(np.array([0.0, 1.0, 1.0]), np.zeros(3, dtype=np.int64))
    assert (told.low, told.high, told.error) == (0.0, 1.0, float("inf"))


@pytest.mark.parametrize(
    ("share", "viewers", "each", "alike"),
    [(0.01, 30, 20, 0.3), (0.05, 10, 5, 0.05), (0.05, 200, 5, 0.3), (0.1, 10, 1, 0.0),
     (0.3, 5, 20, 0.05), (0.3, 200, 5, 0.05)],
)  # fmt: skip
def test_a_planted_share_lies_in_the_interval_as_often_as_claimed(
    share: float, viewers: int, each: int, alike: float
) -> None:
    rng, held, equal, worlds = rng_for(1, "shares"), 0, 0, 200
    for _ in range(worlds):
        cluster = np.repeat(np.arange(viewers), np.maximum(1, rng.poisson(each, viewers)))
        own = np.full(viewers, share)
        if alike:
            apart = (1 - alike) / alike
            own = rng.beta(share * apart, (1 - share) * apart, viewers)
        values = (rng.random(len(cluster)) < own[cluster]).astype(float)
        told = share_of(values, cluster)
        held += told.low <= share <= told.high
        arm = np.arange(len(cluster)) % 3 == 0
        gain = gain_of(values, cluster, arm)
        equal += gain.low <= 0.0 <= gain.high
    assert min(held, equal) >= 0.9 * worlds  # at 95% by chance alone: once in a few hundred times


def test_rewards_beyond_0_to_1_are_a_mean_like_others() -> None:
    reward, whose = np.array([-1.0, 0.5, 0.0, 1.0]), np.arange(4)
    assert earned_of(reward, whose) == interval_of(reward, whose)
    assert earned_of(reward[1:], whose[1:]) == share_of(reward[1:], whose[1:])
