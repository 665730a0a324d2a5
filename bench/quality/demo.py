"""The demo's own viewers: event time, dayparts, sessions and trends, which MovieLens doesn't have.

The whole system and each kind of evidence beside recent popularity, the system without some of its
inputs on more viewers, viewers of whom next to nothing is known, and calibration on the later slice.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from bench.quality.demo_world import (
    HORIZON_US,
    Progress,
    Visit,
    World,
    demo_world,
    prepared,
    visits_of,
    without_people,
)
from bench.quality.judging import K
from bench.quality.peer_lists import SEEDS
from bench.quality.reliability import Reliability, listed, reliability, reliability_section
from bench.quality.report import IMAGES
from bench.quality.section import Section, markdown_of
from frontrow.base.randomness import rng_for
from frontrow.evaluation.intervals import Comparison, compare
from frontrow.models.histories import Floats, Histories, histories_of
from frontrow.models.looks import looks_of
from frontrow.models.popularity import start_shares
from frontrow.ranking.candidates import oldest
from frontrow.ranking.closed import Closed
from frontrow.ranking.list_metrics import ndcg, top
from frontrow.ranking.ranker import BoundRanker
from frontrow.ranking.reward import fatigue_of, rewards
from frontrow.ranking.slices import ask
from frontrow.training.cuts import cuts_of
from frontrow.training.questions import slices_of
from frontrow.viewers import HALF_LIVES_DAYS, Trends, no_trends
from frontrow.viewers.hours import DAYPARTS

VIEWERS_PER_BLOCK = 256

FEW = (0, 1, 3, 5)
"""Works of a viewer that are known, for the table of cold viewers."""

FULL = "full"

MANY = 4_000
"""Viewers of the service on which inputs are left out."""

GROUPS: Mapping[str, tuple[str, ...]] = {
    "daypart": ("genres_now", "content_now", "running_time_now", *DAYPARTS, "weekend"),
    "session": ("genres_session", "works_in_session", "ease_recent", "content_recent",
                "genres_recent", "people_recent"),
    "person": ("people", "people_recent"),
    "trend": tuple(f"popularity_{h:g}d" for h in HALF_LIVES_DAYS if not np.isinf(h)),
    "sequence": ("sequence",),
    "fatigue": ("fatigue",),
    "languages": ("languages", "understood"),
}  # fmt: skip
"""Inputs that are left out together, the fusion being fitted anew without them."""

NOBODY = "anyone's name"
"""Left out by fitting everything on a catalogue that names no people: content knows of them too."""


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


def after_few(bound: BoundRanker, few: int) -> Score:
    """The whole system of which only a viewer's oldest works are known."""
    whole = full(bound)

    def score(histories: Histories, trends: Trends, country: str | None, now_us: int) -> Floats:
        return whole(oldest(histories, np.full(histories.b, few)), trends, country, now_us)

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
    closed = Closed(world.catalogue)
    visits = []
    for piece in slices[:2]:
        right = rewards(piece.after, world.catalogue)
        for then in piece.asked:
            reward = rewards(then, world.catalogue)
            asked = ask(
                then, reward, piece.after, right, min_good=1, horizon_us=HORIZON_US, closed=closed
            )
            visits.append(Visit(then, histories_of(then, reward).take(asked.viewers), asked))
    means = [
        np.mean(list(judged(visits, popular(h)).values())) for h in range(len(HALF_LIVES_DAYS))
    ]
    return int(np.argmax(means))


def demo_sections(progress: Progress) -> list[Section]:
    """The tables of the demo's viewers, of more of their kind, and of calibration."""
    with demo_world(progress) as world:
        visits = visits_of(world)
        half_life = best_half_life(world, SEEDS[0])
        recent = f"recent popularity ({HALF_LIVES_DAYS[half_life]:g} days)"
        found: dict[str, list[dict[str, float]]] = {recent: [judged(visits, popular(half_life))]}
        calibrated: list[tuple[Reliability, Reliability]] = []
        for seed in SEEDS:
            progress(f"demo: seed {seed}")
            bound = prepared(world, seed).ranker().bind(world.catalogue)
            someone = visits[0].histories.take(np.arange(1))
            scores = {FULL: full(bound)}
            scores |= {name: evidence(bound, name) for name in _kinds(bound, someone)}
            calibrated.append(reliabilities(world, bound))
            for name, score in scores.items():
                found.setdefault(name, []).append(judged(visits, score))
    questions = sum(len(v.asked.viewers) for v in visits)
    return [
        _table(found, recent, questions),
        *sections_of_many(progress),
        reliability_section({"the demo": calibrated[0]}),
    ]


