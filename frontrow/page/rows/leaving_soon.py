"""`leaving_soon`: what this viewer can watch now and can't any more once the days of the name are over."""

from __future__ import annotations

import numpy as np

from frontrow.base.time import US_PER_DAY
from frontrow.page.stage import Proposal, Stage


class LeavingSoon:
    kind = "leaving_soon"

    def propose(self, stage: Stage) -> list[Proposal]:
        days = stage.settings.page.leaving_days
        # Asked from the start of the epoch, so that a return within it finds the same row.
        then_us = min(stage.request.now_us, stage.request.decide_us) + days * US_PER_DAY
        catalogue, usable = stage.catalogue, stage.eligibility.usable
        open_then = catalogue.availability.open_units(stage.request.country, then_us)
        stays = catalogue.available_works(usable, usable & open_then)
        leaving = np.flatnonzero(stage.open & ~stays).astype(np.int32)
        works = stage.best_of(leaving, 4 * stage.row_length)
        return [
            Proposal(self.kind, "", works, (f"row.{self.kind}", {"days": days}), {"days": days})
        ]
