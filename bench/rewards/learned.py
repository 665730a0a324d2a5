"""`make bench-rewards`: what models gain that learn from open starts as they are foreseen.

In planted worlds, judged as the demo is: a fit on everything until 80% of the good plays had begun, then
what viewers play well within hours of their later visits, nDCG@20; all of it, and of titles that nobody had
begun two weeks before the fit. The seed is none on which anything was chosen (that was 1001).
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from bench.quality.demo import full, judged
from bench.quality.demo_world import Visit, World, prepared, visits_of
from bench.quality.machine import machine
from frontrow.base.database import open_database
from frontrow.base.time import US_PER_DAY, from_us
from frontrow.catalog import Catalogue
from frontrow.cli.rewards_lived import catalogue_of
from frontrow.engine import ThisProcess
from frontrow.evaluation.intervals import compare
from frontrow.evaluation.split import TRAIN_SHARE
from frontrow.events import Event, Log, open_log
from frontrow.ranking.reward import rewards
from frontrow.ranking.slices import begun_us, moment_at
from frontrow.simulation.loop.trials import Trial, lived_trial
from frontrow.viewers import Dataset, build_datasets
from frontrow.viewers.dataset import Moment

WORLDS = "everyday,slow-finish"
POLICY = "fame"
NEW_DAYS = 14
BATCH = 1_000


def stored(trial: Trial, log: Log) -> None:
    """Put what a world's viewers did into a log, but for what they only saw."""
    now = from_us(trial.until_us)
    for profile_id in trial.profile_ids:
        told = [event for event in trial.events[profile_id] if event["type"] != "impression"]
        events = msgspec.convert(told, list[Event])
        for start in range(0, len(events), BATCH):
            log.append(events[start : start + BATCH], now=now)


def world_of(trial: Trial, catalogue: Catalogue, log: Log) -> World:
    """A trial's log, and the split of it."""

    def build(moments: Sequence[Moment]) -> list[Dataset]:
        return build_datasets(log, catalogue, moments, engine=ThisProcess())

    (whole,) = build([trial.until_us])
    begun = begun_us(whole, rewards(whole, catalogue))
    return World(catalogue, build, whole, moment_at(TRAIN_SHARE, begun))


def of_new(visits: Sequence[Visit], world: World) -> list[Visit]:
    """The same questions, of titles alone that were new when the models were fitted."""
    never = np.iinfo(np.int64).max
    touched = np.where(world.whole.records.first_us > 0, world.whole.records.first_us, never)
    first: NDArray[np.int64] = np.full(world.catalogue.n, never)
    np.minimum.at(first, world.whole.records.work, touched)
    new = first > world.at_us - NEW_DAYS * US_PER_DAY
    found = []
    for visit in visits:
        relevant = visit.asked.relevant.multiply(new[None]).tocsr()
        relevant.eliminate_zeros()
        rows = np.flatnonzero(np.diff(relevant.indptr) > 0)
        asked = replace(visit.asked.take(rows), relevant=relevant[rows])
        found.append(replace(visit, histories=visit.histories.take(rows), asked=asked))
    return found


def measure(world_name: str, asked: argparse.Namespace) -> None:
    """Print what foresight is worth in a world."""
    trial = lived_trial(
        world_name, POLICY,
        viewers=asked.viewers, days=asked.days, seed=asked.seed, first_days=asked.days,
    )  # fmt: skip
    catalogue = catalogue_of(trial)
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(Path(folder) / "log.db")
        log = open_log(database)
        stored(trial, log)
        world = world_of(trial, catalogue, log)
        visits = visits_of(world)
        questions = {
            "all that was played": visits,
            f"new within {NEW_DAYS} days": of_new(visits, world),
        }
        gains: dict[tuple[str, bool], dict[str, float]] = {}
        for foresees in (False, True):
            bound = prepared(world, asked.seed, foresees=foresees).ranker().bind(catalogue)
            for what, mine in questions.items():
                gains[what, foresees] = judged(mine, full(bound))
        database.close()
    print(f"\n{world_name}, in simulation, seed {asked.seed}")
    for what in questions:
        plain, foreseen = (np.array(list(gains[what, which].values())) for which in (False, True))
        if not len(plain):
            print(f"  {what:<20} nothing was asked")
            continue
        found = compare(foreseen, plain, np.random.default_rng(asked.seed))
        print(
            f"  {what:<20} {len(plain):4} viewers: nDCG@20 {plain.mean():.4f} undecided,"
            f" {foreseen.mean():.4f} foreseen: x {found.ratio:.3f}"
            " ({:.3f} to {:.3f})".format(*found.ratio_interval),
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--viewers", type=int, default=1_500)
    parser.add_argument("--days", type=int, default=56)
    parser.add_argument("--worlds", default=WORLDS)
    parser.add_argument("--seed", type=int, default=31)
    asked = parser.parse_args()
    print(machine())
    for world in asked.worlds.split(","):
        measure(world, asked)


if __name__ == "__main__":
    main()
