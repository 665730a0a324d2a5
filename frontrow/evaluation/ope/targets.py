"""Policies to be judged by another's log: how likely each would have drawn what was drawn, and the rest.

A policy that is learned from the log (`best-fixed`, `greedy`) is learned on some viewers and judged on
the others: judged on those it was learned on, it would look better than it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from frontrow.base.errors import BadInput
from frontrow.evaluation.ope.choices import Block, Choices, Doubles
from frontrow.evaluation.ope.reward_model import RewardModel, fit_reward


class Target(Protocol):
    """A policy: the probability of every candidate, or of what was drawn only."""

    @property
    def name(self) -> str: ...

    def of_pairs(self, choices: Choices, block: Block) -> Doubles | None:
        """float64[p]: of each pair of a choice and a candidate; None where that isn't known."""
        ...

    def of_drawn(self, choices: Choices) -> Doubles | None:
        """float64[n]: of what was drawn; None: as `of_pairs` says."""
        ...


@dataclass(frozen=True)
class Uniform:
    """Every candidate alike."""

    name: str = "uniform"

    def of_pairs(self, choices: Choices, block: Block) -> Doubles:
        return np.repeat(1.0 / block.size, block.size)

    def of_drawn(self, choices: Choices) -> Doubles:
        return np.asarray(1.0 / choices.sizes, dtype=np.float64)


@dataclass(frozen=True)
class Logged:
    """The policy that made the log: its estimate is what was earned."""

    name: str = "logged"

    def of_pairs(self, choices: Choices, block: Block) -> None:
        return None  # no model is needed to know what was earned

    def of_drawn(self, choices: Choices) -> Doubles:
        return choices.probability


@dataclass(frozen=True)
class Given:
    """A policy whose probability of what was drawn stands in the log."""

    name: str

    def of_pairs(self, choices: Choices, block: Block) -> None:
        return None

    def of_drawn(self, choices: Choices) -> Doubles:
        if choices.target is None:
            raise BadInput("holds no probabilities of another policy", where="log")
        return choices.target


@dataclass(frozen=True)
class BestFixed:
    """Whatever the context, the candidate that is best on average; `floor` is shared among all."""

    worth: Doubles  # [a]
    floor: float = 0.0
    name: str = "best-fixed"

    def of_pairs(self, choices: Choices, block: Block) -> Doubles:
        return _mostly_best(self.worth[block.action], block, self.floor)

    def of_drawn(self, choices: Choices) -> None:
        return None


@dataclass(frozen=True)
class Greedy:
    """The candidate that a reward model says is best here; `floor` is shared among all."""

    model: RewardModel
    floor: float = 0.0
    name: str = "greedy"

    def of_pairs(self, choices: Choices, block: Block) -> Doubles:
        q = self.model.predict(choices.context[block.row], block.action)
        return _mostly_best(q, block, self.floor)

    def of_drawn(self, choices: Choices) -> None:
        return None


def learn_best_fixed(choices: Choices, floor: float = 0.0) -> BestFixed:
    """The best fixed action by what the choices brought; one that was seldom drawn is as the mean."""
    actions = len(choices.actions)
    bare = fit_reward(np.zeros((len(choices), 0)), choices.action, choices.reward, actions)
    return BestFixed(bare.weights[:, 0], floor)


def learn_greedy(choices: Choices, floor: float = 0.0) -> Greedy:
    """The greedy policy of a reward model of the choices."""
    actions = len(choices.actions)
    return Greedy(fit_reward(choices.context, choices.action, choices.reward, actions), floor)


def _mostly_best(score: Doubles, block: Block, floor: float) -> Doubles:
    """float64[p]: 1 - floor for the best candidate of each choice (of equals the first), floor shared."""
    best = np.repeat(np.maximum.reduceat(score, block.start), block.size)
    hit = score == best
    seen = np.cumsum(hit)
    before = np.repeat(seen[block.start] - hit[block.start], block.size)
    first = hit & (seen - before == 1)
    return np.asarray(first * (1.0 - floor) + np.repeat(floor / block.size, block.size))
