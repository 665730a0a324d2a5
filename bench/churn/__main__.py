"""`make bench-churn`: cancelling foreseen beside what could be; uplift beside risk; telco's customers.

The planted worlds' seeds are none on which anything was chosen. The telco table (IBM's sample data) is read
where it is there; gender and age are left out of it, as everywhere.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from bench.churn.telco import telco_auc
from bench.churn.worlds import WEEK_US, Subscribers, planted_trial, subscribers
from bench.quality.machine import machine
from frontrow.base.randomness import rng_for
from frontrow.evaluation.churn import MONTH_DAYS, auc, judge_churn
from frontrow.ranking.churn import landmarks_of
from frontrow.ranking.churn.landmarks import WEEKS
from frontrow.ranking.churn.uplift import judge_uplift, why_not

TELCO = Path(__file__).parents[3] / "shared" / "data" / "telco-churn" / "customers.parquet"


def bound_of(world: Subscribers, cut_us: int) -> float:
    """The AUC of who knows every subscriber's hidden hazard at the look."""
    looks = landmarks_of(world.timelines, world.until_us)
    looks = looks.take((looks.moment_us >= cut_us) & looks.known_for(MONTH_DAYS))
    hidden = []
    for profile, moment in zip(looks.profile.tolist(), looks.moment_us.tolist(), strict=True):
        name = looks.profiles[profile]
        week = (moment - world.begin_us[name]) // WEEK_US
        hidden.append(world.logits[name][min(week, len(world.logits[name]) - 1)])
    return auc(np.array(hidden), looks.ended_within(MONTH_DAYS))


def foreseen(n: int, weeks: int, seed: int) -> None:
    world = subscribers(n, weeks, seed)
    _, figures = judge_churn(world.timelines, world.until_us, rng_for(seed, "churn"))
    bound = bound_of(world, world.until_us - WEEKS * WEEK_US)
    low, high = figures.auc_interval
    print(
        f"\nplanted subscribers: {n:,}, {weeks} weeks, seed {seed}; judged on the newest quarter of a year"
    )
    print(
        f"  {figures.looks:,} looks at {figures.profiles:,} profiles,"
        f" {figures.ended:,} left within four weeks"
    )
    print(
        f"  AUC {figures.auc:.3f} ({low:.3f} to {high:.3f}); of who knows the hidden hazard {bound:.3f}"
    )
    print(f"  expected calibration error {figures.calibration_error:.4f} (asked: under .02)")
    for days, brier in figures.brier.items():
        print(
            f"  Brier at {days} days {brier:.4f}; of everyone's mean chance {figures.brier_of_base[days]:.4f}"
        )


def kept(m: int, seed: int) -> None:
    trial, truth = planted_trial(m, seed)
    assert not why_not(trial)
    rng = rng_for(seed, "uplift")
    judged = rng.random(m) < 0.5
    truth = truth[judged]
    found = judge_uplift(trial, judged, rng)
    print(
        f"\nplanted trial: {m:,} viewers, half approached, some leave because they were; seed {seed}"
    )
    for name, by in (("uplift", found.by_uplift), ("risk", found.by_risk)):
        low, high = by.interval
        print(f"  Qini by {name:<7} {by.qini:+.5f} ({low:+.5f} to {high:+.5f}) kept of each viewer")
    low, high = found.difference_interval
    print(
        f"  uplift less risk {found.difference:+.5f} ({low:+.5f} to {high:+.5f}); asked: above 0, both"
    )
    best, riskiest = (np.argsort(-by)[: len(truth) // 5] for by in (found.keeps, found.risk))
    print(
        f"  truth: approaching the fifth that uplift names keeps {truth[best].sum():+,.0f}, the fifth at most"
        f" risk {truth[riskiest].sum():+,.0f}, everyone {truth.sum():+,.0f}"
    )
    nothing, _ = planted_trial(m, seed + 1, keeps=False)
    none = judge_uplift(nothing, judged, rng)
    low, high = none.by_uplift.interval
    print(
        f"  an approach that changes nothing: {none.by_uplift.qini:+.5f} ({low:+.5f} to {high:+.5f})"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--subscribers", type=int, default=4_000)
    parser.add_argument("--weeks", type=int, default=52)
    parser.add_argument("--trial", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=11)
    asked = parser.parse_args()
    print(machine())
    foreseen(asked.subscribers, asked.weeks, asked.seed)
    kept(asked.trial, asked.seed)
    if TELCO.exists():
        mean, folds = telco_auc(TELCO, asked.seed)
        print(f"\ntelco customers: AUC {mean:.4f} over {folds} folds (asked: at least .84)")
    else:
        print(f"\ntelco customers: not there ({TELCO.parent.name})")


if __name__ == "__main__":
    main()
