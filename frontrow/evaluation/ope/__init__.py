"""Off-policy evaluation: what another policy would have earned, by a log of choices with probabilities.

In: `Choices` (read from a file or a home) and a `Target`. Out: a `Judged` with estimates and intervals,
or the reasons why the log can't tell. Nothing here reads a file, a clock or a global generator.
"""

from frontrow.evaluation.ope.choices import Choices
from frontrow.evaluation.ope.evaluate import LEARNED, Judged, judge, learn_and_judge
from frontrow.evaluation.ope.intervals import Interval, interval_of
from frontrow.evaluation.ope.support import Refused, Support
from frontrow.evaluation.ope.targets import (
    BestFixed,
    Given,
    Greedy,
    Logged,
    Target,
    Uniform,
    learn_best_fixed,
    learn_greedy,
)

__all__ = [
    "LEARNED",
    "BestFixed",
    "Choices",
    "Given",
    "Greedy",
    "Interval",
    "Judged",
    "Logged",
    "Refused",
    "Support",
    "Target",
    "Uniform",
    "interval_of",
    "judge",
    "learn_and_judge",
    "learn_best_fixed",
    "learn_greedy",
]
