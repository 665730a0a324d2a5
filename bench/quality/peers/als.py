"""ALS of implicit feedback (Hu, Koren, Volinsky 2008) as the package `implicit` has it.

Fitted on good plays for each of several sets of dials; the lists of each are written, and which is
best is judged by who reads them, on inner splits.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
from implicit.als import AlternatingLeastSquares
from scipy import sparse

from bench.quality.peers.lists import best
from bench.quality.split_file import Split, read_split, write_arrays

VIEWERS_PER_BLOCK = 512


def good_plays(split: Split) -> sparse.csr_matrix:
    """float32[v, n]: 1 for every good play of the training side."""
    train = split.train
    upto = np.concatenate([[0], np.cumsum(train.good)])
    work = train.work[train.good]
    ones = np.ones(len(work), dtype=np.float32)
    return sparse.csr_matrix((ones, work, upto[train.indptr]), shape=(len(train.viewers), train.n))


def fit_lists(split: Split, plays: sparse.csr_matrix, dials: dict[str, Any]) -> np.ndarray:
    """int32[b, K] of one fit; viewers without a good play and works without one stay out."""
    model = AlternatingLeastSquares(
        factors=dials["factors"],
        regularization=dials["regularization"],
        alpha=dials["alpha"],
        iterations=dials["iterations"],
        random_state=dials["seed"],
        num_threads=1,
    )
    model.fit(plays, show_progress=False)
    unknown = np.bincount(plays.indices, minlength=split.train.n) == 0
    silent = np.diff(plays.indptr)[split.asked] == 0
    lists = []
    for start in range(0, len(split.asked), VIEWERS_PER_BLOCK):
        rows = np.arange(start, min(start + VIEWERS_PER_BLOCK, len(split.asked)))
        scores = model.user_factors[split.asked[rows]] @ model.item_factors.T
        scores[:, unknown] = -np.inf
        scores[silent[rows]] = -np.inf
        lists.append(best(scores, split, rows))
    return np.concatenate(lists)


def main() -> None:
    """Write lists int32[dials, b, K] and the CPU minutes of each fit."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--split", type=Path, required=True)
    ask.add_argument("--out", type=Path, required=True)
    ask.add_argument("--dials", type=json.loads, required=True, help="JSON: a list of objects")
    told = ask.parse_args()
    split = read_split(told.split)
    plays = good_plays(split)
    lists, minutes = [], []
    for dials in told.dials:
        began = process_time()
        lists.append(fit_lists(split, plays, dials))
        minutes.append((process_time() - began) / 60)
        print(f"ALS {dials}: {minutes[-1]:.2f} min", file=sys.stderr, flush=True)
    write_arrays(
        told.out, lists=np.array(lists), minutes=np.array(minutes), dials=json.dumps(told.dials)
    )


if __name__ == "__main__":
    main()
