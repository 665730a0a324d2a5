"""The bare products of scoring one viewer, in plain numpy on a bound ranking's own arrays.

What no implementation can do without: the rows of EASE under each look, the factors of iALS, the
content vectors, the layers of the sequence model over the viewer's latest works, the matches of taste,
and the fusion over all titles. Masks, sums over gaps and hours, standardising and the order of works are
what is measured against it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from frontrow.base.randomness import rng_for
from frontrow.models.histories import Histories
from frontrow.models.looks import ROWS_PER_BLOCK
from frontrow.models.sequence import Sequence
from frontrow.ranking.evidence import CONTENT_LOOKS, EASE_LOOKS
from frontrow.ranking.matches import MATCHES
from frontrow.ranking.ranker import BoundRanker

Product = Callable[[], object]


def products_of(bound: BoundRanker, history: Histories) -> Callable[[], np.ndarray]:
    """A call that does the products for the one viewer of a history; returns float32[n]."""
    evidence, fusion = bound.evidence, bound.fusion
    rng = rng_for(2, "floor")
    work, n = history.work, history.n
    products: list[Product] = []
    if evidence.ease is not None:
        weights = evidence.ease.weights
        rows = rng.integers(0, len(weights), len(work))
        of_ease = rng.random((len(EASE_LOOKS), len(work)), dtype=np.float32)
        products.append(lambda: _of_rows(of_ease, weights, rows))
    if evidence.ials is not None:
        factors = np.nan_to_num(evidence.ials.factors)
        products.append(lambda: factors @ (history.reward @ factors[work]))
    vectors = evidence.content.vectors
    of_content = rng.random((len(CONTENT_LOOKS), len(work)), dtype=np.float32)
    products.append(lambda: (of_content @ vectors[work]) @ vectors.T)
    if evidence.sequence is not None and len(work):
        products.append(_layers(evidence.sequence, len(work), rng))
    for kind, matcher in evidence.matchers.items():
        if matcher.rows.nnz:
            looks = sum(of == kind for of, _ in MATCHES.values())
            taste = rng.random((looks, matcher.rows.shape[1]), dtype=np.float32)
            if matcher.dense is not None:
                dense = matcher.dense
                products.append(lambda taste=taste, dense=dense: taste @ dense.T)
            else:
                terms = matcher.rows
                products += [lambda t=t, terms=terms: terms @ t for t in taste]
    pair = rng.standard_normal((fusion.of_pair.shape[1], n), dtype=np.float32)
    title = rng.standard_normal((len(fusion.bias), n), dtype=np.float32)

    def run() -> np.ndarray:
        for product in products:
            product()
        hidden = fusion.of_pair @ pair
        hidden += title
        np.maximum(hidden, 0, out=hidden)
        return np.asarray((fusion.out @ hidden)[0])  # both are computed; a page is ranked once

    return run


def _of_rows(looks: np.ndarray, weights: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """The looks' product with some rows, gathered as many at a time as stay in the cache: of a history
    of thousands that is three times as fast as gathering all at once."""
    found = np.zeros((len(looks), weights.shape[1]), dtype=np.float32)
    for start in range(0, len(rows), ROWS_PER_BLOCK):
        some = slice(start, start + ROWS_PER_BLOCK)
        found += looks[:, some] @ weights[rows[some]]
    return found


def _layers(model: Sequence, works: int, rng: np.random.Generator) -> Product:
    """The products of the network for one viewer's latest works."""
    t, d = min(works, model.dials.length), model.dials.factors
    x = rng.standard_normal((t, d), dtype=np.float32)
    known = np.nan_to_num(model.vectors)
    w = model.weights

    def run() -> object:
        last = x
        for block in range(model.dials.blocks):
            of = x[-1:] if block == model.dials.blocks - 1 else x
            keys, values = x @ w[f"block{block}/key"], x @ w[f"block{block}/value"]
            attention = (of @ w[f"block{block}/query"]) @ keys.T
            last = (attention @ values) @ w[f"block{block}/out"]
            last = (last @ w[f"block{block}/up"]) @ w[f"block{block}/down"]
        return last[-1] @ known.T

    return run
