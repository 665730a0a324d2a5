"""Titles that nobody has played, and viewers of whom next to nothing is known.

Titles: a twentieth of MovieLens 1M's films is taken out of the training side of split b whole, and
each viewer's list ranks only these; beside it stand as many films that stayed in, ranked among
themselves in the same way. Films carry what the joined table says of them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from bench.quality.judging import K, good_of, relevant_of, seen_of
from bench.quality.ours import fitted
from bench.quality.section import Section
from bench.quality.split_file import Split
from bench.quality.splits import load_split
from bench.quality.worlds import catalogue_of
from frontrow.base.randomness import rng_for
from frontrow.catalog import Catalogue
from frontrow.evaluation.intervals import mean_interval
from frontrow.models.histories import Floats, histories_of
from frontrow.ranking.list_metrics import recall, top
from frontrow.ranking.reward import rewards

SPLIT = "ml-1m-b"
HELD_OUT = 0.05
NEAREST = 10
"""Of the viewer's good plays, so many nearest ones speak for a title by its metadata."""

VIEWERS_PER_BLOCK = 128


def cold_titles_section(seed: int = 1) -> Section:
    """Recall among films that were held out, beside films that were not, chance and metadata."""
    split = load_split(SPLIT)
    films = catalogue_of("ml-1m", enrich=True)
    played = np.flatnonzero(np.bincount(split.relevant_work, minlength=split.train.n))
    order = rng_for(seed, "held out").permutation(played)
    count = round(HELD_OUT * len(played))
    held, stayed = np.sort(order[:count]), np.sort(order[count : 2 * count])
    known = ~np.isin(split.train.work, held)
    without = Split(**{**vars(split), "train": split.train.keep(known)})
    whole, ranker = fitted(without, seed, films=films)
    place = {viewer: i for i, viewer in enumerate(whole.profile_ids)}
    of_split = np.array([place.get(v, -1) for v in split.train.viewers[split.asked].tolist()])
    rows = np.flatnonzero(of_split >= 0)
    bound = ranker.bind(films)
    histories = histories_of(whole, rewards(whole, films)).take(of_split[rows])
    likes = good_of(split)[split.asked][rows]
    taste = sparse.csr_array(likes.multiply(~np.isin(np.arange(split.train.n), held)[None]))
    alike = _metadata(films)
    found: dict[str, list[NDArray[np.float64]]] = {}
    for start in range(0, len(rows), VIEWERS_PER_BLOCK):
        block = np.arange(start, min(start + VIEWERS_PER_BLOCK, len(rows)))
        values = bound.values(histories.take(block), whole.trends, now_us=whole.at_us)
        nearest = _nearest(taste[block], alike, held)
        for name, which, scores in (
            ("full system, films held out", held, values[:, held]),
            ("full system, films that stayed", stayed, values[:, stayed]),
            ("metadata's nearest neighbours, films held out", held, nearest),
        ):
            gains = _recalls(scores, split, rows[block], which)
            found.setdefault(name, []).append(gains)
    return _section({name: np.concatenate(parts) for name, parts in found.items()}, count)


def _recalls(
    scores: Floats, split: Split, rows: NDArray[np.int64], which: NDArray[np.int64]
) -> NDArray[np.float64]:
    """float64[...]: of the viewers with anything right among `which`."""
    relevant = sparse.csr_array(relevant_of(split)[rows][:, which])
    some = np.flatnonzero(np.diff(relevant.indptr))
    seen = sparse.csr_array(seen_of(split)[rows][:, which])
    lists = top(np.ascontiguousarray(scores[some]), seen[some], K)
    return recall(lists, relevant[some], K)


def _metadata(films: Catalogue) -> Floats:
    """float32[n, n]: cosine of the sets of genres, people, themes and half-decades."""
    years = np.nan_to_num(films.year, nan=0).astype(np.int64) // 5
    ones = np.ones(films.n, dtype=np.float32)
    era = sparse.csr_array((ones, (np.arange(films.n), years - years.min())))
    terms = sparse.hstack([films.genres.has, films.people.has, films.themes.has, era]).tocsr()
    length = np.sqrt(np.maximum(terms.multiply(terms).sum(axis=1), 1))
    alike = (terms @ terms.T).toarray()
    found: Floats = (alike / np.outer(length, length)).astype(np.float32)
    return found


def _nearest(taste: sparse.csr_array, alike: Floats, held: NDArray[np.int64]) -> Floats:
    """float32[b, held]: sum of the likeness to the nearest good plays."""
    found = np.zeros((taste.shape[0], len(held)), dtype=np.float32)
    for b in range(taste.shape[0]):
        liked = taste.indices[taste.indptr[b] : taste.indptr[b + 1]]
        near = np.sort(alike[np.ix_(held, liked)], axis=1)[:, -NEAREST:]
        found[b] = near.sum(axis=1)
    return found


def _section(found: dict[str, NDArray[np.float64]], count: int) -> Section:
    rows = []
    for name, gains in found.items():
        low, high = mean_interval(gains, rng_for(0, "bootstrap"))
        rows.append((name, f"{len(gains):,}", f"{gains.mean():.4f}", f"{low:.4f} to {high:.4f}"))
    warm, cold = (
        found["full system, films that stayed"].mean(),
        found["full system, films held out"].mean(),
    )
    return Section(
        "Titles that nobody has played",
        f"{count} films of MovieLens 1M were held out of the fit, and lists of {K} ranked among them; as"
        f" many that stayed in were ranked among themselves. Chance is about {K / count:.2f}. Asked: at"
        f" least half of what is reached for films that stayed; it is {cold / warm:.2f} of it.",
        ("ranked", "viewers", f"recall@{K}", "95% interval"),
        tuple(rows),
    )
