"""Neither one account nor a crowd of new ones moves what everybody sees without bound."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from frontrow.base.time import US_PER_DAY
from frontrow.events.log import Logged
from frontrow.viewers.influence import (
    FEW_EVENTS,
    SLACK,
    crowded,
    in_full,
    is_newcomer,
    limited,
    weight_of,
)

counts = arrays(np.float64, 12, elements=st.integers(0, 10_000).map(float))
NOW = 20_000 * US_PER_DAY


def logged(number: int, received_us: int = NOW) -> Logged:
    return Logged(number, "play", received_us, received_us, None, {})


@given(settled=counts, newcomers=counts, title=st.integers(0, 11), burst=st.integers(1, 50_000))
def test_a_burst_of_newcomers_brings_a_title_to_a_twentieth_over_what_is_usual_and_no_further(
    settled: np.ndarray, newcomers: np.ndarray, title: int, burst: int
) -> None:
    attacked = newcomers.copy()
    attacked[title] += burst
    before, after = limited(settled, newcomers, 0.0), limited(settled, attacked, 0.0)
    elsewhere = settled.sum() - settled[title]
    usual = (newcomers.sum() - newcomers[title]) / elsewhere if elsewhere else 0.0
    assert after[title] <= settled[title] * (1 + usual + SLACK) + 1e-6
    assert after[title] >= before[title] - 1e-9


@given(settled=counts, newcomers=counts)
def test_settled_accounts_count_in_full_and_newcomers_do_where_nobody_else_is(
    settled: np.ndarray, newcomers: np.ndarray
) -> None:
    nobody = np.zeros_like(settled)
    full = in_full(settled, nobody)
    assert full == (0.0 if settled.any() else 1.0)
    np.testing.assert_array_equal(limited(settled, nobody, full), settled)
    assert in_full(nobody, newcomers) == 1.0
    np.testing.assert_array_equal(limited(nobody, newcomers, 1.0), newcomers)
    assert (limited(settled, newcomers, in_full(settled, newcomers)) >= settled).all()


def test_one_accounts_events_count_ever_less_so_that_ten_times_as_many_add_little() -> None:
    since = NOW - US_PER_DAY

    def worth(events: int) -> float:
        return sum(weight_of(logged(n), since) for n in range(1, events + 1))

    assert worth(1_000) == 1_000
    assert worth(10_000) < 3_500
    assert worth(100_000) < 6_000


def test_an_account_is_a_newcomer_in_its_first_events_and_on_its_first_day() -> None:
    long_ago, just_now = NOW - 10 * US_PER_DAY, NOW - US_PER_DAY // 2
    assert is_newcomer(logged(FEW_EVENTS), long_ago)
    assert not is_newcomer(logged(FEW_EVENTS + 1), long_ago)
    assert is_newcomer(logged(FEW_EVENTS + 1), just_now)
    assert not is_newcomer(replace(logged(9), received_us=just_now + US_PER_DAY), just_now)


def test_a_crowd_of_newcomers_raises_the_alarm_and_a_crowd_of_others_does_not() -> None:
    settled, few = np.full(50, 200.0), np.full(50, 20.0)
    buckets = np.full(50, 10)
    assert crowded(settled, few, buckets, 0.0).tolist() == []
    flocked, seen = few.copy(), buckets.copy()
    flocked[7], seen[7] = 220.0, 50
    assert crowded(settled, flocked, seen, 0.0).tolist() == [7]
    honest = settled.copy()
    honest[7] += 1_000
    assert crowded(honest, few, buckets, 0.0).tolist() == []
    # A premiere that newcomers love as all others do raises none.
    loved = few.copy()
    loved[7] += 100
    assert crowded(honest, loved, np.full(50, 60), 0.0).tolist() == []
