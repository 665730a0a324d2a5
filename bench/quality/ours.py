"""Our own ranking on a split: every kind of evidence alone, the full system, and the full system
without each.

On split a the ranker is fitted as `frontrow train` does it. Split b hides the end of each viewer's
history, whenever that was; there the questions that the fusion learns from are put in the same way,
at the ends of shorter histories.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np
from threadpoolctl import threadpool_limits

from bench.quality.judging import K, Lists, seen_of
from bench.quality.kept import kept_lists
from bench.quality.peer_lists import SEEDS
from bench.quality.split_file import Ratings, Split
from bench.quality.targets import FULL
from bench.quality.worlds import catalogue_of, datasets_of, first_part, last_moments
from frontrow.base.memory import freed_memory_is_kept
from frontrow.catalog import Catalogue
from frontrow.models.histories import histories_of
from frontrow.models.looks import looks_of
from frontrow.ranking.features import TITLE, VIEWER
from frontrow.ranking.list_metrics import top
from frontrow.ranking.ranker import BoundRanker, Ranker
from frontrow.ranking.reward import rewards
from frontrow.training.cuts import cuts_of
from frontrow.training.fit import Prepared, Progress, prepare
from frontrow.training.questions import Slice, slices_of
from frontrow.viewers import Dataset

VIEWERS_PER_BLOCK = 128

INNER_SHARES = (0.8, 0.64, 0.48)
"""Split b: parts of each history after whose ends the fusion's questions are put."""

ASKED = 2_000
"""Viewers asked at each."""

_ENRICHED = "ml-latest-small"
"""Its films are joined with what else is known of them; those of MovieLens 1M stay as they are."""


LEFT_OUT: Mapping[str, tuple[str, ...]] = {
    "EASE": ("ease", "ease_week", "ease_recent"),
    "iALS": ("ials",),
    "transitions": ("transitions",),
    "sequence": ("sequence",),
    "content": ("content", "content_recent", "content_now"),
    "genres": ("genres", "genres_recent", "genres_now", "genres_session"),
    "people and themes": ("people", "people_recent", "themes"),
    "popularity": tuple(name for name in TITLE if name.startswith("popularity")),
    "age of titles": ("days_since_added", "added_unknown", "years_since_release", "year_unknown"),
    "what the viewer is at": VIEWER,
}
"""Evidence that is left out together, the fusion being fitted anew without it."""


def ours(split: Split) -> dict[str, Lists]:
    """Model -> lists int32[b, K] for each seed; the system without some evidence for the first only."""
    return dict(kept_lists(f"{split.name}-ours", lambda: _ours(split)))


def _ours(split: Split) -> dict[str, list[np.ndarray]]:
    found: dict[str, list[np.ndarray]] = {}
    for seed in SEEDS:
        whole, fit = prepared(split, seed)
        fitted = {FULL: fit.ranker()}
        if seed == SEEDS[0]:
            fitted |= {f"{FULL} without {n}": fit.ranker(out) for n, out in LEFT_OUT.items()}
        films = films_of(split.name)
        bound = {name: ranker.bind(films) for name, ranker in fitted.items()}
        for name, one in ranked(split, whole, bound).items():
            found.setdefault(name, []).append(one)
    return found


def fitted(
    split: Split, seed: int, *, films: Catalogue | None = None, progress: Progress | None = None
) -> tuple[Dataset, Ranker]:
    """The training side's dataset, and the ranker fitted on it."""
    whole, fit = prepared(split, seed, films=films, progress=progress)
    return whole, fit.ranker()


def prepared(
    split: Split,
    seed: int,
    *,
    films: Catalogue | None = None,
    reads_order: bool = True,
    progress: Progress | None = None,
) -> tuple[Dataset, Prepared]:
    """The training side's dataset, and the fit on it but for its fusion."""
    films = films or films_of(split.name)
    whole, slices = (_by_time if "-a" in split.name else _by_viewer)(split, films, seed)
    with threadpool_limits(1), freed_memory_is_kept():
        fit = prepare(whole, slices, films, seed=seed, reads_order=reads_order, progress=progress)
    return whole, fit


def ranked(split: Split, whole: Dataset, bound: Mapping[str, BoundRanker]) -> dict[str, np.ndarray]:
    """Lists of the viewers asked, by each kind of evidence and by fusions of the same evidence."""
    evidence = bound[FULL].evidence
    reward = rewards(whole, evidence.catalogue)
    histories = histories_of(whole, reward).take(split.asked)
    trend, seen = whole.trend[split.asked], seen_of(split)
    found: dict[str, np.ndarray] = {}
    for number in np.unique(trend).tolist():
        here = np.flatnonzero(trend == number)
        trends = whole.all_trends[number]
        for start in range(0, len(here), VIEWERS_PER_BLOCK):
            rows = here[start : start + VIEWERS_PER_BLOCK]
            some = histories.take(rows)
            looks = looks_of(some)
            scores = evidence.scores(some, looks, trends, None)
            pair = evidence.pair(scores, some, looks)
            for name, one in bound.items():
                scores[name] = one.fused(pair, some, trends, now_us=trends.at_us)
            for name, values in scores.items():
                lists = found.setdefault(name, np.full((len(trend), K), -1, dtype=np.int32))
                lists[rows] = top(values, seen[rows], K)
    return found


@cache
def films_of(name: str) -> Catalogue:
    """The films of a split, by its name."""
    data = "ml-1m" if name.startswith("ml-1m") else "ml-latest-small"
    return catalogue_of(data, enrich=data == _ENRICHED)


def _by_time(split: Split, films: Catalogue, seed: int) -> tuple[Dataset, list[Slice]]:
    (whole,) = datasets_of(split.train, [split.at_us])
    cuts = cuts_of(whole, films, seed)
    return slices_of(datasets_of(split.train, cuts.moments), cuts)


def _by_viewer(split: Split, films: Catalogue, seed: int) -> tuple[Dataset, list[Slice]]:
    parts = [split.train]
    parts += [split.train.keep(first_part(split.train, share)) for share in INNER_SHARES]
    whole, *earlier = (_as_known(part) for part in parts)
    slices = [
        Slice(before, (), after, most=ASKED)
        for before, after in zip(earlier, [whole, *earlier], strict=False)
    ]
    return whole, slices


def _as_known(part: Ratings) -> Dataset:
    """Everybody at the moment of the own last rating."""
    return datasets_of(part, [last_moments(part)])[0]
