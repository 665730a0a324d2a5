"""Fitting the sequence model: epochs of steps, from an earlier fit where there is one.

Jax computes in one thread on the processor (see `_network`), so that the same histories and seed
give the same bytes on machines with more or fewer cores.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from dataclasses import replace
from types import ModuleType
from typing import Any

import numpy as np

from frontrow.base.randomness import rng_for, seed_of
from frontrow.models.histories import GOOD, Floats, Histories, Ints
from frontrow.models.sequence.alignment import rotation_onto
from frontrow.models.sequence.candidates import candidates, filled
from frontrow.models.sequence.dials import SequenceDials
from frontrow.models.sequence.examples import Batch, batches, tokens_per_step
from frontrow.models.sequence.sequence import Sequence

Weights = dict[str, Floats]

FIRST_SCALE = 0.02
"""Of works' own vectors at the start: small beside their content, which speaks first."""

WARM_UP = 0.1
"""Share of the fit in which the learning rate rises."""

LAST_RATE = 0.02
"""The learning rate at the end, as a share of its highest."""

CONTINUED_RATE = 0.5
"""The highest learning rate where an earlier fit is continued, as a share of the usual one."""

RIDGE = 1e-6
"""On the projection of new content vectors onto old ones, as a share of their mean square."""


def fit_sequence(
    histories: Histories,
    content: Floats,
    seed: int,
    dials: SequenceDials | None = None,
    start: Sequence | None = None,
    progress: Callable[[float], None] | None = None,
) -> Sequence:
    """Fit on everyone's history.

    content:  float32[n, dc], the works' content vectors; 0 where nothing is known of a work
    start:    an earlier fit, bound to the same works: it is continued in fewer epochs, and the new
              vectors are rotated onto its own
    progress: hears the share done, 0..1
    """
    dials = dials or SequenceDials()
    rng = rng_for(seed, "sequence")
    fitted = _fitted(histories)
    network = _network()
    weights = network.first_weights(content.shape[1], dials, rng)
    own = rng.standard_normal((histories.n, dials.factors), dtype=np.float32) * np.float32(
        FIRST_SCALE
    )
    continued = start is not None and _alike(start, dials)
    if start is not None and continued:
        weights, own = _continue(start, own, content)
    own[np.setdiff1d(np.arange(histories.n), fitted)] = 0
    if len(fitted):
        weights, own = _descend(
            network, weights, own, histories, content, fitted, seed, dials, continued, progress
        )
    vectors = own + content @ weights["content"]
    nothing = ~own.any(axis=1) & (~content.any(axis=1) | (len(fitted) == 0))
    vectors[nothing] = np.nan
    earlier = None if start is None else start.work_vectors
    return Sequence(own, vectors, rotation_onto(vectors, earlier), weights, dials)


def _descend(
    network: ModuleType,
    weights: Weights,
    own: Floats,
    histories: Histories,
    content: Floats,
    fitted: Ints,
    seed: int,
    dials: SequenceDials,
    continued: bool,
    progress: Callable[[float], None] | None,
) -> tuple[Weights, Floats]:
    """All epochs; returns the weights and the works' own vectors."""
    rng = rng_for(seed, "sequence", "examples")
    key = network.key_of(seed_of(seed, "sequence", "steps"))
    step, first_state = network.stepping(_of_the_step(dials))
    w = network.placed({**weights, "own": own})
    state = first_state(w)
    content = network.placed(content)
    # Never fewer than a step can foretell.
    size = min(histories.n, max(dials.softmax_works, tokens_per_step(histories, dials)))
    epochs = _epochs(histories, dials, continued)
    highest = dials.learning_rate * (CONTINUED_RATE if continued else 1.0)
    number = 0
    for epoch in range(epochs):
        for batch in batches(histories, dials, rng):
            share = (epoch + batch.share) / epochs
            inputs = _inputs(batch, fitted, size, rng)
            w, state, _ = step(w, state, content, inputs, key, number, highest * _rate(share))
            number += 1
            if progress is not None:
                progress(share)
    found = {name: np.array(value) for name, value in w.items()}
    own = found.pop("own")
    return found, own


def _inputs(batch: Batch, fitted: Ints, size: int, rng: np.random.Generator) -> dict[str, Any]:
    """What `network.loss` takes, in arrays of the same shapes at every step of one width."""
    works, log_odds = candidates(fitted, batch.tokens.work[batch.target > 0], size, rng)
    works, log_odds = filled(works, log_odds, size)
    return {
        "tokens": batch.tokens.arrays(),
        "target": batch.target,
        "candidates": works,
        "log_odds": log_odds,
    }


def _fitted(histories: Histories) -> Ints:
    """Works of which anything is to be learned: the touched ones, where there is a good play at all."""
    if not (histories.reward >= GOOD).any():
        return np.zeros(0, dtype=np.int32)
    return np.unique(histories.work)


def _epochs(histories: Histories, dials: SequenceDials, continued: bool) -> int:
    asked = dials.further_epochs if continued else dials.epochs
    least = (
        dials.least_steps * dials.further_epochs // dials.epochs if continued else dials.least_steps
    )
    steps = max(len(histories.work) // tokens_per_step(histories, dials), 1)
    return max(asked, -(-least // steps))


def _of_the_step(dials: SequenceDials) -> SequenceDials:
    """With those dials at rest that a step does not see: what differs in them only compiles once."""
    usual = SequenceDials()
    return replace(
        dials,
        epochs=usual.epochs,
        further_epochs=usual.further_epochs,
        least_steps=usual.least_steps,
        learning_rate=usual.learning_rate,
    )


def _rate(share: float) -> float:
    """The learning rate's share of its highest: it rises to it, then falls along a cosine."""
    if share < WARM_UP:
        return share / WARM_UP
    fall = 0.5 * (1 + math.cos(math.pi * (share - WARM_UP) / (1 - WARM_UP)))
    return LAST_RATE + (1 - LAST_RATE) * fall


def _alike(start: Sequence, dials: SequenceDials) -> bool:
    """Whether the weights of an earlier fit have the shapes of this one."""
    shapes = ("factors", "blocks", "heads", "length")
    return all(getattr(start.dials, name) == getattr(dials, name) for name in shapes)


def _continue(start: Sequence, own: Floats, content: Floats) -> tuple[Weights, Floats]:
    """The weights of an earlier fit, its works' own vectors, and `own` for those it did not know.

    The content vectors may have been fitted anew since, on axes of their own: the projection is the
    one that brings the new ones where the old ones were.
    """
    there = np.flatnonzero(np.isfinite(start.vectors[:, 0]))
    known = start.own.any(axis=1, keepdims=True)
    before = (start.vectors[there] - start.own[there]).astype(np.float64)
    now = content[there].astype(np.float64)
    gram = now.T @ now
    gram += np.eye(len(gram)) * (RIDGE * max(float(np.diag(gram).mean()), RIDGE))
    projection = np.linalg.solve(gram, now.T @ before).astype(np.float32)
    weights = {**start.weights, "content": projection}
    return weights, np.where(known, start.own, own)


def _network() -> ModuleType:
    """`network`, with jax told to compute in one thread of the processor.

    XLA reads both variables when jax first computes in a process; where another library has had it
    compute before, they come too late, and only the bits of sums may differ.
    """
    before = {name: os.environ.get(name) for name in ("XLA_FLAGS", "NPROC")}
    os.environ["XLA_FLAGS"] = f"{before['XLA_FLAGS'] or ''} --xla_cpu_multi_thread_eigen=false"
    os.environ["NPROC"] = "1"
    try:
        from frontrow.models.sequence import network

        network.begin()
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
    return network
