"""Planted worlds: a log whose policy, rewards and truth we know."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from frontrow.base.randomness import rng_for
from frontrow.evaluation.ope import Choices
from frontrow.evaluation.ope.choices import Block, Doubles


@dataclass(frozen=True)
class Planted:
    """A target whose probability of every action we know: [n, a]."""

    pi: Doubles
    name: str = "planted"

    def of_pairs(self, choices: Choices, block: Block) -> Doubles:
        return np.asarray(self.pi[block.row, block.action])

    def of_drawn(self, choices: Choices) -> None:
        return None


def log_of(
    seed: int,
    n: int,
    actions: int = 5,
    *,
    sharp: float = 0.4,
    floor: float = 0.2,
    base: float = -1.0,
) -> tuple[Choices, Planted, float]:
    """A log of a softmax policy over a context of 3 numbers, another such policy, and what it is worth."""
    rng = rng_for(seed, "ope world")
    taste, theirs, ours = (rng.normal(size=(3, actions)) for _ in range(3))

    def softmax(x: Doubles, weights: Doubles) -> Doubles:
        e = np.exp(sharp * x @ weights)
        return np.asarray((1 - floor) * e / e.sum(axis=1, keepdims=True) + floor / actions)

    def worth(x: Doubles) -> Doubles:
        return np.asarray(1 / (1 + np.exp(-(base + 0.7 * x @ taste))))

    many = rng.normal(size=(50_000, 3))
    truth = float((softmax(many, ours) * worth(many)).sum(axis=1).mean())
    x = rng.normal(size=(n, 3))
    p, pi, q = softmax(x, theirs), softmax(x, ours), worth(x)
    action = (p.cumsum(axis=1) > rng.random((n, 1))).argmax(axis=1).astype(np.int32)
    row = np.arange(n)
    reward = (rng.random(n) < q[row, action]).astype(np.float64)
    choices = Choices(
        tuple(f"a{i}" for i in range(actions)), action, p[row, action], reward, row, x,
        chances=p.ravel(),
    )  # fmt: skip
    return choices, Planted(pi), truth


def in_lists(choices: Choices, seed: int = 0) -> tuple[Choices, NDArray[np.int64]]:
    """The same log with every choice's candidates listed, in an order of their own."""
    rng = rng_for(seed, "lists")
    n, a = len(choices), len(choices.actions)
    order = np.argsort(rng.random((n, a)), axis=1)
    chances = None
    if choices.chances is not None:
        chances = np.take_along_axis(choices.chances.reshape(n, a), order, axis=1).ravel()
    return replace(
        choices,
        candidates=order.ravel().astype(np.int32),
        indptr=np.arange(n + 1, dtype=np.int64) * a,
        chances=chances,
    ), order
