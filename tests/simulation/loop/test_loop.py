"""The closed loop: the same by seed, valid under the contract, and nothing where there is nothing."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from msgspec.structs import replace

from frontrow.base.randomness import rng_for
from frontrow.simulation.loop import POPULATIONS, Part, Run, by_chance, hash_of, joined, live
from frontrow.simulation.loop.measures import measures_of
from frontrow.simulation.loop.moments import TARGETS, gini, liked_by_all, merit_told, moments_of

from .conftest import DAYS, VIEWERS, lived
from .shelf import Shelf


def test_the_same_seed_gives_the_same_events_to_the_byte(
    shelf_and_run: tuple[Shelf, Run],
) -> None:
    shelf, run = shelf_and_run
    again = Shelf()
    other = lived(again)
    assert again.events == shelf.events
    assert other.active == run.active


def test_every_event_was_taken_and_the_run_says_how_many(
    shelf_and_run: tuple[Shelf, Run],
) -> None:
    shelf, run = shelf_and_run
    kinds = Counter(event["type"] for event in shelf.events)
    assert run.events == len(shelf.events)
    for kind in ("impression", "click", "play", "stop", "complete", "search", "subscribe"):
        assert kinds[kind] > 0, kind


def test_what_was_done_on_a_tile_carries_its_token(shelf_and_run: tuple[Shelf, Run]) -> None:
    shelf, _ = shelf_and_run
    for event in shelf.events:
        if event["type"] in ("impression", "click"):
            assert event["token"]
            assert event["page_id"]


def test_titles_that_launch_come_on_their_day(everyday: Run) -> None:
    launched = everyday.world.launched
    assert (launched > 0).any()
    for seen in everyday.visits:
        assert all(launched[work] <= seen.day for work in seen.shown)


def test_children_see_and_search_what_is_theirs(everyday: Run) -> None:
    searched = [
        play.work
        for seen in everyday.visits
        if everyday.minds.profiles[seen.viewer].get("kids") and not seen.shown
        for play in seen.plays
    ]
    assert everyday.world.kids[searched].all()


def test_a_population_is_named_by_every_one_of_its_parameters() -> None:
    hashes = {hash_of(p) for p in POPULATIONS.values()}
    everyday = POPULATIONS["everyday"]
    assert len(hashes) == len(POPULATIONS) >= 3
    assert hash_of(replace(everyday, binge=0.71)) not in hashes
    assert hash_of(replace(everyday)) == hash_of(everyday)


def test_two_arms_that_get_the_same_differ_by_chance_only(everyday: Run) -> None:
    hours = np.zeros(VIEWERS)
    for seen in everyday.visits:
        hours[seen.viewer] += sum(p.seconds for p in seen.plays if p.pleased) / 3600
    found = 0
    for split in range(40):
        arm = rng_for(3, "a/a", str(split)).permutation(VIEWERS) < VIEWERS // 2
        a, b = hours[arm], hours[~arm]
        error = (a.var(ddof=1) / len(a) + b.var(ddof=1) / len(b)) ** 0.5
        found += abs(a.mean() - b.mean()) > 1.96 * error
    assert found <= 6  # two are expected of forty; more than six are one chance in a hundred


def test_measures_count_only_the_days_asked_for(everyday: Run) -> None:
    all_ = {m.name: m for m in measures_of(everyday)}
    none = {m.name: m for m in measures_of(everyday, since=DAYS)}
    assert all_["satisfying_hours"].value > 0
    assert none["satisfying_hours"].value == 0
    assert all_["satisfying_hours"].low < all_["satisfying_hours"].value  # type: ignore[operator]


def test_a_moment_with_too_little_behind_it_is_not_told(everyday: Run) -> None:
    named = {moment.target.name: moment for moment in moments_of(everyday)}
    assert set(named) == {target.name for target in TARGETS}
    assert named["gini_titles"].value is None
    assert named["gini_titles"].holds is None


def test_the_gini_coefficient_is_zero_of_equals_and_near_one_of_a_monopoly() -> None:
    assert gini(np.full(50, 3)) == pytest.approx(0)
    assert gini(np.array([0] * 99 + [7])) == pytest.approx(0.99)


def test_what_all_share_of_liking_is_found_as_it_was_planted() -> None:
    rng = np.random.Generator(np.random.PCG64(7))
    viewer, title = np.repeat(np.arange(400), 30), rng.integers(0, 200, 12_000)
    harsh, good = rng.standard_normal(400), rng.standard_normal(200)
    liking = 2 * harsh[viewer] + good[title] + 2 * rng.standard_normal(12_000)
    assert liked_by_all(viewer, title, liking) == pytest.approx(1 / 5, abs=0.03)
    assert liked_by_all(viewer, title, rng.standard_normal(12_000)) == pytest.approx(0, abs=0.01)
    assert liked_by_all(viewer, title, 2 * harsh[viewer] + good[title]) == pytest.approx(
        1, abs=0.05
    )


def test_merit_is_told_where_what_many_watch_is_what_is_liked() -> None:
    often = np.repeat(np.arange(40), np.arange(10, 50))
    assert merit_told(often, np.log(10.0 + often)) == (pytest.approx(1), 40)
    assert merit_told(often, -np.log(10.0 + often))[0] == pytest.approx(-1)
    assert merit_told(np.repeat(np.arange(40), 9), np.ones(360)) == (0.0, 0), "too few of each"


@pytest.mark.slow
def test_viewers_divided_among_processes_live_as_they_would_together() -> None:
    whole, *parts = (
        live(
            POPULATIONS["everyday"],
            Shelf(),
            viewers=40,
            days=5,
            seed=6,
            policy=lambda day: by_chance,
            part=part,
        )
        for part in (Part(), Part(0, 3), Part(1, 3), Part(2, 3))
    )
    together = joined(parts)
    assert together.visits == sorted(
        whole.visits, key=lambda seen: (seen.day, seen.wave, seen.at, seen.viewer)
    )
    assert together.active == whole.active
    assert together.cancels == sorted(whole.cancels)
    assert together.events == whole.events
