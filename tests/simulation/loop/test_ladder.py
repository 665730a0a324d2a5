"""The ladder of policies: what bounds it, and what may be claimed of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from frontrow.simulation.loop import (
    MECHANISMS,
    POPULATIONS,
    by_chance,
    by_oracle,
    hash_of,
    live,
    population_named,
    without,
)
from frontrow.simulation.loop.ladder import (
    LEAST_SEEDS,
    beside_full,
    interval_over_seeds,
    ladder_to_json,
    steps_of,
)
from frontrow.simulation.loop.measures import Measure
from frontrow.simulation.loop.moments import moments_of
from frontrow.simulation.loop.report import html_of, tables_of
from frontrow.simulation.loop.results import Result, result_of, to_json

from .shelf import Shelf


def planted(policy: str, seed: int, hours: float, found: float = 0.5) -> Result:
    """A run of which only two figures matter."""
    measures = [
        Measure("satisfying_hours", "satisfying hours", hours, hours - 0.1, hours + 0.1),
        Measure("found_90s", "found", found, found - 0.1, found + 0.1),
        Measure("hours", "hours", hours),
    ]
    days = [{"day": 1.0, "hours": hours, "found": found, "active": 1.0}]
    return Result(
        POPULATIONS["everyday"], policy, seed, 10, 7, 3, 5, 50, {}, measures, [], days
    )  # fmt: skip


@pytest.mark.slow
def test_an_oracle_is_far_above_chance_in_every_population() -> None:
    for parameters in POPULATIONS.values():
        hours = []
        for policy in (by_chance, by_oracle):
            run = live(
                parameters,
                Shelf(),
                viewers=60,
                days=7,
                seed=4,
                policy=lambda day, policy=policy: policy,  # type: ignore[misc]
            )
            result = result_of(run, policy="x", seed=4, since=0)
            assert result.modes == {"arranged": len(run.visits)}
            hours.append(result.value("satisfying_hours"))
        assert hours[1] > 1.5 * hours[0], parameters.name


def test_an_arranged_page_holds_only_what_the_profile_may_see() -> None:
    run = live(
        POPULATIONS["everyday"],
        Shelf(),
        viewers=80,
        days=4,
        seed=4,
        policy=lambda day: by_oracle,
    )
    for seen in run.visits:
        profile, works = run.minds.profiles[seen.viewer], list(seen.shown)
        assert (run.world.launched[works] <= seen.day).all()
        assert (run.world.maturity[works] <= profile.get("maturity_limit", 99)).all()
        assert not profile.get("kids") or run.world.kids[works].all()


def test_a_sign_is_claimed_where_ten_seeds_agree_and_only_there() -> None:
    ten = [
        planted(policy, seed, hours + 0.01 * seed)
        for seed in range(LEAST_SEEDS)
        for policy, hours in (("popularity", 1.0), ("full", 1.5))
    ]
    claims = {step.measure: step.claim for step in steps_of(ten)}
    assert claims["satisfying_hours"] == "in simulation, full is better than popularity"
    assert claims["found_90s"].startswith("no claim")
    assert all(step.claim.startswith("no claim") for step in steps_of(ten[:-1]))
    one_against = [replace(ten[0], measures=planted("popularity", 0, 2.0).measures), *ten[1:]]
    named = {step.measure: step.claim for step in steps_of(one_against)}
    assert named["satisfying_hours"] == "no claim: the seeds do not agree"


def test_a_worse_policy_is_said_to_be_worse() -> None:
    runs = [
        planted(policy, seed, hours + 0.01 * seed)
        for seed in range(LEAST_SEEDS)
        for policy, hours in (("mf", 1.5), ("full", 1.2))
    ]
    assert steps_of(runs)[0].claim == "in simulation, full is worse than mf"
    assert beside_full(runs)["mf"] > 0.2


def test_the_interval_over_seeds_covers_the_mean_as_often_as_it_says() -> None:
    rng = np.random.Generator(np.random.PCG64(5))
    covers = 0
    for _ in range(2_000):
        low, high = interval_over_seeds(rng.normal(0.3, 1.0, 5))
        assert low is not None
        assert high is not None
        covers += low <= 0.3 <= high
    assert covers / 2_000 == pytest.approx(0.95, abs=0.015)
    assert interval_over_seeds(np.array([1.0])) == (None, None)


def test_every_report_says_in_simulation() -> None:
    runs = [planted(policy, seed, 1.0) for seed in (0, 1) for policy in ("random", "full")]
    html = html_of(runs)
    assert "In simulation" in html
    assert "<script" not in html
    assert html.count("<svg") == 2
    assert "fame_pull" in html, "every parameter is told"
    (step, _) = ladder_to_json(runs)
    assert step["claim"].startswith("no claim: 2 of")
    assert to_json(runs)["in_simulation"] is True
    assert all("imulation" in str(t.title) or "everyday" in str(t.title) for t in tables_of(runs))


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(POPULATIONS))
def test_a_population_behaves_like_people_within_its_tolerances(name: str) -> None:
    run = live(
        POPULATIONS[name], Shelf(), viewers=500, days=14, seed=2, policy=lambda day: by_chance
    )
    outside = [m for m in moments_of(run) if m.holds is False]
    told = [m for m in moments_of(run) if m.holds is not None]
    assert outside == []
    assert len(told) >= 11


def test_every_mechanism_can_be_dropped_and_the_population_says_so() -> None:
    for mechanism, neutral in MECHANISMS.items():
        for whole in POPULATIONS.values():
            dropped = without(whole, mechanism)
            assert dropped.name == f"{whole.name} without {mechanism}"
            assert population_named(dropped.name) == dropped
            assert hash_of(dropped) != hash_of(whole)
            assert all(getattr(dropped, dial) == value for dial, value in neutral.items())
        others = {
            dial for dial in neutral if getattr(POPULATIONS["contrary"], dial) == neutral[dial]
        }
        assert not others, f"{mechanism} does nothing in the hostile population"
    with pytest.raises(KeyError):
        population_named("everyday without rhyme")


def test_the_whole_system_stands_beside_its_twin() -> None:
    runs = [
        planted(policy, seed, hours)
        for seed in range(LEAST_SEEDS)
        for policy, hours in (
            ("popularity", 1.0),
            ("full", 2.0),
            ("twin", 2.0 + (0.01 if seed % 2 else -0.01)),
            ("oracle", 3.0),
        )
    ]
    claims = {
        (s.lower, s.upper): s.claim for s in steps_of(runs) if s.measure == "satisfying_hours"
    }
    assert claims == {
        ("popularity", "full"): "in simulation, full is better than popularity",
        ("full", "oracle"): "in simulation, oracle is better than full",
        ("full", "twin"): "no claim: the seeds do not agree",
    }
    assert "twin" in html_of(runs)
