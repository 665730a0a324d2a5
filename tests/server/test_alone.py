"""A bundle of one scorer alone ranks by that scorer and nothing else."""

from __future__ import annotations

import numpy as np

from frontrow.ranking.features import PAIR, SCORERS, TITLE, VIEWER
from frontrow.ranking.fusion import HEADS
from frontrow.server.alone import only


def test_only_its_own_scores_move_a_value() -> None:
    fusion = only("ials")
    rng = np.random.Generator(np.random.PCG64(3))
    pair = rng.standard_normal((len(PAIR), 50)).astype(np.float32)
    title = rng.standard_normal((50, len(TITLE))).astype(np.float32)
    viewer = rng.standard_normal(len(VIEWER)).astype(np.float32)
    value = fusion.value(pair, fusion.title_part(title), viewer)
    assert value.shape == (len(HEADS), 50)
    for head in value:
        np.testing.assert_allclose(head, pair[SCORERS.index("ials")], rtol=1e-5, atol=1e-6)
