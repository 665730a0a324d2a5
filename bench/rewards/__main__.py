"""`make bench-rewards`: which reward ranks policies as planted retention does; what weak experiments tell.

The seeds are none on which anything was chosen: worlds, policies, and that a reward is summed over sittings
were set on seeds 1001 to 1003; slow-finish once more after a look at seed 21.
"""

from __future__ import annotations

import argparse

import numpy as np

from bench.quality.machine import machine
from frontrow.base.randomness import rng_for
from frontrow.cli.rewards_lived import EXPERIMENTS, UNITS, Judged, judge, live_in
from frontrow.evaluation.rewards import BUILT_IN, Arm, arm_of, compare
from frontrow.simulation.loop.trials import POLICIES, SHORT_DAYS, WORLDS

ASKED = 0.9


def tell(judged: Judged, seed: int) -> None:
    lived = judged.lived
    print(
        f"\n{lived.world}, parameters {lived.parameters}, seed {seed}: {lived.stays.shape[1]} viewers,"
        f" {len(lived.policies)} policies, stays {lived.stays.mean(axis=1).min():.3f} to"
        f" {lived.stays.mean(axis=1).max():.3f}"
    )
    by_name = {one.proxy: one for one in judged.compared}
    for one in judged.ranked:
        low, high = one.interval
        wrong = one.misled
        costs = "" if wrong is None else (
            f"; puts {wrong.above} above {wrong.below}, which keeps {wrong.loss:.1%} more"
        )  # fmt: skip
        print(
            f"  {one.reward:<9} ranks {one.rank_correlation:+.3f} ({low:+.3f} to {high:+.3f}){costs}"
        )
    print(f"  of {EXPERIMENTS} experiments of {UNITS} viewers each, by who stayed:")
    for one in judged.ranked:
        weak, true = by_name[one.reward], judged.truth[one.reward]
        told = (
            f"corrected {weak.corrected:+.2f} ({weak.interval[0]:+.2f} to {weak.interval[1]:+.2f})"
            if weak.corrected is not None and weak.interval is not None
            else f"corrected: not told, {weak.why}"
        )
        print(f"  {one.reward:<9} naive {weak.naive:+.2f}, {told}, true {true:+.2f}")


def covered(seed: int, *, experiments: int, units: int, true: float, noise: float) -> str:
    """How the naive and the corrected correlation stand by a planted one, over 100 collections."""
    of_effects = 0.15**2 * np.array([[1, true], [true, 1]])
    of_units = np.array([[1, noise], [noise, 1]])
    naive, corrected, inside, told = [], [], 0, 0
    for number in range(100):
        rng = rng_for(seed, "planted experiments", str(number))
        arms: list[Arm] = []
        for one in range(experiments):
            effect = rng.multivariate_normal((0, 0), of_effects)
            for name, mean in (("control", np.zeros(2)), ("new", effect)):
                drawn = rng.multivariate_normal(mean, of_units, size=units)
                arms.append(arm_of(str(one), name, drawn))
        (found,) = compare(arms, ("proxy", "outcome"), rng_for(seed, "compare", str(number)))
        naive.append(found.naive)
        if found.corrected is not None and found.interval is not None:
            told += 1
            corrected.append(found.corrected)
            inside += found.interval[0] <= true <= found.interval[1]
    return (
        f"  true {true:+.1f}, units' chance {noise:+.1f}, {experiments} experiments of 2 x {units}:"
        f" naive {np.mean(naive):+.2f}, corrected {np.mean(corrected):+.2f}, told {told} of 100,"
        f" 95% intervals cover {inside} of {told}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--viewers", type=int, default=400)
    parser.add_argument("--days", type=int, default=28)
    parser.add_argument("--worlds", default=",".join(WORLDS))
    parser.add_argument("--seeds", default="21,22")
    asked = parser.parse_args()
    print(machine())
    print("\nplanted experiments")
    for true, noise in ((0.5, -0.3), (0.0, 0.9), (0.9, 0.0)):
        print(covered(21, experiments=100, units=100, true=true, noise=noise), flush=True)
    print(
        f"\nin simulation, {asked.days} days, rewards of the first {SHORT_DAYS} by events alone,"
        f" {len(POLICIES)} policies"
    )
    by_world: dict[str, list[Judged]] = {}
    for seed in map(int, asked.seeds.split(",")):
        for world in asked.worlds.split(","):
            lived = live_in(
                world, BUILT_IN,
                viewers=asked.viewers, days=asked.days, seed=seed, tell=lambda share, what: None,
            )  # fmt: skip
            judged = judge(lived, BUILT_IN, seed)
            tell(judged, seed)
            print(end="", flush=True)
            by_world.setdefault(world, []).append(judged)
    print(
        f"\nrank correlation with planted retention, by seed (asked of frontrow: at least {ASKED})"
    )
    for world, all_of in by_world.items():
        parts = []
        for place, one in enumerate(BUILT_IN):
            told = "/".join(f"{j.ranked[place].rank_correlation:.2f}" for j in all_of)
            parts.append(f"{one.name} {told}")
        met = all(j.ranked[0].rank_correlation >= ASKED for j in all_of)
        print(f"  {world:<12} {'  '.join(parts)}  {'met' if met else 'MISSED'}")


if __name__ == "__main__":
    main()
