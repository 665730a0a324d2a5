"""Slates: exact on average where their assumption holds, by enumeration of every slate."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from frontrow.evaluation.ope.choices import Doubles
from frontrow.evaluation.ope.slates import Slates, cascade_dr, pseudo_inverse, whole_page

SLOTS, K = 3, 3


def every_slate(reward: Doubles, p: Doubles, pi: Doubles) -> Slates:
    """Each possible slate once; reward [slates, slots] as it is on average."""
    slates = all_slates()
    row = np.arange(SLOTS)
    return Slates(
        slates.astype(np.int32),
        p[row, slates],
        np.broadcast_to(pi, (len(slates), SLOTS, K)).copy(),
        reward,
        np.arange(len(slates)),
    )


def all_slates() -> np.ndarray:
    return np.array(list(itertools.product(range(K), repeat=SLOTS)))


def policies(seed: int) -> tuple[Doubles, Doubles, np.random.Generator]:
    rng = np.random.default_rng(seed)
    return rng.dirichlet(np.ones(K) * 3, SLOTS), rng.dirichlet(np.ones(K), SLOTS), rng


@pytest.mark.parametrize("seed", range(5))
def test_whole_page_and_pseudo_inverse_are_exact_where_the_reward_is_a_sum(seed: int) -> None:
    p, pi, rng = policies(seed)
    worth = rng.random((SLOTS, K))
    row, slates = np.arange(SLOTS), all_slates()
    log = every_slate(worth[row, slates], p, pi)
    likely = p[row, slates].prod(axis=1)
    truth = float((pi * worth).sum())
    assert float(likely @ pseudo_inverse(log)) == pytest.approx(truth)
    assert float(likely @ whole_page(log)) == pytest.approx(truth)


@pytest.mark.parametrize("seed", range(5))
def test_cascade_dr_is_exact_where_each_slot_depends_on_those_above(seed: int) -> None:
    p, pi, rng = policies(seed)
    row, slates = np.arange(SLOTS), all_slates()
    first, pair = rng.random((SLOTS, K)), rng.random((SLOTS, K, K))
    reward = first[row, slates]
    reward[:, 1:] *= pair[row[1:], slates[:, :-1], slates[:, 1:]]
    likely = p[row, slates].prod(axis=1)
    truth = float(pi[row, slates].prod(axis=1) @ reward.sum(axis=1))
    log = every_slate(reward, p, pi)
    # One viewer alone: nobody else to fit on, so that q is the same, 0, for every slate.
    alone = Slates(log.action, log.probability, log.target, log.reward, np.zeros(len(slates), int))
    assert float(likely @ cascade_dr(alone)) == pytest.approx(truth)
    assert float(likely @ pseudo_inverse(log)) != pytest.approx(truth, rel=1e-3)


def test_cascade_dr_is_narrower_than_the_whole_page() -> None:
    _, pi, rng = policies(11)
    row, slates = np.arange(SLOTS), all_slates()
    drawn = slates[rng.integers(0, len(slates), 4_000)]
    worth = rng.random((SLOTS, K))
    even, target = np.full((4_000, SLOTS), 1 / K), np.broadcast_to(pi, (4_000, SLOTS, K)).copy()
    log = Slates(drawn.astype(np.int32), even, target, worth[row, drawn], np.arange(4_000))
    truth = float((pi * worth).sum())
    assert cascade_dr(log).mean() == pytest.approx(truth, abs=0.02)
    assert cascade_dr(log).std() < 0.5 * whole_page(log).std()
