"""What a policy would have earned, by the log of another: estimates with intervals, or why there are none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from frontrow.evaluation.ope.choices import Choices, halves_of
from frontrow.evaluation.ope.estimators import ESTIMATORS, NEED_ALL, Terms
from frontrow.evaluation.ope.intervals import Interval, interval_of
from frontrow.evaluation.ope.shares import earned_of
from frontrow.evaluation.ope.support import (
    Refused,
    Support,
    check_propensities,
    check_rewards,
    check_target,
    support_of,
)
from frontrow.evaluation.ope.targets import (
    Target,
    learn_best_fixed,
    learn_greedy,
)
from frontrow.evaluation.ope.weighing import Weighed, weigh

_TO_GO_BY = ("dr", "snips", "pseudo_inverse", "cascade_dr")


@dataclass(frozen=True)
class Judged:
    """One policy's worth by a log."""

    policy: str
    refused: tuple[Refused, ...]  # not empty: there is no number
    warnings: tuple[str, ...]
    support: Support | None  # None where the log's probabilities can't be used at all
    logged: Interval  # what the log's own policy earned
    estimates: dict[str, Interval]
    gains: dict[str, Interval]  # estimates minus what was earned, joined choice by choice

    @property
    def best(self) -> str | None:
        """The estimate to go by: doubly robust where it can be made, else self-normalised; of slates that
        of the assumption."""
        return next((name for name in _TO_GO_BY if name in self.estimates), None)


def judge(
    choices: Choices,
    target: Target,
    *,
    seed: int = 0,
    not_ours: Sequence[Refused] = (),
) -> Judged:
    """Estimates of what `target` would have earned, or why the log can't tell.

    not_ours: what else was found against the log's probabilities (a replay that differs)
    """
    check_rewards(choices.reward)
    logged = earned_of(choices.reward, choices.cluster)
    against = [*check_propensities(choices), *not_ours]
    if against:
        return Judged(target.name, tuple(against), (), None, logged, {}, {})
    weighed = weigh(choices, target, seed=seed)
    assert weighed.taken is not None
    assert weighed.spoilt is not None
    if against := check_target(weighed.taken, weighed.spoilt, target.name):
        return Judged(target.name, tuple(against), (), None, logged, {}, {})
    support = support_of(weighed)
    if support.refused:
        return Judged(target.name, support.refused, (), support, logged, {}, {})
    terms = terms_of(weighed)
    reward, cluster = choices.reward, choices.cluster
    return Judged(
        target.name,
        (),
        support.warnings,
        support,
        logged,
        {name: interval_of(one.each, cluster, cut_off=one.cut_off) for name, one in terms.items()},
        {
            name: interval_of(one.each - reward, cluster, cut_off=one.cut_off)
            for name, one in terms.items()
        },
    )


def terms_of(weighed: Weighed) -> dict[str, Terms]:
    """The terms of every estimator that the policy's probabilities allow; nothing is refused here."""
    return {
        name: make(weighed)
        for name, make in ESTIMATORS.items()
        if weighed.direct is not None or name not in NEED_ALL
    }


LEARNED: dict[str, Callable[[Choices, float], Target]] = {
    "best-fixed": learn_best_fixed,
    "greedy": learn_greedy,
}
"""Policies that the log itself teaches."""


def learn_and_judge(
    choices: Choices,
    policy: str,
    *,
    floor: float = 0.0,
    seed: int = 0,
    not_ours: Sequence[Refused] = (),
) -> Judged:
    """A policy of `LEARNED`, learned on half of the viewers and judged on the other half."""
    check_rewards(choices.reward)
    learning, judging = halves_of(choices.cluster, seed)
    target = LEARNED[policy](choices.take(learning), floor)
    return judge(choices.take(judging), target, seed=seed, not_ours=not_ours)
