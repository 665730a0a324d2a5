"""How much each place is looked at, from swaps: planted truth, slow formulae, and when it is not used."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.positions.curves import CURVES
from frontrow.base.randomness import rng_for
from frontrow.ranking.positions import COLUMNS, ROWS, Looked, Positions
from frontrow.training.positions import (
    FOLDS,
    LEAST_OPENS,
    Patterns,
    Seen,
    fit_positions,
    fit_table,
    settings_table,
)
from frontrow.training.swapped import add_open

KEPT = (0.87, 0.85)
Doubles = np.ndarray


def seen_of(curve: Doubles, opens: int, seed: int) -> Seen:
    """Opens on pages whose rows and columns are paired at random; what stands further up is worth ten
    times as much as what stands at the end, and each title differs."""
    rng = rng_for(seed, "opens")
    places = []
    down, across = 0.9 ** np.arange(ROWS)[:, None], 0.92 ** np.arange(COLUMNS)
    while len(places) < opens:
        pair = [(at - (at - parity) % 2) for at, parity in _paired(rng)]
        row, column = pair[0], pair[1]
        cells = [
            (r, c)
            for r in (row, row + 1)
            for c in (column, column + 1)
            if 0 <= r < ROWS and 0 <= c < COLUMNS
        ]
        at = int(rng.integers(len(cells)))
        settled = cells[int(rng.integers(len(cells)))]  # where it would stand without swaps
        worth = 0.9 * down[settled[0], 0] * across[settled[1]] * rng.random()
        if rng.random() < curve[cells[at]] * worth:
            others = [cell for cell in cells if cell != cells[at]]
            named = [r * COLUMNS + c for r, c in [cells[at], *others]]
            places.append([*named, -1, -1, -1][:4])
    fold = rng.integers(FOLDS, size=opens).astype(np.int8)
    none = np.zeros((ROWS, COLUMNS))
    return Seen(np.array(places, dtype=np.int32), fold, none, none, opens)


def _paired(rng: np.random.Generator) -> list[tuple[int, int]]:
    return [(int(rng.integers(size)), int(rng.integers(2))) for size in (ROWS, COLUMNS)]


def table_of(seen: Seen) -> Looked:
    return fit_table(seen, settings_table(*KEPT))[0]


@pytest.mark.slow
@pytest.mark.parametrize("name", list(CURVES))
def test_a_planted_curve_is_recovered_whatever_stands_where(name: str) -> None:
    curve = CURVES[name][:ROWS, :COLUMNS]
    table = table_of(seen_of(curve, 20_000, seed=3))
    error = np.abs(table.looked_at - curve)
    assert error.mean() < 0.05
    inside = (table.low <= curve) & (curve <= table.high)
    assert inside.mean() > 0.85
    assert (table.low <= table.looked_at).all()
    assert (table.looked_at <= table.high).all()
    assert table.looked_at[0, 0] == pytest.approx(1)


@pytest.mark.slow
def test_where_swaps_say_nothing_the_table_is_the_settings_own_and_intervals_are_wide() -> None:
    curve = np.exp(settings_table(*KEPT))
    seen = seen_of(curve, 1_000, seed=4)
    near = (seen.places // COLUMNS < 4).all(axis=1)  # nothing is known of further rows
    few = Seen(seen.places[near], seen.fold[near], seen.earned, seen.served, 1_000)
    table = table_of(few)
    width = np.log(table.high) - np.log(table.low)
    assert width[9].mean() > width[2].mean()
    assert np.abs(table.looked_at - curve).mean() < 0.1


@given(st.integers(0, 2**32))
@settings(max_examples=20)
def test_the_likelihood_is_that_of_the_place_among_those_where_it_could_have_been(
    seed: int,
) -> None:
    rng = rng_for(seed, "table")
    seen = seen_of(np.full((ROWS, COLUMNS), 0.5), 40, seed)
    table = rng.normal(size=ROWS * COLUMNS)
    slow = 0.0
    for places in seen.places.tolist():
        there = [np.exp(table[at]) for at in places if at >= 0]
        slow -= np.log(there[0] / sum(there))
    patterns = Patterns(seen.places)
    assert patterns.loss(table) == pytest.approx(slow)
    first, second = patterns.slopes(table)
    for at in seen.places[:3, 0].tolist():
        step = np.zeros(ROWS * COLUMNS)
        step[at] = 1e-4
        up, down = patterns.loss(table + step), patterns.loss(table - step)
        assert first[at] == pytest.approx((up - down) / 2e-4, abs=1e-4)
        assert second[at, at] == pytest.approx(
            (up - 2 * patterns.loss(table) + down) / 1e-8, abs=1e-2
        )


def test_with_few_opens_nothing_is_learned_and_it_is_said_why() -> None:
    seen = seen_of(CURVES["L"], LEAST_OPENS - 1, seed=5)
    found = fit_positions({"tv": seen}, {"tv": KEPT})
    assert found.of("tv") is None
    assert f"it takes {LEAST_OPENS}" in found.left_out["tv"]


@pytest.mark.slow
def test_what_foretells_no_better_than_the_settings_is_not_used() -> None:
    true = np.exp(settings_table(*KEPT))
    found = fit_positions({"web": seen_of(true, 1_500, seed=6)}, {"web": KEPT})
    assert found.of("web") is None
    assert "no better than the settings" in found.left_out["web"]
    learned = fit_positions({"web": seen_of(CURVES["L"], 1_500, seed=6)}, {"web": KEPT})
    assert learned.of("web") is not None
    assert learned.left_out == {}


@pytest.mark.slow
def test_tables_come_back_from_the_arrays_of_a_bundle() -> None:
    found = fit_positions({"web": seen_of(CURVES["F"], 1_500, seed=7)}, {"web": KEPT})
    again = Positions.from_arrays(found.arrays(), found.config())
    (before, after) = found.tables["web"], again.tables["web"]
    assert before.looked_at.tobytes() == after.looked_at.tobytes()
    assert (before.pages, before.opens) == (after.pages, after.opens)
    assert Positions.from_arrays({}, None) == Positions()


RECORD = {
    "rows": [{"shown": ["t"] * 6}, {"shown": ["t"] * 6}, {"shown": ["t"] * 3}],
    "swaps": {
        "rows": {"first": [0, 2], "swapped": "10"},
        "columns": {"1": {"first": 1, "swapped": "010"}, "2": {"first": 0, "swapped": "11"}},
    },
}


@pytest.mark.parametrize(
    ("row", "column", "elsewhere"),
    [
        (0, 4, [(1, 4)]),  # its row has no swaps within
        (1, 0, [(0, 0)]),  # the first title of a row whose pairs begin at the second
        (1, 2, [(1, 1), (0, 2), (0, 1)]),
        (1, 5, [(0, 5)]),  # the other of its pair was not in the window that was asked
        (2, 1, [(2, 0)]),  # the other row of its pair was not asked
        (2, 2, None),  # nor was the other title
        (7, 0, None),  # asked for later
    ],
)
def test_an_opened_title_could_have_stood_in_the_other_places_of_its_pairs(
    row: int, column: int, elsewhere: list[tuple[int, int]] | None
) -> None:
    places: list[tuple[int, int, int, int]] = []
    add_open(places, [], RECORD, row, column, "ann")
    if elsewhere is None:
        assert places == []
        return
    ((first, *others),) = places
    assert first == row * COLUMNS + column
    assert {at for at in others if at >= 0} == {r * COLUMNS + c for r, c in elsewhere}
