"""What images are worth among viewers of a genre: by their own record, and by that of their like."""

from __future__ import annotations

import numpy as np

from frontrow.base.randomness import rng_for
from frontrow.events import Position
from frontrow.page.choice_values import ChoiceValues, values_of
from frontrow.viewers.choices import SUMS, Choices
from tests.page.test_artwork import with_images

WORKS, GENRES = 60, ("comedy", "drama", "crime", "western", "horror", "war")
SHOWN = 200.0
NOBODY = 0.0


def learned(liking: np.ndarray, shown_last: list[float]) -> ChoiceValues:
    """Of works with two images, of which viewers of a genre like the one or the other.

    liking:     float64[works, genres], by how much they take the first image rather than the second
    shown_last: how often each image of the last work was shown to viewers of each genre
    """
    catalogue = with_images(WORKS, 2)
    shown = np.full(liking.shape, SHOWN)
    shown[-1] = shown_last
    good = 0.15 * np.stack([shown * np.exp(liking), shown * np.exp(-liking)], axis=1)
    tables = np.zeros((2, 2 * WORKS, 2 + len(GENRES)))
    tables[0, :, 2:] = np.repeat(shown, 2, axis=0)
    tables[1, :, 2:] = good.reshape(2 * WORKS, len(GENRES))
    tables[:, :, 0] = tables.sum(axis=2)
    rows = tuple(("artwork", f"t{i:03d}", f"t{i:03d}.{j}") for i in range(WORKS) for j in (0, 1))
    record = Choices(
        1, 0, 0, Position(), rows, ("", "+", *GENRES), tables[0], tables[1], tables[1],
        np.zeros(SUMS), np.zeros(len(rows), dtype=np.int64),
    )  # fmt: skip
    return values_of(record, catalogue)


def rather(values: ChoiceValues, genre: str) -> float:
    """How much more the first image of the last work is held to be worth, among viewers of a genre."""
    first = values.images.starts[WORKS - 1]
    one, other = values.by_genre[first : first + 2, values.genres[genre]]
    return float(one / other)


def likings(together: float) -> np.ndarray:
    """Comedy's and drama's viewers agree so far; of the last work comedy's and crime's do not."""
    rng = rng_for(1, "likings")
    found = rng.choice((-0.6, 0.6), (WORKS, len(GENRES)))
    found[:, 1] = np.where(rng.random(WORKS) < (1 + together) / 2, found[:, 0], -found[:, 0])
    found[-1, [0, 1, 2]] = 0.6, 0.6, -0.6
    return found


def test_what_viewers_of_one_genre_take_to_tells_of_another_as_far_as_they_agree() -> None:
    without_drama = [SHOWN, NOBODY, SHOWN, NOBODY, NOBODY, NOBODY]
    alike, apart, strangers = (
        rather(learned(likings(t), without_drama), "drama") for t in (1, -1, 0)
    )
    assert apart < 0.8 * strangers
    assert alike > 1.25 * strangers


def test_a_genre_that_agrees_with_nobody_keeps_its_own_record() -> None:
    told = learned(likings(0), [SHOWN] * len(GENRES))
    assert rather(told, "comedy") > 2.0  # planted: exp(1.2) = 3.3, shrunk
    assert rather(told, "crime") < 0.5


def test_worths_stay_above_nothing_however_seldom_an_image_was_good() -> None:
    values = learned(np.tile([5.0, -5.0], (WORKS, 3)), [SHOWN] * len(GENRES))
    assert values.by_genre[:-1].min() > 0
    assert np.isfinite(values.by_genre).all()
