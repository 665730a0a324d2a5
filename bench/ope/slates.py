"""Slates of 5 slots x 4 candidates: bias and variance where the reward is a sum, and in a cascade."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from frontrow.base.randomness import rng_for
from frontrow.evaluation.ope.choices import Doubles
from frontrow.evaluation.ope.slates import Slates, cascade_dr, pseudo_inverse, whole_page

SLOTS, K = 5, 4
ALL = np.array(list(itertools.product(range(K), repeat=SLOTS)))
_ROW = np.arange(SLOTS)
N = 10_000


@dataclass(frozen=True)
class Planted:
    """What each slot brings on average on every slate, and the target, slot by slot."""

    mean: Doubles  # [slates, slots]
    pi: Doubles  # [slots, k]
    cascade: bool

    @property
    def truth(self) -> float:
        return float(self.pi[_ROW, ALL].prod(axis=1) @ self.mean.sum(axis=1))


def plant(seed: int, *, cascade: bool) -> Planted:
    """Additive: each title is worth something by itself. Cascade: viewers look from the first slot on and
    stop at the first that they start."""
    rng = rng_for(seed, "bench slates", str(cascade))
    worth = rng.uniform(0.05, 0.6, (SLOTS, K)) if cascade else rng.uniform(0.02, 0.2, (SLOTS, K))
    floor = 0.2 if cascade else 0.0
    pi = np.full((SLOTS, K), floor / K)
    pi[_ROW, worth.argmax(axis=1)] += 1 - floor
    mean = worth[_ROW, ALL]
    if cascade:
        left = np.cumprod(1 - mean[:, :-1], axis=1)
        mean = mean * np.concatenate([np.ones((len(ALL), 1)), left], axis=1)
    return Planted(mean, pi, cascade)


def log_of(planted: Planted, seed: int) -> Slates:
    """A log of a uniform policy."""
    rng = rng_for(seed, "bench slates log")
    which = rng.integers(0, len(ALL), N)
    if planted.cascade:
        # Where a viewer stops: the slots' chances of being the one that is started, or none.
        stop = rng.random((N, 1)) < planted.mean[which].cumsum(axis=1)
        reward = (stop & (stop.cumsum(axis=1) == 1)).astype(np.float64)
    else:
        reward = (rng.random((N, SLOTS)) < planted.mean[which]).astype(np.float64)
    target = np.broadcast_to(planted.pi, (N, SLOTS, K))
    even = np.full((N, SLOTS), 1 / K)
    return Slates(ALL[which].astype(np.int32), even, target, reward, np.arange(N))


def errors(seed: int, cascade: bool) -> tuple[float, float, float, float]:
    """(whole-page IPS, pseudo-inverse, cascade-DR) minus the truth, and the truth."""
    planted = plant(seed, cascade=cascade)
    log, truth = log_of(planted, seed), planted.truth
    told = (float(make(log).mean()) - truth for make in (whole_page, pseudo_inverse, cascade_dr))
    return (*told, truth)


def exact(seed: int) -> tuple[float, float, float]:
    """Additive: (relative bias of pseudo-inverse, its variance per slate, that of whole-page IPS), over
    every slate."""
    planted = plant(seed, cascade=False)
    weight = planted.pi[_ROW, ALL] * K
    total = planted.mean.sum(axis=1)
    second = (planted.mean * (1 - planted.mean)).sum(axis=1) + total**2  # of a sum of Bernoullis
    pseudo, whole = weight.sum(axis=1) - (SLOTS - 1), weight.prod(axis=1)
    value = float((pseudo * total).mean())
    return (
        value / planted.truth - 1,
        float((pseudo**2 * second).mean()) - value**2,
        float((whole**2 * second).mean()) - planted.truth**2,
    )
