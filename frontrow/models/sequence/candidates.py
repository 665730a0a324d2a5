"""Over which works a step's softmax goes, and what corrects for those that are left out.

Up to `size` all works of the fit stand in it. Above, a step takes every work that it
has to foretell, and others drawn evenly from the rest; the logit of a drawn one is raised by the
log of how many it stands for (Bengio, Senecal 2008, "Adaptive Importance Sampling to Accelerate
Training of a Neural Probabilistic Language Model"; as the logQ correction of Yi et al. 2019). Given
what is foretold, the sum over candidates is then that over all works in expectation.
"""

from __future__ import annotations

import numpy as np

from frontrow.models.histories import Floats, Ints

NEVER = np.float32(1e9)
"""Log odds of a candidate that only fills a place: its share of the softmax is 0."""


def candidates(
    fitted: Ints, foretold: Ints, size: int, rng: np.random.Generator
) -> tuple[Ints, Floats]:
    """Works int32[c] and their log odds float32[c] of being drawn, to be taken from their logits.

    fitted:   int32[w], ascending, works of the fit
    foretold: int32[...], works to be foretold in this step, with repeats; at most `size` of them
    """
    if len(fitted) <= size:
        return fitted, np.zeros(len(fitted), dtype=np.float32)
    always = np.unique(foretold)
    rest = np.setdiff1d(fitted, always, assume_unique=True)
    drawn = rng.choice(rest, size - len(always), replace=False)
    log_odds = np.zeros(size, dtype=np.float32)
    log_odds[len(always) :] = np.log(len(drawn) / len(rest))
    return np.concatenate([always, drawn]).astype(np.int32), log_odds


def filled(works: Ints, log_odds: Floats, size: int) -> tuple[Ints, Floats]:
    """The same, with empty places up to `size`: steps of one shape are compiled once."""
    more = size - len(works)
    return (
        np.concatenate([works, np.zeros(more, dtype=np.int32)]),
        np.concatenate([log_odds, np.full(more, NEVER, dtype=np.float32)]),
    )
