"""`make bench-rewards`: what starts become, foreseen a day after they began, in planted worlds.

The seed is none on which anything was chosen (that was 1001). Titles are shown by fame, so that some are
begun often.
"""

from __future__ import annotations

import argparse

import msgspec

from bench.quality.machine import machine
from frontrow.base.time import to_us
from frontrow.cli.rewards_lived import catalogue_of
from frontrow.evaluation.unfolding import LEAST_OF_TITLE, judge_unfolding
from frontrow.events import Event
from frontrow.events.log import Logged
from frontrow.ranking.unfolding import Looks, join_looks, looks_at
from frontrow.simulation.loop.trials import Trial, lived_trial

WORLDS = "everyday,restless,contrary,slow-finish"
POLICY = "fame"


def looks_of(trial: Trial) -> Looks:
    """Every start of a world's viewers, by the events alone."""
    catalogue, parts = catalogue_of(trial), []
    for profile_id in trial.profile_ids:
        events = [
            msgspec.convert(event, Event)
            for event in trial.events[profile_id]
            if event["type"] != "impression"
        ]
        logged = [
            Logged(number, event.type, to_us(event.time), to_us(event.time), event, {})
            for number, event in enumerate(events, start=1)
        ]
        parts.append(looks_at(profile_id, logged, catalogue, trial.until_us))
    return join_looks(parts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--viewers", type=int, default=500)
    parser.add_argument("--days", type=int, default=56)
    parser.add_argument("--worlds", default=WORLDS)
    parser.add_argument("--seed", type=int, default=31)
    asked = parser.parse_args()
    print(machine())
    for world in asked.worlds.split(","):
        trial = lived_trial(
            world, POLICY,
            viewers=asked.viewers, days=asked.days, seed=asked.seed, first_days=asked.days,
        )  # fmt: skip
        _, figures = judge_unfolding(looks_of(trial), trial.until_us)
        print(
            f"\n{world}, in simulation, seed {asked.seed}: fitted on {figures.fitted_starts:,} starts, judged"
            f" on {figures.judged_starts:,} later ones"
        )
        for one in figures.at_age:
            print(
                f"  {one.age_days:g} days old: {one.outcome:<8} came of {one.came:.3f}, AUC {one.auc:.3f},"
                f" expected calibration error {one.calibration_error:.3f}"
            )
        titles = figures.of_titles
        if titles is not None:
            print(
                f"  {titles.titles} titles of {LEAST_OF_TITLE} starts and more, each a day old; error of"
                f" the share of good plays:\n  foreseen {titles.foreseen:.3f}, unfinished counted as bad"
                f" {titles.so_far:.3f}, waiting {titles.waiting:.3f}; correlation with what they became:"
                f" foreseen {titles.foreseen_correlation:.2f}, unfinished as bad"
                f" {titles.so_far_correlation:.2f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
