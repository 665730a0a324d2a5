"""Policies lived with in invented worlds, measured as a log would let one: what `rewards compare` asks of.

Rewards see the events of the first days and nothing else; what is planted says who stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from frontrow.base.randomness import rng_for
from frontrow.base.time import to_us

if TYPE_CHECKING:
    from frontrow.catalog import Catalogue
    from frontrow.cli.simulated import Tell
    from frontrow.evaluation.rewards import Compared, Ranked, Reward
    from frontrow.simulation.loop.trials import Trial

Doubles = NDArray[np.float64]

CONTROL = "chance"
"""The policy that others are compared with in experiments."""

EXPERIMENTS = 200
UNITS = 400
"""Weak experiments drawn from a world's viewers, and the viewers of each, half of them in its control."""


@dataclass(frozen=True)
class Lived:
    """One world: what viewers earned under each policy, and whether they stay.

    earned: float64[policies, b, rewards];  stays, stayed: float64[policies, b]
    """

    world: str
    note: str
    parameters: str  # their hash
    policies: list[str]
    earned: Doubles
    stays: Doubles
    stayed: Doubles


@dataclass(frozen=True)
class Judged:
    """What a world says of rewards.

    truth:     correlation of the policies' true effects, by reward
    compared:  the same as weak experiments estimate it
    """

    lived: Lived
    ranked: list[Ranked]
    truth: dict[str, float]
    compared: list[Compared]

    def to_json(self) -> dict[str, Any]:
        """As JSON."""
        lived = self.lived
        return {
            "in_simulation": True,
            "world": lived.world,
            "note": lived.note,
            "parameters": lived.parameters,
            "viewers": lived.stays.shape[1],
            "policies": {
                name: {"stays": float(lived.stays[i].mean())}
                for i, name in enumerate(lived.policies)
            },
            "ranked": [one.to_json() for one in self.ranked],
            "experiments": {
                "count": EXPERIMENTS,
                "viewers_each": UNITS,
                "compared": [
                    {**one.to_json(), "truth": self.truth[one.proxy]} for one in self.compared
                ],
            },
        }


def live_in(
    world: str, rewards: Sequence[Reward], *, viewers: int, days: int, seed: int, tell: Tell
) -> Lived:
    """Let the people of a world live with every policy, one after the other."""
    from frontrow.simulation.loop.trials import POLICIES, WORLDS, lived_trial

    earned, stays, stayed = [], [], []
    for number, policy in enumerate(POLICIES):
        tell(number / len(POLICIES), f"{world}: {policy}")
        trial = lived_trial(world, policy, viewers=viewers, days=days, seed=seed)
        earned.append(earned_in(trial, rewards))
        stays.append(trial.stays)
        stayed.append(trial.stayed.astype(np.float64))
    return Lived(
        world, WORLDS[world].parameters.note, WORLDS[world].hash, list(POLICIES),
        np.stack(earned), np.stack(stays), np.stack(stayed),
    )  # fmt: skip


def earned_in(trial: Trial, rewards: Sequence[Reward]) -> Doubles:
    """float64[b, rewards]: what each viewer earned in the first days, by the events alone."""
    from frontrow.evaluation.rewards import AMOUNTS, earnings_of
    from frontrow.events import Event
    from frontrow.events.log import Logged

    weights = np.array([[one.weights.get(name, 0.0) for name in AMOUNTS] for one in rewards])
    catalogue = catalogue_of(trial)
    found = np.zeros((len(trial.profile_ids), len(rewards)))
    for place, profile_id in enumerate(trial.profile_ids):
        events = [msgspec.convert(event, Event) for event in trial.events[profile_id]]
        logged = [
            Logged(number, event.type, to_us(event.time), to_us(event.time), event, {})
            for number, event in enumerate(events, start=1)
        ]
        for earning in earnings_of(profile_id, logged, catalogue, trial.until_us):
            found[place] += weights @ earning.amounts
    return found


def judge(lived: Lived, rewards: Sequence[Reward], seed: int) -> Judged:
    """How each reward ranks the policies, and what weak experiments would have said of it."""
    from frontrow.evaluation.rewards import Arm, arm_of, compare, rank_policies

    names = [one.name for one in rewards]
    ranked = rank_policies(
        lived.policies, names, lived.earned, lived.stays, rng_for(seed, "rewards", lived.world)
    )
    rng = rng_for(seed, "weak experiments", lived.world)
    # Experiments draw viewers from those who lived, so that the policies' true effects are known.
    units = np.concatenate([lived.earned, lived.stayed[:, :, None]], axis=2)
    base = lived.policies.index(CONTROL)
    others = [i for i in range(len(lived.policies)) if i != base]
    arms: list[Arm] = []
    treated = [others[int(i)] for i in rng.integers(0, len(others), EXPERIMENTS)]
    for number, policy in enumerate(treated):
        for arm, which in ((CONTROL, base), ("treated", policy)):
            drawn = rng.integers(0, units.shape[1], UNITS // 2)
            arms.append(arm_of(str(number), arm, units[which, drawn]))
    compared = compare(
        arms, [*names, "stayed"], rng_for(seed, "compare", lived.world), control=CONTROL
    )
    means = units.mean(axis=1)
    true = np.cov((means[treated] - means[base]).T)
    truth = {
        name: float(true[i, -1] / np.sqrt(true[i, i] * true[-1, -1]))
        for i, name in enumerate(names)
    }
    return Judged(lived, ranked, truth, compared)


def catalogue_of(trial: Trial) -> Catalogue:
    """The catalogue of a trial, as a service would have built it."""
    from frontrow.catalog.building import build_catalogue
    from frontrow.catalog.store import StoredTitle
    from frontrow.catalog.title import Title

    stored = [
        StoredTitle(msgspec.convert(title, Title), place, trial.from_us)
        for place, title in enumerate(trial.titles)
    ]
    return build_catalogue(1, stored)
