"""How starts unfold: what is looked at, what is left out, and that a planted rule is found and foretold."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from frontrow.base.errors import BadInput
from frontrow.base.randomness import rng_for
from frontrow.base.time import US_PER_DAY, from_us
from frontrow.catalog import Catalogue
from frontrow.catalog.building import build_catalogue
from frontrow.catalog.store import StoredTitle
from frontrow.catalog.title import Title
from frontrow.evaluation.unfolding import judge_unfolding
from frontrow.events import Event
from frontrow.events.event import PROFILE_RESET
from frontrow.events.log import Logged
from frontrow.ranking.unfolding import (
    AGES_DAYS,
    OUTCOMES,
    SIGNALS,
    Looks,
    fit_unfolding,
    foreseen_by_title,
    join_looks,
    looks_at,
)

BEGIN_US = 1_767_225_600_000_000  # 2026-01-01
RUNTIME = 6_000.0


def catalogue(films: int) -> Catalogue:
    return build_catalogue(
        1,
        [
            StoredTitle(
                Title(title_id=f"f{i}", kind="movie", name=f"F{i}", runtime_minutes=100),
                i,
                BEGIN_US,
            )
            for i in range(films)
        ],
    )


def told(profile: str, number: int, kind: str, day: float, **more: Any) -> Logged:
    us = BEGIN_US + int(day * US_PER_DAY)
    event = None
    if kind != PROFILE_RESET:
        event = Event(
            event_id=f"{profile}-{number}", type=kind, profile_id=profile, time=from_us(us), **more
        )
    return Logged(number, kind, us, us, event, {})


def sitting(
    profile: str, number: int, film: str, day: float, begin: float, end: float
) -> list[Logged]:
    """A film from one share of its length to another."""
    hours = (end - begin) * RUNTIME / 86_400
    at = {"position_seconds": end * RUNTIME, "runtime_seconds": RUNTIME}
    return [
        told(profile, number, "play", day, title_id=film),
        told(profile, number + 1, "stop", day + hours, title_id=film,
             seconds_watched=(end - begin) * RUNTIME, **at),
    ]  # fmt: skip


def at(name: str) -> int:
    return SIGNALS.index(name)


def day(number: float) -> int:
    return BEGIN_US + int(number * US_PER_DAY)


def test_a_start_is_seen_as_it_was_and_its_outcome_as_it_became() -> None:
    events = [*sitting("a", 1, "f0", 0, 0, 0.5), *sitting("a", 3, "f0", 3, 0.5, 1)]
    looks = looks_at("a", events, catalogue(1), day(30))
    assert looks.age_days.tolist() == list(AGES_DAYS)
    assert looks.known.all()
    assert looks.outcome[:, OUTCOMES.index("good")].all()
    share = looks.x[:, at("share_reached")]
    assert share[looks.age_days < 3] == pytest.approx(0.5)
    assert share[looks.age_days > 3] == pytest.approx(1.0)
    assert not looks.x[looks.age_days < 3, at("good_already")].any()


def test_what_comes_later_changes_no_look() -> None:
    early = sitting("a", 1, "f0", 0, 0, 0.5)
    late = [*sitting("a", 3, "f0", 3, 0.5, 1), *sitting("a", 5, "f1", 4, 0, 1)]
    before, after = (
        looks_at("a", events, catalogue(2), day(30), (1.0,)) for events in (early, early + late)
    )
    assert np.array_equal(before.x[0], after.x[0])


def test_an_outcome_is_known_after_two_weeks_and_only_what_is_not_is_foreseen() -> None:
    events = [*sitting("a", 1, "f0", 0, 0, 0.5), *sitting("a", 3, "f1", 10, 0, 0.5)]
    looks = looks_at("a", events, catalogue(2), day(15), (1.0,))
    assert looks.known.tolist() == [True, False]
    late = looks_at("a", events, catalogue(2), day(15), (1.0,), since_us=day(5))
    assert late.known.tolist() == [False]
    now = looks_at("a", events, catalogue(2), day(15), now=True)
    assert (now.work.tolist(), now.age_days.tolist()) == ([1], [5.0])


def test_a_return_is_something_begun_on_another_visit_within_a_week() -> None:
    returns = OUTCOMES.index("returns")
    for gap, comes in ((0.1, False), (1.0, True), (6.9, True), (8.0, False)):
        events = [*sitting("a", 1, "f0", 0, 0, 1), *sitting("a", 3, "f1", gap, 0, 1)]
        looks = looks_at("a", events, catalogue(2), day(15), (0.25,))
        assert looks.outcome[looks.work == 0, returns].tolist() == [comes]


@pytest.mark.parametrize("gone", ["forget_title", PROFILE_RESET])
def test_what_was_forgotten_or_reset_is_as_if_it_had_never_been(gone: str) -> None:
    events = sitting("a", 1, "f0", 0, 0, 1)
    more = {} if gone == PROFILE_RESET else {"title_id": "f0"}
    assert len(looks_at("a", [*events, told("a", 3, gone, 2, **more)], catalogue(1), day(30))) == 0
    again = [*events, told("a", 3, gone, 2, **more), *sitting("a", 4, "f0", 5, 0, 0.2)]
    assert (looks_at("a", again, catalogue(1), day(30)).start_us == day(5)).all()


def test_a_forgotten_season_takes_no_other_and_no_wish_with_it() -> None:
    kinds = {"s": {"kind": "series"}}
    kinds |= {f"s{n}": {"kind": "season", "series_id": "s", "season": n} for n in (1, 2)}
    kinds |= {
        f"e{n}": {"kind": "episode", "series_id": "s", "season": n, "episode": 1} for n in (1, 2)
    }
    titles = [Title(title_id=name, name=name, **more) for name, more in kinds.items()]  # type: ignore[arg-type]  # spelt out above
    works = build_catalogue(1, [StoredTitle(t, i, BEGIN_US) for i, t in enumerate(titles)])
    seen = [*sitting("a", 1, "e1", 0, 0, 1), *sitting("a", 3, "e2", 2, 0, 1)]
    wish = told("a", 5, "dismiss", 3, title_id="s")
    season, series = (told("a", 6, "forget_title", 4, title_id=name) for name in ("s1", "s"))
    left = looks_at("a", [*seen, wish, season], works, day(30))
    assert set(left.start_us.tolist()) == {day(2)}, (
        "the second season was watched, and is not forgotten"
    )
    without = looks_at("a", [*seen[2:], wish], works, day(30))
    np.testing.assert_array_equal(left.x, without.x)
    assert len(looks_at("a", [*seen, wish, series], works, day(30))) == 0


def planted(profiles: int, days: float, seed: int) -> Looks:
    """Films begun evenly; a half is left in the middle, and gone on with later by two in three."""
    works, parts = catalogue(20), []
    for number in range(profiles):
        name, rng, events = f"p{number}", rng_for(seed, "unfolds", str(number)), list[Logged]()
        for i, film in enumerate(rng.permutation(20)[:6].tolist()):
            begin = float(rng.uniform(0, days))
            half = rng.random() < 0.5
            events += sitting(name, 10 * i + 1, f"f{film}", begin, 0, 0.5 if half else 1.0)
            if half and rng.random() < 2 / 3:
                events += sitting(
                    name, 10 * i + 3, f"f{film}", begin + float(rng.exponential(3.0)), 0.5, 1.0
                )
        parts.append(looks_at(name, events, works, day(days)))
    return join_looks(parts)


@pytest.mark.slow
def test_a_planted_rule_is_found_and_titles_are_told_better_than_by_counting_or_waiting() -> None:
    looks = planted(250, 56, seed=1)
    whole, figures = judge_unfolding(looks, day(56))
    of_half = looks.take(
        (looks.age_days == 1) & (np.abs(looks.x[:, at("share_reached")] - 0.5) < 0.01)
    )
    waits = 2 / 3 * np.exp(-1 / 3)  # who will go on, and has not yet after a day
    assert whole.chance(of_half.x)[:, 0].mean() == pytest.approx(waits / (waits + 1 / 3), abs=0.08)
    day_old = next(one for one in figures.at_age if one.outcome == "good" and one.age_days == 1)
    assert day_old.calibration_error < 0.06
    assert figures.of_titles is not None
    assert figures.of_titles.foreseen < 0.5 * figures.of_titles.so_far
    assert figures.of_titles.foreseen <= figures.of_titles.waiting
    told_of = foreseen_by_title(whole, of_half)
    assert sum(one.starts for one in told_of) == len(of_half)
    assert all(
        one.so_far == 0 and one.interval[0] <= one.good <= one.interval[1] for one in told_of
    )


def test_too_few_starts_foretell_nothing() -> None:
    few = planted(20, 56, seed=2)
    assert fit_unfolding(few) is None
    with pytest.raises(BadInput, match="needed"):
        judge_unfolding(few, day(56))
