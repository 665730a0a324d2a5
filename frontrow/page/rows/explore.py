"""`explore`: titles beyond the head of the ranking, drawn, so that the page learns and widens.

The draw is aimed. The pool lies next below what the ranking would show anyway; within it the chance
grows with value, with how little is known of a title (nobody knows what was shown to nobody), and with
how far its genres are from what this viewer watches most: next to the known, not in the middle of it.
What was tried on a viewer often enough, and never opened, is not tried again; nor is what failed its
trials with everyone (`trials`).
"""

from __future__ import annotations

import numpy as np

from frontrow.base.randomness import rng_for
from frontrow.page.adventure import budget_of
from frontrow.page.exploration import Draw, draw_slots, log_value
from frontrow.page.rows.top_picks import drawn_places
from frontrow.page.stage import Bools, Floats, Proposal, Stage, Works
from frontrow.page.trials import has_failed, on_trial, share_of_trials, trial_row
from frontrow.page.tried import tried_on
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
        pool = pool[~tried_on(stage)[pool]]
        pool = pool[~has_failed(stage, pool)]
        worth = stage.value[pool] * _credit(stage, pool)
        latest = trial_row(stage) if length > 0 else None
        if latest is not None:
            pool, worth, latest = _with_trials(stage, pool, worth, latest)
        if min(len(pool), length) < stage.settings.page.min_row_length:
            return []
        logs = log_value(worth)

        def draw_of(taken: Bools) -> Draw:
            left = ~taken[pool]
            return draw_slots(
                logs[left],
                pool[left],
                length,
                temperature=exploration.temperature,
                rng=rng_for(stage.request.seed, "explore"),
            )

        return [
            Proposal(self.kind, "", pool, ("row.explore", {}), settle=draw_of, latest_row=latest)
        ]


def _with_trials(
    stage: Stage, pool: Works, worth: Floats, row: int
) -> tuple[Works, Floats, int | None]:
    """(the pool and what is on trial, what each is drawn for, the row by which it is shown).

    What is on trial has its share of the first draw, whatever the ranking makes of it."""
    head = stage.ranked[: stage.screen.columns]  # what leads the page needs no trial
    tried = np.setdiff1d(on_trial(stage), head)[: stage.settings.exploration.pool]
    if not len(tried):
        return pool, worth, None
    apart = ~np.isin(pool, tried)
    pool, worth = pool[apart], worth[apart]
    share, value = share_of_trials(len(tried)), np.maximum(stage.value[tried], np.float32(1e-9))
    others = float(worth.sum())
    if others > 0:
        value = value * np.float32(share / (1 - share) * others / float(value.sum()))
    return np.concatenate([pool, tried]), np.concatenate([worth, value]), row


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
