"""`top10`: the ten most watched of the last week that this viewer may see; the same order for all."""

from __future__ import annotations

import numpy as np

from frontrow.base.texts import country_name
from frontrow.page.stage import Proposal, Stage, Works, best_first
from frontrow.viewers.trends import HALF_LIVES_DAYS

_WEEK = HALF_LIVES_DAYS.index(7.0)

LENGTH = 10


class Top10:
    kind = "top10"

    def propose(self, stage: Stage) -> list[Proposal]:
        country = stage.request.country
        works = _most_watched(stage, country)
        known = country is not None and country in stage.trends.countries
        if known and len(works) < LENGTH:  # few watch there: of all countries, where that is more
            everywhere = _most_watched(stage, None)
            if len(everywhere) > len(works):
                works, known = everywhere, False
        name: tuple[str, dict[str, str | int | float]] = ("row.top10", {})
        claims: dict[str, str] = {}
        if known:
            here = country_name(stage.request.language, str(country))
            name = ("row.top10.country", {"country": here})
            claims = {"country": str(country)}
        return [Proposal(self.kind, "", works, name, claims, whole=True)]


def _most_watched(stage: Stage, country: str | None) -> Works:
    """What was watched most of late in a country (None: in all), of what this viewer may see."""
    counts = stage.trends.of_country(country)[_WEEK]
    watched = np.flatnonzero(stage.eligibility.mask & (counts > 0)).astype(np.int32)
    return best_first(counts[watched], watched, LENGTH)
