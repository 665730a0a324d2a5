"""The demo's own viewers: event time, dayparts, sessions and trends, which MovieLens doesn't have.

Asked is as a page would be: after the moment by which 80 % of the good plays had begun, viewers
come back again and again, and each time the question is what they play well within the next
hours. Models are fitted once, at that moment; histories and trends are those of each visit, as
they are when every event is on the next page. Half of the questions stand at the beginning of a
visit, half within one.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from bench.quality.judging import K
from bench.quality.peer_lists import SEEDS
from bench.quality.report import IMAGES
from bench.quality.section import Section, markdown_of
from frontrow.base.home import Home, init_home
from frontrow.base.memory import freed_memory_is_kept
from frontrow.base.randomness import rng_for
from frontrow.base.time import US_PER_DAY, system_clock, to_us
from frontrow.catalog import Catalogue
from frontrow.cli.demo import invent_into
from frontrow.engine import engine_for
from frontrow.evaluation.intervals import Comparison, compare
from frontrow.evaluation.split import MIN_GOOD, TRAIN_SHARE
from frontrow.models.histories import Floats, Histories, histories_of
from frontrow.models.looks import looks_of
from frontrow.models.popularity import start_shares
from frontrow.ranking.list_metrics import ndcg, top
from frontrow.ranking.ranker import BoundRanker
from frontrow.ranking.reward import fatigue_of, rewards
from frontrow.ranking.slices import Asked, ask, begun_us, moment_at
from frontrow.server.service import Service
from frontrow.training.cuts import cuts_of, starts_of
from frontrow.training.fit import Prepared, prepare
from frontrow.training.questions import slices_of
from frontrow.viewers import HALF_LIVES_DAYS, Dataset, Trends, build_datasets, no_trends
from frontrow.viewers.dataset import Moment
from frontrow.viewers.hours import DAYPARTS

Progress = Callable[[str], None]

NOW = "2026-11-01T20:00:00Z"
"""The demo's clock: which day it is shifts what is on air, and so the figures a little."""

HORIZON_US = US_PER_DAY // 2
"""What is played well so soon after a question is right."""

MOMENTS = 4
"""Questions to each viewer at most: two as a visit begins, two within one."""

VIEWERS_PER_BLOCK = 256

GROUPS: Mapping[str, tuple[str, ...]] = {
    "daypart": ("genres_now", "content_now", "running_time_now", *DAYPARTS, "weekend"),
    "session": ("genres_session", "works_in_session", "ease_recent", "content_recent",
                "genres_recent", "people_recent"),
    "person": ("people", "people_recent"),
    "trend": tuple(f"popularity_{h:g}d" for h in HALF_LIVES_DAYS if not np.isinf(h)),
    "sequence": ("sequence",),
    "fatigue": ("fatigue",),
}  # fmt: skip
"""Inputs that are left out together, the fusion being fitted anew without them."""


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
def demo_world(progress: Progress) -> Iterator[World]:
    """The demo as `make demo` invents it, in a temporary folder and not trained."""
    before = os.environ.get("FRONTROW_NOW")
    os.environ["FRONTROW_NOW"] = NOW
    try:
        with tempfile.TemporaryDirectory() as folder:
            home = Home(Path(folder) / "home")
            init_home(home)
            service = Service(home, system_clock())
            progress("inventing the demo")
            invent_into(service, Path(folder) / "truth.json", lambda share, what: None)
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


def prepared(world: World, seed: int) -> Prepared:
    """A fit on what was known at the split's moment, but for its fusion."""
    cuts = cuts_of(world.whole, world.catalogue, seed, world.at_us)
    whole, slices = slices_of(world.build(cuts.moments), cuts)
    with threadpool_limits(1), freed_memory_is_kept():
        return prepare(whole, slices, world.catalogue, seed=seed)


def visits_of(world: World, seed: int = 0) -> list[Visit]:
    """All questions; of viewers with at least `MIN_GOOD` good plays before the split's moment."""
    (before,) = world.build([world.at_us])
    good = rewards(before, world.catalogue) >= 0.5
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
    found = []
    for then in world.build(maps):
        reward = rewards(then, world.catalogue)
        asked = ask(then, reward, world.whole, right, min_good=MIN_GOOD, horizon_us=HORIZON_US)
        histories = histories_of(then, reward, fatigue_of(then.records))
        found.append(Visit(then, histories.take(asked.viewers), asked))
    return found


Score = Callable[[Histories, Trends, str | None, int], Floats]
"""From some viewers' histories, trends, country and time in us to float32[b, n]."""


def judged(visits: list[Visit], score: Score) -> dict[str, float]:
    """Profile -> mean nDCG@20 over its questions."""
    gains: dict[str, list[float]] = {}
    for visit in visits:
        for profile, gain in zip(visit.profiles, _gains(visit, score).tolist(), strict=True):
            gains.setdefault(profile, []).append(gain)
    return {profile: float(np.mean(found)) for profile, found in sorted(gains.items())}


