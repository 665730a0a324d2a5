"""iALS against its loss, computed slowly."""

from __future__ import annotations

import numpy as np
import pytest

from frontrow.models import fit_ials, ials
from tests.models import small_world

CATALOGUE = small_world.catalogue()
HISTORIES = small_world.histories(CATALOGUE, small_world.everything(CATALOGUE))


def test_a_viewers_factors_are_the_minimum_of_the_loss() -> None:
    model = fit_ials(HISTORIES, seed=1)
    viewers = model.fold_in(HISTORIES)
    good = HISTORIES.good().toarray()
    works = np.nan_to_num(model.factors).astype(np.float64)

    def loss(u: np.ndarray, liked: np.ndarray) -> float:
        strength = model.regularization * (liked.sum() + model.unobserved * model.fitted_works)
        predicted = works @ u
        return float(
            ((1 - predicted[liked > 0]) ** 2).sum()
            + model.unobserved * (predicted**2).sum()
            + strength * (u @ u)
        )

    for viewer in range(3):
        u = viewers[viewer].astype(np.float64)
        best = loss(u, good[viewer])
        for i in range(len(u)):
            for step in (-0.01, 0.01):
                moved = u.copy()
                moved[i] += step
                assert loss(moved, good[viewer]) > best


def test_one_half_step_equals_the_normal_equations_work_by_work() -> None:
    good = HISTORIES.good()
    works = np.unique(good.indices)
    good = good[:, works].tocsr()
    rng = np.random.Generator(np.random.PCG64(3))
    factors = rng.standard_normal((len(works), 4)).astype(np.float32)
    gram = (0.1 * factors.T @ factors).astype(np.float32)
    strength = np.full(good.shape[0], 0.5, dtype=np.float32)
    normal, right, _ = ials._half_step(good, factors, ials._pack(factors), gram, strength)
    dense = good.toarray().astype(np.float64)
    viewers = np.array(
        [
            np.linalg.solve((factors.T * row) @ factors + gram + 0.5 * np.eye(4), factors.T @ row)
            for row in dense
        ]
    )
    lower = np.tril_indices(4)
    for w in range(5):
        slow = (viewers.T * dense[:, w]) @ viewers
        np.testing.assert_allclose(normal[w], slow[lower], rtol=1e-3, atol=1e-4)
        np.testing.assert_allclose(right[w], viewers.T @ dense[:, w], rtol=1e-3, atol=1e-4)


def test_the_cut_into_blocks_of_viewers_does_not_change_the_ranking(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = fit_ials(HISTORIES, seed=1).fold_in(HISTORIES)
    monkeypatch.setattr(ials, "BLOCK", 16)
    cut = fit_ials(HISTORIES, seed=1).fold_in(HISTORIES)
    np.testing.assert_allclose(whole, cut, rtol=0.02, atol=1e-3)


def test_only_factors_of_works_are_stored() -> None:
    arrays = fit_ials(HISTORIES, seed=1).arrays()
    assert HISTORIES.b not in {size for array in arrays.values() for size in array.shape}
