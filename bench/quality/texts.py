"""What a sentence model adds to content: `python -m bench.quality.texts` (needs `make text`).

Content alone ranks on inner slices of MovieLens, whose test sides lie on the training side of those
that the report judges; films carry what the joined table says of them. Beside it stands likeness:
of a film's ten nearest by content, the percentile of how often they are liked together.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from bench.quality.judging import K, good_of, plays_of, relevant_of, seen_of
from bench.quality.section import Section, markdown_of
from bench.quality.split_file import Split
from bench.quality.splits import CACHE, INNER, load_split, prepare
from bench.quality.worlds import catalogue_of, datasets_of
from frontrow.base.randomness import rng_for
from frontrow.catalog import Catalogue
from frontrow.evaluation.intervals import compare
from frontrow.models import Content, Histories, fit_content, histories_of
from frontrow.models.histories import Floats
from frontrow.models.looks import looks_of
from frontrow.models.text import WEIGHT, TextStore
from frontrow.ranking.list_metrics import ndcg, recall, top
from frontrow.ranking.reward import rewards

DATA = ("ml-latest-small", "ml-1m")
WEIGHTS = (0.0, 0.2, 0.35, 0.5, 0.7, 1.0)
"""Of the block of sentences; 0: without."""

SEED = 1
NEAREST = 10
LEAST_LIKES = 10
"""Of a film whose company is compared; with fewer it is chance."""

LOOKS = ("always", "recent")


def texts_section(hear: Callable[[str], None]) -> Section:
    """Content alone at several weights of the sentences."""
    rows: list[tuple[str, ...]] = []
    gains = []
    for data in DATA:
        hear(f"reading the texts of {data}")
        films = catalogue_of(data, enrich=True)
        sentences = TextStore(CACHE / "texts").read_catalogue(films)
        if sentences is None:
            raise AssertionError(f"{data} has no synopses")
        name = f"{data}-b"
        prepare(name, hear)
        asked = [_Asked(load_split(name, inner), films) for inner in range(1, INNER + 1)]
        likes = _Likes(load_split(name))
        per_viewer: dict[float, NDArray[np.float64]] = {}
        for weight in WEIGHTS:
            hear(f"{data}: weight {weight:g}")
            model = fit_content(films, SEED, sentences=sentences if weight else None, weight=weight)
            found = np.concatenate([one.judged(model) for one in asked], axis=2)  # [2, looks, b]
            per_viewer[weight] = found[0, 0]
            (always, recent), (recalled, _) = found.mean(axis=2)
            figures = (always, recalled, recent, likes.percentile(model.vectors))
            label = f"{data}, {f'weight {weight:g}' if weight else 'without'}"
            rows.append((label, *(f"{figure:.4f}" for figure in figures)))
        gain = compare(per_viewer[WEIGHT], per_viewer[0.0], rng_for(0, "bootstrap"))
        low, high = gain.ratio_interval
        gains.append(f"{data} {gain.ratio - 1:+.1%} ({low - 1:+.1%} to {high - 1:+.1%})")
    return Section(
        "Texts read by a sentence model",
        "The extra `text` adds all-MiniLM-L6-v2 to content. Content alone, on the inner slices of both"
        " data sets (split b, films with the joined table), by the weight of the sentences beside that"
        f" of other blocks; {WEIGHT:g} is in force. Liked together: mean percentile, among all films"
        f" with {LEAST_LIKES} likes, of a film's {NEAREST} nearest by content; chance is 0.5."
        f" By that weight nDCG@{K} changes, viewer by viewer: {'; '.join(gains)}; who is in both slices"
        " counts as two.",
        ("content", f"nDCG@{K}", f"recall@{K}", f"nDCG@{K}, recent look", "liked together"),
        tuple(rows),
    )


class _Asked:
    """The viewers of a split, and what they then liked."""

    def __init__(self, split: Split, films: Catalogue) -> None:
        (whole,) = datasets_of(split.train, [split.at_us])
        self._histories: Histories = histories_of(whole, rewards(whole, films)).take(split.asked)
        looks = looks_of(self._histories)
        self._looks = np.stack([looks[look] for look in LOOKS])
        self._seen, self._relevant = seen_of(split), relevant_of(split)

    def judged(self, model: Content) -> NDArray[np.float64]:
        """float64[2, looks, b]: nDCG and recall of each viewer."""
        scores = model.looking(self._histories, self._looks)
        lists = [top(np.nan_to_num(score, nan=-1.0), self._seen, K) for score in scores]
        return np.array(
            [[metric(one, self._relevant, K) for one in lists] for metric in (ndcg, recall)]
        )


class _Likes:
    """How often films are liked together on the training side of a split."""

    def __init__(self, split: Split) -> None:
        self._films = np.flatnonzero(plays_of(split) >= LEAST_LIKES)
        good = good_of(split)[:, self._films]
        both = (good.T @ good).toarray()
        length = np.sqrt(both.diagonal())
        self._together: Floats = both / np.outer(length, length)

    def percentile(self, vectors: Floats) -> float:
        """Mean over films of where their nearest stand among all, 0..1; ties count half."""
        some = vectors[self._films]
        alike = some @ some.T
        found = []
        for film, together in enumerate(self._together):
            others = np.delete(np.arange(len(together)), film)
            nearest = others[np.argsort(-alike[film, others], kind="stable")[:NEAREST]]
            company = np.sort(together[others])
            below = np.searchsorted(company, together[nearest], "left")
            upto = np.searchsorted(company, together[nearest], "right")
            found.append((below + upto).mean() / 2 / len(others))
        return float(np.mean(found))


if __name__ == "__main__":
    with threadpool_limits(1):
        found = texts_section(lambda words: print(words, file=sys.stderr, flush=True))
        print(markdown_of(found, ""))
