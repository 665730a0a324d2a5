"""What every estimator is made of: each choice's weight, and what a reward model says of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from frontrow.base.errors import BadInput
from frontrow.evaluation.ope.choices import Block, Bools, Choices, Doubles
from frontrow.evaluation.ope.reward_model import cross_fit
from frontrow.evaluation.ope.targets import Target

_RARE = 100.0


def rare_from(n: int) -> float:
    """The log almost never took what the target takes so many times as often.

    A hundred times, or in a large log a hundredth of its choices: then one such draw alone, if it comes,
    has a hundredth of all weight, and if it doesn't, nothing tells that it is missing.
    """
    return max(_RARE, n / 100)


@dataclass(frozen=True)
class Weighed:
    """A log as seen by a policy that is to be judged."""

    choices: Choices
    weight: Doubles  # [n], target's probability of what was drawn over the log's
    target_mass: Doubles  # [a], the target's mass on each action, summed over choices
    rare: Doubles | None  # [n], the target's mass on candidates almost never taken; None: not known
    direct: (
        Doubles | None
    )  # [n], expected reward of the target by the reward model; None: not known
    predicted: Doubles | None  # [n], of what was drawn


def weigh(choices: Choices, target: Target, *, seed: int = 0) -> Weighed:
    """Weights, and the reward model's word where the target's probabilities of all are known."""
    n = len(choices)
    drawn = target.of_drawn(choices)
    known = np.zeros(n, dtype=bool)
    found = np.zeros(n)
    mass = np.zeros(len(choices.actions))
    rare = None if choices.chances is None else np.zeros(n)
    direct: Doubles | None = np.zeros(n)
    model = None
    often, first = rare_from(n), 0
    for block in choices.blocks():
        pi = target.of_pairs(choices, block)
        if pi is None:
            direct = rare = None
            break
        model = model or cross_fit(choices, seed)
        mass += np.bincount(block.action, weights=pi, minlength=len(mass))
        q = model.predict(block.row, choices.context, block.action)
        if direct is not None:
            direct[block.choices] = block.sums(pi * q)
        if rare is not None and choices.chances is not None:
            chance = choices.chances[first : first + len(pi)]
            rare[block.choices] = block.sums(pi * (chance * often < pi))
        _note_drawn(choices, block, pi, found, known)
        first += len(pi)
    if direct is None:
        known[:] = True
    if not known.all():
        raise BadInput(
            f"{int((~known).sum()):,} choices drew what is not among their candidates",
            where="log",
            mend="name the column of candidates with --candidates, or leave it out",
        )
    taken = found if drawn is None else drawn
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = taken / choices.probability
    if model is None or direct is None:
        return Weighed(choices, weight, mass, rare, None, None)
    predicted = model.predict(np.arange(n), choices.context, choices.action)
    return Weighed(choices, weight, mass, rare, direct, predicted)


def _note_drawn(choices: Choices, block: Block, pi: Doubles, found: Doubles, known: Bools) -> None:
    """Write the target's probability of what each choice of a block drew."""
    hit = np.flatnonzero(block.action == choices.action[block.row])
    found[block.row[hit]] = pi[hit]
    known[block.row[hit]] = True
