"""`explore`: titles beyond the head of the ranking, drawn, so that the page learns and widens.

The draw is aimed. The pool lies next below what the ranking would show anyway; within it the chance
grows with value, with how little is known of a title (nobody knows what was shown to nobody), and with
how far its genres are from what this viewer watches most: next to the known, not in the middle of it.
What was tried on a viewer often enough, and never opened, is not tried again.
"""

from __future__ import annotations

import numpy as np

from frontrow.base.randomness import rng_for
from frontrow.page.adventure import budget_of
from frontrow.page.exploration import Draw, draw_slots, log_value
from frontrow.page.rows.top_picks import drawn_places
from frontrow.page.stage import Bools, Floats, Proposal, Stage, Works
from frontrow.viewers.trends import HALF_LIVES_DAYS

_UNSEEN_TIMES = 3.0
"""A title without any start is drawn as if it were worth three times its value."""

_KNOWN_STARTS = 20.0
"""Starts after which half of that credit is gone: its value is known by then."""

_APART_TIMES = 2.0
"""A title of genres that this viewer never watched is drawn as if it were worth twice its value."""


class Explore:
    kind = "explore"

    def propose(self, stage: Stage) -> list[Proposal]:
        exploration = stage.settings.exploration
        if exploration.every == 0:
            return []
        bold = stage.view.profile.preferences.adventurousness
        budget = budget_of(exploration.budget, bold) - len(drawn_places(stage))
        length = min(stage.row_length, budget)
        beyond = 2 * stage.row_length
        pool = stage.ranked[beyond : beyond + exploration.pool]
        pool = pool[~_tried(stage)[pool]]
        if min(len(pool), length) < stage.settings.page.min_row_length:
            return []
        worth = log_value(stage.value[pool] * _credit(stage, pool))

        def draw_of(taken: Bools) -> Draw:
            left = ~taken[pool]
            return draw_slots(
                worth[left],
                pool[left],
                length,
                temperature=exploration.temperature,
                rng=rng_for(stage.request.seed, "explore"),
            )

        return [Proposal(self.kind, "", pool, ("row.explore", {}), settle=draw_of)]


def _credit(stage: Stage, pool: Works) -> Floats:
    """float32[p]: times its value that a title is drawn for."""
    starts = stage.trends.of_country(None)[HALF_LIVES_DAYS.index(float("inf"))][pool]
    credit = 1 + (_UNSEEN_TIMES - 1) / (1 + starts / _KNOWN_STARTS)
    watched = stage.wanted
    if watched.any():
        known = np.minimum(watched * (watched > 0).sum(), 1)  # 1: watched as much as the mean genre
        of_pool = stage.catalogue.genres.shares[pool]
        has = np.diff(of_pool.indptr) > 0
        credit = credit * (1 + (_APART_TIMES - 1) * has * (1 - of_pool @ known))
    return np.asarray(credit, dtype=np.float32)


def _tried(stage: Stage) -> Bools:
    """bool[n]: what was shown to this viewer often enough, and never opened."""
    tried = np.zeros(stage.catalogue.n, dtype=bool)
    records = stage.view.records
    often = records.impressions >= stage.settings.exploration.trials
    tried[records.work[often & (records.first_us == 0)]] = True
    return tried
