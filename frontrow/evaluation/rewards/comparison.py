"""Which proxy's effects go with the outcome's, once the noise that experiments add is taken off.

The proxy and the outcome of an arm are measured on the same units, so their estimated effects share these
units' chance: across weak experiments they correlate even where the true effects don't, or against them, and
more experiments don't help. Bibaut, Chou, Ejdemyr and Kallus (2024), "Learning the covariance of treatment
effects across many weak experiments", take the mean sampling covariance off the covariance of the estimates
(their total covariance estimator; Tripuraneni et al. (2023), "Choosing a proxy metric from past experiments",
denoise alike). Taken with each arm's own covariances, as here, it is the estimate that a jackknife over units
gives (products of different units only), so neither equal variances nor equal sizes are assumed. We leave
them in that treatments may share a control, whose noise is then taken off the mean too.

How well an experiment's estimate of the proxy tells the outcome's true effect (their proxy quality) is the
true effects' correlation times the root of the share of its variance that is no noise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from frontrow.evaluation.rewards.arms import Arm, Effects, effects_of

Doubles = NDArray[np.float64]

LEAST_EXPERIMENTS = 20
"""Below, resampled experiments say nothing of how uncertain a covariance across them is."""

RESAMPLES = 1_000
LEVEL = 0.95
_MOST_LOST = 0.05
"""Share of resamples in which effects may vanish in noise, beyond which nothing is told."""


@dataclass(frozen=True)
class Compared:
    """One proxy beside the outcome, over k effects.

    naive:     correlation of the estimated effects, which misleads
    corrected: of the true effects; beyond 1 where noise came out lower than usual, and left so, as its
               interval is, for a figure cut at 1 would look certain; None: can't be told, `why` says so
    slope:     by how much the outcome goes up with one of the proxy, true effects
    quality:   correlation of the proxy's estimated effect, of usual noise, with the outcome's true one
    """

    proxy: str
    naive: float
    corrected: float | None
    interval: tuple[float, float] | None
    slope: float | None
    quality: float | None
    why: str | None

    def to_json(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


def compare(
    arms: Sequence[Arm],
    metrics: Sequence[str],
    rng: np.random.Generator,
    *,
    control: str = "control",
) -> list[Compared]:
    """Every proxy beside the outcome, best first.

    metrics: what the p columns of the arms are; the last is the outcome
    """
    effects = effects_of(arms, control)
    total, noise = covariances(effects)
    drawn = _resampled(effects, rng) if effects.experiments >= LEAST_EXPERIMENTS else None
    found = [
        _compared(name, place, total, noise, drawn, effects.experiments)
        for place, name in enumerate(metrics[:-1])
    ]
    return sorted(found, key=lambda one: (one.corrected is None, -(one.corrected or 0.0)))


def covariances(effects: Effects) -> tuple[Doubles, Doubles]:
    """(float64[p, p] of the estimated effects, the part of it that is noise); their difference is an unbiased
    estimate of the true effects' covariance."""
    return _covariances(effects, np.arange(len(effects.effect)), np.bincount(effects.experiment))


def _covariances(
    effects: Effects, chosen: NDArray[np.int64], sizes: NDArray[np.int64]
) -> tuple[Doubles, Doubles]:
    """Of chosen effects, experiment after experiment. sizes: how many effects each experiment has"""
    effect, noise = effects.effect[chosen], effects.noise[chosen]
    k = len(chosen)
    centred = effect - effect.mean(axis=0)
    total = centred.T @ centred / (k - 1)
    # Of the mean's noise: each effect's own, and between two of one experiment their control's.
    own = noise.sum(axis=0)
    others = np.repeat(sizes, sizes) - 1.0
    between = (others[:, None, None] * effects.shared[chosen]).sum(axis=0)
    return total, (own - (own + between) / k) / (k - 1)


def _resampled(effects: Effects, rng: np.random.Generator) -> Doubles:
    """float64[RESAMPLES, p, p]: corrected covariances over resampled experiments."""
    places = [np.flatnonzero(effects.experiment == e) for e in range(effects.experiments)]
    p = effects.effect.shape[1]
    drawn = np.empty((RESAMPLES, p, p))
    for i in range(RESAMPLES):
        chosen = rng.integers(0, len(places), len(places))
        parts = [places[e] for e in chosen.tolist()]
        total, noise = _covariances(
            effects, np.concatenate(parts), np.array([len(part) for part in parts])
        )
        drawn[i] = total - noise
    return drawn


def _compared(
    name: str, place: int, total: Doubles, noise: Doubles, drawn: Doubles | None, experiments: int
) -> Compared:
    naive = _correlation(total, place)
    true = total - noise

    def untold(why: str) -> Compared:
        return Compared(name, naive, None, None, None, None, why)

    if drawn is None:
        return untold(f"{experiments} experiments; {LEAST_EXPERIMENTS} are needed")
    lost_outcome = np.mean(drawn[:, -1, -1] <= 0)
    lost_proxy = np.mean(drawn[:, place, place] <= 0)
    if true[-1, -1] <= 0 or lost_outcome > _MOST_LOST:
        return untold(
            "effects on the outcome can't be told from noise: larger experiments are needed"
        )
    if true[place, place] <= 0 or lost_proxy > _MOST_LOST:
        return untold("effects on it can't be told from noise: larger experiments are needed")
    with np.errstate(invalid="ignore"):
        spread = np.sqrt(drawn[:, place, place] * drawn[:, -1, -1])
        resampled = drawn[:, place, -1] / spread
    low, high = np.nanquantile(resampled, ((1 - LEVEL) / 2, (1 + LEVEL) / 2))
    corrected = _correlation(true, place)
    return Compared(
        proxy=name,
        naive=naive,
        corrected=corrected,
        interval=(float(low), float(high)),
        slope=float(true[place, -1] / true[place, place]),
        quality=float(np.clip(corrected, -1, 1))
        * float(np.sqrt(min(true[place, place] / total[place, place], 1.0))),
        why=None,
    )


def _correlation(covariance: Doubles, place: int) -> float:
    spread = covariance[place, place] * covariance[-1, -1]
    return float(covariance[place, -1] / np.sqrt(spread)) if spread > 0 else float("nan")
