"""The dials of the sequence model."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SequenceDials:
    """Defaults were chosen on an inner split of MovieLens 1M, by quality for a minute of fitting."""

    factors: int = 64  # d
    blocks: int = 2
    heads: int = 2
    length: int = 100  # interactions that are read, the latest
    epochs: int = 10
    further_epochs: int = 2  # instead, where an earlier fit is continued
    least_steps: int = 400  # more epochs where there is little to read
    tokens_per_step: int = 1_600
    learning_rate: float = 0.002
    regularization: float = 0.0  # decoupled decay of all matrices, in shares of the learning rate
    dropout: float = 0.1
    content_only: float = 0.1  # share of works that are known by content only, drawn at every step
    ahead: int = 3  # the targets of a place are the good plays among so many places to come
    other_weight: float = 0.0  # of a target that was no good play
    softmax_works: int = 4_096  # works in a step's softmax: all, up to so many
