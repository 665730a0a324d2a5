"""How well it is foreseen what starts become: on starts later than all that the fit knew.

A title's share of good plays is judged as it would have been told when each of its starts was a day old,
beside counting the unfinished as bad, and beside waiting with everyone's share in its place.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from frontrow.base.errors import BadInput
from frontrow.base.time import US_PER_DAY
from frontrow.evaluation.churn import auc
from frontrow.ranking.unfolding import (
    AGES_DAYS,
    KNOWN_DAYS,
    LEAST_STARTS,
    OUTCOMES,
    SIGNALS,
    Looks,
    Unfolding,
    fit_unfolding,
)

Doubles = NDArray[np.float64]

LEAST_OF_TITLE = 8
"""Starts from which a title's share of good plays is judged by."""

_BINS = 10
_DAY_OLD = 1.0


@dataclass(frozen=True)
class AtAge:
    """One outcome, foreseen when starts were so old."""

    outcome: str
    age_days: float
    looks: int
    came: float  # share of them
    auc: float
    calibration_error: float  # expected


@dataclass(frozen=True)
class OfTitles:
    """Titles' shares of good plays, told a day after each start, beside what they became: root mean squared
    error, and correlation over titles (none of waiting, which tells all the same)."""

    titles: int
    foreseen: float
    so_far: float  # the unfinished counted as bad
    waiting: float  # everyone's share as known until then
    foreseen_correlation: float
    so_far_correlation: float


@dataclass(frozen=True)
class UnfoldingFigures:
    """What was foreseen of starts after the cut, beside what came."""

    fitted_starts: int
    judged_starts: int
    at_age: list[AtAge]
    of_titles: OfTitles | None  # None: no title has enough starts

    def to_json(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


def judge_unfolding(looks: Looks, until_us: int) -> tuple[Unfolding, UnfoldingFigures]:
    """(the fit on all that is known, figures of a fit of what was known four weeks ago, on the two weeks of
    starts that followed). Raises `BadInput` where too few starts are known.
    """
    known_us = int(KNOWN_DAYS * US_PER_DAY)
    cut_us = until_us - 2 * known_us
    before = looks.take(looks.known & (looks.start_us + known_us <= cut_us))
    after = looks.take(looks.known & (looks.start_us >= cut_us))
    whole, earlier = fit_unfolding(looks), fit_unfolding(before)
    if whole is None or earlier is None or not len(after):
        raise BadInput(
            f"four weeks ago it was known what became of {_starts(before)} starts, and of {_starts(after)}"
            f" since; {LEAST_STARTS} are needed to foresee by",
            mend="wait until more has been watched",
        )
    return whole, figures_of(earlier, before, after)


def figures_of(unfolding: Unfolding, before: Looks, after: Looks) -> UnfoldingFigures:
    """What a fit on the looks before foresaw of those after."""
    at_age = []
    for age in AGES_DAYS:
        of_age = after.take(after.age_days == age)
        chance = unfolding.chance(of_age.x)
        for place, outcome in enumerate(OUTCOMES):
            p, y = chance[:, place], of_age.outcome[:, place]
            at_age.append(
                AtAge(outcome, age, len(y), float(y.mean()), auc(p, y), _calibration_error(p, y))
            )
    return UnfoldingFigures(
        _starts(before), _starts(after), at_age, _of_titles(unfolding, before, after)
    )


def _of_titles(unfolding: Unfolding, before: Looks, after: Looks) -> OfTitles | None:
    looks = after.take(after.age_days == _DAY_OLD)
    works, counts = np.unique(looks.work, return_counts=True)
    works = works[counts >= LEAST_OF_TITLE]
    if len(works) < 2:
        return None
    good = OUTCOMES.index("good")

    def by_title(values: Doubles) -> Doubles:
        return np.array([values[looks.work == work].mean() for work in works.tolist()])

    became = by_title(looks.outcome[:, good].astype(np.float64))
    foreseen = by_title(unfolding.chance(looks.x)[:, good])
    so_far = by_title(looks.x[:, SIGNALS.index("good_already")])
    everyone = float(before.take(before.age_days == _DAY_OLD).outcome[:, good].mean())

    def error(told: Doubles) -> float:
        return float(np.sqrt(((told - became) ** 2).mean()))

    return OfTitles(
        titles=len(works),
        foreseen=error(foreseen),
        so_far=error(so_far),
        waiting=error(np.full(len(works), everyone)),
        foreseen_correlation=_correlation(foreseen, became),
        so_far_correlation=_correlation(so_far, became),
    )


def _starts(looks: Looks) -> int:
    """Looks a day old, one a start."""
    return int((looks.age_days == _DAY_OLD).sum())


def _correlation(a: Doubles, b: Doubles) -> float:
    return float(np.corrcoef(a, b)[0, 1]) if a.std() and b.std() else float("nan")


def _calibration_error(p: Doubles, y: NDArray[np.bool_]) -> float:
    parts = np.array_split(np.argsort(p, kind="stable"), _BINS)
    return float(
        sum(len(part) * abs(p[part].mean() - y[part].mean()) for part in parts if len(part))
        / len(p)
    )
