"""Slates: several slots drawn together, and what another policy would have made of the whole.

A whole page's weight is the product of its slots', and grows beyond use with every slot. Two assumptions
help, each where it is true:

- the page's reward is a sum of what each slot's title is worth by itself: the pseudo-inverse estimator
  (Swaminathan et al. 2017, "Off-policy evaluation for slate recommendation"), here for slots that are drawn
  independently of each other, for which it comes to (sum of the slots' weights) - (slots - 1);
- viewers look from the first slot on, and what a slot brings depends on those above it, not on those below
  (a cascade): cascade-DR (Kiyohara et al. 2022, "Doubly robust off-policy evaluation for ranking policies
  under the cascade behavior model").
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from frontrow.evaluation.ope.choices import Doubles, Ints, Longs, folds_of
from frontrow.evaluation.ope.reward_model import FOLDS

_RIDGE = 1.0

_MOST_LEVELS = 20
"""Of a slot's candidates so many at most have numbers of their own in the model, as words of contexts do."""

_ROWS_AT_ONCE = 4096


@dataclass(frozen=True)
class Slates:
    """`n` slates of `l` slots, each of which drew one of `k` candidates."""

    action: Ints  # [n, l], which candidate
    probability: Doubles  # [n, l], of the log's policy, given the slots above
    target: (
        Doubles  # [n, l, k], of the policy to be judged, of every candidate, given the slots above
    )
    reward: Doubles  # [n, l], what each slot brought
    cluster: Longs  # [n], whose slate it was

    @property
    def weight(self) -> Doubles:
        """float64[n, l]: of each slot by itself."""
        drawn = np.take_along_axis(self.target, self.action[:, :, None].astype(np.int64), axis=2)
        return np.asarray(drawn[:, :, 0] / self.probability)


def whole_page(slates: Slates) -> Doubles:
    """float64[n]: terms of whole-page IPS; right without any assumption, and hardly ever usable."""
    return np.asarray(slates.weight.prod(axis=1) * slates.reward.sum(axis=1))


def pseudo_inverse(slates: Slates) -> Doubles:
    """float64[n]: terms where slots are drawn independently and the reward is a sum over slots."""
    slots = slates.action.shape[1]
    weight = slates.weight.sum(axis=1) - (slots - 1)
    return np.asarray(weight * slates.reward.sum(axis=1))


def cascade_dr(slates: Slates, seed: int = 0) -> Doubles:
    """float64[n]: terms where what a slot brings depends on itself and the slots above.

    sum over slots of  W_l (r_l + v_{l+1} - q_l)  +  v_1,  W_l the product of the first l weights, q_l what
    slots l and below bring after what was drawn, v_l the same on average over the target's draw.
    """
    n, slots = slates.action.shape
    weight = slates.weight.cumprod(axis=1)
    q, v = _values(slates, seed)
    terms = v[:, 0].copy()
    for slot in range(slots):
        below = v[:, slot + 1] if slot + 1 < slots else np.zeros(n)
        terms += weight[:, slot] * (slates.reward[:, slot] + below - q[:, slot])
    return terms


def _values(slates: Slates, seed: int) -> tuple[Doubles, Doubles]:
    """q and v, float64[n, l] each: fitted from the last slot up, on other viewers' slates."""
    slates = _with_levels(slates)
    n, slots = slates.action.shape
    fold = folds_of(slates.cluster, FOLDS, seed, "ope slates")
    q, v = np.zeros((n, slots)), np.zeros((n, slots))
    for which in np.unique(fold).tolist():
        mine, others = np.flatnonzero(fold == which), np.flatnonzero(fold != which)
        later = np.zeros(n)  # of every slate, by this fold's models
        for slot in reversed(range(slots)):
            x = _features(slates, slot)
            goal = slates.reward[:, slot] + later
            weights = _ridge(x[others], goal[others]) if len(others) else np.zeros(x.shape[1])
            q[mine, slot] = (x @ weights)[mine]
            later = _on_average(slates, slot, weights)
            v[mine, slot] = later[mine]
    return q, v


def _with_levels(slates: Slates) -> Slates:
    """The same, where a slot has many candidates, with those drawn seldom as one: a model has a number for
    every pair of them. What it says of them less well, the weighted rest makes good."""
    n, slots, k = slates.target.shape
    if k <= _MOST_LEVELS:
        return slates
    action = np.empty_like(slates.action)
    target = np.zeros((n, slots, _MOST_LEVELS))
    for slot in range(slots):
        counts = np.bincount(slates.action[:, slot], minlength=k)
        level = np.full(k, _MOST_LEVELS - 1, dtype=np.int32)
        most = np.argsort(-counts, kind="stable")[: _MOST_LEVELS - 1]
        level[most] = np.arange(len(most))
        action[:, slot] = level[slates.action[:, slot]]
        spread = _one_hot(level, _MOST_LEVELS)
        for first in range(0, n, _ROWS_AT_ONCE):
            rows = slice(first, first + _ROWS_AT_ONCE)
            target[rows, slot] = slates.target[rows, slot] @ spread
    return replace(slates, action=action, target=target)


def _on_average(slates: Slates, slot: int, weights: Doubles) -> Doubles:
    """float64[n]: what a slot's model says on average over the target's draw."""
    told = np.zeros(len(slates.action))
    for candidate in range(slates.target.shape[2]):
        x = _features(slates, slot, candidate)
        told += slates.target[:, slot, candidate] * (x @ weights)
    return told


def _features(slates: Slates, slot: int, candidate: int | None = None) -> Doubles:
    """float64[n, f]: a constant, what each slot so far drew, and this one together with the last.

    candidate: in the place of what the slot drew
    """
    n, k = len(slates.action), slates.target.shape[2]
    drawn = [slates.action[:, above] for above in range(slot)]
    own = slates.action[:, slot]
    drawn.append(own if candidate is None else np.full(n, candidate, dtype=np.int32))
    parts = [np.ones((n, 1)), *(_one_hot(one, k) for one in drawn)]
    if slot:
        parts.append(_one_hot(drawn[-2] * k + drawn[-1], k * k))
    return np.concatenate(parts, axis=1)


def _one_hot(values: Ints, size: int) -> Doubles:
    return np.asarray(values[:, None] == np.arange(size), dtype=np.float64)


def _ridge(x: Doubles, y: Doubles) -> Doubles:
    gram = x.T @ x + _RIDGE * np.eye(x.shape[1])
    return np.asarray(np.linalg.solve(gram, x.T @ y))
