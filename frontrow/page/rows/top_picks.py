"""`top_picks`: the head of this viewer's ranking; some slots beyond its first twenty are drawn."""

from __future__ import annotations

import numpy as np

from frontrow.base.randomness import rng_for
from frontrow.page.exploration import draw_slots, log_value
from frontrow.page.stage import Proposal, Stage


class TopPicks:
    kind = "top_picks"

    def propose(self, stage: Stage) -> list[Proposal]:
        if len(stage.ranked) == 0:
            return []
        exploration = stage.settings.exploration
        length = stage.row_length
        head = min(length, stage.settings.page.top_picks_head)
        works = stage.ranked[:length].copy()
        draw = None
        places = (
            np.arange(head + exploration.every - 1, len(works), exploration.every)
            if exploration.every
            else np.zeros(0, dtype=int)
        )
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
        name = "row.top_picks" if stage.mode in ("personalised", "recent") else "row.for_everyone"
        return [Proposal(self.kind, "", works, (name, {}), draw=draw)]
