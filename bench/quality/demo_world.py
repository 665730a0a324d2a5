"""The demo's log and its split: what the models know, and the visits at which viewers are asked.

After the moment by which 80 % of the good plays had begun viewers come back again and again, and each
time the question is what they play well within the next hours. Models are fitted once, at that moment;
histories and trends are those of each visit, as they are when every event is on the next page.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import numpy as np
from threadpoolctl import threadpool_limits

from frontrow.base.home import Home, init_home
from frontrow.base.memory import freed_memory_is_kept
from frontrow.base.randomness import rng_for
from frontrow.base.time import US_PER_DAY, system_clock, to_us
from frontrow.catalog import Catalogue
from frontrow.catalog.catalogue import Edition
from frontrow.cli.demo import VIEWERS, invent_into
from frontrow.engine import engine_for
from frontrow.evaluation.split import MIN_GOOD, TRAIN_SHARE
from frontrow.models.histories import GOOD, Histories, histories_of
from frontrow.ranking.closed import Closed
from frontrow.ranking.reward import fatigue_of, rewards
from frontrow.ranking.slices import Asked, ask, begun_us, moment_at
from frontrow.server.service import Service
from frontrow.training.cuts import cuts_of, starts_of
from frontrow.training.fit import Prepared, prepare
from frontrow.training.questions import slices_of
from frontrow.viewers import Dataset, build_datasets
from frontrow.viewers.dataset import Moment

Progress = Callable[[str], None]

NOW = "2026-11-01T20:00:00Z"
"""The demo's clock: which day it is shifts what is on air, and so the figures a little."""

HORIZON_US = US_PER_DAY // 2
"""What is played well so soon after a question is right."""

MOMENTS = 4
"""Questions to each viewer at most: two as a visit begins, two within one."""


@dataclass(frozen=True)
class World:
    """The demo's log up to its end, and the split of it."""

    catalogue: Catalogue
    build: Callable[[Sequence[Moment]], list[Dataset]]
    whole: Dataset
    at_us: int  # what the models know


@dataclass(frozen=True)
class Visit:
    """Viewers asked at one of their moments."""

    then: Dataset
    histories: Histories
    asked: Asked

    @property
    def profiles(self) -> list[str]:
        return [self.then.profile_ids[v] for v in self.asked.viewers.tolist()]


@contextmanager
def demo_world(progress: Progress, viewers: int = VIEWERS) -> Iterator[World]:
    """The demo as `make demo` invents it, with so many viewers, in a temporary folder and not trained."""
    before = os.environ.get("FRONTROW_NOW")
    os.environ["FRONTROW_NOW"] = NOW
    try:
        with tempfile.TemporaryDirectory() as folder:
            home = Home(Path(folder) / "home")
            init_home(home)
            service = Service(home, system_clock())
            progress(f"inventing the demo with {viewers:,} viewers")
            truth = Path(folder) / "truth.json"
            invent_into(service, truth, lambda share, what: None, viewers)
            catalogue = service.catalogue()
            engine = engine_for(service.log.count())

            def build(moments: Sequence[Moment]) -> list[Dataset]:
                return build_datasets(service.log, catalogue, moments, engine=engine)

            (whole,) = build([to_us(service.clock())])
            begun = begun_us(whole, rewards(whole, catalogue))
            yield World(catalogue, build, whole, moment_at(TRAIN_SHARE, begun))
            service.close()
    finally:
        if before is None:
            del os.environ["FRONTROW_NOW"]
        else:
            os.environ["FRONTROW_NOW"] = before


def without_people(world: World) -> World:
    """The same log of a catalogue that names nobody: neither matches nor content know of any."""
    catalogue = world.catalogue
    works = tuple(
        replace(work, editions=tuple(_of_nobody(edition) for edition in work.editions))
        for work in catalogue.works
    )
    people = catalogue.people.less(frozenset(catalogue.people.names))
    return replace(world, catalogue=replace(catalogue, works=works, people=people))


def _of_nobody(edition: Edition) -> Edition:
    return replace(edition, title=msgspec.structs.replace(edition.title, people=[]))


def prepared(world: World, seed: int, *, foresees: bool = True) -> Prepared:
    """A fit on what was known at the split's moment, but for its fusion."""
    cuts = cuts_of(world.whole, world.catalogue, seed, world.at_us)
    whole, slices = slices_of(world.build(cuts.moments), cuts)
    with threadpool_limits(1), freed_memory_is_kept():
        return prepare(whole, slices, world.catalogue, seed=seed, foresees=foresees)


def visits_of(world: World, seed: int = 0) -> list[Visit]:
    """All questions; of viewers with at least `MIN_GOOD` good plays before the split's moment."""
    (before,) = world.build([world.at_us])
    good = rewards(before, world.catalogue) >= GOOD
    counts = np.bincount(before.viewer[good], minlength=before.b)
    enough = {p for p, c in zip(before.profile_ids, counts.tolist(), strict=True) if c >= MIN_GOOD}
    maps: list[dict[str, int]] = []
    for which, (us, viewer) in enumerate(starts_of(world.whole)):
        later = np.flatnonzero(us > world.at_us)
        later = rng_for(seed, "questions", str(which)).permutation(later)
        mine: list[dict[str, int]] = [{} for _ in range(MOMENTS // 2)]
        for i in later.tolist():
            profile = world.whole.profile_ids[viewer[i]]
            free = next((m for m in mine if profile not in m), None)
            if profile in enough and free is not None:
                free[profile] = int(us[i]) - 1
        maps += mine
    right = rewards(world.whole, world.catalogue)
    found, closed = [], Closed(world.catalogue)
    for then in world.build(maps):
        reward = rewards(then, world.catalogue)
        asked = ask(
            then, reward, world.whole, right,
            min_good=MIN_GOOD, horizon_us=HORIZON_US, closed=closed,
        )  # fmt: skip
        histories = histories_of(then, reward, fatigue_of(then.records))
        found.append(Visit(then, histories.take(asked.viewers), asked))
    return found
