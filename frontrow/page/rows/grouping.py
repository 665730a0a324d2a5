"""The best open titles of every term of a kind: what rows of genres and of themes are made of."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from frontrow.catalog.catalogue import Terms
from frontrow.page.stage import Stage, Works

_HEAD = 4_000
"""Titles of the ranking that are looked through at once."""


def best_by_term(stage: Stage, kind: str, wanted: int, limit: int) -> list[tuple[int, Works]]:
    """(term, its best open works) of every term of a kind (`genres`, `themes`) that has at least `wanted`
    of them; the stage keeps them for the next who asks."""
    found = stage.memo.get(kind)
    if found is None:
        terms_of: Terms = getattr(stage.catalogue, kind)
        found = stage.memo[kind] = list(_best_by_term(stage, terms_of, wanted, limit))
    return found


def _best_by_term(
    stage: Stage, terms_of: Terms, wanted: int, limit: int
) -> Iterator[tuple[int, Works]]:
    """By one pass over the head of the ranking; only a term that is rare there asks for its members."""
    head = stage.ranked[:_HEAD]
    indptr = terms_of.has.indptr
    counts = indptr[head + 1] - indptr[head]
    places = np.repeat(np.arange(len(head)), counts)
    ends = np.cumsum(counts)
    inside = np.arange(len(places)) - np.repeat(ends - counts, counts)
    terms = terms_of.has.indices[np.repeat(indptr[head], counts) + inside]
    order = np.argsort(
        terms.astype(np.int16 if len(terms_of.names) < 2**15 else np.int32), kind="stable"
    )
    bounds = np.searchsorted(terms[order], np.arange(len(terms_of.names) + 1))
    members = head[places[order]]
    for term in range(len(terms_of.names)):
        works = members[bounds[term] : bounds[term + 1]][:limit]
        if len(works) < limit and len(head) < len(stage.ranked):
            works = stage.best_of(terms_of.works(term), limit)
        if len(works) >= wanted:
            yield term, works
