"""What was asked of the full system before it was measured, and whether it is so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bench.quality.judging import LEAD, Judged, compare_judged
from frontrow.evaluation.intervals import Comparison

FULL = "full"
"""The name of the whole system among the lists that are ours."""

EASE, ALS, SASREC = "EASE", "ALS (implicit)", "SASRec (RecTools)"


@dataclass(frozen=True)
class Target:
    """The full system's mean over that of the best of some others."""

    split: str
    others: tuple[str, ...]
    asked: float
    stretch: float | None = None


TARGETS = (
    Target("ml-1m-a", (EASE, ALS), 1.15, 1.22),
    Target("ml-1m-b", (EASE,), 1.5),
    Target("ml-1m-b", (SASREC,), 1.10, 1.20),
    Target("ml-latest-small-b", (EASE,), 1.18, 1.28),
)


@dataclass(frozen=True)
class Outcome:
    """A target beside what was measured; without the models it speaks of, nothing was."""

    target: Target
    other: str | None = None  # the best of the others
    found: Comparison | None = None

    @property
    def verdict(self) -> str:
        """missed, met or stretch; a difference whose interval holds zero meets nothing."""
        if self.found is None:
            return "not measured"
        if not self.found.ratio >= self.target.asked:
            return "missed"
        if self.found.difference_interval[0] <= 0:
            return "not certain"
        if self.target.stretch is not None and self.found.ratio >= self.target.stretch:
            return "met, stretch too"
        return "met"


def outcome_of(target: Target, judged: Mapping[str, Judged]) -> Outcome:
    """The outcome among the models of the target's split."""
    if FULL not in judged or any(name not in judged for name in target.others):
        return Outcome(target)
    best = max(target.others, key=lambda name: judged[name].means[LEAD])
    return Outcome(target, best, compare_judged(judged[FULL], judged[best]))
