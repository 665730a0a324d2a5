"""Calibrating: from a fusion's values to probabilities, on a slice of time that it was not fitted on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from frontrow.models.histories import Floats
from frontrow.ranking.calibration import Calibration, fit_calibration, log_share, no_calibration
from frontrow.ranking.evidence import Evidence
from frontrow.ranking.features import viewer_features
from frontrow.ranking.fusion import HEADS, Fusion
from frontrow.ranking.ranker import BoundRanker
from frontrow.training.questions import Question

MIN_LISTS = 20
"""With fewer the fusion is left out."""

CALIBRATION_PAIRS = 400_000

NOT_CALIBRATED = tuple(no_calibration() for _ in HEADS)


def calibrate(fusion: Fusion, evidence: Evidence, question: Question) -> tuple[Calibration, ...]:
    """The calibration of each head, for viewers of a slice that `fusion` was not fitted on.

    Of what they were shown, where enough of them were shown anything; else of the whole catalogue for some.
    """
    n, asked = evidence.catalogue.n, question.asked
    block = max(CALIBRATION_PAIRS // max(n, 1), MIN_LISTS)
    told = np.flatnonzero(np.diff(asked.shown.indptr) > 0)
    only_shown = len(told) >= MIN_LISTS
    some = told if only_shown else np.arange(min(len(asked.viewers), block))
    ranker = BoundRanker(evidence, fusion, NOT_CALIBRATED, (1.0, 1.0))
    parts = [
        _pairs(ranker, question, some[start : start + block], only_shown)
        for start in range(0, len(some), block)
    ]
    viewers = np.concatenate([part.viewer for part in parts])
    return tuple(
        fit_calibration(
            np.concatenate([part.share[head] for part in parts]),
            viewers,
            np.concatenate([part.came[head] for part in parts]),
        )
        for head in range(len(HEADS))
    )


@dataclass(frozen=True)
class _Pairs:
    """`m` pairs of a viewer and a work that calibration is fitted on."""

    share: list[Floats]  # [m] by head, log share
    viewer: Floats  # [m, len(VIEWER)]
    came: list[NDArray[np.bool_]]  # [m] by head, whether it was then played well, or finished


def _pairs(
    ranker: BoundRanker, question: Question, chosen: NDArray[np.int64], only_shown: bool
) -> _Pairs:
    """The pairs of some of the viewers asked."""
    histories, asked = question.histories.take(chosen), question.asked.take(chosen)
    values = ranker.heads(histories, question.then.trends, now_us=question.then.at_us)
    here = asked.seen.toarray() == 0  # [b, n]
    if only_shown:
        here &= asked.shown.toarray()
    return _Pairs(
        share=[log_share(value)[here] for value in values],
        viewer=np.repeat(viewer_features(histories), here.sum(axis=1), axis=0),
        came=[of.toarray()[here] > 0 for of in (asked.relevant, asked.finished)],
    )
