"""`explore`: titles beyond the head of the ranking, drawn, so that the page learns and widens.

The pool lies next below what the ranking would show anyway; within it the chance grows with value
and with newness to the service, since what nobody was shown is what is known least.
"""

from __future__ import annotations

from frontrow.base.randomness import rng_for
from frontrow.page.exploration import Draw, draw_slots, log_value
from frontrow.page.stage import Bools, Proposal, Stage
from frontrow.viewers.trends import HALF_LIVES_DAYS

_UNSEEN_TIMES = 3.0
"""A title without any start is drawn as if it were worth three times its value."""

_KNOWN_STARTS = 20.0
"""Starts after which half of that credit is gone: its value is known by then."""


class Explore:
    kind = "explore"

    def propose(self, stage: Stage) -> list[Proposal]:
        exploration = stage.settings.exploration
        if exploration.every == 0:
            return []
        beyond = 2 * stage.row_length
        pool = stage.ranked[beyond : beyond + exploration.pool]
        if len(pool) < stage.settings.page.min_row_length:
            return []
        starts = stage.trends.of_country(None)[HALF_LIVES_DAYS.index(float("inf"))][pool]
        credit = 1.0 + (_UNSEEN_TIMES - 1.0) / (1.0 + starts / _KNOWN_STARTS)
        worth = log_value(stage.value[pool] * credit)

        def draw_of(taken: Bools) -> Draw:
            left = ~taken[pool]
            return draw_slots(
                worth[left],
                pool[left],
                stage.row_length,
                temperature=exploration.temperature,
                rng=rng_for(stage.request.seed, "explore"),
            )

        return [Proposal(self.kind, "", pool, ("row.explore", {}), settle=draw_of)]
