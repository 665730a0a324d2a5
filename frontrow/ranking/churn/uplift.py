"""Whom an approach keeps: what it changes, from a randomised trial alone.

Who is likely to leave is not who can be kept, and some leave because they were approached (Ascarza 2018,
"Retention Futility"). So viewers are ordered by the difference that the approach makes, fitted on a trial in
which chance decided who was approached; without such a trial nothing is recommended.

Gains are judged on viewers whom the fit did not see, by scores that are right on average whatever the
fit (augmented inverse propensity weighting, Robins et al. 1994); the Qini coefficient (Radcliffe 2007) is
the area between the curve of gains and that of choosing at random, for each viewer of the trial.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import erfc, sqrt

import numpy as np
from numpy.typing import NDArray

from frontrow.ranking.logistic import fit_logistic

Doubles = NDArray[np.float64]
Bools = NDArray[np.bool_]

LEAST_IN_ARM = 200
LEAST_ENDED = 50
_RIDGE, _RIDGE_OF_DIFFERENCE = 3.0, 30.0
_SURE = 1e-4  # of a test by which a trial is refused
_RESAMPLES = 500


@dataclass(frozen=True)
class Trial:
    """`m` viewers, of whom chance approached some.

    x: float64[m, k], signals when it was decided; treated, ended: bool[m]; chance: float64[m], of being
    approached
    """

    x: Doubles
    treated: Bools
    ended: Bools
    chance: Doubles


@dataclass(frozen=True)
class Judged:
    """A way to order viewers: the curve of its gains, its Qini coefficient, and the interval of that."""

    share: Doubles  # [101], of the viewers approached, those first in the order first
    kept: Doubles  # [101], viewers kept of each one of the trial
    qini: float
    interval: tuple[float, float]


@dataclass(frozen=True)
class Uplifted:
    """What a trial says.

    keeps: float64[n], by how much the approach lowers the chance to leave of each viewer who was judged
    """

    keeps: Doubles
    risk: Doubles  # float64[n], the chance to leave unapproached of each
    by_uplift: Judged
    by_risk: Judged
    difference: float  # of the two coefficients
    difference_interval: tuple[float, float]


def why_not(trial: Trial) -> list[str]:
    """Why nothing can be recommended from a trial, with what would be needed; empty where something can."""
    t, found = trial.treated, []
    for name, arm in (("approached", t), ("left alone", ~t)):
        if arm.sum() < LEAST_IN_ARM:
            found.append(f"{arm.sum()} viewers were {name}; {LEAST_IN_ARM} are needed")
        elif trial.ended[arm].sum() < LEAST_ENDED:
            left = int(trial.ended[arm].sum())
            found.append(
                f"{left} of those {name} left; {LEAST_ENDED} are needed to see a difference"
            )
    if not ((trial.chance > 0) & (trial.chance < 1)).all():
        found.append("some had no chance to be approached, or none not to be: that is no trial")
    if found:
        return found
    expected, spread = trial.chance.sum(), sqrt(float((trial.chance * (1 - trial.chance)).sum()))
    if abs(t.sum() - expected) > 4 * spread:
        found.append(
            f"{t.sum()} were approached, where chance would have approached {expected:.0f}: somebody or"
            " something else chose; let chance alone decide"
        )
    elif (p := _balance(trial)) < _SURE:
        found.append(
            f"who was approached depends on what they did before (p = {p:.1g}): let chance alone decide"
        )
    return found


def _balance(trial: Trial) -> float:
    """The chance to see the arms differ so much in their signals if only the stated chance had decided: a
    chi-square test of their weighted means."""
    z = _standardised(trial.x)
    off = (trial.treated - trial.chance)[:, None] * z
    total, variance = off.sum(axis=0), off.T @ off
    kept = np.diag(variance) > 1e-9
    if not kept.any():
        return 1.0
    square = float(
        total[kept] @ np.linalg.lstsq(variance[np.ix_(kept, kept)], total[kept], rcond=None)[0]
    )
    k = int(
        kept.sum()
    )  # Wilson and Hilferty (1931): the cube root of a chi-square is nearly normal
    normal = ((square / k) ** (1 / 3) - (1 - 2 / (9 * k))) / sqrt(2 / (9 * k))
    return 0.5 * erfc(normal / sqrt(2))


def judge_uplift(trial: Trial, judged: Bools, rng: np.random.Generator) -> Uplifted:
    """Order some viewers of a trial by uplift and by risk, as fitted on the others, and judge both orders.

    judged: bool[m], about half. Judging everyone by fits on the others would use all of them, but what one
    part says is in the fits that judge the rest, and intervals that don't know that are too narrow.
    """
    z = _standardised(trial.x)
    stays, goes = _fitted(trial, ~judged, judged, z)
    keeps = stays - goes
    t, e = trial.treated[judged], trial.chance[judged]
    y = trial.ended[judged].astype(np.float64)
    score = (
        keeps + (~t) * (y - stays) / (1 - e) - t * (y - goes) / e
    )  # viewers kept, right on average
    orders = {name: np.argsort(-by, kind="stable") for name, by in (("up", keeps), ("risk", stays))}
    drawn: dict[str, list[float]] = {name: [] for name in orders}
    for _ in range(_RESAMPLES):
        times = np.bincount(rng.integers(0, len(y), len(y)), minlength=len(y)).astype(np.float64)
        for name, order in orders.items():
            drawn[name].append(_qini(score[order], times[order]))
    found = {
        name: Judged(
            *_curve(score[order]), _qini(score[order], np.ones(len(y))), _bounds(drawn[name])
        )
        for name, order in orders.items()
    }
    apart = [one - other for one, other in zip(drawn["up"], drawn["risk"], strict=True)]
    difference = found["up"].qini - found["risk"].qini
    return Uplifted(keeps, stays, found["up"], found["risk"], difference, _bounds(apart))


def kept_by(trial: Trial, x: Doubles) -> Doubles:
    """float64[n]: by how much the approach would lower the chance to leave of viewers outside the trial."""
    both = Trial(
        np.concatenate([trial.x, x]),
        np.concatenate([trial.treated, np.zeros(len(x), dtype=bool)]),
        np.concatenate([trial.ended, np.zeros(len(x), dtype=bool)]),
        np.concatenate([trial.chance, np.full(len(x), 0.5)]),
    )
    there = np.arange(len(both.x)) < len(trial.x)
    z = np.clip((both.x - trial.x.mean(axis=0)) / np.maximum(trial.x.std(axis=0), 1e-6), -4, 4)
    stays, goes = _fitted(both, there, ~there, z)
    return np.asarray(stays - goes)


def _fitted(trial: Trial, on: Bools, at: Bools, z: Doubles) -> tuple[Doubles, Doubles]:
    """(chance to leave unapproached, approached) of some viewers, by a fit on others; z: their signals,
    standardised."""
    t = trial.treated.astype(np.float64)[:, None]
    one = np.ones((len(z), 1))
    k = z.shape[1]
    rows = np.concatenate([one, z, t, t * z], axis=1)
    penalty = np.concatenate([[1e-3], np.full(k, _RIDGE), [1e-3], np.full(k, _RIDGE_OF_DIFFERENCE)])
    weights = fit_logistic(rows[on], trial.ended[on], penalty, np.zeros(2 * k + 2))
    alone = z @ weights[1 : k + 1] + weights[0]
    added = z @ weights[k + 2 :] + weights[k + 1]
    return _sigmoid(alone[at]), _sigmoid((alone + added)[at])


def _standardised(x: Doubles) -> Doubles:
    return np.asarray(np.clip((x - x.mean(axis=0)) / np.maximum(x.std(axis=0), 1e-6), -4, 4))


def _sigmoid(logit: Doubles) -> Doubles:
    return np.asarray(1 / (1 + np.exp(-np.clip(logit, -60, 60))))


def _qini(score: Doubles, times: Doubles) -> float:
    """The area between the gains of an order and those of a random one; times: how often each counts."""
    share = np.concatenate([[0.0], np.cumsum(times)]) / times.sum()
    gain = np.concatenate([[0.0], np.cumsum(times * score)]) / times.sum()
    return float(np.trapezoid(gain - share * gain[-1], share))


def _curve(score: Doubles) -> tuple[Doubles, Doubles]:
    share = np.linspace(0, 1, 101)
    gain = np.concatenate([[0.0], np.cumsum(score)]) / len(score)
    return share, gain[np.round(share * len(score)).astype(np.intp)]


def _bounds(values: list[float]) -> tuple[float, float]:
    low, high = np.quantile(values, (0.025, 0.975))
    return float(low), float(high)
