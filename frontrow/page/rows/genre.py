"""`genre`: the best of each genre that has enough open titles."""

from __future__ import annotations

import numpy as np

from frontrow.page.rows.grouping import by_term, set_aside
from frontrow.page.stage import Proposal, Stage

_MOST = 40
"""Genres proposed at most: those whose best titles are worth most."""


class Genre:
    kind = "genre"

    def propose(self, stage: Stage) -> list[Proposal]:
        genres = stage.catalogue.genres
        if not genres.names or not len(stage.ranked):
            return []
        found = by_term(stage, "genres", stage.settings.page.min_row_length)
        found = found.keep(~set_aside(stage, "genres")[found.codes])
        best = np.argsort(-found.worth(stage), kind="stable")[:_MOST]
        return [
            Proposal(
                self.kind, name, found.of(group), ("row.genre", {"genre": name}), {"genres": [name]}
            )
            for group, name in ((g, genres.names[found.codes[g]]) for g in best.tolist())
        ]
