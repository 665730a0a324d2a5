"""Dials that don't carry over from one service to another, chosen on earlier slices of time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from frontrow.models.histories import Histories
from frontrow.models.ials import Dials, fit_ials
from frontrow.ranking.list_metrics import ndcg, top
from frontrow.ranking.slices import Asked
from frontrow.viewers import no_trends

IALS_GRID = ((1.0, 0.01), (1.0, 0.003), (0.3, 0.02), (0.3, 0.01))
"""(unobserved, regularization): no pair was good both for 3,500 works with 130 good plays each
(MovieLens 1M) and for 2,000 works with 5 each (the demo); a short list around the best of both."""

TUNED_FACTORS = 16
"""The choice is the same as with more factors, at a quarter of the time."""

MAX_SLICES = 3
"""The latest; a single slice misleads."""

K = 20


@dataclass(frozen=True)
class Question:
    """One slice: everyone's history at its start, and what was asked."""

    histories: Histories
    asked: Asked


def choose_ials(questions: Sequence[Question], seed: int) -> Dials:
    """The dials with the best nDCG@20 over the viewers of the latest slices; the first of equals."""
    defaults = Dials()
    some = [q for q in questions if len(q.asked.viewers)][:MAX_SLICES]
    if not some:
        return defaults
    found: list[tuple[float, Dials]] = []
    for unobserved, regularization in IALS_GRID:
        dials = replace(defaults, unobserved=unobserved, regularization=regularization)
        tried = replace(dials, factors=min(TUNED_FACTORS, dials.factors))
        gains = [_gain(q, tried, seed) for q in some]
        found.append((float(np.concatenate(gains).mean()), dials))
    return max(found, key=lambda one: one[0])[1]


def _gain(
    question: Question, dials: Dials, seed: int
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """float64[b]: each asked viewer's nDCG."""
    histories, asked = question.histories, question.asked
    model = fit_ials(histories, seed, dials)
    scores = model.score(histories.take(asked.viewers), no_trends(histories.n))
    return ndcg(top(scores, asked.seen, K), asked.relevant, K)
