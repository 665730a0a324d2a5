"""`top_picks`: the head of this viewer's ranking, as much of it as is seen at once.

A longer one would hide in its far columns what other rows could lead with; where there are hardly any
others, or where the settings ask for it, it is long, and some slots beyond its first twenty are drawn.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from frontrow.base.randomness import rng_for
from frontrow.page.adventure import budget_of
from frontrow.page.exploration import draw_slots, log_value
from frontrow.page.rows.grouping import by_term
from frontrow.page.scoring import PERSONAL
from frontrow.page.stage import Proposal, Stage

_OTHERS = 4
"""Genres of which a row can be made, from which on others lead with what is not in this row."""


class TopPicks:
    kind = "top_picks"

    def propose(self, stage: Stage) -> list[Proposal]:
        if len(stage.ranked) == 0:
            return []
        exploration = stage.settings.exploration
        length = _length(stage)
        works = stage.ranked[:length].copy()
        draw = None
        places = drawn_places(stage)
        pool = stage.ranked[length : length + exploration.pool]
        if len(places) and len(pool) >= 2:
            draw = draw_slots(
                log_value(stage.value[pool]),
                pool,
                len(places),
                temperature=exploration.temperature,
                rng=rng_for(stage.request.seed, "top_picks"),
            )
            works[places[: len(draw.works)]] = draw.works
        name = "row.top_picks" if stage.mode in PERSONAL else "row.for_everyone"
        return [Proposal(self.kind, "", works, (name, {}), draw=draw)]


def drawn_places(stage: Stage) -> NDArray[np.intp]:
    """The places of the row that are drawn: one in so many beyond its head, within the page's budget."""
    exploration, length = stage.settings.exploration, min(_length(stage), len(stage.ranked))
    if not exploration.every:
        return np.zeros(0, dtype=np.intp)
    first = min(length, stage.settings.page.top_picks_head) + exploration.every - 1
    bold = stage.view.profile.preferences.adventurousness
    return np.arange(first, length, exploration.every)[: budget_of(exploration.budget, bold)]


def _length(stage: Stage) -> int:
    page = stage.settings.page
    if page.top_picks_length:
        wanted = page.top_picks_length
    elif len(by_term(stage, "genres", page.min_row_length).codes) < _OTHERS:
        wanted = stage.row_length
    else:
        wanted = stage.screen.columns
    return min(max(wanted, page.min_row_length), stage.row_length)
