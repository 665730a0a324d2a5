"""Faults at scale: kill -9 at a thousand moments, bits flipped; what was lost, and how long until back.

`python -m bench.faults --rounds 1000` prints one table. The same seed draws the same moments; what a
process was doing at them is up to the machine. Ends with 1, and says of which round, where anything
was lost or there twice.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from frontrow.base.randomness import rng_for
from tests.backups.lived_in import make_home
from tests.faults.flips import flip_bits
from tests.faults.rounds import ROUNDS, Ground
from tests.faults.serving import BACK_SECONDS, kill_server

_SERVER_SHARE = 3
"""Of ten rounds, how many kill a server under load; the others take turns."""


@dataclass
class Outcome:
    """What became of the rounds of one kind."""

    seconds: list[float] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)


def run_round(
    outcome: Outcome, name: str, do: Callable[[np.random.Generator], float], seed: int, number: int
) -> None:
    """One round, whatever it shows."""
    try:
        outcome.seconds.append(do(rng_for(seed, "faults", name, str(number))))
    except AssertionError as error:
        outcome.broken.append(f"{name}, round {number}: {error}")


def run(rounds: int, seed: int) -> dict[str, Outcome]:
    """Rounds of every kind, one after the other."""
    names = list(ROUNDS)
    outcomes = {name: Outcome() for name in ("server", *names)}
    with tempfile.TemporaryDirectory() as folder, Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task("killing", total=rounds)
        ground = Ground(make_home(Path(folder) / "home"), Path(folder))
        served = make_home(Path(folder) / "served", keys=False)
        others = 0
        for number in range(rounds):
            if number % 10 < _SERVER_SHARE:
                mark = f"round{number}"
                do: Callable[[np.random.Generator], float] = lambda rng, mark=mark: kill_server(  # noqa: E731
                    served, rng, mark
                )
                run_round(outcomes["server"], "server", do, seed, number)
            else:
                name = names[others % len(names)]
                others += 1
                run_round(
                    outcomes[name], name, lambda rng, n=name: ROUNDS[n](ground, rng), seed, number
                )
            bar.advance(task)
    return outcomes


def main() -> int:
    """Run them and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=1_000)
    parser.add_argument("--flips", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    outcomes = run(asked.rounds, asked.seed)
    table = Table(title=f"{asked.rounds} rounds, seed {asked.seed}, {os.cpu_count()} cores,"
                  f" {platform.system()} {platform.machine()}")  # fmt: skip
    for column in ("killed", "rounds", "lost or twice", "back: median s", "95% s", "longest s"):
        table.add_column(column, justify="left" if column == "killed" else "right")
    for name, outcome in outcomes.items():
        seconds = outcome.seconds or [float("nan")]
        table.add_row(
            name, str(len(outcome.seconds) + len(outcome.broken)), str(len(outcome.broken)),
            f"{np.median(seconds):.2f}", f"{np.quantile(seconds, 0.95):.2f}", f"{max(seconds):.2f}",
        )  # fmt: skip
    Console(width=110).print(table)
    broken = [line for outcome in outcomes.values() for line in outcome.broken]
    late = [s for outcome in outcomes.values() for s in outcome.seconds if s >= BACK_SECONDS]
    counted: Counter[str] = Counter()
    if asked.flips:
        with tempfile.TemporaryDirectory() as folder:
            home = make_home(Path(folder) / "home")
            counted = flip_bits(home, Path(folder), asked.flips, seed=asked.seed)
    for name, count in sorted(counted.items()):
        print(f"bits flipped in {name}: {count}")
    for line in broken:
        print(line)
    if late:
        print(f"{len(late)} rounds took {BACK_SECONDS:.0f} s or more")
    return 1 if broken or late else 0


if __name__ == "__main__":
    sys.exit(main())
