"""Calibration finds planted probabilities."""

from __future__ import annotations

import numpy as np

from frontrow.base.randomness import rng_for
from frontrow.ranking.calibration import fit_calibration, log_share, no_calibration
from frontrow.ranking.features import VIEWER


def test_planted_probabilities_are_recovered() -> None:
    rng = rng_for(3, "calibration")
    m = 60_000
    share = rng.normal(-6, 1.5, m).astype(np.float32)
    viewer = rng.standard_normal((m, len(VIEWER))).astype(np.float32)
    true = 1 / (1 + np.exp(-(1.2 * share + 0.5 * viewer[:, 0] + 2.0)))
    good = rng.random(m) < true
    found = fit_calibration(share, viewer, good)
    assert abs(found.slope - 1.2) < 0.1
    assert abs(found.of_viewer[0] - 0.5) < 0.1
    assert abs(found.bias - 2.0) < 0.4


def test_the_order_of_values_is_kept_and_probabilities_lie_between_nought_and_one() -> None:
    value = np.array([0.5, -3, 12, 2, -50], dtype=np.float32)
    p = no_calibration().probability(value, np.zeros(len(VIEWER), dtype=np.float32))
    assert p.dtype == np.float32
    assert ((p >= 0) & (p <= 1)).all()
    assert np.argsort(-value, kind="stable").tolist() == np.argsort(-p, kind="stable").tolist()
    assert value[0] == 0.5  # what came in stays as it was


def test_shares_sum_to_one_and_an_empty_catalogue_has_none() -> None:
    assert np.isclose(np.exp(log_share(np.array([[1, 2, 3]], np.float32))).sum(), 1)
    assert log_share(np.zeros(0, np.float32)).shape == (0,)


def test_without_anything_good_the_share_stays_as_it_is() -> None:
    share = np.zeros(10, dtype=np.float32)
    viewer = np.zeros((10, len(VIEWER)), dtype=np.float32)
    assert fit_calibration(share, viewer, np.zeros(10, dtype=bool)).slope == 1.0
