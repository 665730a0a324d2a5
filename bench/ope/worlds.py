"""Planted worlds: logs of a policy, another policy's true worth, and logs that can't tell it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from frontrow.base.randomness import rng_for
from frontrow.evaluation.ope import Choices
from frontrow.evaluation.ope.choices import Block, Doubles

CONTEXT = 4


@dataclass(frozen=True)
class World:
    """How a log is made. `base` is the log-odds of a reward, the sharps how far the policies go."""

    name: str
    n: int
    actions: int
    log_sharp: float
    target_sharp: float
    floor: float  # share that both policies draw uniformly
    base: float
    repeats: int = 1  # choices of one viewer, in the same context
    recorded: bool = True  # the log's probability of every candidate
    listed: bool = False  # each choice has some of the actions as candidates only


GOOD = (
    World("near the log", 4_000, 8, 0.3, 0.3, 0.20, -1.0),
    World("seldom rewarded", 12_000, 10, 0.4, 0.4, 0.20, -3.5),
    World("many actions", 8_000, 40, 0.3, 0.3, 0.20, -1.5),
    World("viewers repeat", 6_000, 8, 0.3, 0.3, 0.20, -1.0, repeats=6),
    World("some candidates", 4_000, 12, 0.4, 0.4, 0.20, -1.0, listed=True),
    World("drawn ones only recorded", 4_000, 8, 0.4, 0.4, 0.20, -1.0, recorded=False),
)
"""Logs that can tell: to be refused seldom."""

HARD = (
    World("farther from the log", 4_000, 10, 0.6, 0.6, 0.05, -1.5),
    World("far, drawn ones only", 4_000, 10, 0.7, 0.7, 0.05, -1.5, recorded=False),
    World("near the bounds", 2_000, 10, 0.6, 0.6, 0.05, -1.0, recorded=False),
    World("at the bounds", 1_500, 10, 0.7, 0.7, 0.05, -0.5, recorded=False),
)
"""Logs that may tell or not: whatever isn't refused must hold."""


@dataclass(frozen=True)
class Planted:
    """A target whose probabilities we know: of every (choice, candidate), in their order."""

    pi: Doubles  # [n, k]
    name: str = "planted"

    def of_pairs(self, choices: Choices, block: Block) -> Doubles:
        return self.pi[block.choices].ravel()

    def of_drawn(self, choices: Choices) -> None:
        return None


