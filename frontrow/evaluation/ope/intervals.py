"""Intervals of an estimate that is the mean of terms, one for each choice; a viewer's terms go together.

Terms of off-policy estimates are skewed and have heavy tails: most are near 0 and a few are large, so the
usual interval is too short, and too low more often than too high. Two closed forms mend it, the same at
every run: Hall's transformation (1992, "On the removal of skewness by transformation", with a = 1/3,
b = 1/6) takes out the skewness of the mean, and the quantile is Student's with as many degrees of
freedom as the variance is known to, which is few where the terms' kurtosis is large (Satterthwaite 1946).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from frontrow.evaluation.ope.choices import Doubles, Longs

LEVEL = 0.95
LEAST_DEGREES = 3.0


@dataclass(frozen=True)
class Interval:
    """A mean with its standard error and nominal 95% interval."""

    value: float
    error: float
    low: float
    high: float


def interval_of(
    terms: Doubles, cluster: Longs, *, cut_off: float = 0.0, level: float = LEVEL
) -> Interval:
    """The interval of the mean of some terms.

    terms:   float64[n]
    cluster: int64[n]; sums over a cluster are independent of each other, terms within need not be
    cut_off: a second part of the squared error, of what the terms leave out
    """
    from scipy.special import stdtrit

    n, value = len(terms), float(terms.mean())
    _, place = np.unique(cluster, return_inverse=True)
    sums = np.bincount(place, weights=terms - value)
    groups = len(sums)
    if groups < 2:
        return Interval(value, float("inf"), -float("inf"), float("inf"))
    second = float((sums**2).mean())
    error = float(np.sqrt(second * groups / (groups - 1) * groups)) / n
    if error <= 1e-12 * max(abs(value), 1e-12):
        return Interval(value, 0.0, value, value)
    skew = float((sums**3).mean()) / second**1.5 / np.sqrt(groups)
    kurtosis = float((sums**4).mean()) / second**2
    degrees = min(2.0 * groups / max(kurtosis - 1.0, 2.0 / groups), groups - 1.0)
    t = float(stdtrit(max(degrees, min(LEAST_DEGREES, groups - 1.0)), 0.5 + level / 2))
    error = float(np.hypot(error, np.sqrt(cut_off)))
    low, high = value - error * _back(t, skew), value - error * _back(-t, skew)
    return Interval(value, error, float(low), float(high))


def _back(x: float, skew: float) -> float:
    """The inverse of Hall's transformation; skew is that of the mean: a term's over sqrt(n)."""
    if abs(skew) < 1e-6:
        return x
    return 3.0 / skew * (float(np.cbrt(1.0 + skew * (x - skew / 6.0))) - 1.0)
