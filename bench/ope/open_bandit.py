"""Open Bandit (ZOZO, CC BY 4.0): the Thompson log's estimate of the uniform policy beside the uniform log."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from frontrow.base.randomness import rng_for
from frontrow.evaluation.ope import Choices, Interval, Judged, Uniform, interval_of, judge
from frontrow.evaluation.ope.evaluate import terms_of
from frontrow.evaluation.ope.reading import Columns, read_choices
from frontrow.evaluation.ope.shares import difference_of
from frontrow.evaluation.ope.weighing import weigh

CAMPAIGNS = {"all": 80, "men": 34}
CUT_TO = 1_000
CUTS = 200


@dataclass(frozen=True)
class Campaign:
    """Both numbers of a campaign, and whether they agree."""

    name: str
    earned: Interval  # by the uniform log itself
    judged: Judged  # by the Thompson log
    estimate: Interval  # doubly robust; withheld by the command where it refuses
    difference: Interval
    cut_refused: float  # share of random cuts of the log to `CUT_TO` choices that are refused


def read(path: Path, campaign: str, policy: str) -> Choices:
    """One of the four logs."""
    columns = Columns(
        action="item_id",
        probability="propensity_score",
        reward="click",
        cluster=None,
        context=("position",),
        where=f"policy = '{policy}' AND campaign = '{campaign}'",
    )
    return read_choices(path, columns, actions=CAMPAIGNS[campaign])


def look_at(path: Path, campaign: str) -> Campaign:
    """A campaign's numbers."""
    uniform, thompson = (read(path, campaign, policy) for policy in ("random", "bts"))
    earned = interval_of(uniform.reward, uniform.cluster)
    judged = judge(thompson, Uniform())
    best = terms_of(weigh(thompson, Uniform()))["dr"]
    estimate = interval_of(best.each, thompson.cluster)
    rng = rng_for(1, "cuts", campaign)
    refused = 0
    for _ in range(CUTS):
        some = np.sort(rng.permutation(len(thompson))[:CUT_TO])
        refused += bool(judge(thompson.take(some), Uniform()).refused)
    return Campaign(
        campaign, earned, judged, estimate, difference_of(estimate, earned), refused / CUTS
    )