def _gains(visit: Visit, score: Score) -> NDArray[np.float64]:
    then, asked = visit.then, visit.asked
    names = then.trends.countries
    kind = then.trend[asked.viewers].astype(np.int64) * len(names) + then.country[asked.viewers]
    found = np.zeros(len(kind))
    for number in np.unique(kind).tolist():
        here = np.flatnonzero(kind == number)
        trends = then.all_trends[number // len(names)]
        country = names[number % len(names)] if number % len(names) else None
        for start in range(0, len(here), VIEWERS_PER_BLOCK):
            rows = here[start : start + VIEWERS_PER_BLOCK]
            values = score(visit.histories.take(rows), trends, country, trends.at_us)
            found[rows] = ndcg(top(values, asked.seen[rows], K), asked.relevant[rows], K)
    return found


def popular(half_life: int) -> Score:
    """Recent popularity in the viewer's country, by one of the half-lives that trends are kept for."""

    def score(histories: Histories, trends: Trends, country: str | None, now_us: int) -> Floats:
        share = start_shares(trends, country)[half_life].astype(np.float32)
        return np.repeat(share[None], histories.b, axis=0)

    return score


def full(bound: BoundRanker) -> Score:
    """The whole system."""

    def score(histories: Histories, trends: Trends, country: str | None, now_us: int) -> Floats:
        return bound.values(histories, trends, country=country, now_us=now_us)

    return score


def evidence(bound: BoundRanker, name: str) -> Score:
    """One kind of evidence alone."""

    def score(histories: Histories, trends: Trends, country: str | None, now_us: int) -> Floats:
        return bound.evidence.scores(histories, looks_of(histories), trends, country)[name]

    return score


def best_half_life(world: World, seed: int) -> int:
    """The half-life with the best nDCG at the training side's own visits."""
    cuts = cuts_of(world.whole, world.catalogue, seed, world.at_us)
    _, slices = slices_of(world.build(cuts.moments), cuts)
    visits = []
    for piece in slices[:2]:
        right = rewards(piece.after, world.catalogue)
        for then in piece.asked:
            reward = rewards(then, world.catalogue)
            asked = ask(then, reward, piece.after, right, min_good=1, horizon_us=HORIZON_US)
            visits.append(Visit(then, histories_of(then, reward).take(asked.viewers), asked))
    means = [
        np.mean(list(judged(visits, popular(h)).values())) for h in range(len(HALF_LIVES_DAYS))
    ]
    return int(np.argmax(means))


def demo_sections(progress: Progress) -> list[Section]:
    """The table of the demo's viewers."""
    with demo_world(progress) as world:
        return [_section(world, progress)]


def _section(world: World, progress: Progress) -> Section:
    visits = visits_of(world)
    half_life = best_half_life(world, SEEDS[0])
    recent = f"recent popularity ({HALF_LIVES_DAYS[half_life]:g} days)"
    found: dict[str, list[dict[str, float]]] = {recent: [judged(visits, popular(half_life))]}
    for seed in SEEDS:
        progress(f"demo: seed {seed}")
        fit = prepared(world, seed)
        for name, without in {"full": (), **GROUPS}.items():
            label = name if name == "full" else f"full without {name}"
            progress(f"demo: {label}")
            bound = fit.ranker(without).bind(world.catalogue)
            found.setdefault(label, []).append(judged(visits, full(bound)))
            if name == "full":
                for one in _kinds(bound, visits[0].histories.take(np.arange(1))):
                    found.setdefault(one, []).append(judged(visits, evidence(bound, one)))
    return _table(found, recent, sum(len(v.asked.viewers) for v in visits))


def _kinds(bound: BoundRanker, someone: Histories) -> list[str]:
    trends = no_trends(someone.n)
    return list(bound.evidence.scores(someone, looks_of(someone), trends, None))


def _table(found: Mapping[str, list[dict[str, float]]], recent: str, questions: int) -> Section:
    means = {name: _mean(by_seed) for name, by_seed in found.items()}
    rows = []
    for name in (recent, *(n for n in means if not n.startswith("full") and n != recent),
                 *(n for n in means if n.startswith("full"))):  # fmt: skip
        other = recent if name == "full" else "full" if name.startswith("full without") else None
        rows.append((name, f"{means[name].mean():.4f}", *_beside(means, name, other)))
    viewers = len(next(iter(means.values())))
    return Section(
        "The demo's own viewers",
        f"{viewers} viewers, {questions} questions: what is played well within 12 hours, asked at the"
        f" beginning of visits and within them, after the models' last look at the log. nDCG@{K}, mean"
        " over each viewer's questions and over three seeds; the window of recent popularity was chosen"
        " at the training side's visits. The full system stands beside recent popularity, the system"
        " without some inputs beside the full one, with 95% intervals from a bootstrap over viewers.",
        ("model", f"nDCG@{K}", "ratio", "95% interval", "difference", "95% interval"),
        tuple(rows),
    )


def _mean(by_seed: list[dict[str, float]]) -> NDArray[np.float64]:
    return np.mean([list(one.values()) for one in by_seed], axis=0)


def _beside(
    means: Mapping[str, NDArray[np.float64]], name: str, other: str | None
) -> tuple[str, str, str, str]:
    if other is None:
        return "", "", "", ""
    c: Comparison = compare(means[name], means[other], rng_for(0, "bootstrap"))
    return (
        f"{c.ratio:.3f}",
        f"{c.ratio_interval[0]:.3f} to {c.ratio_interval[1]:.3f}",
        f"{c.difference:+.4f}",
        f"{c.difference_interval[0]:+.4f} to {c.difference_interval[1]:+.4f}",
    )


def main() -> None:
    """Print the section."""
    for section in demo_sections(lambda words: print(words, file=sys.stderr, flush=True)):
        print(markdown_of(section, IMAGES))


if __name__ == "__main__":
    main()