def make(world: World, seed: int) -> tuple[Choices, Planted, float]:
    """A log, the target, and what the target is truly worth."""
    rng = rng_for(seed, "bench ope", world.name)
    a = world.actions
    taste, theirs, ours = (rng.normal(size=(CONTEXT, a)) for _ in range(3))

    def softmax(x: Doubles, weights: Doubles, sharp: float, open_: Doubles) -> Doubles:
        e = np.exp(sharp * x @ weights) * open_
        told = (1 - world.floor) * e / e.sum(axis=1, keepdims=True)
        return np.asarray(told + world.floor * open_ / open_.sum(axis=1, keepdims=True))

    def worth(x: Doubles, shift: Doubles) -> Doubles:
        return np.asarray(1 / (1 + np.exp(-(world.base + shift + 0.7 * x @ taste))))

    def situations(count: int) -> tuple[Doubles, Doubles, Doubles]:
        viewers = -(-count // world.repeats)
        x = np.repeat(rng.normal(size=(viewers, CONTEXT)), world.repeats, axis=0)[:count]
        mood = rng.normal(size=(viewers, 1)) * (world.repeats > 1)
        shift = np.repeat(mood, world.repeats, axis=0)[:count]
        open_ = np.ones((count, a))
        if world.listed:
            open_ = (rng.random((count, a)).argsort(axis=1) < a // 2).astype(np.float64)
        return x, shift, open_

    x, shift, open_ = situations(100_000)
    truth = float(
        (softmax(x, ours, world.target_sharp, open_) * worth(x, shift)).sum(axis=1).mean()
    )
    x, shift, open_ = situations(world.n)
    p = softmax(x, theirs, world.log_sharp, open_)
    pi = softmax(x, ours, world.target_sharp, open_)
    action = (p.cumsum(axis=1) > rng.random((world.n, 1))).argmax(axis=1)
    row = np.arange(world.n)
    reward = (rng.random(world.n) < worth(x, shift)[row, action]).astype(np.float64)
    choices = Choices(
        tuple(f"a{i}" for i in range(a)), action.astype(np.int32), p[row, action], reward,
        row // world.repeats, x, chances=p.ravel() if world.recorded else None,
    )  # fmt: skip
    if not world.listed:
        return choices, Planted(pi), truth
    which = np.nonzero(open_)
    size = int(open_[0].sum())
    listed = replace(
        choices,
        candidates=which[1].astype(np.int32),
        indptr=np.arange(world.n + 1, dtype=np.int64) * size,
        chances=p[which],
    )
    return listed, Planted(pi[which].reshape(world.n, size)), truth


Spoil = Callable[[Choices, Planted, int], tuple[Choices, Planted]]


def _never(choices: Choices, target: Planted, seed: int) -> tuple[Choices, Planted]:
    """The log never drew an action that the target draws often."""
    often = int(target.pi.mean(axis=0).argmax())
    kept = np.flatnonzero(choices.action != often)
    whole = choices.chances
    assert whole is not None
    lost = whole.reshape(len(choices), -1)[kept, often]
    fewer = replace(choices.take(kept), chances=None)
    return replace(fewer, probability=fewer.probability / (1 - lost)), Planted(target.pi[kept])


def _in_some_contexts(choices: Choices, target: Planted, seed: int) -> tuple[Choices, Planted]:
    """In a quarter of the contexts the log almost never draws what the target likes there."""
    rng = rng_for(seed, "spoil")
    n, a = target.pi.shape
    whole = choices.chances
    assert whole is not None
    p = whole.reshape(n, a).copy()
    there = choices.context[:, 0] > np.quantile(choices.context[:, 0], 0.75)
    liked = target.pi.argmax(axis=1)
    rows = np.flatnonzero(there)
    p[rows, liked[rows]] = 1e-5
    p /= p.sum(axis=1, keepdims=True)
    action = (p.cumsum(axis=1) > rng.random((n, 1))).argmax(axis=1).astype(np.int32)
    rate = float(choices.reward.mean())
    return replace(
        choices, action=action, probability=p[np.arange(n), action], chances=p.ravel(),
        reward=(rng.random(n) < rate).astype(np.float64),
    ), target  # fmt: skip


def _unsaid(choices: Choices, target: Planted, seed: int) -> tuple[Choices, Planted]:
    spoilt, target = _in_some_contexts(choices, target, seed)
    return replace(spoilt, chances=None), target


def _thin(choices: Choices, target: Planted, seed: int) -> tuple[Choices, Planted]:
    kept = np.arange(100)
    return choices.take(kept), Planted(target.pi[kept])


def _seldom(choices: Choices, target: Planted, seed: int) -> tuple[Choices, Planted]:
    kept = rng_for(seed, "spoil").random(len(choices)) < 0.02
    return replace(choices, reward=choices.reward * kept), target


def _far(choices: Choices, target: Planted, seed: int) -> tuple[Choices, Planted]:
    """The target always draws what the log likes least."""
    whole = choices.chances
    assert whole is not None
    least = whole.reshape(target.pi.shape).argmin(axis=1)
    return choices, Planted(np.eye(target.pi.shape[1])[least])


def _too_high(choices: Choices, target: Planted, seed: int) -> tuple[Choices, Planted]:
    return replace(choices, probability=np.minimum(choices.probability * 1.3, 1.0),
                   chances=None), target  # fmt: skip


def _missing(choices: Choices, target: Planted, seed: int) -> tuple[Choices, Planted]:
    lost = rng_for(seed, "spoil").random(len(choices)) < 0.01
    return replace(choices, probability=np.where(lost, np.nan, choices.probability)), target


SPOILT_FROM = World("to be spoilt", 4_000, 8, 0.5, 0.5, 0.05, -1.0)
FAR_FROM = World("to be spoilt", 4_000, 40, 0.8, 0.8, 0.02, -1.0)

SPOILT: dict[str, tuple[World, Spoil]] = {
    "never draws what the target draws most": (SPOILT_FROM, _never),
    "almost never, in a quarter of the contexts": (SPOILT_FROM, _in_some_contexts),
    "the same, drawn ones only recorded": (SPOILT_FROM, _unsaid),
    "the target draws what the log likes least": (FAR_FROM, _far),
    "100 choices": (SPOILT_FROM, _thin),
    "one reward in fifty kept": (SPOILT_FROM, _seldom),
    "probabilities 1.3 times too high": (SPOILT_FROM, _too_high),
    "one probability in a hundred missing": (SPOILT_FROM, _missing),
}
"""Logs that can't tell: to be refused nearly always."""