def sections_of_many(progress: Progress) -> list[Section]:
    """On more viewers of the demo's kind: the system without some of its inputs, and cold viewers."""
    found: dict[str, list[dict[str, float]]] = {}
    with demo_world(progress, viewers=MANY) as world:
        visits = visits_of(world)
        half_life = best_half_life(world, SEEDS[0])
        recent = f"recent popularity ({HALF_LIVES_DAYS[half_life]:g} days)"
        cold = {recent: [judged(visits, popular(half_life))]}
        nobody = without_people(world)
        for seed in SEEDS:
            fit = prepared(world, seed)
            for name in ("", *GROUPS):
                label = f"{FULL} without {name}" if name else FULL
                progress(f"many, seed {seed}: {label}")
                bound = fit.ranker(GROUPS.get(name, ())).bind(world.catalogue)
                found.setdefault(label, []).append(judged(visits, full(bound)))
                if not name:
                    for few in FEW:
                        after = judged(visits, after_few(bound, few))
                        cold.setdefault(f"after {few}", []).append(after)
            bound = prepared(nobody, seed).ranker().bind(nobody.catalogue)
            label = f"{FULL} without {NOBODY}"
            found.setdefault(label, []).append(judged(visits, full(bound)))
    return [
        _inputs(found, sum(len(v.asked.viewers) for v in visits)),
        _cold_viewers(cold, recent),
    ]


def _inputs(found: Mapping[str, list[dict[str, float]]], questions: int) -> Section:
    means = {name: _mean(by_seed) for name, by_seed in found.items()}
    rows = [
        (name, f"{means[name].mean():.4f}", *_beside(means, name, None if name == FULL else FULL))
        for name in means
    ]
    return Section(
        "What each input is worth",
        f"A service invented by the demo's rules with {MANY:,} viewers, since a thousand can't tell one"
        f" hundredth from chance: {len(means[FULL]):,} viewers and {questions:,} questions, the same as"
        f" above, mean of {len(found[FULL])} seeds. The fusion is fitted anew without some inputs; beside the"
        " full system, with 95% intervals from a bootstrap over viewers. Asked: daypart, session, person and"
        " trend each pay. The vectors of content hold people beside genres, themes and words, so that of the"
        f" matches with people some is said twice: the row without {NOBODY} is of a system that was fitted"
        " anew, all of it, on a catalogue that names nobody.",
        ("model", f"nDCG@{K}", "ratio", "95% interval", "difference", "95% interval"),
        tuple(rows),
    )


def reliabilities(world: World, bound: BoundRanker) -> tuple[Reliability, Reliability]:
    """Predicted beside what came in the slice after the fit, of the viewers who came back: of all
    titles that they were shown and had not touched, and of those of them that are the first ones."""
    (then,) = world.build([world.at_us])
    reward, right = rewards(then, world.catalogue), rewards(world.whole, world.catalogue)
    asked = ask(
        then, reward, world.whole, right, min_good=1, closed=Closed(world.catalogue)
    ).among_shown()
    histories = histories_of(then, reward, fatigue_of(then.records)).take(asked.viewers)
    found = bound.probabilities(histories, then.trends, now_us=then.at_us)[0].astype(np.float64)
    open_, good = asked.seen.toarray() == 0, asked.relevant.toarray() > 0
    return reliability(found[open_], good[open_]), listed(found, open_, good)


def _cold_viewers(found: Mapping[str, list[dict[str, float]]], recent: str) -> Section:
    means = {name: _mean(by_seed) for name, by_seed in found.items()}
    rows = [(recent, f"{means[recent].mean():.4f}", "", "", "", "")]
    for few in FEW:
        name = f"after {few}"
        label = f"full system after {few} event{'' if few == 1 else 's'}"
        rows.append((label, f"{means[name].mean():.4f}", *_beside(means, name, recent)))
    return Section(
        "Viewers of whom next to nothing is known",
        "The questions of the larger service, with only the oldest 0, 1, 3 or 5 works of each viewer known,"
        " beside recent popularity. Asked: above it after 1, 3 and 5 events.",
        ("", f"nDCG@{K}", "ratio", "95% interval", "difference", "95% interval"),
        tuple(rows),
    )


def _kinds(bound: BoundRanker, someone: Histories) -> list[str]:
    trends = no_trends(someone.n)
    return list(bound.evidence.scores(someone, looks_of(someone), trends, None))


def _table(found: Mapping[str, list[dict[str, float]]], recent: str, questions: int) -> Section:
    means = {name: _mean(by_seed) for name, by_seed in found.items()}
    order = (recent, *(name for name in means if name not in (recent, FULL)), FULL)
    rows = [
        (name, f"{means[name].mean():.4f}", *_beside(means, name, recent if name == FULL else None))
        for name in order
    ]
    viewers = len(next(iter(means.values())))
    return Section(
        "The demo's own viewers",
        f"{viewers} viewers, {questions} questions: what is played well within 12 hours, asked at the"
        f" beginning of visits and within them, after the models' last look at the log. nDCG@{K}, mean"
        " over each viewer's questions and over three seeds; the window of recent popularity was chosen"
        " at the training side's visits. What the page may not show is on no list. The full system"
        " stands beside recent popularity, with 95% intervals from a bootstrap over viewers.",
        ("model", f"nDCG@{K}", "ratio", "95% interval", "difference", "95% interval"),
        tuple(rows),
    )


def _mean(by_seed: list[dict[str, float]]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = np.mean([list(one.values()) for one in by_seed], axis=0)
    return found


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
