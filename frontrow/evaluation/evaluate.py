"""The evaluation: hide the end of the log, fit on the rest, and ask every scorer what came."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from frontrow.base.randomness import rng_for
from frontrow.base.settings import ServiceSettings
from frontrow.catalog import Catalogue
from frontrow.engine import Engine
from frontrow.evaluation.intervals import mean_interval
from frontrow.evaluation.pages import Page, ground_of, page_metrics
from frontrow.evaluation.split import TRAIN_SHARE, Split, split_between
from frontrow.events.log import Log
from frontrow.models.histories import Ints, histories_of
from frontrow.models.looks import looks_of
from frontrow.models.text import Sentences
from frontrow.ranking.closed import Closed
from frontrow.ranking.list_metrics import coverage, effective_catalogue_size, ndcg, recall, top
from frontrow.ranking.ranker import BoundRanker, Ranker
from frontrow.ranking.reward import fatigue_of, rewards
from frontrow.ranking.slices import begun_us, moment_at
from frontrow.training.cuts import cuts_of
from frontrow.training.fit import Progress, fit_ranker
from frontrow.viewers import Dataset, build_datasets
from frontrow.viewers.dataset import Moment

K = 20
MIN_VIEWERS = 10
"""With fewer viewers to ask a number would mean nothing."""

VIEWERS_PER_BLOCK = 256

BuildPages = Callable[[Ranker, Dataset, Sequence[int]], Sequence[Page]]
"""Pages of some viewers (indices) of a dataset, at its moment, as the ranker would have made them."""


@dataclass(frozen=True)
class Evaluation:
    """What was found. `models` and `page` are plain numbers; `notes` say what could not be judged."""

    split: dict[str, object]
    models: dict[str, dict[str, float]]
    page: dict[str, float]
    n_viewers: int
    intervals: dict[str, dict[str, tuple[float, float]]] = field(default_factory=dict)
    page_intervals: dict[str, tuple[float, float]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The document of `frontrow evaluate --json`."""
        return {
            "split": self.split,
            "models": self.models,
            "page": self.page,
            "n_viewers": self.n_viewers,
            "intervals": {m: {k: list(v) for k, v in i.items()} for m, i in self.intervals.items()},
            "page_intervals": {k: list(v) for k, v in self.page_intervals.items()},
            "notes": list(self.notes),
        }


def evaluate(
    log: Log,
    catalogue: Catalogue,
    *,
    until_us: int,
    seed: int,
    settings: ServiceSettings | None = None,
    sentences: Sentences | None = None,
    progress: Progress | None = None,
    pages: BuildPages | None = None,
    looked_at: NDArray[np.float64] | None = None,
    engine: Engine | None = None,
) -> Evaluation:
    """Judge every scorer and the whole system on the end of the log.

    until_us: events up to here are read
    settings: of the service, see `Closed`; None: the defaults
    sentences: the catalogue's texts, see `fit_ranker`
    pages:    builds pages for the metrics of pages; without it there are none
    looked_at: float64[rows, columns], how much each place of them is looked at; None: as by default
    """

    def build(moments: Sequence[Moment]) -> list[Dataset]:
        return build_datasets(log, catalogue, moments, engine=engine)

    return evaluate_datasets(
        build,
        catalogue,
        until_us,
        seed=seed,
        settings=settings,
        sentences=sentences,
        progress=progress,
        pages=pages,
        looked_at=looked_at,
    )


