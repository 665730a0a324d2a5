"""The logging policy: the chance on record is the chance with which it draws."""

import numpy as np
import pytest

from frontrow.base.randomness import rng_for
from frontrow.simulation.shelves import EPSILON, fill_shelf

N_DRAWS = 6000
POPULARITY = np.array([9.0, 4.0, 2.0, 1.0, 1.0, 0.5, 7.0])
ELIGIBLE = np.array([0, 1, 3, 4, 5])


def test_the_first_slot_draws_each_tile_as_often_as_its_record_says() -> None:
    counts = np.zeros(len(POPULARITY))
    recorded: dict[int, float] = {}
    rng = rng_for(3, "first slot")
    for _ in range(N_DRAWS):
        shelf = fill_shelf(ELIGIBLE, POPULARITY, 3, rng)
        counts[shelf.tiles[0]] += 1
        recorded[shelf.tiles[0]] = shelf.probability[0]
    assert sum(recorded.values()) == pytest.approx(1.0)
    for tile, chance in recorded.items():
        deviation = np.sqrt(chance * (1 - chance) / N_DRAWS)
        assert abs(counts[tile] / N_DRAWS - chance) < 4 * deviation


def test_the_second_slot_draws_from_what_the_first_left() -> None:
    counts: dict[tuple[int, int], int] = {}
    recorded: dict[tuple[int, int], float] = {}
    rng = rng_for(3, "second slot")
    for _ in range(N_DRAWS):
        shelf = fill_shelf(ELIGIBLE, POPULARITY, 2, rng)
        pair = (shelf.tiles[0], shelf.tiles[1])
        counts[pair] = counts.get(pair, 0) + 1
        recorded[pair] = shelf.probability[0] * shelf.probability[1]
    assert sum(recorded.values()) == pytest.approx(1.0)
    for pair, chance in recorded.items():
        deviation = np.sqrt(chance * (1 - chance) / N_DRAWS)
        assert abs(counts[pair] / N_DRAWS - chance) < 4.5 * deviation


def test_every_remaining_tile_keeps_a_share_of_chance() -> None:
    shelf = fill_shelf(ELIGIBLE, POPULARITY, 5, rng_for(3, "floor"))
    floors = [EPSILON / (len(ELIGIBLE) - slot) for slot in range(5)]
    assert all(chance >= floor for chance, floor in zip(shelf.probability, floors, strict=True))


def test_a_shelf_longer_than_the_catalogue_shows_each_tile_once() -> None:
    shelf = fill_shelf(ELIGIBLE, POPULARITY, 40, rng_for(3, "short"))
    assert sorted(shelf.tiles) == sorted(ELIGIBLE.tolist())
    assert shelf.probability[-1] == pytest.approx(1.0)
    assert fill_shelf(ELIGIBLE[:0], POPULARITY, 40, rng_for(3, "empty")).tiles == []
