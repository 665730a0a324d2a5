"""A population lives with a service until a bundle is live, and three days on: then the gate is asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property

import numpy as np

from bench.gate.bends import Bent, ByStarts, bubble, starts_for_finishes, starve
from frontrow.base.errors import BadInput
from frontrow.base.home import Home
from frontrow.bundles import BundlePolicy
from frontrow.catalog import Catalogue
from frontrow.cli.simulated import own_home
from frontrow.engine import engine_for
from frontrow.evaluation.guards import looked_at, suppliers_of
from frontrow.models.histories import Floats
from frontrow.ranking import Ranker
from frontrow.ranking.reward import rewards
from frontrow.ranking.slices import begun_us, moment_at
from frontrow.server.in_process import InProcess
from frontrow.server.judging import VIEWERS_WITH_PAGES, Court, Ranking
from frontrow.server.learning import LEAST_PLAYS, SLICE_SHARE
from frontrow.server.refitting import refit
from frontrow.server.service import Service
from frontrow.simulation.loop import FIRST_DAY, POPULATIONS, live
from frontrow.simulation.loop.world import World as Planted
from frontrow.simulation.loop.world import make_world
from frontrow.training.cuts import cuts_of
from frontrow.training.fit import fit_ranker
from frontrow.viewers import Dataset, build_datasets

FITTED_AFTER, DAYS = (3, 7, 11), 14
"""Days after which the service is fitted; three days after the last the gate is asked."""

STARVED = 0.8
"""Of a supplier's exposure, what the starving candidate leaves it."""


NARROWED = 2.0
"""Power of a genre's share of what a viewer watched by which the bubbling candidate's values fall."""

BAITED = 4.0

_A_TENTH, _HALVINGS = 0.1, 6


@dataclass(frozen=True)
class World:
    """The service three days after its bundle was fitted."""

    service: Service
    policy: BundlePolicy
    catalogue: Catalogue
    whole: Dataset
    at_us: int  # where the newest slice begins
    seed: int
    planted: Planted  # what the titles' pictures promise, which no title says

    @cached_property
    def court(self) -> Court:
        """The gate, as `learn` asks it."""
        (before,) = self._datasets([self.at_us])
        return Court(self.service, self.catalogue, before, self.whole, self.seed)

    def again(self, seed: int) -> Ranker:
        """The live ranking fitted again on what it was fitted on, by another seed."""
        return self._fitted(self.policy.manifest.fitted_at_us, seed)

    @cached_property
    def newer(self) -> Ranker:
        """What `learn` would judge: fitted on everything before the slice."""
        return self._fitted(self.at_us, self.seed)

    @cached_property
    def of_starts(self) -> Ranker:
        """The same, had every start been a finish."""
        return self._fitted(self.at_us, self.seed, starts=True)

    def bubbling(self) -> Ranking:
        return Bent(self.newer, bubble(NARROWED))

    def by_starts(self) -> Ranking:
        """What learned from starts, as if each were a finish."""
        return ByStarts(self.newer, self.of_starts, lambda c: np.ones(c.n, dtype=np.float32))

    def clickbait(self) -> Ranking:
        """The same, with works whose pictures promise more than they hold worth several times as much."""
        bait = {
            work
            for work, is_bait in zip(self.planted.ids, self.planted.bait, strict=True)
            if is_bait
        }

        def push(catalogue: Catalogue) -> Floats:
            baits = np.array([work.work_id in bait for work in catalogue.works], dtype=bool)
            return np.where(baits, np.float32(BAITED), np.float32(1))

        return ByStarts(self.newer, self.of_starts, push)

    def starving(self) -> Ranking:
        """The supplier whose exposure is nearest a tenth loses a fifth of it; how much less its titles must
        be worth for that is found by halving."""
        suppliers = suppliers_of(self.catalogue)

        def shares(ranking: Ranking) -> dict[str, float]:
            seen = looked_at(self.court.pages(ranking, VIEWERS_WITH_PAGES))
            return dict(zip(suppliers.names, suppliers.looked_at(seen).mean(axis=0), strict=True))

        before = shares(self.policy.ranker)
        chosen = min(before, key=lambda name: abs(before[name] - _A_TENTH))
        low, high = 0.0, 1.0
        for _ in range(_HALVINGS):
            candidate = Bent(self.newer, starve(chosen, (low + high) / 2))
            left = shares(candidate)[chosen] / before[chosen]
            if left < STARVED:
                low = (low + high) / 2
            else:
                high = (low + high) / 2
        return candidate

    def _fitted(self, at_us: int, seed: int, *, starts: bool = False) -> Ranker:
        cuts = cuts_of(self.whole, self.catalogue, seed, at_us)
        datasets = self._datasets(cuts.moments)
        if starts:
            datasets = [starts_for_finishes(one) for one in datasets]
        ranker = fit_ranker(
            datasets, cuts, self.catalogue, seed=seed, settings=self.service.settings.service
        )
        return replace(ranker, positions=self.policy.ranker.positions)

    def _datasets(self, moments: list[int]) -> list[Dataset]:
        log = self.service.log
        return build_datasets(log, self.catalogue, moments, engine=engine_for(log.count()))


@contextmanager
def lived(population: str, viewers: int, seed: int) -> Iterator[World]:
    """Let a population live up to the third day after its bundle."""
    with own_home() as home:
        live_in(home, population, viewers, seed)
        with world_in(home, population, seed) as world:
            yield world


def live_in(home: Home, population: str, viewers: int, seed: int) -> None:
    """Fourteen days of a population with a service."""
    caller = InProcess(home, FIRST_DAY)

    def after(day: int) -> None:
        caller.end_day()
        if day + 1 in FITTED_AFTER:
            refit(caller.service, seed=seed)

    try:
        live(
            POPULATIONS[population], caller, viewers=viewers, days=DAYS, seed=seed, after_day=after
        )  # fmt: skip
    finally:
        caller.close()


@contextmanager
def world_in(home: Home, population: str, seed: int) -> Iterator[World]:
    """The service at the end of these days, and what `learn` would judge by."""
    with closing(Service(home, lambda: FIRST_DAY + timedelta(days=DAYS))) as service:
        policy, catalogue = service.policy(), service.catalogue()
        assert policy is not None
        (whole,) = build_datasets(
            service.log, catalogue, [service.now_us()], engine=engine_for(service.log.count())
        )
        since = begun_us(whole, rewards(whole, catalogue))
        since = since[since > policy.manifest.fitted_at_us]
        if len(since) < LEAST_PLAYS:
            raise BadInput(
                f"{len(since)} good plays came in three days, and `learn` waits for {LEAST_PLAYS}",
                where="--viewers",
                mend="let more viewers live",
            )
        at_us = moment_at(1 - SLICE_SHARE, since)
        planted = make_world(POPULATIONS[population], seed, first=FIRST_DAY, days=DAYS)
        yield World(service, policy, catalogue, whole, at_us, seed, planted)
