"""What several seeds agree on: the ladder of policies, and the claims that it bears.

A seed is another population of the same parameters under another catalogue. Two policies are compared
within a seed, where both met the same people. A sign is claimed only where ten seeds or more agree, all of
them, and the interval of the mean over seeds lies on that side too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from frontrow.simulation.loop.results import Result

PUBLISHED: dict[str, str] = {"popularity": "-12%", "mf": "-4%"}
"""Engagement beside the whole system at a large service, as published: Zielnicki, Aridor, Bibaut, Tran,
Chou, Kallus (2025), "The value of personalized recommendations: evidence from Netflix"."""

LEAST_SEEDS = 10
LADDER: tuple[str, ...] = ("random", "popularity", "mf", "full", "oracle")
"""From the bottom up; nothing is tuned so that it comes out like this."""

TWIN = "twin"
"""The whole system once more, its fits begun from another seed: beside it nothing should show."""

JUDGED: tuple[str, ...] = ("satisfying_hours", "found_90s")

_T_95 = (12.71, 4.30, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26)
"""Student's t at 97.5% for 1 to 9 degrees of freedom; the last holds above that too, and errs wide."""


@dataclass(frozen=True)
class Step:
    """One policy beside the one below it, in one population and measure."""

    population: str
    measure: str
    lower: str
    upper: str
    difference: float  # mean over seeds
    low: float | None  # 95%, over seeds; None of a single one
    high: float | None
    positive: int  # seeds in which the upper one is better
    seeds: int

    @property
    def claim(self) -> str:
        """What may be said."""
        if self.seeds < LEAST_SEEDS:
            return f"no claim: {self.seeds} of {LEAST_SEEDS} seeds"
        if self.low is not None and self.positive == self.seeds and self.low > 0:
            return f"in simulation, {self.upper} is better than {self.lower}"
        if self.high is not None and self.positive == 0 and self.high < 0:
            return f"in simulation, {self.upper} is worse than {self.lower}"
        return "no claim: the seeds do not agree"


def steps_of(results: Sequence[Result]) -> list[Step]:
    """Every two neighbours on the ladder, in every population; and the whole system beside its twin."""
    steps = []
    for population in dict.fromkeys(r.parameters.name for r in results):
        here = [r for r in results if r.parameters.name == population]
        there = [policy for policy in LADDER if any(r.policy == policy for r in here)]
        pairs = [
            *pairwise(there),
            *([("full", TWIN)] if any(r.policy == TWIN for r in here) else []),
        ]
        for lower, upper in pairs:
            for measure in JUDGED:
                below, above = (_by_seed(here, policy, measure) for policy in (lower, upper))
                both = sorted(below.keys() & above.keys())
                gains = np.array([above[seed] - below[seed] for seed in both])
                if len(gains):
                    low, high = interval_over_seeds(gains)
                    steps.append(
                        Step(
                            population, measure, lower, upper, float(gains.mean()), low, high,
                            int((gains > 0).sum()), len(gains),
                        )
                    )  # fmt: skip
    return steps


def ladder_to_json(results: Sequence[Result]) -> list[dict[str, Any]]:
    """The steps with their claims, for machines."""
    return [{**asdict(step), "claim": step.claim} for step in steps_of(results)]


def beside_full(results: Sequence[Result]) -> dict[str, float]:
    """Hours watched beside the whole system's, as a share, for policies of which a figure is published."""
    full = _by_seed(results, "full", "hours")
    found = {}
    for policy in PUBLISHED:
        theirs = _by_seed(results, policy, "hours")
        both = full.keys() & theirs.keys()
        if both:
            whole = sum(full[seed] for seed in both)
            found[policy] = sum(theirs[seed] for seed in both) / whole - 1 if whole else 0.0
    return found


def interval_over_seeds(
    values: np.ndarray[tuple[int], np.dtype[np.float64]],
) -> tuple[float | None, float | None]:
    """The 95% interval of the mean of independent runs; (None, None) of a single one."""
    n = len(values)
    if n < 2:
        return None, None
    t = _T_95[min(n - 2, len(_T_95) - 1)]
    half = t * float(values.std(ddof=1)) / n**0.5
    mean = float(values.mean())
    return mean - half, mean + half


def _by_seed(results: Sequence[Result], policy: str, measure: str) -> dict[int, float]:
    return {r.seed: r.value(measure) for r in results if r.policy == policy}
