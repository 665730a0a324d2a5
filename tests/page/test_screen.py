"""Where a viewer looks, and how a page is laid out for it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontrow.base.errors import BadInput
from frontrow.base.randomness import rng_for
from frontrow.base.settings import PageSettings, ScreenSettings
from frontrow.base.settings_read import load_settings
from frontrow.page.screen import Screen, screen_of
from frontrow.ranking.positions import COLUMNS, ROWS, Looked


def test_better_places_are_those_with_more_attention_than_a_column_of_the_first_row() -> None:
    screen = Screen(3, 6, row_kept=0.87, column_kept=0.85)
    columns = 12
    attention = screen.row_kept ** np.arange(10)[:, None] * screen.column_kept ** np.arange(30)
    slow = [int((attention > attention[0, c] * (1 + 1e-12)).sum()) for c in range(columns)]
    assert screen.better_places(columns).tolist() == slow


def test_attention_falls_from_column_to_column() -> None:
    np.testing.assert_allclose(Screen(3, 6, 0.9, 0.5).attention(3), [1, 0.5, 0.25])


@pytest.mark.parametrize(("row_kept", "column_kept"), [(1.0, 0.8), (0.9, 1.0), (1.0, 1.0)])
def test_attention_that_never_falls_hides_nothing_wrongly(
    row_kept: float, column_kept: float
) -> None:
    better = Screen(3, 6, row_kept, column_kept).better_places(5)
    assert better[0] == 0
    assert (np.diff(better) >= 0).all()


def test_a_device_has_its_own_screen_and_attention_where_the_settings_say_so() -> None:
    screens = ScreenSettings(tv="4x7", tv_attention="0.9x0.7")
    assert screen_of("tv", screens, PageSettings()) == Screen(4, 7, 0.9, 0.7)
    phone = screen_of("phone", screens, PageSettings(attention_rows=0.8, attention_columns=0.6))
    assert phone == Screen(3, 3, 0.8, 0.6)
    assert screen_of("fridge", screens, PageSettings()).columns == 6


@pytest.mark.parametrize("said", ["3", "0x4", "three", "3x"])
def test_a_screen_that_is_none_is_refused(said: str) -> None:
    with pytest.raises(BadInput, match=r"screens\.tv"):
        load_settings(None, {"FRONTROW_SCREENS_TV": said})


def learned(seed: int) -> Looked:
    """A table of no shape at all."""
    table = rng_for(seed, "table").random((ROWS, COLUMNS)).astype(np.float32)
    return Looked(table, table, table, pages=1, opens=1)


@given(st.integers(0, 2**32))
def test_of_a_learned_table_better_places_are_those_that_are_looked_at_more(seed: int) -> None:
    screen = Screen(3, 6, 0.87, 0.85, learned(seed))
    table = screen.examination(ROWS, 30)
    slow = [int((table > table[0, c] * (1 + 1e-9)).sum()) for c in range(30)]
    assert screen.better_places(30).tolist() == slow


def test_beyond_a_learned_table_attention_falls_on_as_the_settings_have_it() -> None:
    of = learned(1)
    table = Screen(3, 6, 0.9, 0.8, of).examination(ROWS + 2, COLUMNS + 2)
    np.testing.assert_allclose(table[:ROWS, :COLUMNS], of.looked_at)
    np.testing.assert_allclose(table[ROWS + 1, 0], of.looked_at[-1, 0] * 0.9**2)
    np.testing.assert_allclose(table[0, COLUMNS + 1], of.looked_at[0, -1] * 0.8**2)


def test_each_row_of_a_learned_table_has_an_attention_of_its_own() -> None:
    of = learned(2)
    screen = Screen(3, 6, 0.87, 0.85, of)
    for row in (0, 4):
        wanted = of.looked_at[row, :5] / of.looked_at[row, 0]
        np.testing.assert_allclose(screen.attention(5, row), wanted, rtol=1e-6)
    whole = of.looked_at[:3, :5].mean(axis=0)
    np.testing.assert_allclose(screen.attention(5), whole / whole[0], rtol=1e-6)
