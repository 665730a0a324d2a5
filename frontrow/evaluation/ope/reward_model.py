"""What a choice is expected to bring: a ridge over the context, and each action's own departure from it.

    q(x, a) = x b + x d_a,  x with a constant, standardised

b by ridge on all choices, then each d_a by ridge on what is left of the choices of a: an action that was
drawn seldom is as the others are. How strong the ridge is, half of the choices say by how well it does on
the other half; the strongest leaves nothing but the mean. Doubly robust estimates stay right where this is
wrong; the better it is, the narrower they are. Cross-fitted: no choice is predicted by a model that has seen
any choice of the same viewer (Chernozhukov et al. 2018).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from frontrow.evaluation.ope.choices import Choices, Doubles, Ints, folds_of

FOLDS = 5
_RIDGES = (10.0, 50.0, 250.0, 1_250.0, 1e12)
"""Choices that a coefficient must outweigh."""


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
    one, other = slice(0, None, 2), slice(1, None, 2)
    tried = _solve(x[one], action[one], reward[one], actions)
    missed = [_missed(w, x[other], action[other], reward[other]) for w in tried]
    weights = _solve(x, action, reward, actions)[int(np.argmin(missed))]
    return RewardModel(centre, scale, weights, float(reward.min()), float(reward.max()))


def _solve(x: Doubles, action: Ints, reward: Doubles, actions: int) -> list[Doubles]:
    """float64[a, d + 1] for each ridge; x: float64[n, d + 1]."""
    d = x.shape[1]
    order = np.argsort(action, kind="stable")
    x, reward, action = x[order], reward[order], action[order]
    bounds = np.searchsorted(action, np.arange(actions + 1))
    pieces = [slice(bounds[i], bounds[i + 1]) for i in range(actions)]
    gram = np.stack([x[piece].T @ x[piece] for piece in pieces])  # [a, d + 1, d + 1]
    product = np.stack([x[piece].T @ reward[piece] for piece in pieces])  # [a, d + 1]
    found = []
    for ridge in _RIDGES:
        mean = np.eye(d) * ridge
        mean[0, 0] = 1e-9  # the mean itself is not shrunk
        shared = np.linalg.solve(gram.sum(axis=0) + mean, product.sum(axis=0))
        left = (product - gram @ shared)[:, :, None]
        own = np.linalg.solve(gram + ridge * np.eye(d), left)[:, :, 0]
        found.append(shared + own)
    return found


def _missed(weights: Doubles, x: Doubles, action: Ints, reward: Doubles) -> float:
    """The squared error of some weights on choices they were not fitted on."""
    if not len(x):
        return 0.0
    return float(((np.einsum("nd,nd->n", x, weights[action]) - reward) ** 2).mean())


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
