"""`top10`: the ten most watched of the last week that this viewer may see; the same order for all."""

from __future__ import annotations

import numpy as np

from frontrow.base.texts import country_name
from frontrow.page.stage import Proposal, Stage, best_first
from frontrow.viewers.trends import HALF_LIVES_DAYS

_WEEK = HALF_LIVES_DAYS.index(7.0)

LENGTH = 10


class Top10:
    kind = "top10"

    def propose(self, stage: Stage) -> list[Proposal]:
        counts = stage.trends.of_country(stage.request.country)[_WEEK]
        watched = np.flatnonzero(stage.eligibility.mask & (counts > 0)).astype(np.int32)
        works = best_first(counts[watched], watched, LENGTH)
        country = stage.request.country
        known = country is not None and country in stage.trends.countries
        name: tuple[str, dict[str, str | int | float]] = ("row.top10", {})
        claims: dict[str, str] = {}
        if known:
            here = country_name(stage.request.language, str(country))
            name = ("row.top10.country", {"country": here})
            claims = {"country": str(country)}
        return [Proposal(self.kind, "", works, name, claims, whole=True)]
