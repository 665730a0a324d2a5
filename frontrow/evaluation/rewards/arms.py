"""Arms of experiments, and the effects of treatments with the noise that they share.

An arm is its number of units, the means of its metrics, and their covariance between units. An effect is a
treatment's means less those of its experiment's control; treatments with one control share its noise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from frontrow.base.errors import BadInput

Doubles = NDArray[np.float64]

_ROUNDED = 1e-3
"""Tables hold rounded numbers."""


@dataclass(frozen=True)
class Arm:
    """One arm: mean float64[p], covariance float64[p, p] between units."""

    experiment: str
    name: str
    n: int
    mean: Doubles
    covariance: Doubles


def arm_of(experiment: str, name: str, units: Doubles) -> Arm:
    """An arm of its units, float64[n, p]."""
    n, p = units.shape
    covariance = np.cov(units, rowvar=False).reshape(p, p) if n > 1 else np.full((p, p), np.nan)
    return Arm(experiment, name, n, units.mean(axis=0), covariance)


@dataclass(frozen=True)
class Effects:
    """k treatments' effects.

    effect: float64[k, p];  noise: float64[k, p, p], sampling covariance of each
    shared: float64[k, p, p], the part of it that all treatments of its experiment share: the control's
    experiment: int64[k], ascending from 0
    """

    effect: Doubles
    noise: Doubles
    shared: Doubles
    experiment: NDArray[np.int64]

    @property
    def experiments(self) -> int:
        return int(self.experiment.max(initial=-1)) + 1


def effects_of(arms: Sequence[Arm], control: str) -> Effects:
    """Every treatment beside its experiment's control. Raises `BadInput` where one has no control, or an arm
    has too few units to have a variance."""
    if not arms:
        raise BadInput("there are no experiments", mend="give a row for each unit, or for each arm")
    effect, noise, shared, experiment = [], [], [], []
    names = list(dict.fromkeys(arm.experiment for arm in arms))
    for number, name in enumerate(names):
        mine = [arm for arm in arms if arm.experiment == name]
        controls = [arm for arm in mine if arm.name == control]
        treatments = [arm for arm in mine if arm.name != control]
        if len(controls) != 1 or not treatments:
            raise BadInput(
                f"experiment {name} has {len(controls)} arms called {control!r} and"
                f" {len(treatments)} others",
                mend="each needs one control and a treatment; --control says what the control is called",
            )
        for arm in mine:
            if (why := _no_sample(arm)) is not None:
                raise BadInput(
                    f"arm {arm.name} of experiment {name} {why}",
                    mend="each arm needs two units and more, and what it says of them must be of one sample",
                )
        base = controls[0]
        for arm in treatments:
            effect.append(arm.mean - base.mean)
            shared.append(base.covariance / base.n)
            noise.append(arm.covariance / arm.n + base.covariance / base.n)
            experiment.append(number)
    return Effects(
        np.stack(effect), np.stack(noise), np.stack(shared), np.array(experiment, dtype=np.int64)
    )


def _no_sample(arm: Arm) -> str | None:
    """Why an arm's numbers can be those of no units, or of too few."""
    if arm.n < 2 or not np.isfinite(arm.covariance).all():
        return f"has {arm.n} units and no variance"
    variance = np.diag(arm.covariance)
    if (variance < 0).any():
        return "has a variance below 0"
    # Only the outcome's covariances need be told; each is bound by its two variances alone.
    most = np.sqrt(np.outer(variance, variance))
    if (np.abs(arm.covariance) > most * (1 + _ROUNDED) + _ROUNDED).any():
        return "has a covariance that its variances rule out"
    return None
