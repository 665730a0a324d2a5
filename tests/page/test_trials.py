"""Titles on trial: what pleases goes on, what doesn't stops being drawn, and soon."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from frontrow.base.randomness import rng_for
from frontrow.base.time import US_PER_DAY
from frontrow.page import set_stage
from frontrow.page.choice_values import ChoiceValues, values_of
from frontrow.page.rows.explore import Explore
from frontrow.page.stage import Proposal, Stage
from frontrow.page.trials import ENOUGH, Known, has_failed, on_trial, share_of_trials
from frontrow.viewers.choices import NONE
from tests.strategies import NOW_US, SeededDice, make_ask, seeded_world
from tests.worlds import Asked, asked_of

USUAL, MOST = 0.04, 200
"""Pleased of a trial, about as in a service; trials of a title."""


def trials_until_stopped(rate: float, seed: int, at_once: int = 8) -> tuple[int, bool]:
    """(trials of a title that pleases at a rate, whether it was stopped for it), counted after each `at_once`
    trials, as a record that comes late is."""
    rng = rng_for(seed, "planted")
    tried, pleased = 0, 0
    while True:
        known = Known(np.array([float(tried)]), np.array([float(pleased)]), USUAL)
        if known.is_settled[0]:
            return tried, False
        if known.is_poor[0] or known.is_spent(MOST)[0]:
            return tried, True
        tried += at_once
        pleased += int((rng.random(at_once) < rate).sum())


@pytest.mark.parametrize("rate", [0.0, 0.002, 0.01])
def test_planted_bad_titles_are_stopped_within_two_hundred_impressions(rate: float) -> None:
    for seed in range(200):
        tried, stopped = trials_until_stopped(rate, seed)
        if rate == 0:
            assert stopped
            assert tried <= MOST
        elif not stopped or tried > MOST:
            assert rate == 0.01  # who is lucky above what is usual goes on until luck ends
    stopped_in_time = [trials_until_stopped(rate, seed)[0] <= MOST for seed in range(200)]
    assert np.mean(stopped_in_time) >= 0.95


def test_what_pleases_as_others_do_and_more_is_rarely_stopped() -> None:
    for rate, most in ((0.06, 0.3), (0.08, 0.12), (0.12, 0.03)):
        stopped = [trials_until_stopped(rate, seed)[1] for seed in range(300)]
        assert np.mean(stopped) <= most, rate


@given(st.integers(0, 3_000), st.integers(0, 40), st.floats(0, 0.5))
def test_more_that_pleased_never_ends_a_trial_badly(tried: int, pleased: int, usual: float) -> None:
    of = np.array([float(tried)] * 2), np.array([pleased, pleased + 1.0])
    known = Known(*of, usual)
    for failed in (known.is_poor, known.is_spent(MOST)):
        assert failed[0] >= failed[1]


def staged(seed: int, *, added_days: float = 3.0, row: int = 4) -> tuple[Stage, Asked]:
    """A viewer's stage on which some titles came lately, and what was asked."""
    world = seeded_world(seed, 160)
    came = NOW_US - int(added_days * US_PER_DAY)
    titles = [
        ({**told, "added_at": "2020-01-01" if i % 4 else _date(came)}, at)
        for i, (told, at) in enumerate(world.titles)
    ]
    settings = structs.replace(
        world.settings, exploration=structs.replace(
            world.settings.exploration, trial_row=row, every=10, budget=40, trial_days=28)
    )  # fmt: skip
    world = replace(world, titles=titles, settings=settings, rules=None)
    ask = replace(make_ask(SeededDice(rng_for(seed, "ask")), world), personalised=True)
    asked = asked_of(world, ask)
    return set_stage(asked.inputs, asked.request), asked


def _date(us: int) -> str:
    from frontrow.base.time import format_time, from_us

    return format_time(from_us(us))


def explored(stage: Stage) -> Proposal | None:
    found = Explore().propose(stage)
    return found[0] if found else None


def of_personal(least: int = 3) -> list[Stage]:
    """Stages of viewers with pages of their own, on which titles may be tried."""
    found = [staged(seed)[0] for seed in range(40)]
    kept = [
        stage
        for stage in found
        if stage.mode == "personalised" and len(on_trial(stage)) >= least and explored(stage)
    ]
    assert len(kept) >= 3
    return kept


def record(stage: Stage, tried: dict[int, tuple[float, float]]) -> ChoiceValues:
    """A record of choices that knows so many (trials, of them pleased) of some works, and as usual of all."""
    n = stage.catalogue.n
    of = np.full((2, n), 0.0)
    of[:, ~np.isin(np.arange(n), list(tried))] = [[1_000.0], [1_000.0 * USUAL]]
    for work, both in tried.items():
        of[:, work] = both
    return replace(values_of(NONE, stage.catalogue), tried=of[0], pleased=of[1])


def test_what_is_new_and_unknown_is_on_trial_and_what_everyone_knows_is_not() -> None:
    for stage in of_personal():
        works = on_trial(stage)
        age = stage.request.decide_us - stage.catalogue.added_us[works]
        assert (age < 28 * US_PER_DAY).all()
        assert stage.open[works].all()
        fresh, bad, known = (int(w) for w in works[:3])
        told = {fresh: (10.0, 0.0), bad: (190.0, 0.0), known: (300.0, ENOUGH)}
        left = on_trial(replace(stage, choices=record(stage, told)))
        assert fresh in left
        assert bad not in left
        assert known not in left
        assert has_failed(replace(stage, choices=record(stage, told)), works[:3]).tolist() == [
            False, True, False,
        ]  # fmt: skip


def test_what_failed_its_trials_is_in_no_draw() -> None:
    for stage in of_personal():
        before = explored(stage)
        assert before is not None
        bad = [int(w) for w in on_trial(stage)]
        after = explored(replace(stage, choices=record(stage, dict.fromkeys(bad, (200.0, 0.0)))))
        assert np.isin(bad, before.works).any()
        assert after is None or not np.isin(bad, after.works).any()


@pytest.mark.slow
def test_trials_come_early_have_their_share_of_the_draws_and_exact_chances() -> None:
    stage = of_personal(4)[0]
    proposal = explored(stage)
    assert proposal is not None
    assert proposal.latest_row == 3
    assert proposal.settle is not None
    tried = np.setdiff1d(on_trial(stage), stage.ranked[: stage.screen.columns])
    draws = []
    for seed in range(3_000):
        again = replace(stage, request=replace(stage.request, seed=seed))
        (one,) = Explore().propose(again)
        assert one.settle is not None
        draws.append(one.settle(np.zeros(stage.catalogue.n, dtype=bool)))
    first = np.array([draw.works[0] for draw in draws])
    share = share_of_trials(len(tried))
    assert np.isin(first, tried).mean() == pytest.approx(share, abs=4 * 0.5 / 3_000**0.5)
    told = {int(d.works[0]): float(d.propensity[0]) for d in draws}
    assert sum(p for work, p in told.items() if work in tried) == pytest.approx(share, abs=0.02)


def test_with_nothing_new_or_nothing_wanted_pages_stay_as_they_are() -> None:
    for seed in range(12):
        for stage in (staged(seed, added_days=400)[0], staged(seed, row=0)[0]):
            proposal = explored(stage)
            assert proposal is None or proposal.latest_row is None
