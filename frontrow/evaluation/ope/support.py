"""Whether a log can answer at all: figures, bounds, and what would be needed where it can't.

An estimate from a log that hardly ever did what the policy would do is a number without a meaning, and
its interval is too short. Known: nominal 95% intervals cover only 83-85% at an effective sample of about
30, 91% at 65, and 92-95% from 250. So below these bounds there is a reason in the place of a number.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from frontrow.base.errors import BadInput
from frontrow.evaluation.ope.choices import Bools, Choices, Doubles
from frontrow.evaluation.ope.intervals import interval_of
from frontrow.evaluation.ope.shares import equal_viewers
from frontrow.evaluation.ope.weighing import MOST_OFF, Weighed, rare_from

LEAST_EFFECTIVE = 100.0
WARN_EFFECTIVE = 500.0
LEAST_VIEWERS = 10.0
WARN_VIEWERS = 30.0
"""Viewers of equal weight: intervals go by how viewers differ. On planted worlds whose viewers differ in
what they take and in how many choices they made (in proportion to 1/rank, or to its power 1.5), nominal 95%
intervals of a weighted mean covered 72-92% at 3 to 5 of them, 85-89% at 8, and 86-91% from 12 to 28."""
LEAST_POSITIVES = 50
MOST_OF_ONE = 0.05
MOST_ERRORS = 3.0
MOST_ERRORS_IN_A_PART = 4.0
"""Of the outer quarters of each column of the context: several are looked at, so each is allowed more."""
MOST_UNSUPPORTED = 0.01

_TOO_LARGE = 1e50
_TOO_SMALL = 1e-50
"""Rewards and probabilities beyond which there is no figure: intervals take the fourth power of what they
make of them, and nobody draws by such chances or earns so much."""

_EXPECTED = 100.0
"""By counts an action is missed only where the target would have drawn it at least so often: of a large
catalogue many are never drawn by chance, by any policy."""


@dataclass(frozen=True)
class Refused:
    """One reason why there is no number."""

    code: str
    figure: float
    bound: float
    what: str
    needed: str


@dataclass(frozen=True)
class Support:
    """What a log holds of a policy."""

    choices: int
    viewers: int
    effective: float  # (sum w)^2 / sum w^2
    positives: int  # rewards above 0 with a weight above 0
    largest: float  # share of the sum that the largest weight has
    mean_weight: float
    mean_weight_error: float
    unsupported: float  # share of the target's mass on what the log almost never took
    refused: tuple[Refused, ...]
    warnings: tuple[str, ...] = field(default=())


def check_propensities(choices: Choices) -> list[Refused]:
    """What keeps the recorded probabilities from being used."""
    p = choices.probability
    found = []
    if missing := int(np.isnan(p).sum()):
        found.append(
            Refused(
                "propensities_missing",
                missing,
                0,
                f"{missing:,} of {len(p):,} choices have no probability on record",
                "a log whose policy writes down how likely each draw was; it can't be guessed later",
            )
        )
    if zero := int((p < _TOO_SMALL).sum()):
        found.append(
            Refused(
                "propensities_zero",
                zero,
                0,
                f"{zero:,} of {len(p):,} choices were drawn with a probability of 0, next to it, or less,"
                " they say",
                "the probabilities with which they were really drawn",
            )
        )
    wrong = int((p > 1 + 1e-9).sum())
    if choices.chances is not None:
        starts = np.concatenate([[0], np.cumsum(choices.sizes)])[:-1]
        sums = np.add.reduceat(choices.chances, starts)
        off = np.abs(sums - 1.0) > MOST_OFF
        wrong += int((off | ~np.isfinite(sums)).sum())
    if wrong:
        found.append(not_reproducible(wrong, len(p), "are above 1, or don't sum to 1"))
    return found


def not_reproducible(wrong: int, of: int, why: str) -> Refused:
    """The refusal of probabilities that are not those of the policy."""
    return Refused(
        "propensities_not_reproducible",
        wrong,
        0,
        f"the probabilities of {wrong:,} of {of:,} choices {why}",
        "the probabilities of the policy that drew; a log of another policy can't stand for it",
    )


def check_target(taken: Doubles, spoilt: Bools, policy: str) -> list[Refused]:
    """What keeps the probabilities of the policy that is to be judged from being used.

    taken:  float64[n], of what was drawn; nan: not told
    spoilt: bool[n], where they are no probabilities
    """
    n, missing, found = len(taken), np.isnan(taken), []
    spoilt = spoilt & ~missing
    if count := int(missing.sum()):
        found.append(
            Refused(
                "target_missing", count, 0,
                f"{policy} tells no probability for {count:,} of {n:,} choices"
                f" (the first is choice {int(missing.argmax()) + 1:,})",
                "the policy's probability of what was drawn, for every choice",
            )
        )  # fmt: skip
    if count := int(spoilt.sum()):
        first = int(spoilt.argmax())
        found.append(
            Refused(
                "target_no_probability", count, 0,
                f"what {policy} tells for {count:,} of {n:,} choices are no probabilities"
                f" (the first is choice {first + 1:,}: {taken[first]:g} for what was drawn)",
                "probabilities from 0 to 1, which sum to 1 over all that could be drawn",
            )
        )  # fmt: skip
    return found


def check_rewards(reward: Doubles) -> None:
    """Raises `BadInput` where what came of a choice is no finite number, or one whose powers are none: one
    such makes all figures none.

    reward: float64[n] or float64[n, l]
    """
    odd = ~(np.abs(reward) < _TOO_LARGE).reshape(len(reward), -1).all(axis=1)
    if odd.any():
        first = int(odd.argmax())
        raise BadInput(
            f"{int(odd.sum()):,} of {len(reward):,} choices have a reward that is no finite number, or"
            f" beyond {_TOO_LARGE:g} (the first is choice {first + 1:,}: {reward[first]})",
            where="rewards",
            mend="say what came of every choice, or leave these choices out",
        )


def support_of(weighed: Weighed) -> Support:
    """The figures of a log whose probabilities can be used, and why there is no number."""
    w, reward = weighed.weight, weighed.choices.reward
    n, total = len(w), float(w.sum())
    effective = total**2 / float(w @ w) if total > 0 else 0.0
    positives = int(((reward > 0) & (w > 0)).sum())
    largest = float(w.max()) / total if total > 0 else 1.0
    mean = interval_of(w, weighed.choices.cluster)
    unsupported, which = _unsupported(weighed)
    found = []
    if effective < LEAST_EFFECTIVE:
        more = _times(LEAST_EFFECTIVE, effective, n)
        found.append(
            Refused("effective_sample", effective, LEAST_EFFECTIVE,
                    f"the effective sample is {effective:,.0f} of {n:,} choices", more)
        )  # fmt: skip
    viewers = np.unique(weighed.choices.cluster, return_inverse=True)[1]
    equal = equal_viewers(np.bincount(viewers, weights=w).astype(np.float64))
    if equal < LEAST_VIEWERS:
        found.append(
            Refused("viewers", equal, LEAST_VIEWERS,
                    f"all weight is as that of {equal:,.1f} viewers: too few to see how much they differ",
                    "choices of more viewers, none of whom has most of them")
        )  # fmt: skip
    if positives < LEAST_POSITIVES:
        more = _times(LEAST_POSITIVES, positives, n)
        found.append(
            Refused("positives", positives, LEAST_POSITIVES,
                    f"{positives:,} choices with weight brought something", more)
        )  # fmt: skip
    if largest > MOST_OF_ONE:
        more = _times(largest, MOST_OF_ONE, n)
        found.append(
            Refused("largest_weight", largest, MOST_OF_ONE,
                    f"one choice has {largest:.1%} of all weight", more)
        )  # fmt: skip
    if not abs(mean.value - 1.0) <= MOST_ERRORS * mean.error + 1e-9:
        errors = abs(mean.value - 1.0) / mean.error if mean.error > 0 else float("inf")
        found.append(_mean_is_off(mean.value, errors, MOST_ERRORS))
    elif (part := _worst_part(weighed))[1] > MOST_ERRORS_IN_A_PART:
        found.append(_mean_is_off(*part, MOST_ERRORS_IN_A_PART, " in a quarter of the contexts"))
    if unsupported > MOST_UNSUPPORTED:
        found.append(
            Refused("unsupported", unsupported, MOST_UNSUPPORTED,
                    f"{unsupported:.1%} of what the policy would draw the log almost never took{which}",
                    "a log that draws these too, at least once in"
                    f" {rare_from(n):,.0f} times that the policy would")
        )  # fmt: skip
    warnings = () if found else _warnings(effective, equal)
    return Support(n, int(viewers.max()) + 1, effective, positives, largest, mean.value, mean.error,
                   unsupported, tuple(found), warnings)  # fmt: skip


def _warnings(effective: float, viewers: float) -> tuple[str, ...]:
    short = "an interval may be somewhat short"
    told = []
    if effective < WARN_EFFECTIVE:
        told.append(f"the effective sample is {effective:,.0f}: below {WARN_EFFECTIVE:.0f} {short}")
    if viewers < WARN_VIEWERS:
        told.append(
            f"the weight is as that of {viewers:,.1f} viewers: below {WARN_VIEWERS:.0f} {short}"
        )
    return tuple(told)


def _mean_is_off(mean: float, errors: float, bound: float, where: str = "") -> Refused:
    return Refused(
        "mean_weight",
        errors,
        bound,
        f"the mean weight is {mean:.3f}{where}, {errors:.1f} standard errors from 1",
        "true probabilities, and a log that can draw all that the policy draws",
    )


def _worst_part(weighed: Weighed) -> tuple[float, float]:
    """The mean weight farthest from 1 in any outer quarter of a column of the context, and how many
    standard errors it is away: where the log can't draw what the policy draws there, it is below."""
    w, context, cluster = weighed.weight, weighed.choices.context, weighed.choices.cluster
    worst = 1.0, 0.0
    for column in context.T:
        low, high = np.quantile(column, [0.25, 0.75])
        for part in (column <= low, column >= high):
            if not LEAST_EFFECTIVE <= part.sum() < len(w):
                continue
            mean = interval_of(w[part], cluster[part])
            away = abs(mean.value - 1.0) / mean.error if mean.error > 0 else 0.0
            if away > worst[1]:
                worst = mean.value, away
    return worst


def _times(needed: float, have: float, n: int) -> str:
    if have <= 0:
        return "choices in which the log did what the policy would do"
    return (
        f"about {int(np.ceil(n * needed / have)):,} such choices, or a policy nearer to the log's"
    )


def _unsupported(weighed: Weighed) -> tuple[float, str]:
    """The share of the target's mass on what the log almost never took, and the actions that lead.

    Where the log's probability of every candidate is known, it says so itself, context by context. Else
    the counts tell, action by action: taken never, or a hundred times more seldom than the target would.
    """
    n = len(weighed.weight)
    if weighed.rare is not None:
        return float(weighed.rare.mean()), ""
    expected = weighed.target_mass
    counts = np.bincount(weighed.choices.action, minlength=len(expected))
    missed = np.where((counts * rare_from(n) < expected) & (expected >= _EXPECTED), expected, 0.0)
    by_action = float(missed.sum()) / n
    names = ""
    if by_action > MOST_UNSUPPORTED:
        worst = np.argsort(-missed)[:3].tolist()
        told = [weighed.choices.actions[i] for i in worst if missed[i] > 0]
        names = f" ({', '.join(told)})"
    return by_action, names
