"""`trending`: what is rising in the viewer's country, by velocity, weighed with this viewer's liking."""

from __future__ import annotations

import numpy as np

from frontrow.base.texts import country_name
from frontrow.page.stage import Proposal, Stage, best_first
from frontrow.viewers.trends import HALF_LIVES_DAYS

_FAST = HALF_LIVES_DAYS.index(3.0)
_SLOW = HALF_LIVES_DAYS.index(30.0)

_MIN_STARTS = 3.0
"""Decayed starts below which a rise is chance."""

_RISE = 1.5
"""How much faster than its own month a title must start to be rising."""


class Trending:
    kind = "trending"

    def propose(self, stage: Stage) -> list[Proposal]:
        country = stage.request.country
        counts = stage.trends.of_country(country)
        # A steady title's decayed counts stand as the half-lives do: per day of half-life, equal.
        fast = counts[_FAST] / HALF_LIVES_DAYS[_FAST]
        slow = counts[_SLOW] / HALF_LIVES_DAYS[_SLOW]
        rising = stage.open & (counts[_FAST] >= _MIN_STARTS) & (fast >= _RISE * slow)
        accounts = stage.trends.accounts_of(country)
        if accounts is not None:
            rising &= accounts >= stage.settings.page.trending_accounts
        works = np.flatnonzero(rising).astype(np.int32)
        strength = np.log1p(fast[works]) * (0.5 + stage.value[works])
        works = best_first(strength, works, 2 * stage.row_length)
        known = country is not None and country in stage.trends.countries
        if known:
            name = "row.trending.country"
            claims = {"country": country}
            return [
                Proposal(
                    self.kind,
                    "",
                    works,
                    (name, {"country": country_name(stage.request.language, str(country))}),
                    claims,
                )
            ]
        return [Proposal(self.kind, "", works, ("row.trending", {}))]
