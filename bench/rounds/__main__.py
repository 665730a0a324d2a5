"""`make bench-rounds`: twelve rounds of refitting, as shipped and with nothing drawn, in simulation."""

from __future__ import annotations

import argparse
import multiprocessing
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import numpy as np

from bench.quality.machine import machine
from bench.rounds.rounds import ARGMAX, ARMS, IDEAL, SHIPPED, UNDRAWN, Rounds, run_rounds
from frontrow.simulation.loop import POPULATIONS, hash_of
from frontrow.simulation.loop.ladder import interval_over_seeds

LAST = 3
"""Rounds at the end of which the mean is taken: single ones are noisy."""


def told(values: list[float]) -> str:
    """A mean over seeds with its 95% interval."""
    array = np.array(values)
    low, high = interval_over_seeds(array)
    if low is None or high is None:
        return f"{array.mean():.3f}"
    return f"{array.mean():.3f} ({low:.3f} to {high:.3f})"


def excess(arm: Rounds, ideal: Rounds) -> float:
    """By how much the lists of the last rounds are liker than the ideal's of the same rounds."""
    return float(arm.likeness[-LAST:].mean() - ideal.likeness[-LAST:].mean())


def tell_rounds(name: str, runs: list[Rounds]) -> None:
    print(f"\n  {name}, by round, mean of {len(runs)} seeds")
    for column in ("likeness", "nearest", "coverage", "utility"):
        mean = np.mean([getattr(run, column) for run in runs], axis=0)
        print(f"    {column:9}" + " ".join(f"{value:7.3f}" for value in mean))


def compare(found: dict[str, list[Rounds]]) -> None:
    """What is asked of the shipped arm beside the others, of which each seed has all."""
    for name, runs in found.items():
        tell_rounds(name, runs)
    ours, argmax, ideal = found[SHIPPED], found[ARGMAX], found[IDEAL]
    of_argmax = [excess(b, c) for b, c in zip(argmax, ideal, strict=True)]
    of_ours = [excess(a, c) for a, c in zip(ours, ideal, strict=True)]
    grown = [float(b.likeness[-LAST:].mean() - b.likeness[0]) for b in argmax]
    gained = [float(b.utility[-LAST:].mean() / b.utility[0] - 1) for b in argmax]
    print(
        f"\n  argmax: likeness grew by {told(grown)}, utility by {told(gained)} of the first round's"
    )
    lines = {
        f"argmax's likeness over the ideal's, last {LAST} rounds": of_argmax,
        "as shipped": of_ours,
        "as shipped, as a share of argmax's (asked <= .5)": [
            a / b for a, b in zip(of_ours, of_argmax, strict=True)
        ],
        "coverage of the last rounds beside the first (asked >= .8)": [
            float(a.coverage[-LAST:].mean() / a.coverage[0]) for a in ours
        ],
        "utility beside argmax, all rounds (asked >= 1)": [
            float(a.utility.sum() / b.utility.sum()) for a, b in zip(ours, argmax, strict=True)
        ],
        "cost of drawing in the first round (asked <= .015)": [
            float(1 - a.utility[0] / b.utility[0])
            for a, b in zip(ours, found[UNDRAWN], strict=True)
        ],
        "change of the niche third's utility, first to last": [_change(a.niche) for a in ours],
        "change of the others'": [_change(a.others) for a in ours],
    }
    for what, values in lines.items():
        print(f"  {what}: {told(values)}", flush=True)


def _change(utility: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    return float(utility[-LAST:].mean() / max(utility[0], 1e-9) - 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--population", default="everyday", choices=sorted(POPULATIONS))
    parser.add_argument("--viewers", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--days", type=int, default=2, help="of a round")
    parser.add_argument("--before", type=int, default=8, help="days of chance before the first fit")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1, help="the first")
    asked = parser.parse_args()
    parameters = POPULATIONS[asked.population]
    print(machine())
    print(
        f"in simulation: {asked.population}, parameters {hash_of(parameters)}, {asked.viewers} viewers,"
        f" {asked.before} days of chance, {asked.rounds} rounds of {asked.days} days"
    )
    found: dict[str, list[Rounds]] = {arm: [] for arm in ARMS}
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(asked.processes, mp_context=context) as pool:
        for seed in range(asked.seed, asked.seed + asked.seeds):
            run_arm = partial(
                run_rounds, asked.population, seed=seed, viewers=asked.viewers,
                rounds=asked.rounds, days=asked.days, before=asked.before,
            )  # fmt: skip
            for arm, run in zip(ARMS, pool.map(run_arm, ARMS), strict=True):
                found[arm].append(run)
            print(f"seed {seed} done", file=sys.stderr, flush=True)
            compare(found)


if __name__ == "__main__":
    main()
