"""Intervals of a plain share: within 0 to 1, and never certain, however few choices there are.

A share is no mean like others: where it is near 0 or 1 its variance isn't known from what was seen, and
with five choices of which none went well a mean's interval is a certain 0. Wilson's interval (1927,
"Probable inference, the law of succession, and statistical inference") asks instead for which shares what
was seen would not be odd. A viewer's choices are alike, so its trials are not the choices but the effective
sample of Korn and Graubard (1998, "Confidence intervals for proportions with small expected number of
positive counts estimated from survey data"): as many independent trials as would leave the share as unsure
as the viewers leave it. Franco, Little, Louis and Slud (2019, "Comparative study of confidence intervals for
proportions in complex sample surveys") judge the two together. We differ where viewers can't tell how alike
their choices are, for all went well or none: then a viewer is one trial, not each choice. Where the
effective sample is estimated the quantile is Student's, with degrees of freedom as in `intervals`, and fewer
than viewers of equal weight.
"""

from __future__ import annotations

import numpy as np

from frontrow.evaluation.ope.choices import Bools, Doubles, Longs
from frontrow.evaluation.ope.intervals import LEAST_DEGREES, LEVEL, Interval, interval_of


def earned_of(reward: Doubles, cluster: Longs) -> Interval:
    """The interval of a mean reward: of a share where every reward lies within 0 to 1."""
    if float(reward.min()) >= 0.0 and float(reward.max()) <= 1.0:
        return share_of(reward, cluster)
    return interval_of(reward, cluster)


def share_of(values: Doubles, cluster: Longs, *, level: float = LEVEL) -> Interval:
    """The interval of a share.

    values:  float64[n], within 0 to 1
    cluster: int64[n], whose choice it was; sums over a cluster are independent of each other
    """
    from scipy.special import stdtrit

    n, value = len(values), float(values.mean())
    _, place, counts = np.unique(cluster, return_inverse=True, return_counts=True)
    groups = len(counts)
    if groups < 2:
        return Interval(value, float("inf"), 0.0, 1.0)
    alike = equal_viewers(counts.astype(np.float64))
    sums = np.bincount(place, weights=values - value)
    second = float((sums**2).mean())
    spread = value * (1.0 - value)
    trials, degrees = alike, float("inf")
    whole = bool(((values == 0.0) | (values == 1.0)).all())
    # Of whole choices with a viewer each nothing need be known but the share itself.
    if min(second, spread) > 1e-12 and (n > groups or not whole):
        trials = spread * n**2 * (groups - 1) / (second * groups**2)
        trials = min(trials, float(n)) if whole else trials
        kurtosis = float((sums**4).mean()) / second**2
        known = 2.0 * groups / max(kurtosis - 1.0, 2.0 / groups)
        degrees = max(min(max(known, LEAST_DEGREES), alike - 1.0), 1.0)
    t = float(stdtrit(degrees, 0.5 + level / 2))
    extra = t * t / trials
    middle = (value + extra / 2) / (1.0 + extra)
    error = float(np.sqrt(spread / trials + extra / trials / 4)) / (1.0 + extra)
    low, high = max(middle - t * error, 0.0), min(middle + t * error, 1.0)
    return Interval(value, error, min(low, value), max(high, value))


def gain_of(values: Doubles, cluster: Longs, ours: Bools) -> Interval:
    """The share of some choices minus that of the others, within -1 to 1; viewers may have both.

    ours: bool[n], which choices; neither all nor none. Newcombe (1998, "Improved confidence intervals for
    the difference between binomial proportions based on paired data"), in the form of Zou and Donner (2008).
    """
    one, other = (share_of(values[arm], cluster[arm]) for arm in (ours, ~ours))
    _, place = np.unique(cluster, return_inverse=True)
    first, second = (
        np.bincount(place, weights=arm * (values - mean.value))
        for arm, mean in ((ours, one), (~ours, other))
    )
    size = float(np.sqrt((first @ first) * (second @ second)))
    return difference_of(one, other, float(first @ second) / size if size > 0 else 0.0)


def difference_of(one: Interval, other: Interval, correlation: float = 0.0) -> Interval:
    """The difference of two estimates, each with its own, uneven interval.

    Zou and Donner 2008, "Construction of confidence limits about effect measures".
    """

    def joint(a: float, b: float) -> float:
        if not np.isfinite([a, b]).all():
            return float("inf")
        return float(np.sqrt(max(a * a + b * b - 2.0 * correlation * a * b, 0.0)))

    value = one.value - other.value
    below = joint(one.value - one.low, other.high - other.value)
    above = joint(one.high - one.value, other.value - other.low)
    return Interval(value, joint(one.error, other.error), value - below, value + above)


def equal_viewers(weight: Doubles) -> float:
    """How many viewers of equal weight leave a mean as unsure as these do: (sum)^2 / sum of squares.

    Carter, Schnepel and Steigerwald 2017, "Asymptotic behavior of a t-test robust to cluster heterogeneity".
    weight: float64[viewers]
    """
    squares = float(weight @ weight)
    return float(weight.sum()) ** 2 / squares if squares > 0 else 0.0
