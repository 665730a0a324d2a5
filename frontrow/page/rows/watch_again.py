"""`watch_again`: what this viewer watched to the end some time ago and liked."""

from __future__ import annotations

import numpy as np

from frontrow.base.time import US_PER_DAY
from frontrow.models.histories import GOOD
from frontrow.page.stage import Proposal, Stage


class WatchAgain:
    kind = "watch_again"

    def propose(self, stage: Stage) -> list[Proposal]:
        if stage.policy is None:
            return []  # a wish needs no model, but this is no wish
        records, reward = stage.view.records, stage.reward
        idle_us = stage.request.decide_us - records.last_touch_us
        liked = records.completed & (reward >= GOOD) & (records.last_touch_us > 0)
        liked &= idle_us >= stage.settings.page.again_days * US_PER_DAY
        liked &= stage.eligibility.mask[records.work]
        liked &= ~records.listed  # the list has a row of its own
        liked &= ~np.isin(records.work, [work for work, _ in stage.under_way])
        chosen = np.flatnonzero(liked)
        # The best first; of equals what was longest ago, and is least remembered.
        order = np.lexsort((records.work[chosen], -idle_us[chosen], -reward[chosen]))
        works = records.work[chosen[order]][: 2 * stage.row_length]
        return [Proposal(self.kind, "", works, (f"row.{self.kind}", {}))]
