"""`for_now`: the best of what this viewer likes at this part of the day, on this kind of day."""

from __future__ import annotations

import numpy as np

from frontrow.page.stage import Proposal, Stage
from frontrow.viewers.hours import SLOTS

_LIKED = 0.1
"""Affinity at this hour from which a genre is liked at it."""

_MORE = 0.05
"""How much more a genre must be liked at this hour than at all hours to be this hour's own."""

_MOST = 3
"""Genres of which the row is made."""


class ForNow:
    kind = "for_now"

    def propose(self, stage: Stage) -> list[Proposal]:
        if stage.policy is None:
            return []
        genres, taste = stage.catalogue.genres, stage.taste
        own = (taste.genres_now >= _LIKED) & (taste.genres_now >= taste.genres + _MORE)
        liked = np.flatnonzero(own)
        liked = liked[np.argsort(-taste.genres_now[liked], kind="stable")][:_MOST]
        if len(liked) == 0:
            return []
        of_liked = np.zeros(stage.catalogue.n, dtype=bool)
        for term in liked.tolist():
            of_liked[stage.catalogue.sure_genres.works(term)] = True
        works = stage.ranked[of_liked[stage.ranked]][: 4 * stage.row_length]
        return [
            Proposal(
                self.kind,
                "",
                works,
                (f"row.{self.kind}.{SLOTS[taste.slot]}", {}),
                {"genres": [genres.names[term] for term in liked.tolist()]},
            )
        ]
