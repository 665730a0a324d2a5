"""What an interaction is worth, case by case."""

from __future__ import annotations

from typing import Any

import numpy as np

from frontrow.catalog import Catalogue, StoredTitle, Title, build_catalogue
from frontrow.ranking import reward
from frontrow.viewers.records import records_from_rows

FIELDS = {
    "work": 0, "plays": 0, "fraction": 0.0, "finished": 0, "completed": False, "seconds": 0.0,
    "rating": np.nan, "starter": False, "listed": False, "dismissed": False, "impressions": 0,
    "first_us": 1, "last_us": 1,
}  # fmt: skip


def catalogue_of(kind: str) -> Catalogue:
    title = Title(title_id="one", kind=kind, name="One")
    return build_catalogue(1, [StoredTitle(title, 1, 0)])


FILM, SERIES = catalogue_of("movie"), catalogue_of("series")
NOW = 100 * 86_400_000_000


def worth(*, series: bool = False, **facts: Any) -> float:
    row = tuple((FIELDS | facts).values())
    catalogue = SERIES if series else FILM
    return float(reward.reward_of_one(records_from_rows([row]), catalogue, NOW)[0])


def test_a_film_watched_to_the_end_is_a_good_play() -> None:
    assert worth(plays=1, fraction=1.0, finished=1, completed=True) >= reward.GOOD


def test_ten_minutes_and_gone_is_a_slight_minus() -> None:
    assert -0.5 < worth(plays=1, fraction=0.08) < 0


def test_half_a_film_is_weak_and_most_of_it_nearly_good() -> None:
    assert 0 < worth(plays=1, fraction=0.5) < reward.GOOD
    assert worth(plays=1, fraction=0.9) > reward.GOOD


def test_four_stars_or_a_like_is_a_good_play_and_three_stars_are_not() -> None:
    assert worth(rating=0.75) >= reward.GOOD
    assert worth(rating=1.0) == 1.0
    assert worth(rating=0.5) < reward.GOOD


def test_a_rating_outweighs_what_was_watched() -> None:
    assert worth(plays=9, fraction=1.0, finished=9, completed=True, rating=0.0) == -1.0


def test_a_dismissal_is_the_strongest_minus() -> None:
    assert worth(plays=1, fraction=1.0, completed=True, dismissed=True) == -1.0


def test_a_series_is_good_from_three_episodes_and_best_when_finished() -> None:
    assert worth(series=True, plays=1, finished=1) < reward.GOOD
    assert worth(series=True, plays=3, finished=3) >= reward.GOOD
    assert worth(series=True, plays=9, finished=9, completed=True) == 1.0


def test_what_was_only_seen_on_a_page_says_nothing() -> None:
    assert worth(impressions=12) == 0.0


def test_rewards_are_whole_grains_so_that_sums_are_exact() -> None:
    for fraction in np.linspace(0, 1, 50):
        assert (worth(plays=1, fraction=float(fraction)) * reward.GRAIN).is_integer()
