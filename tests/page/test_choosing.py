"""The policy of choices: its probabilities are exact, and it draws as often as they say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontrow.base.randomness import rng_for
from frontrow.page.choosing import BOLDNESS, FLOOR, inverse_gap, race

WORTHS = st.lists(st.floats(0.05, 20), min_size=2, max_size=12)
KNOWN = st.sampled_from([0.0, 1.0, 30.0, 4_000.0])


def numbers(shape: tuple[int, ...], seed: int) -> np.ndarray:
    return rng_for(seed, "numbers").integers(0, 2**64, shape, dtype=np.uint64)


def one(worths: list[float], known: float, seed: int = 0, pad: int = 0):  # type: ignore[no-untyped-def]
    there = np.array([[True] * len(worths) + [False] * pad])
    value = np.array([worths + [1.0] * pad])
    return race(value, np.array([known]), there, numbers(there.shape, seed), numbers((1,), seed), 7)


@given(WORTHS, KNOWN)
def test_probabilities_are_those_of_inverse_gap_weighting(
    worths: list[float], known: float
) -> None:
    k, best = len(worths), max(worths)
    found = inverse_gap(np.array([worths]), np.array([known]), np.ones((1, k), dtype=bool))[0]
    gamma = BOLDNESS * (k * known) ** 0.5
    first = worths.index(best)
    for i, worth in enumerate(worths):
        if i != first:
            assert found[i] == pytest.approx(1 / (k + gamma * (1 - worth / best)), rel=1e-12)
    assert found.sum() == pytest.approx(1.0, abs=1e-12)
    assert (found > 0).all()
    assert found[first] == pytest.approx(found.max(), rel=1e-9)


@given(WORTHS, KNOWN, st.integers(0, 2**30))
def test_every_candidate_keeps_its_share_of_the_floor(
    worths: list[float], known: float, seed: int
) -> None:
    drawn = one(worths, known, seed).run()
    assert drawn.propensity[0] >= FLOOR / len(worths)


@given(WORTHS, KNOWN, st.integers(0, 2**30), st.integers(1, 30))
def test_a_choice_is_the_same_to_the_bit_however_wide_the_others_are(
    worths: list[float], known: float, seed: int, pad: int
) -> None:
    there = np.array([[True] * len(worths) + [False] * pad])
    value = np.array([worths + [1.0] * pad])
    n = numbers((1, len(worths)), seed)
    alone = race(
        value[:, : len(worths)], np.array([known]), there[:, : len(worths)], n, n[0, :1], 7
    )
    wide = np.concatenate([n, numbers((1, pad), seed + 1)], axis=1)
    among = race(value, np.array([known]), there, wide, n[0, :1], 7)
    assert alone.run().chosen == among.run().chosen
    assert alone.run().propensity.tobytes() == among.run().propensity.tobytes()


@given(WORTHS, KNOWN, st.integers(0, 2**30), st.integers(0, 11))
def test_a_draw_without_a_candidate_is_the_same_where_that_did_not_win(
    worths: list[float], known: float, seed: int, out: int
) -> None:
    found = one(worths, known, seed)
    left_out = np.arange(len(worths)) == out % len(worths)
    drawn, again = found.run(), found.without(0, left_out)
    assert not left_out[again.chosen[0]]
    if not left_out[drawn.chosen[0]]:
        assert again.chosen == drawn.chosen
    if len(worths) == 2:
        assert again.propensity[0] == 1.0


def chi_square(counts: np.ndarray, expected: np.ndarray) -> float:
    return float(((counts - expected) ** 2 / expected).sum())


@pytest.mark.parametrize("known", [0.0, 3.0, 400.0])
@pytest.mark.parametrize("left_out", [None, 0])
def test_candidates_are_drawn_as_often_as_their_probabilities_say(
    known: float, left_out: int | None
) -> None:
    draws, worths = 100_000, [1.0, 0.9, 0.5, 0.2]
    there = np.ones((draws, 4), dtype=bool)
    value = np.tile(np.array(worths), (draws, 1))
    if left_out is not None:  # the same as a race in which it never was
        there, value = there[:, 1:], value[:, 1:]
    k = there.shape[1]
    found = race(
        value, np.full(draws, known), there, numbers((draws, k), 3), numbers((draws,), 4), 11
    ).run()
    learned = inverse_gap(value[:1], np.array([known]), there[:1])[0]
    p = FLOOR / k + (1 - FLOOR) * learned
    counts = np.bincount(found.chosen, minlength=k)
    assert chi_square(counts, draws * p) < 16.3  # 99.9 % with 3 degrees of freedom
    assert found.by_floor.mean() == pytest.approx(FLOOR, abs=0.003)
    for i in range(k):
        assert found.propensity[found.chosen == i] == pytest.approx(p[i], rel=1e-12)
    uniform = np.bincount(found.chosen[found.by_floor], minlength=k)
    assert chi_square(uniform, np.full(k, found.by_floor.sum() / k)) < 16.3


def test_a_draw_without_one_follows_the_shares_of_the_others() -> None:
    draws, worths = 20_000, [1.0, 0.9, 0.5, 0.2]
    value = np.tile(np.array(worths), (draws, 1))
    there = np.ones((draws, 4), dtype=bool)
    whole = race(
        value, np.full(draws, 3.0), there, numbers((draws, 4), 5), numbers((draws,), 6), 11
    )
    left_out = np.array([True, False, False, False])
    found = [whole.without(i, left_out) for i in range(draws)]
    counts = np.bincount([int(one.chosen[0]) for one in found], minlength=4)[1:]
    share = whole.learned[0, 1:] / whole.learned[0, 1:].sum()
    p = FLOOR / 3 + (1 - FLOOR) * share
    assert chi_square(counts, draws * p) < 13.8  # 99.9 % with 2 degrees of freedom
    assert {round(float(one.propensity[0]), 9) for one in found} == {round(x, 9) for x in p}


def test_where_nothing_is_known_all_are_equal() -> None:
    there = np.ones((1, 4), dtype=bool)
    found = race(None, np.zeros(1), there, numbers((1, 4), 1), numbers((1,), 2), 3).run()
    assert found.propensity[0] == 0.25