def evaluate_datasets(
    build: Callable[[Sequence[Moment]], list[Dataset]],
    catalogue: Catalogue,
    until_us: int,
    *,
    seed: int,
    settings: ServiceSettings | None = None,
    sentences: Sentences | None = None,
    progress: Progress | None = None,
    pages: BuildPages | None = None,
    looked_at: NDArray[np.float64] | None = None,
) -> Evaluation:
    """The same from whatever gives the datasets at some moments."""
    hear = progress or (lambda share, what: None)
    hear(0.0, "reading the log")
    (whole,) = build([until_us])
    reward = rewards(whole, catalogue)
    begun = begun_us(whole, reward)
    if len(begun) == 0:
        return _nothing(None, 0, "there is no good play in the log yet")
    cuts = cuts_of(whole, catalogue, seed, moment_at(TRAIN_SHARE, begun))
    hear(0.1, "reading the log")
    datasets = build(cuts.moments)
    before = datasets[-1]
    worth = rewards(before, catalogue)
    split = split_between(before, worth, whole, reward, Closed(catalogue, settings))
    b = len(split.asked.viewers)
    if b < MIN_VIEWERS:
        return _nothing(
            split,
            b,
            f"{b} viewers had enough history and came back after {split.to_json()['at']};"
            f" it takes {MIN_VIEWERS} for a number that means something",
        )
    ranker = fit_ranker(
        datasets,
        cuts,
        catalogue,
        seed=seed,
        settings=settings,
        sentences=sentences,
        progress=lambda s, w: hear(0.2 + 0.6 * s, w),
    )
    hear(0.8, "ranking for every viewer asked")
    models, intervals = _judge(ranker.bind(catalogue), before, split, seed)
    page: dict[str, float] = {}
    page_intervals: dict[str, tuple[float, float]] = {}
    if pages is not None:
        hear(0.9, "building pages")
        viewers = split.asked.viewers
        ground = ground_of(before, worth, viewers, split.asked.relevant, catalogue, looked_at)
        page, page_intervals = page_metrics(
            pages(ranker, before, viewers.tolist()), ground, seed=seed
        )
    hear(1.0, "done")
    notes = tuple(f"{name} was left out: {why}" for name, why in ranker.left_out.items())
    return Evaluation(split.to_json(), models, page, b, intervals, page_intervals, notes)


def _nothing(split: Split | None, b: int, why: str) -> Evaluation:
    return Evaluation({} if split is None else split.to_json(), {}, {}, b, notes=(why,))


def _judge(
    ranker: BoundRanker, before: Dataset, split: Split, seed: int
) -> tuple[dict[str, dict[str, float]], dict[str, dict[str, tuple[float, float]]]]:
    models: dict[str, dict[str, float]] = {}
    intervals: dict[str, dict[str, tuple[float, float]]] = {}
    n = before.n
    relevant = split.asked.relevant
    for name, lists in _lists(ranker, before, split):
        per_viewer = {
            f"recall@{K}": recall(lists, relevant, K),
            "ndcg@10": ndcg(lists, relevant, 10),
            f"ndcg@{K}": ndcg(lists, relevant, K),
        }
        shown = np.bincount(lists[lists >= 0], minlength=n).astype(np.float64)
        models[name] = {
            **{metric: float(values.mean()) for metric, values in per_viewer.items()},
            f"coverage@{K}": coverage(lists, n, K),
            "effective_catalogue_size": effective_catalogue_size(shown),
        }
        intervals[name] = {
            metric: mean_interval(values, rng_for(seed, "bootstrap"))
            for metric, values in per_viewer.items()
        }
    return models, intervals


def _lists(ranker: BoundRanker, before: Dataset, split: Split) -> Iterator[tuple[str, Ints]]:
    """(name, int32[b, K]) of every scorer and of the whole system, last."""
    evidence = ranker.evidence
    reward = rewards(before, evidence.catalogue)
    histories = histories_of(before, reward, fatigue_of(before.records)).take(split.asked.viewers)
    scorers = (evidence.popularity, evidence.recent)
    lists: dict[str, list[Ints]] = {}
    for start in range(0, histories.b, VIEWERS_PER_BLOCK):
        block = np.arange(start, min(start + VIEWERS_PER_BLOCK, histories.b))
        some = histories.take(block)
        scores = {s.name: s.score(some, before.trends, None) for s in scorers}
        scores |= evidence.scores(some, looks_of(some), before.trends, None)
        scores["full"] = ranker.values(some, before.trends, now_us=before.at_us)
        for name, values in scores.items():
            lists.setdefault(name, []).append(top(values, split.asked.seen[block], K))
    for name, parts in lists.items():
        yield name, np.concatenate(parts)
