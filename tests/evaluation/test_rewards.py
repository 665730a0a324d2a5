"""The reward workbench: definitions that are named by what they are, and effects freed of shared noise."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontrow.base.errors import BadInput
from frontrow.base.randomness import rng_for
from frontrow.evaluation.rewards import (
    AMOUNTS,
    Arm,
    Compared,
    arm_of,
    compare,
    definitions,
    rank_policies,
)
from frontrow.evaluation.rewards.arms import effects_of
from frontrow.evaluation.rewards.comparison import LEAST_EXPERIMENTS, covariances
from frontrow.evaluation.rewards.ranked import spearman
from frontrow.ranking import reward

METRICS = ("proxy", "outcome")


def experiments(
    count: int, units: int, true: float, noise: float, seed: int, *, strong: float = 0.15
) -> list[Arm]:
    """Experiments whose true effects correlate by `true`, while their units' chance does by `noise`."""
    rng = rng_for(seed, "planted experiments")
    of_effects = strong**2 * np.array([[1, true], [true, 1]])
    of_units = np.array([[1, noise], [noise, 1]])
    arms = []
    for number in range(count):
        effect = rng.multivariate_normal((0, 0), of_effects)
        for name, mean in (("control", np.zeros(2)), ("new", effect)):
            drawn = rng.multivariate_normal(mean, of_units, size=units)
            arms.append(arm_of(str(number), name, drawn))
    return arms


def compared(arms: list[Arm], seed: int = 1) -> Compared:
    return compare(arms, METRICS, rng_for(seed, "compare"))[0]


def test_the_shipped_definition_does_not_change_without_its_version() -> None:
    told = reward.VERSION, reward.definition_hash()
    assert told == (2, "b3415ae8e87b9161"), "raise reward.VERSION, and write the new hash here"


def test_a_changed_weight_is_another_definition() -> None:
    one, other, raised = (
        definitions(f"mine/{version}: finishes 1, hours {hours}")[-1]
        for version, hours in ((1, 0.1), (1, 0.2), (2, 0.1))
    )
    assert one.weights == {"finishes": 1.0, "hours": 0.1}
    assert len({one.hash, other.hash, raised.hash}) == 3
    assert len({each.hash for each in definitions()}) == len(definitions())


def test_what_rests_on_the_shipped_definition_changes_with_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    own = "mine/1: worth 1, dismissed -1; other/1: starts 2"
    before = {one.name: one.hash for one in definitions(own)}
    monkeypatch.setattr(reward, "_COMPLETED", 0.7)
    after = {one.name: one.hash for one in definitions(own)}
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"frontrow", "good", "mine"}


@pytest.mark.parametrize(
    "text",
    ["mine: hours 1", "mine/1:", "mine/1: minutes 1", "mine/1: hours", "mine/1: hours nan",
     "mine/1: hours 1, hours 2", "hours/1: hours 2", "Mine/1: hours 1", "a/1: hours 1; a/2: hours 1"],
)  # fmt: skip
def test_a_definition_that_cannot_be_meant_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(BadInput, match="own"):
        definitions(text)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32), st.integers(2, 5), st.integers(2, 7), st.integers(1, 3))
def test_the_correction_is_what_products_of_different_units_alone_give(
    seed: int, count: int, units: int, treatments: int
) -> None:
    """The jackknife over units, taken literally: no unit's chance meets itself."""
    rng = np.random.default_rng(seed)
    drawn = {
        (str(e), name): rng.normal(size=(units + int(rng.integers(3)), 2))
        for e in range(count)
        for name in ["control", *(f"t{t}" for t in range(treatments))]
    }
    arms = [arm_of(e, name, values) for (e, name), values in drawn.items()]
    total, noise = covariances(effects_of(arms, "control"))

    def product(a: tuple[str, str], b: tuple[str, str]) -> np.ndarray:
        x, y = drawn[a], drawn[b]
        pairs = [
            np.outer(p, q) for i, p in enumerate(x) for j, q in enumerate(y) if a != b or i != j
        ]
        return np.mean(pairs, axis=0)

    def crossed(a: tuple[str, str], b: tuple[str, str]) -> np.ndarray:
        base_a, base_b = (a[0], "control"), (b[0], "control")
        return product(a, b) - product(a, base_b) - product(base_a, b) + product(base_a, base_b)

    keys = [key for key in drawn if key[1] != "control"]
    k = len(keys)
    own = sum(crossed(a, a) for a in keys)
    every = sum(crossed(a, b) for a in keys for b in keys)
    assert np.allclose(total - noise, (own - every / k) / (k - 1))


