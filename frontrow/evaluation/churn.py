"""How well cancelling is foreseen: on looks at subscribers later than all that the fit knew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from frontrow.base.errors import BadInput
from frontrow.ranking.churn import Hazard, Timeline, fit_hazard, landmarks_of
from frontrow.ranking.churn.landmarks import WEEK_US, WEEKS, Landmarks

Doubles = NDArray[np.float64]

MONTH_DAYS = 28
BRIER_DAYS = (30, 60, 90)
LEAST_ENDED = 50
"""Cancellations from which a fit, and its judgement, say something."""

_BINS = 10
_RESAMPLES = 300


@dataclass(frozen=True)
class ChurnFigures:
    """What was foreseen of looks after the cut, beside what came."""

    looks: int
    profiles: int
    ended: int  # within four weeks
    auc: float
    auc_interval: tuple[float, float]
    calibration_error: float  # expected, of the chance to leave within four weeks
    brier: dict[int, float]  # days -> mean squared error of the chance to leave within them
    brier_of_base: dict[int, float]  # the same of everyone's mean chance
    bins: list[tuple[float, float, int]]  # (foreseen, came, looks) by tenths of the foreseen

    def to_json(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


def judge_churn(
    timelines: Sequence[Timeline], until_us: int, rng: np.random.Generator
) -> tuple[Hazard, ChurnFigures]:
    """(the fit on all that is known, figures of a fit that knew all but the newest quarter of a year).

    Raises `BadInput` where too few cancelled.
    """
    first = min((begin for t in timelines for begin, _ in t.periods), default=until_us)
    cut = until_us - min(WEEKS * WEEK_US, (until_us - first) // 2)
    before, known = landmarks_of(timelines, cut), landmarks_of(timelines, until_us)
    after = known.take(known.moment_us >= cut)
    for what, looks in (("before the newest quarter of a year", before), ("within it", after)):
        if looks.ended.sum() < LEAST_ENDED:
            raise BadInput(
                f"{looks.ended.sum()} cancellations were seen coming {what}; {LEAST_ENDED} are needed",
                mend="send `subscribe` and `cancel` events, or wait until more have come",
            )
    return fit_hazard(known), figures_of(fit_hazard(before), after, rng)


def figures_of(hazard: Hazard, looks: Landmarks, rng: np.random.Generator) -> ChurnFigures:
    """What a fit foresaw of some looks."""
    judged = looks.take(looks.known_for(MONTH_DAYS))
    p, y = hazard.within(judged.x, MONTH_DAYS), judged.ended_within(MONTH_DAYS)
    bins = _bins(p, y)
    error = sum(n * abs(foreseen - came) for foreseen, came, n in bins) / max(len(p), 1)
    brier, base = {}, {}
    for days in BRIER_DAYS:
        of = looks.take(looks.known_for(days))
        if len(of):
            came = of.ended_within(days).astype(np.float64)
            brier[days] = float(np.mean((hazard.within(of.x, days) - came) ** 2))
            base[days] = float(np.mean((came.mean() - came) ** 2))
    return ChurnFigures(
        looks=len(judged),
        profiles=len(np.unique(judged.profile)),
        ended=int(y.sum()),
        auc=auc(p, y),
        auc_interval=_auc_interval(p, y, judged.profile, rng),
        calibration_error=float(error),
        brier=brier,
        brier_of_base=base,
        bins=bins,
    )


def auc(score: Doubles, positive: NDArray[np.bool_]) -> float:
    """The chance that one who left was held likelier to than one who stayed (ties: a half); nan where one
    kind is missing."""
    return _weighted_auc(score, positive, np.ones(len(score)))


def _weighted_auc(score: Doubles, positive: NDArray[np.bool_], times: Doubles) -> float:
    values, place = np.unique(score, return_inverse=True)
    of_left = np.bincount(place, times * positive, len(values))
    of_stayed = np.bincount(place, times * ~positive, len(values))
    below = np.cumsum(of_stayed) - 0.5 * of_stayed
    pairs = of_left.sum() * of_stayed.sum()
    return float((of_left * below).sum() / pairs) if pairs else float("nan")


def _auc_interval(
    score: Doubles,
    positive: NDArray[np.bool_],
    profile: NDArray[np.int32],
    rng: np.random.Generator,
) -> tuple[float, float]:
    """Over resampled profiles, each with all its looks."""
    _, owner = np.unique(profile, return_inverse=True)
    n = int(owner.max(initial=-1)) + 1
    if not n:
        return float("nan"), float("nan")
    drawn = [
        _weighted_auc(
            score,
            positive,
            np.bincount(rng.integers(0, n, n), minlength=n)[owner].astype(np.float64),
        )
        for _ in range(_RESAMPLES)
    ]
    low, high = np.nanquantile(drawn, (0.025, 0.975))
    return float(low), float(high)


def _bins(p: Doubles, y: NDArray[np.bool_]) -> list[tuple[float, float, int]]:
    """Tenths of the looks by what was foreseen."""
    order = np.argsort(p, kind="stable")
    return [
        (float(p[part].mean()), float(y[part].mean()), len(part))
        for part in np.array_split(order, _BINS)
        if len(part)
    ]
