"""Looks at a history: what counts, by when it was."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from frontrow.base.time import US_PER_DAY
from frontrow.models import Histories, no_histories
from frontrow.models.looks import in_session, looks_of, summed

HOUR_US = US_PER_DAY // 24
MONDAY_NOON_US = 1_700_481_600_000_000  # 20 November 2023, 12:00 UTC
N = 6


def history(hours_ago: list[list[float]]) -> Histories:
    """Viewers who watched works 0, 1, 2, ... so many hours before Monday noon."""
    us = [MONDAY_NOON_US - int(h * HOUR_US) for of_viewer in hours_ago for h in of_viewer]
    lengths = [len(of_viewer) for of_viewer in hours_ago]
    times = np.array(us, dtype=np.int64)
    return replace(
        no_histories(len(lengths), N, MONDAY_NOON_US),
        indptr=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        work=np.array([w for count in lengths for w in range(count)], dtype=np.int32),
        reward=np.ones(len(us), dtype=np.float32),
        first_us=times,
        last_us=times,
    )


def test_a_week_before_the_latest_counts_half() -> None:
    found = looks_of(history([[0, 24 * 7, 24 * 14]]))["week"]
    np.testing.assert_allclose(found, [1, 0.5, 0.25], rtol=1e-4)


def test_five_works_later_counts_half() -> None:
    found = looks_of(history([[1, 2, 3, 4, 5, 6]]))["recent"]
    np.testing.assert_allclose(found[[0, 5]], [1, 0.5], rtol=1e-6)
    assert (np.diff(found) < 0).all()


def test_now_is_this_hour_on_this_kind_of_day() -> None:
    same_hour, evening, sunday = looks_of(history([[24 * 3 + 24, 24 * 4 - 8, 24]]))["now"]
    assert same_hour == 1  # Thursday noon
    assert evening < 0.05
    assert 0.3 < sunday < 0.4


def test_now_is_by_the_clock_of_the_viewer() -> None:
    there = replace(history([[24 * 4 - 3]]), offset_minutes=np.array([60 * 13], dtype=np.int16))
    # In that zone it is Tuesday 1:00, and the film was on Friday 4:00.
    assert np.isclose(looks_of(there)["now"][0], np.exp(-0.5))


def test_a_session_goes_on_until_a_pause_of_four_hours() -> None:
    found = in_session(history([[1, 4, 9, 10], [5], [], [3.5, 7.5, 0]]))
    assert found.tolist() == [True, True, False, False, False, True, True, True]


def test_without_a_history_there_is_nothing_to_look_at() -> None:
    assert all(len(weights) == 0 for weights in looks_of(history([[], []])).values())


def test_sums_are_those_of_a_plain_product() -> None:
    histories = history([[1, 2, 3], [], [4, 5, 6, 7, 8]])
    rng = np.random.Generator(np.random.PCG64(1))
    rows = rng.standard_normal((N - 1, 3)).astype(np.float32)
    place = np.array([0, -1, 1, 2, 3, 4], dtype=np.int32)  # work 1 has no row
    weights = rng.standard_normal((2, 8)).astype(np.float32)
    full = np.zeros((N, 3), dtype=np.float32)
    full[place >= 0] = rows
    for look in range(2):
        expected = histories.weighted(weights[look]) @ full
        np.testing.assert_allclose(
            summed(histories, weights, rows, place)[look], expected, rtol=1e-5, atol=1e-6
        )
