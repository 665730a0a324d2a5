"""`new`: what the service added within the days that the row's name says."""

from __future__ import annotations

import numpy as np

from frontrow.base.time import EPOCH, US_PER_DAY, US_PER_MINUTE, from_us
from frontrow.catalog.catalogue import UNKNOWN_TIME
from frontrow.page.stage import Bools, Proposal, Stage
from frontrow.viewers.zones import zone_of


class New:
    kind = "new"

    def propose(self, stage: Stage) -> list[Proposal]:
        days = stage.settings.page.new_days
        # True through the whole epoch, so that a return within it finds the same row.
        recent = np.flatnonzero(added_within(stage, days)).astype(np.int32)
        works = stage.best_of(recent, 4 * stage.row_length)
        return [Proposal(self.kind, "", works, ("row.new", {"days": days}), {"days": days})]


def added_within(stage: Stage, days: int) -> Bools:
    """Works added in the last `days` days; a date without a time is a date in the viewer's zone."""
    catalogue, now_us = stage.catalogue, stage.request.now_us
    known = catalogue.added_us != UNKNOWN_TIME
    end_us = stage.request.decide_us + stage.settings.page.snapshot_minutes * US_PER_MINUTE
    oldest_us = max(now_us, end_us) - days * US_PER_DAY
    instant = (catalogue.added_us <= now_us) & (catalogue.added_us > oldest_us)
    zone = zone_of(stage.view.viewer, stage.request.country)
    today = (from_us(now_us).astimezone(zone).date() - EPOCH.date()).days
    date = catalogue.added_us // US_PER_DAY
    by_date = (date <= today) & (date > today - days)
    return np.asarray(known & np.where(catalogue.added_is_date, by_date, instant))
