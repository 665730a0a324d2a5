"""`make bench-gate`: equals and bent candidates before the gate of `learn`, three days after a bundle."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from threadpoolctl import threadpool_limits

from bench.gate.worlds import World, lived
from bench.quality.machine import machine
from frontrow.evaluation.launch_gate import Verdict
from frontrow.simulation.loop import POPULATIONS
from frontrow.simulation.loop.parameters import hash_of

SEEDS = (101,)
"""Those by which no bound was set: that was done on seeds below 10."""

AGAIN = 20
"""Times that the live ranking of each world is fitted again, by other seeds."""

ASKED_OF: dict[str, str] = {
    "bubble": "narrow",
    "clickbait": "left early",
    "starve": "supplier",
}
"""What the reason for which each must be refused says; other reasons do not count."""

ONLY_TOLD = ("by starts alone",)
"""Asked for to be known: where starts and finishes mostly agree, little harm comes of it."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--population", default="everyday")
    parser.add_argument("--viewers", type=int, default=1_600)
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS)
    parser.add_argument("--again", type=int, default=AGAIN)
    chosen = parser.parse_args()
    parameters = hash_of(POPULATIONS[chosen.population])
    print(
        f"{chosen.viewers} viewers of `{chosen.population}`, {parameters}, {machine()}", flush=True
    )
    counts: dict[str, list[bool]] = {}
    for seed in chosen.seeds:
        with threadpool_limits(1), lived(chosen.population, chosen.viewers, seed) as world:
            for name, verdict in verdicts(world, chosen.again):
                as_asked = is_as_asked(name, verdict)
                counts.setdefault(name, []).append(
                    verdict.passed if name in ONLY_TOLD else as_asked
                )
                print(told(seed, name, verdict, as_asked), flush=True)
    for name, found in counts.items():
        what = "refused for what it is bent to" if name in ASKED_OF else "passed"
        print(f"{name}: {what} {sum(found)} of {len(found)}")


def verdicts(world: World, again: int) -> Iterator[tuple[str, Verdict]]:
    """Every candidate of a world, judged."""
    court, live = world.court, world.policy.ranker
    for number in range(again):
        yield "the same refitted", court.judge(world.again(1_000 + world.seed * 10 + number), live)
    yield "fitted on newer data", court.judge(world.newer, live)
    yield "bubble", court.judge(world.bubbling(), live)
    yield "by starts alone", court.judge(world.by_starts(), live)
    yield "clickbait", court.judge(world.clickbait(), live)
    yield "starve", court.judge(world.starving(), live)


def is_as_asked(name: str, verdict: Verdict) -> bool:
    """Whether an equal passed, or a bent one was refused for what it is bent to."""
    if name in ASKED_OF:
        return any(ASKED_OF[name] in reason for reason in verdict.reasons)
    return verdict.passed or name in ONLY_TOLD


def told(seed: int, name: str, verdict: Verdict, as_asked: bool) -> str:
    """A verdict in a line, and its reasons."""
    said = "passed" if verdict.passed else "refused"
    line = f"seed {seed}  {name:<22} {said:<8}{'' if as_asked else 'NOT AS ASKED  '}{verdict.viewers} asked"
    return "\n    ".join([line, *verdict.reasons])


if __name__ == "__main__":
    main()
