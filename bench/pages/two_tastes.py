"""Two people, one profile: whether a profile made of two real viewers gets both tastes, or their average.

A viewer's top interest is the genre whose share of the own good plays stands out most from everyone's, by
p log(p / everyone's). A page has both viewers' where each is a genre of some tile within the first 3 x 5.
Beside it a list sorted by one taste: likeness to the mean of what was liked.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.pages.layouts import Rows, assembled
from bench.pages.viewers import Viewers, rating_events
from bench.quality.judging import good_of
from frontrow.base.randomness import rng_for
from frontrow.base.settings import Settings
from frontrow.events.log import Logged
from frontrow.page import PageInputs, Request, set_stage, view_of
from frontrow.page.stage import Stage, best_first
from frontrow.viewers import fold

PAIRS = 200
ROWS, COLUMNS = 3, 5
INTERESTS = 1
"""Of each viewer."""

LEAST_GOOD = 20
"""Good plays of a viewer whose interests can be told."""


@dataclass(frozen=True)
class Both:
    """Of how many pairs the page had both viewers' top interests, and the one-taste list had."""

    pairs: int
    ours: int
    one_taste: int


def two_tastes(viewers: Viewers) -> Both:
    """Over random pairs of viewers whose top interests are different ones."""
    tops = _interests(viewers)
    rng = rng_for(1, "pairs")
    able = np.flatnonzero(tops[:, 0] >= 0)
    ours = alone = pairs = 0
    while pairs < PAIRS:
        one, two = (int(v) for v in rng.choice(able, 2, replace=False))
        if set(tops[one].tolist()) & set(tops[two].tolist()):
            continue
        pairs += 1
        stage = _stage_of_both(viewers, one, two)
        wanted = [*tops[one].tolist(), *tops[two].tolist()]
        ours += _has_all(stage, assembled(stage, ROWS, COLUMNS), wanted)
        alone += _has_all(stage, _one_taste(stage), wanted)
    return Both(pairs, ours, alone)


def _interests(viewers: Viewers) -> NDArray[np.int64]:
    """int64[v, INTERESTS]: genres, the most outstanding first; -1 where too little is known."""
    good = good_of(viewers.split)
    genres = viewers.films.genres.has.astype(np.float64)
    share = genres.multiply(1.0 / np.maximum(np.diff(genres.indptr), 1)[:, None]).tocsr()
    counts = np.asarray((good @ share).toarray())
    p = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1e-12)
    every = counts.sum(axis=0) / counts.sum()
    stands_out = p * np.log(np.maximum(p, 1e-12) / np.maximum(every, 1e-12))
    tops = np.argsort(-stands_out, axis=1, kind="stable")[:, :INTERESTS].astype(np.int64)
    tops[np.diff(good.indptr) < LEAST_GOOD] = -1
    return tops


def _stage_of_both(viewers: Viewers, one: int, two: int) -> Stage:
    train = viewers.split.train
    events = rating_events(train, one, "both") + rating_events(train, two, "both")
    events.sort(key=lambda event: event.time_us)
    numbered = [
        Logged(i, e.type, e.time_us, e.received_us, e.event, e.body)
        for i, e in enumerate(events, start=1)
    ]
    view = view_of(fold("both", numbered), viewers.films)
    at_us = events[-1].time_us
    inputs = PageInputs(viewers.films, viewers.bound, viewers.whole.trends, view, Settings())
    return set_stage(inputs, Request("both", at_us, device="tv", decide_us=at_us))


def _one_taste(stage: Stage) -> Rows:
    assert stage.policy is not None
    vectors = stage.policy.evidence.content.vectors  # type: ignore[attr-defined]
    taste = stage.reward @ vectors[stage.view.records.work]
    works = np.flatnonzero(stage.open).astype(np.int32)
    best = best_first((vectors[works] @ taste).astype(np.float32), works, ROWS * COLUMNS)
    return [best[r * COLUMNS : (r + 1) * COLUMNS].tolist() for r in range(ROWS)]


def _has_all(stage: Stage, page: Rows, wanted: list[int]) -> bool:
    works = [work for row in page for work in row]
    shown = set(np.unique(stage.catalogue.genres.has[works].indices).tolist())
    return set(wanted) <= shown