@pytest.mark.parametrize("true", [-0.6, 0.0, 0.8])
def test_a_planted_correlation_is_found_although_the_units_chance_speaks_against_it(
    true: float,
) -> None:
    noise = 0.9 if true <= 0 else -0.5
    found = compared(experiments(600, 120, true, noise, seed=3))
    assert abs(found.naive - true) > 0.25
    assert found.corrected is not None
    assert abs(found.corrected - true) < 0.15


@pytest.mark.slow
def test_intervals_cover_the_truth_about_as_often_as_they_claim() -> None:
    covered = 0
    for seed in range(60):
        interval = compared(experiments(100, 100, 0.5, -0.3, seed=seed), seed).interval
        assert interval is not None
        covered += interval[0] <= 0.5 <= interval[1]
    assert covered >= 51  # .85 of them: below 95% by no more than so few seeds explain


def test_slope_and_quality_are_those_of_the_planted_effects() -> None:
    arms = experiments(600, 100, 0.8, 0.5, seed=5)
    found = compared(arms)
    assert found.slope == pytest.approx(0.8, abs=0.1)
    reliable = 0.15**2 / (0.15**2 + 2 / 100)  # of the proxy's estimated effects
    assert found.quality == pytest.approx(0.8 * reliable**0.5, abs=0.08)


def test_nothing_is_told_of_few_experiments_or_of_effects_lost_in_noise() -> None:
    few = compared(experiments(LEAST_EXPERIMENTS - 1, 1_000, 0.8, 0.0, seed=7))
    assert few.corrected is None
    assert "are needed" in str(few.why)
    weak = compared(experiments(60, 20, 0.8, 0.9, seed=7, strong=0.001))
    assert weak.corrected is None
    assert "noise" in str(weak.why)
    assert np.isfinite(weak.naive)


def test_an_experiment_without_its_control_is_refused() -> None:
    arms = [arm for arm in experiments(3, 10, 0.5, 0.0, seed=1) if arm.name != "control"]
    with pytest.raises(BadInput, match="control"):
        compare(arms, METRICS, rng_for(1, "x"))


def test_a_reward_that_orders_two_policies_wrongly_names_what_that_costs() -> None:
    rng = rng_for(1, "ranked")
    kept = np.array([0.90, 0.94, 0.97])[:, None] + 0.001 * rng.normal(size=(3, 200))
    right, wrong = kept * 2, np.array([3.0, 2.0, 1.0])[:, None] + 0 * kept
    earned = np.stack([right, wrong], axis=2)
    names = ("bait", "chance", "taste")
    good, bad = rank_policies(names, ("right", "wrong"), earned, kept, rng_for(2, "ranked"))
    assert (good.rank_correlation, good.misled) == (1.0, None)
    assert bad.rank_correlation == -1.0
    assert bad.misled is not None
    assert (bad.misled.above, bad.misled.below) == ("bait", "taste")
    assert bad.misled.loss == pytest.approx(0.07, abs=0.01)


def test_ranks_that_tie_share_their_place() -> None:
    a = np.array([1.0, 2.0, 2.0, 3.0])
    assert spearman(a, a) == pytest.approx(1.0)
    assert spearman(a, -a) == pytest.approx(-1.0)
    assert np.isnan(spearman(a, np.ones(4)))


def test_every_amount_that_is_told_of_is_an_amount() -> None:
    assert {name for one in definitions() for name in one.weights} <= set(AMOUNTS)
