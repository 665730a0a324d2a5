"""`genre`: the best of each genre that has enough open titles."""

from __future__ import annotations

import numpy as np

from frontrow.page.rows.grouping import by_term
from frontrow.page.stage import Bools, Proposal, Stage

_MOST = 40
"""Genres proposed at most: those whose best titles are worth most."""


class Genre:
    kind = "genre"

    def propose(self, stage: Stage) -> list[Proposal]:
        genres = stage.catalogue.genres
        if not genres.names or not len(stage.ranked):
            return []
        found = by_term(stage, "genres", stage.settings.page.min_row_length)
        found = found.keep(~_set_aside(stage)[found.codes])
        best = np.argsort(-found.worth(stage), kind="stable")[:_MOST]
        return [
            Proposal(
                self.kind, name, found.of(group), ("row.genre", {"genre": name}), {"genres": [name]}
            )
            for group, name in ((g, genres.names[found.codes[g]]) for g in best.tolist())
        ]


def _set_aside(stage: Stage) -> Bools:
    """bool[g]: genres of which the viewer said that they are no liking: no row speaks of them."""
    said = stage.taste.corrections
    if said is None or stage.policy is None:
        return np.zeros(len(stage.catalogue.genres.names), dtype=bool)
    return said.genres <= 0  # nan, where nothing was said, is not
