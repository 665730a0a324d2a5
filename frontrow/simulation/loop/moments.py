"""Whether a population behaves like people: moments of a run beside public ones, each with its tolerance.

A moment without a public source says so: it is our assumption, and no evidence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from frontrow.simulation.loop.loop import Run
from frontrow.simulation.loop.sitting import Play
from frontrow.simulation.loop.visit import Visit
from frontrow.simulation.loop.world import Floats, Integers

EXPORT = "an export of one household's viewing: 18,176 rows, 4 profiles, about 9 years"
RATED = "ratings of MovieLens 1M and latest-small"
ASSUMED = "our assumption; no public source"

MANY = 10
"""Viewers of a title, from which on its mean liking says something."""

_FIRST_TITLES = 20
_SOME_TIME = 600.0


@dataclass(frozen=True)
class Target:
    """A moment as it is known, and what may be told of a run beside it."""

    name: str
    words: str
    low: float
    high: float
    known: str  # the figure, or none
    source: str
    least: int  # of what it counts; with fewer it is not measured


TARGETS: tuple[Target, ...] = (
    Target("sitting_p10", "seconds of a sitting, p10", 5, 90, "18", EXPORT, 100),
    Target("sitting_p25", "seconds of a sitting, p25", 130, 1_200, "396", EXPORT, 100),
    Target("sitting_p50", "seconds of a sitting, median", 650, 2_600, "1312", EXPORT, 100),
    Target("sitting_p75", "seconds of a sitting, p75", 1_600, 4_000, "2516", EXPORT, 100),
    Target("sitting_p90", "seconds of a sitting, p90", 2_000, 5_600, "3074", EXPORT, 100),
    Target("plays_a_day", "plays of a profile and day", 0.3, 1.9, "0.97", EXPORT, 100),
    Target("series_share", "share of watched titles: series", 0.22, 0.55, "0.37", EXPORT, 80),
    Target("repeats", "sittings that a later one comes back to", 0.1, 0.5, "0.41", EXPORT, 100),
    Target("gini_titles", "Gini of plays over titles", 0.55, 0.85, "0.65, 0.72", RATED, 2_000),
    Target("gini_viewers", "Gini of plays over profiles", 0.42, 0.72, "0.54, 0.60", RATED, 500),
    Target("genre_likeness", "likeness by genre within profiles", 1.15, 1.6, "1.42, 1.20", RATED, 200),
    Target("merit_told", "correlation of log plays and liking", 0.15, 0.55, "0.42, 0.28", RATED, 60),
    Target("liked_by_all", "share of liking that all share", 0.12, 0.35, "0.17, 0.18", RATED, 500),
    Target("completion", "share of plays that reach the end", 0.4, 0.8, "none", ASSUMED, 100),
    Target("gap_days", "mean days from visit to visit", 1, 5, "none", ASSUMED, 100),
    Target("launch_decay", "plays of a launch's 14 days in its first 7", 0.5, 0.85, "none", ASSUMED, 60),
)  # fmt: skip


@dataclass(frozen=True)
class Moment:
    """One moment of a run; `value` is None where there was too little to tell."""

    target: Target
    value: float | None

    @property
    def holds(self) -> bool | None:
        if self.value is None:
            return None
        return self.target.low <= self.value <= self.target.high


def moments_of(run: Run) -> list[Moment]:
    """The moments of a run, beside what is known."""
    values = _measured(run)
    return [
        Moment(target, values[target.name][0] if values[target.name][1] >= target.least else None)
        for target in TARGETS
    ]


def _measured(run: Run) -> dict[str, tuple[float, int]]:
    """(value, how many it counts) by name."""
    n, world = len(run.minds.ids), run.world
    plays = [(seen, play) for seen in run.visits for play in seen.plays]
    seconds = np.array([play.seconds for _, play in plays])
    told = len(plays)
    found: dict[str, tuple[float, int]] = {
        f"sitting_p{q}": (_at(seconds, q), told) for q in (10, 25, 50, 75, 90)
    }
    found["plays_a_day"] = told / (n * run.days), told
    works = Counter(play.work for _, play in plays)
    series = [bool(world.is_series[work]) for work in works]
    found["series_share"] = (float(np.mean(series)) if series else 0.0), len(works)
    found["repeats"] = _repeats(run), told
    by_work = np.bincount([play.work for _, play in plays], minlength=len(world))
    by_viewer = np.bincount([seen.viewer for seen, _ in plays], minlength=n)
    # As in the public tables, which hold no title that nobody and no viewer who did nothing.
    found["gini_titles"] = gini(by_work[by_work > 0]), told
    found["gini_viewers"] = gini(by_viewer[by_viewer > 0]), told
    found["genre_likeness"] = _genre_likeness(run, plays)
    found |= _likings(run)
    done = [play.completed for _, play in plays]
    found["completion"] = (float(np.mean(done)) if done else 0.0), told
    found["gap_days"] = _gaps(run)
    found["launch_decay"] = _decay(run)
    return found


def gini(counts: Integers) -> float:
    """0: all alike; towards 1: one has all (Gini, 1912)."""
    ordered = np.sort(counts).astype(np.float64)
    n = len(ordered)
    if n == 0 or ordered.sum() == 0:
        return 0.0
    return float((2 * np.arange(1, n + 1) - n - 1) @ ordered / (n * ordered.sum()))


def genre_likeness(viewer: Integers, title: Integers, genres: Floats) -> tuple[float, int]:
    """(how many times liker two titles of one viewer are than two of different viewers, viewers).

    viewer, title: int64[m], in the order in which they were met; genres: float64[n, g], 1 where a title has
    one. Likeness is the cosine; of a viewer the first titles count, and viewers with one title don't. 1
    where everyone watches alike, below where people flee what they know.
    """
    length = np.maximum(np.linalg.norm(genres, axis=1, keepdims=True), 1e-9)
    order = np.argsort(viewer, kind="stable")
    ends = np.flatnonzero(np.diff(viewer[order])) + 1
    within, means = [], []
    for mine in np.split(title[order], ends):
        if len(mine) < 2:
            continue
        vectors = (genres / length)[mine[:_FIRST_TITLES]]
        k, total = len(vectors), vectors.sum(axis=0)
        within.append((total @ total - (vectors * vectors).sum()) / (k * (k - 1)))
        means.append(total / k)
    n = len(means)
    if n < 2:
        return 0.0, n
    middle, total = np.array(means), np.sum(means, axis=0)
    across = (total @ total - (middle * middle).sum()) / (n * (n - 1))
    return float(np.mean(within) / across) if across else 0.0, n


def merit_told(title: Integers, liking: Floats) -> tuple[float, int]:
    """(correlation of how often a title was met with how it was liked on the mean, titles that count).

    title: int64[m] from 0 on, one for each viewer that met it; liking: float64[m]. Titles met by fewer than
    `MANY` viewers don't count. Above 0 where what many watch is what is good, however it came about.
    """
    count = np.bincount(title)
    mean = np.bincount(title, liking) / np.maximum(count, 1)
    many = count >= MANY
    if many.sum() < 3:
        return 0.0, int(many.sum())
    return float(np.corrcoef(np.log(count[many]), mean[many])[0, 1]), int(many.sum())


def liked_by_all(viewer: Integers, title: Integers, liking: Floats) -> float:
    """Share of the variance of liking, each viewer's own mean taken off, that lies between titles.

    viewer, title: int64[m]; liking: float64[m]. Henderson's first method for one random effect in unequal
    groups (Searle, Casella, McCulloch 1992, "Variance components", 3.6): 0 where nobody agrees, 1
    where all do.
    """
    count = np.bincount(viewer)
    own = np.bincount(viewer, liking) / np.maximum(count, 1)
    _, group = np.unique(title, return_inverse=True)
    y, size = liking - own[viewer], np.bincount(group)
    sums, m, k = np.bincount(group, y), len(liking), len(size)
    if k < 2 or m <= k:
        return 0.0
    explained = float((sums**2 / size).sum())
    within = (float(y @ y) - explained) / (m - k)
    between = (explained - float(y.sum()) ** 2 / m) / (k - 1)
    titles = max((between - within) * (k - 1) / (m - float(size @ size) / m), 0.0)
    return titles / (titles + within) if titles + within else 0.0


def _likings(run: Run) -> dict[str, tuple[float, int]]:
    """Of what was watched for some time, once for each viewer and work."""
    met: dict[tuple[int, int], float] = {}
    for seen in run.visits:
        for play in seen.plays:
            if play.seconds >= _SOME_TIME:
                met.setdefault((seen.viewer, play.work), play.liking)
    pairs = np.array(list(met), dtype=np.int64).reshape(-1, 2)
    liking = np.array(list(met.values()))
    return {
        "merit_told": merit_told(pairs[:, 1], liking),
        "liked_by_all": (liked_by_all(pairs[:, 0], pairs[:, 1], liking), len(met)),
    }


def _genre_likeness(run: Run, plays: Sequence[tuple[Visit, Play]]) -> tuple[float, int]:
    """Over what was watched for some time, of profiles that are no child's."""
    met = dict.fromkeys(
        (seen.viewer, play.work)
        for seen, play in plays
        if play.seconds >= _SOME_TIME and not run.minds.profiles[seen.viewer].get("kids")
    )
    pairs = np.array(list(met), dtype=np.int64).reshape(-1, 2)
    genres = (run.world.genre > 0).astype(np.float64)
    return genre_likeness(pairs[:, 0], pairs[:, 1], genres)


def _at(values: Floats, percent: int) -> float:
    return float(np.percentile(values, percent)) if len(values) else 0.0


def _repeats(run: Run) -> float:
    last: set[tuple[int, str]] = set()
    again = total = 0
    for seen in reversed(run.visits):
        for play in reversed(seen.plays):
            again += (seen.viewer, play.title_id) in last
            last.add((seen.viewer, play.title_id))
            total += 1
    return again / total if total else 0.0


def _gaps(run: Run) -> tuple[float, int]:
    days: dict[int, list[int]] = {}
    for seen in run.visits:
        days.setdefault(seen.viewer, []).append(seen.day)
    gaps = np.concatenate([np.diff(np.unique(d)) for d in days.values()]) if days else np.zeros(0)
    return (float(gaps.mean()) if len(gaps) else 0.0), len(gaps)


def _decay(run: Run) -> tuple[float, int]:
    """Over launches with 14 whole days in the run."""
    launched = run.world.launched
    ages = [
        seen.day - int(launched[play.work])
        for seen in run.visits
        for play in seen.plays
        if 0 < launched[play.work] <= run.days - 14
    ]
    early = [age for age in ages if age < 14]
    return (sum(age < 7 for age in early) / len(early) if early else 0.0), len(early)
