"""`genre`: the best of each genre that has enough open titles."""

from __future__ import annotations

import numpy as np

from frontrow.page.stage import Proposal, Stage

_MOST = 40
"""Genres proposed at most: those whose best titles are worth most."""


class Genre:
    kind = "genre"

    def propose(self, stage: Stage) -> list[Proposal]:
        genres = stage.catalogue.genres
        wanted = stage.settings.page.min_row_length
        limit = 4 * stage.row_length
        counts = stage.open.astype(np.float32) @ genres.has
        found = []
        for term in np.flatnonzero(counts >= wanted):
            works = stage.best_of(genres.works(int(term)), limit)
            name = genres.names[term]
            worth = float(stage.value[works[:6]].mean())
            found.append((worth, Proposal(
                self.kind, name, works, ("row.genre", {"genre": name}), {"genres": [name]},
            )))  # fmt: skip
        found.sort(key=lambda pair: -pair[0])
        return [proposal for _, proposal in found[:_MOST]]
