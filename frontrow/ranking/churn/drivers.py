"""Why a viewer seems likely to cancel: the signals that raise the chance most, in codes with numbers.

A driver says what stands out, beside the usual subscriber, in the direction that goes with leaving. It is no
cause: what would keep somebody only a trial can say.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from frontrow.base.texts import say
from frontrow.ranking.churn.hazard import Hazard
from frontrow.ranking.churn.signals import SIGNALS

WEEKS_AHEAD = 4
_LEAST = 0.1  # of the logit; below, a signal is no reason
_MOST = 3

_GROUPS: dict[str, tuple[str, ...]] = {
    "silent": ("silent",),
    "less": ("starts_7", "starts_28", "hours_7", "hours_28", "fading"),
    "unsatisfied": ("finished", "left_early"),
    "nothing_found": ("empty_visits", "searches"),
    "disliked": ("disliked",),
    "new_here": ("tenure",),
}
"""Signals that say one thing together."""


@dataclass(frozen=True)
class Driver:
    """One reason, with what it adds to the logit of leaving within four weeks."""

    code: str
    adds: float
    figures: dict[str, int]

    def words(self, language: str | None = None) -> str:
        """The reason in a sentence."""
        return say(language, f"churn.{self.code}", dict(self.figures))


def drivers_of(hazard: Hazard, x: NDArray[np.float64]) -> list[Driver]:
    """The reasons of one viewer, x: float64[k], strongest first; none where nothing stands out."""
    added = hazard.standardised(x[None, :])[0] * hazard.effect(WEEKS_AHEAD)
    at = {name: i for i, name in enumerate(SIGNALS)}
    found = [
        Driver(code, float(sum(added[at[name]] for name in names)), _figures(code, x, at))
        for code, names in _GROUPS.items()
    ]
    found = [driver for driver in found if driver.adds >= _LEAST]
    return sorted(found, key=lambda driver: (-driver.adds, driver.code))[:_MOST]


def _figures(code: str, x: NDArray[np.float64], at: dict[str, int]) -> dict[str, int]:
    """The numbers of a reason's sentence."""

    def count(name: str) -> int:
        return round(float(np.expm1(x[at[name]])))

    def share(name: str) -> int:
        return round(100 * float(x[at[name]]))

    return {
        "silent": {"days": count("silent")},
        "less": {"week": count("starts_7"), "month": count("starts_28")},
        "unsatisfied": {"left": share("left_early"), "finished": share("finished")},
        "nothing_found": {"empty": share("empty_visits"), "searches": count("searches")},
        "disliked": {"titles": count("disliked")},
        "new_here": {"weeks": count("tenure")},
    }[code]
