"""`genre`: the best of each genre that has enough open titles."""

from __future__ import annotations

import numpy as np

from frontrow.page.rows.grouping import best_by_term
from frontrow.page.stage import Bools, Proposal, Stage

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
        for term, works in best_by_term(stage, "genres", wanted, limit):
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
