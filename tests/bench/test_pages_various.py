"""Lists made more various, beside which our pages are measured."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bench.pages.various import _more_various
from frontrow.evaluation.pages.beyond import diversity
from frontrow.evaluation.pages.layout import window_of
from frontrow.page import set_stage
from frontrow.page.stage import Stage
from tests.page.test_rules import rich
from tests.worlds import asked_of


def stages(count: int = 5) -> list[Stage]:
    found = []
    for seed in range(60):
        world, ask = rich(seed, 150)
        asked = asked_of(replace(world, rules=None), ask)
        stage = set_stage(asked.inputs, asked.request)
        if len(stage.ranked) >= 40:
            found.append(stage)
    assert len(found) >= count
    return found[:count]


@pytest.mark.slow
def test_without_weight_the_list_is_only_cut() -> None:
    for stage in stages():
        (one, two) = _more_various(0.0)(stage, 2, 6)
        value = stage.value[[*one, *two]]
        assert (np.diff(value) <= 0).all()
        np.testing.assert_allclose(value, np.sort(stage.value[stage.ranked])[::-1][:12])


@pytest.mark.slow
def test_the_more_weight_the_more_various_and_every_title_stands_once() -> None:
    for stage in stages():
        found = []
        for weight in (0.0, 0.5, 1.0):
            page = _more_various(weight)(stage, 3, 4)
            assert len({work for row in page for work in row}) == 12
            (spread,) = diversity([window_of(page, 3, 4)], stage.catalogue.genres.has)
            found.append(spread)
        assert found[0] < found[2]
        assert found[0] <= found[1] + 1e-9
