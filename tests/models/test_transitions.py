"""Transitions: what is begun next, and what of the past speaks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from frontrow.models import Histories, fit_transitions, no_histories
from frontrow.models.looks import latest_first
from frontrow.viewers import no_trends

N = 6


def began(*orders: list[tuple[int, float]]) -> Histories:
    """Viewers who began (work, reward), one after the other."""
    rows = [
        (work, reward, 1 + place, viewer)
        for viewer, order in enumerate(orders)
        for place, (work, reward) in enumerate(order)
    ]
    rows.sort(key=lambda row: (row[3], row[0]))
    us = np.array([row[2] for row in rows], dtype=np.int64)
    return replace(
        no_histories(len(orders), N, 100),
        indptr=np.cumsum([0, *map(len, orders)]).astype(np.int64),
        work=np.array([row[0] for row in rows], dtype=np.int32),
        reward=np.array([row[1] for row in rows], dtype=np.float32),
        first_us=us,
        last_us=us,
    )


def best(model_of: Histories, viewer: Histories) -> int:
    return int(fit_transitions(model_of).score(viewer, no_trends(N))[0].argmax())


def test_what_was_begun_next_comes_next_and_not_what_came_before() -> None:
    seen = began(*[[(0, 1.0), (1, 1.0), (2, 1.0)]] * 9)
    assert best(seen, began([(1, 1.0)])) == 2


def test_a_successor_that_was_disliked_is_none() -> None:
    seen = began(*[[(0, 1.0), (1, -1.0), (2, 1.0)]] * 9)
    scores = fit_transitions(seen).score(began([(0, 1.0)]), no_trends(N))[0]
    assert scores[1] == 0
    assert scores[2] > 0


def test_the_latest_work_speaks_the_loudest() -> None:
    seen = began(*[[(0, 1.0), (3, 1.0)]] * 9, *[[(1, 1.0), (4, 1.0)]] * 9)
    assert best(seen, began([(0, 1.0), (1, 1.0)])) == 4
    assert best(seen, began([(1, 1.0), (0, 1.0)])) == 3


def test_ranks_count_from_the_latest() -> None:
    assert latest_first(began([(5, 1.0), (2, 1.0), (4, 1.0)])).tolist() == [1, 0, 2]
