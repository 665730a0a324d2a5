"""Dials that don't carry over from one service to another, chosen on earlier slices of time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from frontrow.models.ease import Ease, Gram
from frontrow.models.histories import Histories
from frontrow.models.ials import Dials, Ials, fit_ials
from frontrow.models.sequence import Sequence as SequenceModel
from frontrow.models.sequence import SequenceDials
from frontrow.ranking.list_metrics import ndcg, top
from frontrow.training.questions import Question
from frontrow.viewers import no_trends

EASE_GRID = (1.0, 2.0, 0.5, 0.2)
"""Of EASE's usual lambda: twice it is best for MovieLens 1M by time, a fifth by viewers."""

MOST_WORKS = 5_000
"""With more, a further inversion costs more than a better lambda gives."""

IALS_GRID = (
    (1.0, 0.01),
    (1.0, 0.003),
    (0.3, 0.02),
    (0.3, 0.01),
    (0.3, 0.003),
    (0.1, 0.01),
    (0.1, 0.003),
)
"""(unobserved, regularization): no pair was good both for 3,500 works with 130 good plays each
(MovieLens 1M) and for 2,000 works with 5 each (the demo); a short list around the best of both."""

TUNED_FACTORS = 16
"""The choice is the same as with more factors, at a quarter of the time."""

MAX_SLICES = 2
"""The latest; a single slice misleads."""

K = 20


@dataclass(frozen=True)
class FitDials:
    """What a fit is made with."""

    ease: float = 1.0  # lambda, as a share of what it usually is for the size of the data
    ials: Dials = field(default_factory=Dials)
    sequence: SequenceDials | None = field(default_factory=SequenceDials)  # None: left out


Known = tuple[Histories, Sequence[Question]]
"""Everyone's history at the start of a slice, and who was asked what in it."""


def choose_dials(known: Sequence[Known], seed: int) -> FitDials:
    """The dials with the best nDCG@20 over the viewers of the latest slices; the first of equals."""
    some = known[:MAX_SLICES]
    return FitDials(ease=choose_ease(some), ials=choose_ials(some, seed)) if some else FitDials()


def choose_ease(known: Sequence[Known]) -> float:
    """Lambda, as a share of the usual one."""
    gained = []
    for histories, questions in known:
        gram = Gram.of(histories)
        if len(gram.works) > MOST_WORKS:
            return EASE_GRID[0]
        gained.append(
            [gains_of(gram.solve(gram.default * share), questions) for share in EASE_GRID]
        )
    means = [np.concatenate(gains).mean() for gains in zip(*gained, strict=True)]
    return EASE_GRID[int(np.argmax(means))]


def choose_ials(known: Sequence[Known], seed: int) -> Dials:
    """Weight of what was not played, and regularisation."""
    defaults = Dials()
    found: list[tuple[float, Dials]] = []
    for unobserved, regularization in IALS_GRID:
        dials = replace(defaults, unobserved=unobserved, regularization=regularization)
        tried = replace(dials, factors=min(TUNED_FACTORS, dials.factors))
        gains = [gains_of(fit_ials(histories, seed, tried), asked) for histories, asked in known]
        found.append((float(np.concatenate(gains).mean()), dials))
    return max(found, key=lambda one: one[0])[1]


def gains_of(
    model: Ease | Ials | SequenceModel, questions: Sequence[Question]
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """float64[...]: each asked viewer's nDCG, once for each question."""
    found = []
    for question in questions:
        asked = question.asked
        scores = model.score(question.histories, no_trends(question.histories.n))
        found.append(ndcg(top(scores, asked.seen, K), asked.relevant, K))
    return np.concatenate(found)
