"""`make bench-rounds`: twelve rounds of refitting, as shipped and with nothing drawn, in simulation."""

from __future__ import annotations

import argparse
import sys

import numpy as np

from bench.quality.machine import machine
from bench.rounds.rounds import ARMS, Rounds, run_rounds
from frontrow.simulation.loop import POPULATIONS, hash_of
from frontrow.simulation.loop.ladder import interval_over_seeds


def told(values: list[float]) -> str:
    """A mean over seeds with its 95% interval."""
    array = np.array(values)
    low, high = interval_over_seeds(array)
    if low is None or high is None:
        return f"{array.mean():.3f}"
    return f"{array.mean():.3f} ({low:.3f} to {high:.3f})"


def compare(found: dict[str, list[Rounds]]) -> None:
    """What is asked of the shipped arm beside the one that draws nothing."""
    ours, argmax = found["as shipped"], found["argmax"]
    for name, runs in found.items():
        print(f"\n  {name}, by round, mean of {len(runs)} seeds")
        for column in ("likeness", "coverage", "utility"):
            mean = np.mean([getattr(run, column) for run in runs], axis=0)
            print(f"    {column:9}" + " ".join(f"{value:7.3f}" for value in mean))
    pairs = list(zip(ours, argmax, strict=True))
    start = [(a.likeness[0] + b.likeness[0]) / 2 for a, b in pairs]
    excess = [b.likeness[-1] - s for (_, b), s in zip(pairs, start, strict=True)]
    mine = [a.likeness[-1] - s for (a, _), s in zip(pairs, start, strict=True)]
    print(
        f"\n  argmax: likeness gained by the last round {told(excess)}, utility gained"
        f" {told([float(b.utility[-1] - b.utility[0]) for _, b in pairs])}"
    )
    print(f"  as shipped: likeness gained {told(mine)} (asked: at most half of argmax's)")
    lines = {
        "coverage of the last round beside the first (asked >= .8)": [
            float(a.coverage[-1] / a.coverage[0]) for a, _ in pairs
        ],
        "utility beside argmax, all rounds (asked >= 1)": [
            float(a.utility.sum() / b.utility.sum()) for a, b in pairs
        ],
        "cost of drawing in the first round (asked <= .015)": [
            float(1 - a.utility[0] / b.utility[0]) for a, b in pairs
        ],
        "change of the niche third's utility, first to last": [
            float(a.niche[-1] / max(a.niche[0], 1e-9) - 1) for a, _ in pairs
        ],
        "change of the others'": [
            float(a.others[-1] / max(a.others[0], 1e-9) - 1) for a, _ in pairs
        ],
    }
    for what, values in lines.items():
        print(f"  {what}: {told(values)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--population", default="everyday", choices=sorted(POPULATIONS))
    parser.add_argument("--viewers", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--days", type=int, default=2, help="of a round")
    parser.add_argument("--before", type=int, default=4, help="days before the first fit")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1, help="the first")
    asked = parser.parse_args()
    parameters = POPULATIONS[asked.population]
    print(machine())
    print(
        f"in simulation: {asked.population}, parameters {hash_of(parameters)}, {asked.viewers} viewers,"
        f" {asked.before} days unfitted, {asked.rounds} rounds of {asked.days} days"
    )
    found: dict[str, list[Rounds]] = {arm: [] for arm in ARMS}
    for seed in range(asked.seed, asked.seed + asked.seeds):
        for arm in ARMS:
            found[arm].append(
                run_rounds(
                    asked.population, arm, seed=seed, viewers=asked.viewers, rounds=asked.rounds,
                    days=asked.days, before=asked.before,
                )
            )  # fmt: skip
        print(f"seed {seed} done", file=sys.stderr, flush=True)
        if seed > asked.seed and (seed - asked.seed) % 3 == 0:
            compare(found)
    compare(found)


if __name__ == "__main__":
    main()
