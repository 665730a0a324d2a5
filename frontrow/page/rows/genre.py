"""`genre`: the best of each genre that has enough open titles."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from frontrow.page.stage import Bools, Proposal, Stage, Works

_HEAD = 4_000
"""Titles of the ranking that are looked through at once."""

_LEADING = 6
"""Titles that say what a genre is worth."""

_MOST = 40
"""Genres proposed at most: those whose best titles are worth most."""


class Genre:
    kind = "genre"

    def propose(self, stage: Stage) -> list[Proposal]:
        genres = stage.catalogue.genres
        if not genres.names or not len(stage.ranked):
            return []
        wanted = stage.settings.page.min_row_length
        limit = 4 * stage.row_length
        found = []
        muted = _set_aside(stage)
        for term, works in _by_genre(stage, wanted, limit):
            if muted[term]:
                continue
            name = genres.names[term]
            claims = {"genres": [name]}
            worth = float(stage.value[works[:_LEADING]].sum()) / _LEADING
            row = Proposal(self.kind, name, works, ("row.genre", {"genre": name}), claims)
            found.append((worth, row))
        found.sort(key=lambda pair: -pair[0])
        return [proposal for _, proposal in found[:_MOST]]


def _set_aside(stage: Stage) -> Bools:
    """bool[g]: genres of which the viewer said that they are no liking: no row speaks of them."""
    said = stage.taste.corrections
    if said is None or stage.policy is None:
        return np.zeros(len(stage.catalogue.genres.names), dtype=bool)
    return said.genres <= 0  # nan, where nothing was said, is not


def _by_genre(stage: Stage, wanted: int, limit: int) -> Iterator[tuple[int, Works]]:
    """(genre, its best open works) of every genre that has enough of them, by one pass over the head
    of the ranking; only a genre that is rare there asks for its members one by one."""
    genres = stage.catalogue.genres
    head = stage.ranked[:_HEAD]
    indptr = genres.has.indptr
    counts = indptr[head + 1] - indptr[head]
    places = np.repeat(np.arange(len(head)), counts)
    ends = np.cumsum(counts)
    inside = np.arange(len(places)) - np.repeat(ends - counts, counts)
    terms = genres.has.indices[np.repeat(indptr[head], counts) + inside]
    order = np.argsort(
        terms.astype(np.int16 if len(genres.names) < 2**15 else np.int32), kind="stable"
    )
    bounds = np.searchsorted(terms[order], np.arange(len(genres.names) + 1))
    members = head[places[order]]
    for term in range(len(genres.names)):
        works = members[bounds[term] : bounds[term + 1]][:limit]
        if len(works) < limit and len(head) < len(stage.ranked):
            works = stage.best_of(genres.works(term), limit)
        if len(works) >= wanted:
            yield term, works
