"""Starter titles: known, different, telling, and the same when asked again."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from frontrow.page.starter import choose_starters, how_known
from frontrow.viewers import count_trends, no_trends

Floats = np.ndarray[Any, np.dtype[np.float32]]


def floats(*values: float) -> Floats:
    return np.array(values, dtype=np.float32)


def in_groups(sizes: list[int], within: float = 0.9) -> Floats:
    """Likeness of works that stand in groups."""
    group = np.repeat(np.arange(len(sizes)), sizes)
    alike = np.where(group[:, None] == group[None], within, 0.1)
    np.fill_diagonal(alike, 1)
    return alike.astype(np.float32)


def choose(known: Floats, alike: Floats, count: int, fit: Any = None) -> list[int]:
    mask = np.ones(len(known), dtype=bool) if fit is None else np.asarray(fit, dtype=bool)
    return choose_starters(known, mask, lambda work: alike[work], count).tolist()


def test_each_kind_comes_once_before_any_comes_twice() -> None:
    known = floats(1, 0.9, 0.8, 0.7, 0.6, 0.5)
    assert sorted(choose(known, in_groups([2, 2, 2]), 3)) == [0, 2, 4]


def test_of_two_alike_the_better_known_is_chosen() -> None:
    assert choose(floats(0.4, 0.8, 0.5, 0.9), in_groups([2, 2]), 2) == [3, 1]


def test_only_what_is_allowed_is_chosen() -> None:
    fit = [False, True, False, True]
    assert sorted(choose(floats(1, 0.1, 1, 0.1), in_groups([2, 2]), 4, fit)) == [1, 3]


def test_a_title_that_is_like_all_others_tells_less_and_comes_later() -> None:
    alike = in_groups([3, 3], within=0.9)
    alike = np.pad(alike, (0, 1), constant_values=0.5)
    alike[6, 6] = 1
    assert 6 not in choose(np.ones(7, dtype=np.float32), alike, 2)


def test_equals_come_in_the_order_of_their_ids() -> None:
    assert choose(np.ones(6, dtype=np.float32), np.eye(6, dtype=np.float32), 6) == [
        0,
        1,
        2,
        3,
        4,
        5,
    ]


def test_an_obscure_title_is_not_chosen_for_being_different() -> None:
    known = np.append(np.ones(99), 0.0).astype(np.float32)
    alike = in_groups([99, 1])
    assert 99 not in choose(known, alike, 12)


@given(st.integers(0, 40), st.integers(1, 20), st.integers(0, 2**32))
def test_a_choice_is_of_allowed_works_each_once_as_many_as_there_are(
    n: int, count: int, seed: int
) -> None:
    rng = np.random.Generator(np.random.PCG64(seed))
    fit = rng.random(n) < 0.7
    alike = rng.standard_normal((n, n)).astype(np.float32)
    alike[rng.random((n, n)) < 0.1] = np.nan
    chosen = choose(rng.random(n, dtype=np.float32), alike, count, fit)
    assert len(chosen) == len(set(chosen)) == min(count, int(fit.sum()))
    assert fit[chosen].all()


def test_a_few_starts_more_change_nothing() -> None:
    def known(extra: int) -> Floats:
        work = np.repeat(np.arange(3, dtype=np.int32), [100 + extra, 40, 3])
        when = np.full(len(work), 5)
        nowhere = np.zeros(len(work), dtype=np.int16)
        return how_known(count_trends(when, work, nowhere, ("*",), 3, 9), None, floats(0, 0, 0))

    np.testing.assert_array_equal(known(0), known(3))
    assert known(0)[0] == 1.0 > known(0)[1] > known(0)[2] > 0


def test_where_nothing_was_ever_started_the_catalogue_speaks() -> None:
    np.testing.assert_allclose(how_known(no_trends(3), "DE", floats(0.2, 0.4, 0)), [0.5, 1, 0])
