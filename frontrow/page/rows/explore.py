"""`explore`: titles beyond the head of the ranking, drawn, so that the page learns and widens.

The pool lies next below what the ranking would show anyway; within it the chance grows with value
and with newness to the service, since what nobody was shown is what is known least.
"""

from __future__ import annotations

import numpy as np

from frontrow.base.randomness import rng_for
from frontrow.page.exploration import Draw, draw_slots
from frontrow.page.stage import Bools, Proposal, Stage
from frontrow.viewers.trends import HALF_LIVES_DAYS

_UNSEEN_BONUS = 0.05
"""Value that a title without any start is credited with; it fades with the first twenty."""


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
        worth = (stage.value[pool] + _UNSEEN_BONUS / (1.0 + starts / 20.0)).astype(np.float32)

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
