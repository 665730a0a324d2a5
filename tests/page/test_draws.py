"""Drawn choices: their probabilities are exact, and they are drawn as often as that."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontrow.base.randomness import rng_for
from frontrow.page.exploration import Draw, draw_slots

VALUES = st.lists(st.floats(-30, 30, width=32), min_size=1, max_size=12)


def draw(values: list[float], k: int, seed: int, temperature: float = 1.0) -> Draw:
    value = np.array(values, dtype=np.float32)
    candidates = np.arange(100, 100 + len(values), dtype=np.int32)
    return draw_slots(value, candidates, k, temperature=temperature, rng=rng_for(seed, "draw"))


@given(VALUES, st.integers(0, 14), st.integers(0, 2**32), st.sampled_from([0.1, 1.0, 5.0]))
def test_the_propensity_is_the_softmax_over_what_is_left(
    values: list[float], k: int, seed: int, temperature: float
) -> None:
    found = draw(values, k, seed, temperature)
    assert len(found.works) == len(set(found.works.tolist())) == min(k, len(values))
    left = dict(enumerate(np.array(values, dtype=np.float32).tolist()))
    for work, propensity in zip(found.works.tolist(), found.propensity.tolist(), strict=True):
        most = max(left.values())
        weights = {i: math.exp((v - most) / temperature) for i, v in left.items()}
        chosen = work - 100
        assert propensity == pytest.approx(weights[chosen] / math.fsum(weights.values()), rel=1e-9)
        del left[chosen]


def test_orders_are_drawn_as_often_as_their_propensities_say() -> None:
    values, k, draws = [1.0, 0.5, 0.0, -0.5], 2, 6_000
    seen: dict[tuple[int, ...], int] = {}
    for seed in range(draws):
        order = tuple(draw(values, k, seed).works.tolist())
        seen[order] = seen.get(order, 0) + 1
    weight = {100 + i: math.exp(v) for i, v in enumerate(values)}
    total = sum(weight.values())
    chi_square = 0.0
    for one, two in itertools.permutations(weight, k):
        expected = draws * weight[one] / total * weight[two] / (total - weight[one])
        chi_square += (seen.get((one, two), 0) - expected) ** 2 / expected
    assert chi_square < 31.3  # 99.9 % of chi-square with 11 degrees of freedom


def test_the_same_seed_draws_the_same() -> None:
    one, two = draw([1.0, 2.0, 3.0], 2, 7), draw([1.0, 2.0, 3.0], 2, 7)
    assert one.works.tolist() == two.works.tolist()
    assert one.propensity.tobytes() == two.propensity.tobytes()
