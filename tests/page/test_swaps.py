"""Swapped places: drawn as often as the record says, the same whenever and wherever the page is built."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from frontrow.page import set_stage
from frontrow.page.builder import place_rows
from frontrow.page.stage import Stage
from frontrow.page.swaps import is_swapped, swap_places
from tests.page.test_rules import rich
from tests.strategies import Ask, World
from tests.worlds import asked_of, page_of

SEEDS = st.integers(0, 2**32)


def swapping(world: World, share: float = 1.0) -> World:
    exploration = structs.replace(world.settings.exploration, swap_share=share)
    return replace(world, settings=structs.replace(world.settings, exploration=exploration))


def a_stage(share: float = 1.0) -> Stage:
    """The stage of a page of many rows that may be swapped."""
    for seed in itertools.count():
        world, ask = rich(seed, 150)
        asked = asked_of(swapping(replace(world, rules=None), share), replace(ask, rows=12))
        stage = set_stage(asked.inputs, asked.request)
        if share < 1 or (is_swapped(stage) and len(place_rows(stage, 12)) > 6):
            return stage
    raise AssertionError


def with_seed(stage: Stage, seed: int) -> Stage:
    return replace(stage, request=replace(stage.request, seed=seed))


def test_the_share_of_pages_is_that_of_the_setting() -> None:
    stage = a_stage(share=0.02)
    stage = replace(
        stage, view=replace(stage.view, profile=structs.replace(stage.view.profile, kids=False))
    )
    stage = replace(stage, request=replace(stage.request, personalised=True), rules=None)
    drawn = sum(is_swapped(with_seed(stage, seed)) for seed in range(20_000))
    assert 300 < drawn < 500  # 400 expected, 5 deviations


@pytest.mark.slow
def test_each_pair_is_swapped_half_the_time_and_each_for_itself() -> None:
    stage = a_stage()
    calm = structs.replace(
        stage.settings, exploration=structs.replace(stage.settings.exploration, swap_share=0.0)
    )
    placed = place_rows(replace(stage, settings=calm), 16)
    draws = 4_000
    parities, rows, columns, together = 0, [], [], []
    for seed in range(draws):
        _, swaps = swap_places(with_seed(stage, seed), placed)
        drawn = list(swaps.rows.values())
        rows += drawn
        parities += next(iter(swaps.rows), 0) % 2
        bits = [bool(bit) for of in swaps.columns.values() for bit in of.swapped]
        columns += bits
        together += [a and b for a, b in zip(drawn + bits, (drawn + bits)[1:], strict=False)]
    for found, expected in ((rows, 0.5), (columns, 0.5), (together, 0.25)):
        deviation = np.sqrt(expected * (1 - expected) * 2 / len(found))
        assert abs(np.mean(found) - expected) < 4 * deviation
    assert abs(parities / draws - 0.5) < 4 * 0.5 / np.sqrt(draws)


@given(SEEDS)
@settings(max_examples=15)
def test_a_page_is_swapped_the_same_whatever_depth_is_asked(seed: int) -> None:
    world, ask = rich(seed)
    world = swapping(world)
    asked = asked_of(world, ask)
    stage = set_stage(asked.inputs, asked.request)
    whole = [(row.row, row.works.tolist()) for row in place_rows(stage, 40)]
    for depth in (1, 2, 5, 9):
        assert [(r.row, r.works.tolist()) for r in place_rows(stage, depth)] == whole[:depth]


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_without_a_share_no_page_has_swaps_and_none_on_record(share: float) -> None:
    world, ask = rich(11, 120)
    built = page_of(swapping(replace(world, rules=None), share), replace(Ask(), rows=ask.rows))
    assert (built.swaps is not None) == (share == 1.0)
