"""Drawn choices: their probabilities are exact, and they are drawn as often as that."""

from __future__ import annotations

import itertools
import math

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontrow.base.randomness import rng_for
from frontrow.catalog import Catalogue, StoredTitle, Title, build_catalogue
from frontrow.page.artwork import choose_artwork
from frontrow.page.exploration import Draw, draw_slots

DAY = 86_400_000_000
VALUES = st.lists(st.floats(-30, 30, width=32), min_size=1, max_size=12)


def draw(values: list[float], k: int, seed: int, temperature: float = 1.0) -> Draw:
    value = np.array(values, dtype=np.float32)
    candidates = np.arange(100, 100 + len(values), dtype=np.int32)
    return draw_slots(value, candidates, k, temperature=temperature, rng=rng_for(seed, "draw"))


@given(VALUES, st.integers(0, 14), st.integers(0, 2**32), st.sampled_from([0.1, 1.0, 5.0]))
def test_the_propensity_is_the_softmax_over_what_is_left(
    values: list[float], k: int, seed: int, temperature: float
) -> None:
    found = draw(values, k, seed, temperature)
    assert len(found.works) == len(set(found.works.tolist())) == min(k, len(values))
    left = dict(enumerate(np.array(values, dtype=np.float32).tolist()))
    for work, propensity in zip(found.works.tolist(), found.propensity.tolist(), strict=True):
        most = max(left.values())
        weights = {i: math.exp((v - most) / temperature) for i, v in left.items()}
        chosen = work - 100
        assert propensity == pytest.approx(weights[chosen] / math.fsum(weights.values()), rel=1e-9)
        del left[chosen]


def test_orders_are_drawn_as_often_as_their_propensities_say() -> None:
    values, k, draws = [1.0, 0.5, 0.0, -0.5], 2, 6_000
    seen: dict[tuple[int, ...], int] = {}
    for seed in range(draws):
        order = tuple(draw(values, k, seed).works.tolist())
        seen[order] = seen.get(order, 0) + 1
    weight = {100 + i: math.exp(v) for i, v in enumerate(values)}
    total = sum(weight.values())
    chi_square = 0.0
    for one, two in itertools.permutations(weight, k):
        expected = draws * weight[one] / total * weight[two] / (total - weight[one])
        chi_square += (seen.get((one, two), 0) - expected) ** 2 / expected
    assert chi_square < 31.3  # 99.9 % of chi-square with 11 degrees of freedom


def test_the_same_seed_draws_the_same() -> None:
    one, two = draw([1.0, 2.0, 3.0], 2, 7), draw([1.0, 2.0, 3.0], 2, 7)
    assert one.works.tolist() == two.works.tolist()
    assert one.propensity.tobytes() == two.propensity.tobytes()


def catalogue_with_images(works: int, images: int) -> Catalogue:
    titles = []
    for i in range(works):
        art = [{"artwork_id": f"t{i}.{j}", "url": f"/{j}.svg"} for j in range(images)]
        told = {"title_id": f"t{i}", "kind": "movie", "name": "x", "artwork": art}
        titles.append(StoredTitle(msgspec.convert(told, Title), i, 0))
    return build_catalogue(1, titles)


def chosen(catalogue: Catalogue, key: str, now_us: int, days: int = 1) -> list[str]:
    works = np.arange(catalogue.n, dtype=np.int32)
    found = choose_artwork(catalogue, works, key, now_us, days)
    return [one.shown.artwork_id for one in found if one is not None]


def test_images_are_drawn_evenly_and_say_so() -> None:
    catalogue = catalogue_with_images(40, 4)
    counts = dict.fromkeys(range(4), 0)
    for viewer in range(100):
        for image in chosen(catalogue, f"viewer {viewer}", 0):
            counts[int(image.split(".")[1])] += 1
    chi_square = sum((count - 1000) ** 2 / 1000 for count in counts.values())
    assert chi_square < 16.3  # 99.9 % with 3 degrees of freedom
    works = np.zeros(1, dtype=np.int32)
    (one,) = choose_artwork(catalogue, works, "anyone", 0, 1)
    assert one is not None
    assert (one.propensity, one.candidates) == (0.25, 4)


def test_an_image_stays_for_its_days_and_is_drawn_anew_after() -> None:
    catalogue = catalogue_with_images(40, 4)
    first = chosen(catalogue, "anna", 10 * DAY, days=2)
    assert chosen(catalogue, "anna", 12 * DAY - 1, days=2) == first
    assert chosen(catalogue, "anna", 12 * DAY, days=2) != first


def test_a_title_shows_the_same_image_whatever_else_is_on_the_page() -> None:
    catalogue = catalogue_with_images(40, 4)
    whole = chosen(catalogue, "anna", 0)
    some = np.array([7, 3], dtype=np.int32)
    found = choose_artwork(catalogue, some, "anna", 0, 1)
    assert [one.shown.artwork_id for one in found if one is not None] == [whole[7], whole[3]]


def test_a_title_without_images_shows_none() -> None:
    catalogue = catalogue_with_images(1, 0)
    assert choose_artwork(catalogue, np.zeros(1, dtype=np.int32), "anna", 0, 1) == [None]
