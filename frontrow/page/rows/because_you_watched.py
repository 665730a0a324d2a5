"""`because_you_watched`: titles whose scores a good play of this viewer moved up."""

from __future__ import annotations

import numpy as np

from frontrow.base.time import US_PER_DAY
from frontrow.page.stage import Bools, Proposal, Stage, Works, best_first
from frontrow.viewers import Records

_HEAD = 4_000
"""Titles of the ranking among which an anchor's neighbours are looked for."""

_ANCHORS = 4
"""Anchors considered: the latest good plays."""

_LIKENESS_HALF_LIFE_DAYS = 30.0
"""An anchor counts half after a month: yesterday's film is better remembered."""


class BecauseYouWatched:
    kind = "because_you_watched"

    def propose(self, stage: Stage) -> list[Proposal]:
        if stage.policy is None:
            return []
        records, reward = stage.view.records, stage.reward
        good = np.flatnonzero((reward >= 0.5) & (records.last_us > 0) & ~records.starter)
        good = good[_was_watched(records)[good] & _may_be_named(stage, records.work[good])]
        if len(good) == 0:
            return []
        age = (stage.request.decide_us - records.last_us[good]) / US_PER_DAY
        good = good[age <= stage.settings.page.anchor_days]
        age = np.maximum((stage.request.decide_us - records.last_us[good]) / US_PER_DAY, 0.0)
        worth = reward[good] * np.exp2(-age / _LIKENESS_HALF_LIFE_DAYS)
        # Old histories decay to the same tiny worth: the latest stands first among equals.
        order = np.lexsort((records.work[good], -records.last_us[good], -np.round(worth, 6)))
        head = np.sort(stage.ranked[:_HEAD])  # ascending, so that ties go to the smaller index
        found = []
        for anchor in records.work[good[order][:_ANCHORS]].tolist():
            moved = stage.policy.moved_by(anchor)[head]
            raised = (moved > 0) & (head != anchor)
            works = head[raised]
            if len(works) < stage.settings.page.min_row_length:
                continue
            nearest = best_first(moved[raised], works, 2 * stage.row_length)
            name = stage.catalogue.works[anchor].title
            shown = name.name_in(stage.request.language)
            found.append(
                Proposal(
                    self.kind,
                    stage.catalogue.works[anchor].work_id,
                    stage.best_of(nearest, 2 * stage.row_length),
                    ("row.because_you_watched", {"title": shown}),
                    {"title_ids": [name.title_id]},
                )
            )
        return found


def _may_be_named(stage: Stage, works: Works) -> Bools:
    """Which works this viewer may see, were they available: the others' names are no row's either."""
    rules = stage.eligibility.rules
    passes = [rule[works] for code, rule in rules.items() if code not in ("window", "edition")]
    return np.asarray(np.logical_and.reduce(passes))


def _was_watched(records: Records) -> Bools:
    """A rating is watching too: services import ratings without plays."""
    return (records.plays > 0) | (records.finished > 0) | ~np.isnan(records.rating)
