"""What lists of works are worth on a split: the metrics of each viewer, and those over all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from bench.quality.split_file import Split
from frontrow.base.randomness import rng_for
from frontrow.evaluation.intervals import Comparison, compare, mean_interval
from frontrow.ranking.list_metrics import coverage, effective_catalogue_size, hits_of, ndcg, recall

K = 20
LEAD = f"ndcg@{K}"
"""What dials are chosen by, and what the targets are about."""

Lists = Sequence[NDArray[np.int32]]
"""int32[b, K] for each seed; one where nothing is random. -1 fills a list that runs out."""


@dataclass(frozen=True)
class Judged:
    """One model on one split; with several seeds every figure is their mean."""

    seeds: int
    per_viewer: dict[str, NDArray[np.float64]]  # metric -> [b]
    means: dict[str, float]
    intervals: dict[str, tuple[float, float]]  # of the metrics over viewers


def relevant_of(split: Split) -> sparse.csr_array:
    """float32[b, n]: 1 for what was right."""
    return _matrix(split.relevant_indptr, split.relevant_work, split.train.n)


def seen_of(split: Split) -> sparse.csr_array:
    """float32[b, n]: 1 for what may not be listed."""
    return _matrix(split.seen_indptr, split.seen_work, split.train.n)


def good_of(split: Split) -> sparse.csr_array:
    """float32[v, n]: 1 for every good play of the training side."""
    train = split.train
    upto = np.concatenate([[0], np.cumsum(train.good)])
    return _matrix(upto[train.indptr], train.work[train.good], train.n)


def plays_of(split: Split) -> NDArray[np.int64]:
    """int64[n]: good plays of each work on the training side."""
    return np.bincount(split.train.work[split.train.good], minlength=split.train.n)


def lead(lists: NDArray[np.int32], split: Split) -> float:
    """The mean that dials are chosen by."""
    return float(ndcg(lists, relevant_of(split), K).mean())


def judge(lists: Lists, split: Split) -> Judged:
    """All metrics; every model's viewers are resampled alike, so intervals are paired."""
    relevant, n = relevant_of(split), split.train.n
    by_seed = [
        {
            f"recall@{K}": recall(one, relevant, K),
            "ndcg@10": ndcg(one, relevant, 10),
            LEAD: ndcg(one, relevant, K),
        }
        for one in lists
    ]
    per_viewer = {
        metric: np.mean([found[metric] for found in by_seed], axis=0) for metric in by_seed[0]
    }
    over_all = [_over_all(one, relevant, plays_of(split), n) for one in lists]
    return Judged(
        seeds=len(lists),
        per_viewer=per_viewer,
        means={metric: float(values.mean()) for metric, values in per_viewer.items()}
        | {metric: float(np.mean([one[metric] for one in over_all])) for metric in over_all[0]},
        intervals={
            metric: mean_interval(values, rng_for(0, "bootstrap"))
            for metric, values in per_viewer.items()
        },
    )


def compare_judged(ours: Judged, theirs: Judged) -> Comparison:
    """Ours beside theirs by the leading metric, viewer by viewer."""
    return compare(ours.per_viewer[LEAD], theirs.per_viewer[LEAD], rng_for(0, "bootstrap"))


def _over_all(
    lists: NDArray[np.int32], relevant: sparse.csr_array, plays: NDArray[np.int64], n: int
) -> dict[str, float]:
    lists = lists[:, :K]
    rank = np.empty(n, dtype=np.int64)
    rank[np.argsort(-plays, kind="stable")] = np.arange(1, n + 1)
    hits = lists[hits_of(lists, relevant)]
    shown = np.bincount(lists[lists >= 0], minlength=n).astype(np.float64)
    return {
        f"coverage@{K}": coverage(lists, n, K),
        "effective_catalogue_size": effective_catalogue_size(shown),
        "popularity_rank_of_hits": float(np.median(rank[hits])) if len(hits) else float("nan"),
    }


def _matrix(indptr: NDArray[np.int64], work: NDArray[np.int32], n: int) -> sparse.csr_array:
    ones = np.ones(len(work), dtype=np.float32)
    return sparse.csr_array((ones, work, indptr), shape=(len(indptr) - 1, n))
