"""What a choice is expected to bring: a ridge over the context, and each action's own departure from it.

    q(x, a) = x b + x d_a,  x with a constant, standardised

b by ridge on all choices, then each d_a by ridge on what is left of the choices of a: an action that was
drawn seldom is as the others are. Doubly robust estimates stay right where this is wrong; the better
it is, the narrower they are. Cross-fitted: no choice is predicted by a model that has seen any choice of
the same viewer (Chernozhukov et al. 2018).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from frontrow.evaluation.ope.choices import Choices, Doubles, Ints, folds_of

FOLDS = 5
_PRIOR = 20.0
"""Choices that an action's own departure must outweigh."""


@dataclass(frozen=True)
class RewardModel:
    """A fitted q; predictions stay within the rewards that were seen."""

    centre: Doubles  # [d]
    scale: Doubles  # [d]
    weights: Doubles  # [a, d + 1], of each action
    lowest: float
    highest: float

    def predict(self, context: Doubles, action: Ints) -> Doubles:
        """float64[p]: of pairs of a context [p, d] and an action [p]."""
        x = _with_constant((context - self.centre) / self.scale)
        q = np.einsum("pd,pd->p", x, self.weights[action])
        return np.asarray(np.clip(q, self.lowest, self.highest), dtype=np.float64)


def fit_reward(context: Doubles, action: Ints, reward: Doubles, actions: int) -> RewardModel:
    """q, fitted on some choices: context [n, d], action [n] below `actions`, reward [n]."""
    centre = context.mean(axis=0)
    scale = context.std(axis=0)
    scale = np.where(scale > 1e-12, scale, 1.0)
    x = _with_constant((context - centre) / scale)
    d = x.shape[1]
    ridge = np.eye(d)
    ridge[0, 0] = 0.0  # the mean is not shrunk
    shared = np.linalg.solve(x.T @ x + ridge, x.T @ reward)
    left = reward - x @ shared
    order = np.argsort(action, kind="stable")
    bounds = np.searchsorted(action[order], np.arange(actions + 1))
    weights = np.tile(shared, (actions, 1))
    for one in range(actions):
        mine = order[bounds[one] : bounds[one + 1]]
        if len(mine):
            gram = x[mine].T @ x[mine] + _PRIOR * np.eye(d)
            weights[one] += np.linalg.solve(gram, x[mine].T @ left[mine])
    return RewardModel(centre, scale, weights, float(reward.min()), float(reward.max()))


@dataclass(frozen=True)
class CrossFitted:
    """Models by fold, each fitted on the viewers of the other folds."""

    models: tuple[RewardModel, ...]
    fold: NDArray[np.int64]  # [n], of each choice

    def predict(self, row: NDArray[np.int64], context: Doubles, action: Ints) -> Doubles:
        """float64[p]: of pairs of a choice [p] (a row of `context` [n, d]) and an action [p]."""
        q = np.empty(len(row))
        fold = self.fold[row]
        for which, model in enumerate(self.models):
            mine = np.flatnonzero(fold == which)
            if len(mine):
                q[mine] = model.predict(context[row[mine]], action[mine])
        return q


def cross_fit(choices: Choices, seed: int = 0, folds: int = FOLDS) -> CrossFitted:
    """q for every choice, by models that saw nothing of its viewer; 0 where there is one viewer only."""
    fold = folds_of(choices.cluster, folds, seed, "ope folds")
    used, fold = np.unique(fold, return_inverse=True)
    models = []
    for which in range(len(used)):
        others = np.flatnonzero(fold != which)
        if len(others):
            seen = choices.context[others], choices.action[others], choices.reward[others]
        else:
            seen = choices.context[:1], choices.action[:1], np.zeros(1)
        models.append(fit_reward(*seen, len(choices.actions)))
    return CrossFitted(tuple(models), fold)


def _with_constant(x: Doubles) -> Doubles:
    return np.concatenate([np.ones((len(x), 1)), x], axis=1)
