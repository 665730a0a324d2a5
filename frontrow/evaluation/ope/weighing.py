"""What every estimator is made of: each choice's weight, and what a reward model says of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from frontrow.base.errors import BadInput
from frontrow.evaluation.ope.choices import Block, Bools, Choices, Doubles
from frontrow.evaluation.ope.reward_model import cross_fit
from frontrow.evaluation.ope.targets import Target

_RARE = 100.0
MOST_OFF = 1e-3
"""How far the probabilities of a choice's candidates may sum from 1."""
_ROUNDING = 1e-9


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
    taken: Doubles | None = None  # [n], the target's probability of what was drawn; nan: not told
    spoilt: Bools | None = None  # [n], where what the target tells are no probabilities


def weigh(choices: Choices, target: Target, *, seed: int = 0) -> Weighed:
    """Weights, and the reward model's word where the target's probabilities of all are known."""
    n = len(choices)
    drawn = target.of_drawn(choices)
    known = np.zeros(n, dtype=bool)
    found = np.zeros(n)
    mass = np.zeros(len(choices.actions))
    rare = None if choices.chances is None else np.zeros(n)
    direct: Doubles | None = np.zeros(n)
    spoilt = np.zeros(n, dtype=bool)
    model = None
    often, first = rare_from(n), 0
    for block in choices.blocks():
        pi = target.of_pairs(choices, block)
        if pi is None:
            direct = rare = None
            break
        spoilt[block.choices] = _spoilt_pairs(block, pi)
        _note_drawn(choices, block, pi, found, known)
        if spoilt.any():
            continue  # nothing will be made of it
        model = model or cross_fit(choices, seed)
        mass += np.bincount(block.action, weights=pi, minlength=len(mass))
        q = model.predict(block.row, choices.context, block.action)
        if direct is not None:
            direct[block.choices] = block.sums(pi * q)
        if rare is not None and choices.chances is not None:
            chance = choices.chances[first : first + len(pi)]
            rare[block.choices] = block.sums(pi * (chance * often < pi))
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
    spoilt |= _spoilt_draws(choices, taken)
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = taken / choices.probability
    if model is None or direct is None or spoilt.any():
        return Weighed(choices, weight, mass, rare, None, None, taken, spoilt)
    predicted = model.predict(np.arange(n), choices.context, choices.action)
    return Weighed(choices, weight, mass, rare, direct, predicted, taken, spoilt)


def _spoilt_pairs(block: Block, pi: Doubles) -> Bools:
    """bool[choices]: whose probabilities of all candidates don't sum to 1, or aren't all within 0 to 1."""
    with np.errstate(invalid="ignore"):
        off = ~(np.abs(block.sums(pi) - 1.0) <= MOST_OFF)
    return np.asarray(off | np.logical_or.reduceat(_outside(pi), block.start))


def no_probabilities(chances: Doubles) -> Bools:
    """bool[n]: which rows of [n, k] aren't all within 0 to 1, or don't sum to 1."""
    with np.errstate(invalid="ignore"):
        off = ~(np.abs(chances.sum(axis=1) - 1.0) <= MOST_OFF)
    return np.asarray(off | _outside(chances).any(axis=1))


def _outside(chances: Doubles) -> Bools:
    return np.asarray(~((chances >= -_ROUNDING) & (chances <= 1.0 + _ROUNDING)))


def _spoilt_draws(choices: Choices, taken: Doubles) -> Bools:
    """bool[n]: where the probability of what was drawn is none. One that isn't told is not spoilt; and
    where nothing else could be drawn it must be 1."""
    told = ~np.isnan(taken)
    spoilt = told & _outside(taken)
    if choices.indptr is not None:
        with np.errstate(invalid="ignore"):
            spoilt |= told & (choices.sizes == 1) & ~(np.abs(taken - 1.0) <= MOST_OFF)
    return np.asarray(spoilt)


def _note_drawn(choices: Choices, block: Block, pi: Doubles, found: Doubles, known: Bools) -> None:
    """Write the target's probability of what each choice of a block drew."""
    hit = np.flatnonzero(block.action == choices.action[block.row])
    found[block.row[hit]] = pi[hit]
    known[block.row[hit]] = True
