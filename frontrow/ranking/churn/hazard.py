"""The hazard of cancelling, week by week: a logistic regression on person-weeks.

Discrete-time survival (Cox 1972, section on discrete time; Singer & Willett 1993): in each week that a
subscriber enters, logit h = base(week) + z . b + z . g / week. What is seen at a look says more of the next
week than of the thirteenth, which the last term lets the data say.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from frontrow.ranking.churn.landmarks import WEEKS, Landmarks
from frontrow.ranking.logistic import fit_logistic

Doubles = NDArray[np.float64]

RIDGE = 3.0
_STEP_RIDGE = 5.0  # of a week's own step from the base of all
_CLIP = 4.0  # standard deviations beyond which a signal says no more
MOST_LOOKS = 40_000
"""Looks that a fit reads; of more, evenly spread ones."""


@dataclass(frozen=True)
class Hazard:
    """Weights over standardised signals.

    mean, scale: float64[k]; base: float64[weeks]; lasting, fresh: float64[k]
    """

    mean: Doubles
    scale: Doubles
    base: Doubles
    lasting: Doubles
    fresh: Doubles

    def standardised(self, x: Doubles) -> Doubles:
        """float64[m, k]: signals in standard deviations from the usual, as far as that says something."""
        return np.asarray(np.clip((x - self.mean) / self.scale, -_CLIP, _CLIP))

    def weekly(self, x: Doubles) -> Doubles:
        """float64[m, weeks]: the chance to end in each week, of who is still there then."""
        z = self.standardised(x)
        week = np.arange(1, len(self.base) + 1)
        logit = self.base + (z @ self.lasting)[:, None] + (z @ self.fresh)[:, None] / week
        return np.asarray(1 / (1 + np.exp(-np.clip(logit, -60, 60))))

    def within(self, x: Doubles, days: float) -> Doubles:
        """float64[m]: the chance to end within so many days, of a week in equal parts."""
        stays = 1 - self.weekly(x)
        weeks, rest = int(days // 7), days % 7 / 7
        found = np.prod(stays[:, :weeks], axis=1)
        return np.asarray(1 - (found * stays[:, weeks] ** rest if rest else found))

    def effect(self, weeks: int) -> Doubles:
        """float64[k]: what a standard deviation of each signal adds to the logit, mean of some weeks."""
        fading = np.mean(1 / np.arange(1, weeks + 1))
        return np.asarray(self.lasting + self.fresh * fading)


def fit_hazard(looks: Landmarks) -> Hazard:
    """Fit on looks of which at least a week is known."""
    if len(looks) > MOST_LOOKS:
        looks = looks.take(np.linspace(0, len(looks) - 1, MOST_LOOKS).astype(np.intp))
    weeks = looks.weeks
    mean, scale = looks.x.mean(axis=0), np.maximum(looks.x.std(axis=0), 1e-6)
    z = np.clip((looks.x - mean) / scale, -_CLIP, _CLIP)
    k = z.shape[1]
    owner = np.repeat(np.arange(len(looks)), weeks)
    week = np.concatenate([np.arange(1, w + 1) for w in weeks.tolist()] or [np.zeros(0, int)])
    y = np.zeros(len(owner), dtype=bool)
    last = np.cumsum(weeks)[looks.seen_to_end & (weeks > 0)] - 1
    y[last] = True
    rows = np.zeros((len(owner), WEEKS + 2 * k))
    rows[np.arange(len(owner)), week - 1] = 1.0
    rows[:, WEEKS : WEEKS + k] = z[owner]
    rows[:, WEEKS + k :] = z[owner] / week[:, None]
    usual = np.clip(y.mean() if len(y) else 0.01, 1e-6, 0.5)
    start = np.zeros(WEEKS + 2 * k)
    start[:WEEKS] = np.log(usual / (1 - usual))
    # One base for all weeks, and a step of each from it that is drawn to 0: a week of which little is
    # known is like the others, and one that nobody was followed into as well.
    usual_week = start[0]
    rows = np.concatenate([rows, np.ones((len(owner), 1))], axis=1)
    penalty = np.concatenate([np.full(WEEKS, _STEP_RIDGE), np.full(2 * k, RIDGE), [1e-3]])
    start = np.concatenate([np.zeros(WEEKS + 2 * k), [usual_week]])
    weights = fit_logistic(rows, y, penalty, start)
    base = weights[:WEEKS] + weights[-1]
    return Hazard(mean, scale, base, weights[WEEKS : WEEKS + k], weights[WEEKS + k : -1])
