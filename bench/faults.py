"""Faults at scale: kill -9 at a thousand moments, bits flipped; what was lost, and how long until back.

`python -m bench.faults --rounds 1000` prints one table. The same seed draws the same moments; what a
process was doing at them is up to the machine. Ends with 1, and says of which round, where anything
was lost or there twice.
"""

from __future__ import annotations

import argparse
import itertools
import os
import platform
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
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

    def add(self, found: float | str) -> None:
        """The seconds of a round, or what it broke."""
        if isinstance(found, str):
            self.broken.append(found)
        else:
            self.seconds.append(found)


Round = Callable[[np.random.Generator], float]
"""Seconds until all was back; raises AssertionError where anything was lost or there twice."""


def rounds_in(folder: Path, rounds: int) -> Iterator[tuple[str, Round]]:
    """Kind and deed of each round: of ten some kill a server under load, the others take turns."""
    ground = Ground(make_home(folder / "home"), folder)
    served = make_home(folder / "served", keys=False)
    others = itertools.cycle(ROUNDS)
    for number in range(rounds):
        if number % 10 < _SERVER_SHARE:
            yield "server", partial(kill_server, served, mark=f"round{number}")
        else:
            name = next(others)
            yield name, partial(ROUNDS[name], ground)


def run(rounds: int, seed: int) -> dict[str, Outcome]:
    """Rounds of every kind, one after the other; where Ctrl-C ends them, those that were done."""
    outcomes = {name: Outcome() for name in ("server", *ROUNDS)}
    with (
        tempfile.TemporaryDirectory() as folder,
        Progress(console=Console(stderr=True)) as bar,
        interruption() as pressed,
    ):
        task = bar.add_task("killing", total=rounds)
        for number, (name, do) in enumerate(rounds_in(Path(folder), rounds)):
            found: float | str
            try:
                found = do(rng_for(seed, "faults", name, str(number)))
            except AssertionError as error:
                found = f"{name}, round {number}: {error}"
            if pressed:  # the round's own processes were ended with it
                break
            outcomes[name].add(found)
            bar.advance(task)
    return outcomes


@contextmanager
def interruption() -> Iterator[list[int]]:
    """Holds the signal's number once Ctrl-C was pressed, which ends nothing by itself."""
    pressed: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _frame: pressed.append(number))
    try:
        yield pressed
    finally:
        signal.signal(signal.SIGINT, before)


def main() -> int:
    """Run them and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=1_000)
    parser.add_argument("--flips", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    outcomes = run(asked.rounds, asked.seed)
    done = sum(len(of.seconds) + len(of.broken) for of in outcomes.values())
    table = Table(title=f"{done} rounds of {asked.rounds}, seed {asked.seed}, {os.cpu_count()} cores,"
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
