"""Estimators of what a policy would have earned: each a mean of terms, one for each choice.

w is the weight of a choice, r its reward, q what the reward model says of what was drawn, and d what
it says of the target's own draws.

    ips       w r                                     Horvitz and Thompson 1952
    snips     v + (w / mean w) (r - v),  v = sum w r / sum w      Hajek 1964; linearised
    dr        d + w (r - q)                           Dudik, Langford and Li 2011; q cross-fitted
    switch    d + w [w <= t] (r - q)                  Wang, Agarwal and Dudik 2017
    shrunk    d + l w / (w^2 + l) (r - q)             Su, Dimakopoulou, Krishnamurthy and Dudik 2020

t and l are those with the least variance plus squared bias. The bias is that seen in the log, and what chance
may hide of it (two standard errors) goes on top: with many choices nothing is cut off. What was cut off
widens the interval: an estimate that was chosen for its small variance looks surer than it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from frontrow.evaluation.ope.choices import Doubles
from frontrow.evaluation.ope.weighing import Weighed

_CUTS = 24
_HIDDEN = 2.0
"""Standard errors of the bias that chance may hide; with 1, intervals of `shrunk` held 92%."""


@dataclass(frozen=True)
class Terms:
    """An estimate is the mean of `each`; its error has a second part, of what was cut off."""

    each: Doubles  # [n]
    cut_off: float = 0.0  # square of the bias and of what chance may hide of it


def ips(weighed: Weighed) -> Terms:
    """Weighted rewards; unbiased where the log can draw all that the target draws."""
    return Terms(weighed.weight * weighed.choices.reward)


def snips(weighed: Weighed) -> Terms:
    """Weights divided by their mean, so that a reward of 1 always comes to 1."""
    w, r = weighed.weight, weighed.choices.reward
    value = float(w @ r) / float(w.sum())
    return Terms(np.asarray(value + w / w.mean() * (r - value)))


def dr(weighed: Weighed) -> Terms:
    """What the model says, and the weighted rest."""
    direct, rest = _parts(weighed)
    return Terms(direct + weighed.weight * rest)


def switch(weighed: Weighed) -> Terms:
    """Where a weight is above a bound, what the model says alone."""
    w = weighed.weight
    bounds = np.unique(np.quantile(w[w > 0], np.linspace(0.5, 1.0, _CUTS)))
    return _least_risk(weighed, bounds, lambda t: np.where(w <= t, w, 0.0))


def shrunk(weighed: Weighed) -> Terms:
    """Every weight shrunk, the large ones most; never above sqrt(l) / 2."""
    w = weighed.weight
    top = max(float(w.max()), 1.0)
    levels = np.geomspace(top / 10, 1e4 * top**2, _CUTS)
    return _least_risk(weighed, levels, lambda v: v * w / (w * w + v))


ESTIMATORS: dict[str, Callable[[Weighed], Terms]] = {
    "ips": ips,
    "snips": snips,
    "dr": dr,
    "switch": switch,
    "shrunk": shrunk,
}
NEED_ALL = frozenset({"dr", "switch", "shrunk"})
"""Those that ask for the target's probability of every candidate."""


def _parts(weighed: Weighed) -> tuple[Doubles, Doubles]:
    assert weighed.direct is not None
    assert weighed.predicted is not None
    return weighed.direct, weighed.choices.reward - weighed.predicted


def _least_risk(weighed: Weighed, dials: Doubles, cut_at: Callable[[float], Doubles]) -> Terms:
    """The terms with those weights that have the least variance plus squared bias."""
    direct, rest = _parts(weighed)
    n = len(rest)
    best = Terms(direct + weighed.weight * rest)
    least = float(best.each.var()) / n
    for dial in dials.tolist():
        cut = cut_at(dial)
        lost = (cut - weighed.weight) * rest
        bias = (abs(float(lost.mean())) + _HIDDEN * float(np.sqrt(lost.var() / n))) ** 2
        each = direct + cut * rest
        risk = float(each.var()) / n + bias
        if risk < least:
            best, least = Terms(each, bias), risk
    return best
