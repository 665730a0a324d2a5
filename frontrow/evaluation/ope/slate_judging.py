"""What another policy would have earned by whole slates, under an assumption that whoever asks must make."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np

from frontrow.evaluation.ope.choices import Choices, Doubles
from frontrow.evaluation.ope.evaluate import Judged
from frontrow.evaluation.ope.intervals import interval_of
from frontrow.evaluation.ope.shares import earned_of
from frontrow.evaluation.ope.slates import Slates, cascade_dr, pseudo_inverse, whole_page
from frontrow.evaluation.ope.support import (
    Refused,
    Support,
    check_propensities,
    check_rewards,
    check_target,
    support_of,
)
from frontrow.evaluation.ope.weighing import Weighed, no_probabilities

Assumption = Literal["additive", "cascade"]
"""additive: slots are drawn independently and the reward is a sum over slots; cascade: what a slot brings
depends on itself and those above."""


def judge_slates(
    slates: Slates, assume: Assumption, *, policy: str = "given", seed: int = 0
) -> Judged:
    """The estimate that goes with an assumption, and whole-page IPS where that can be made too."""
    check_rewards(slates.reward)
    logged = earned_of(slates.reward.sum(axis=1), slates.cluster)
    slots = slates.action.shape[1]
    against = [
        _named(one, slot)
        for slot in range(slots)
        for one in (*check_propensities(_slot(slates, slot)), *_check_target(slates, slot, policy))
    ]
    if against:
        return Judged(policy, tuple(against), (), None, logged, {}, {})
    weight = slates.weight
    product = _product(weight)
    # Under the cascade a slot's weight is the product down to it; else each stands by itself.
    used = product if assume == "cascade" else weight
    supports = [_support(slates, slot, used[:, slot]) for slot in range(slots)]
    refused = tuple(_named(one, slot) for slot, told in enumerate(supports) for one in told.refused)
    worst = min(supports, key=lambda told: told.effective)
    if refused:
        return Judged(policy, refused, (), worst, logged, {}, {})
    terms: dict[str, Doubles] = {}
    if assume == "cascade":
        terms["cascade_dr"] = cascade_dr(slates, seed)
    else:
        terms["pseudo_inverse"] = pseudo_inverse(slates)
    if not _support(slates, slots - 1, product[:, -1]).refused:
        terms["whole_page"] = whole_page(slates)
    earned = slates.reward.sum(axis=1)
    return Judged(
        policy, (), worst.warnings, worst, logged,
        {name: interval_of(one, slates.cluster) for name, one in terms.items()},
        {name: interval_of(one - earned, slates.cluster) for name, one in terms.items()},
    )  # fmt: skip


def _product(weight: Doubles) -> Doubles:
    """float64[n, l]: the product down to each slot; what is beyond all bounds is refused anyway."""
    product = weight.copy()
    for slot in range(1, weight.shape[1]):
        product[:, slot] = np.minimum(product[:, slot - 1] * weight[:, slot], _BEYOND_BOUNDS)
    return product


_BEYOND_BOUNDS = 1e50
"""Of a weight: no log is so long that it would not have all of the weight."""


def _slot(slates: Slates, slot: int) -> Choices:
    """One slot's choices, each with the whole slate's reward."""
    n, _, k = slates.target.shape
    return Choices(
        tuple(f"candidate {i + 1}" for i in range(k)),
        slates.action[:, slot],
        slates.probability[:, slot],
        slates.reward.sum(axis=1),
        slates.cluster,
        np.zeros((n, 0)),
    )


def _check_target(slates: Slates, slot: int, policy: str) -> list[Refused]:
    target = slates.target[:, slot]
    drawn = np.take_along_axis(target, slates.action[:, slot, None].astype(np.int64), axis=1)
    return check_target(drawn[:, 0], no_probabilities(target), policy)


def _support(slates: Slates, slot: int, weight: Doubles) -> Support:
    mass = slates.target[:, slot].sum(axis=0)
    return support_of(Weighed(_slot(slates, slot), weight, mass, None, None, None))


def _named(refused: Refused, slot: int) -> Refused:
    return replace(refused, what=f"slot {slot + 1}: {refused.what}")
