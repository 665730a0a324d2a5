"""`because_you_watched`: titles whose scores a good play of this viewer moved up.

Which anchors deserve a row is itself ranked: many are proposed, and the page takes those whose titles
are worth most to this viewer, what was liked much and lately having the better claim.
"""

from __future__ import annotations

import numpy as np

from frontrow.base.time import US_PER_DAY
from frontrow.page.stage import Bools, Floats, Proposal, Stage, Works
from frontrow.viewers import Records

_HEAD = 1_000
"""Titles of the ranking among which an anchor's neighbours are looked for."""

_ANCHORS = 16
"""Anchors considered: of the good plays, the most and latest liked."""

_MEMORY_HALF_LIFE_DAYS = 30.0
"""An anchor counts half after a month: yesterday's film is better remembered."""

_FORGOTTEN = 0.95
"""Share of a row's value that is left to it where the anchor is long forgotten."""


class BecauseYouWatched:
    kind = "because_you_watched"

    def propose(self, stage: Stage) -> list[Proposal]:
        if stage.policy is None:
            return []
        anchors, memory = _anchors(stage)
        head = stage.ranked[:_HEAD]
        if len(anchors) == 0 or len(head) == 0:
            return []
        moved = stage.policy.moved_among(anchors, head)
        nearest = _nearest(moved, 2 * stage.row_length)
        found = []
        for anchor, remembered, near in zip(
            anchors.tolist(), memory.tolist(), nearest, strict=True
        ):
            works = head[near]
            if len(works) < stage.settings.page.min_row_length:
                continue
            title = stage.catalogue.works[anchor].title
            found.append(
                Proposal(
                    self.kind,
                    stage.catalogue.works[anchor].work_id,
                    works,
                    ("row.because_you_watched", {"title": title.name_in(stage.request.language)}),
                    {"title_ids": [title.title_id]},
                    weight=_FORGOTTEN + (1 - _FORGOTTEN) * remembered,
                )
            )
        return found


def _anchors(stage: Stage) -> tuple[Works, Floats]:
    """Works that may have a row, the best remembered first, and how well each is, 0..1."""
    records, reward, now_us = stage.view.records, stage.reward, stage.request.decide_us
    good = np.flatnonzero((reward >= 0.5) & (records.last_us > 0) & ~records.starter)
    good = good[_was_watched(records)[good] & _may_be_named(stage, records.work[good])]
    age = np.maximum((now_us - records.last_us[good]) / US_PER_DAY, 0.0)
    within = age <= stage.settings.page.anchor_days
    good, age = good[within], age[within]
    memory = np.minimum(reward[good], 1) * np.exp2(-age / _MEMORY_HALF_LIFE_DAYS)
    # Old histories decay to the same tiny worth: the latest stands first among equals.
    order = np.lexsort((records.work[good], -records.last_us[good], -np.round(memory, 6)))
    order = order[:_ANCHORS]
    return records.work[good[order]], memory[order].astype(np.float32)


def _nearest(moved: Floats, most: int) -> list[Works]:
    """Of each anchor's row [a, w] the places of what it moved up most, in order of place."""
    if moved.shape[1] > most:
        least = np.partition(moved, -most, axis=1)[:, [-most]]
        near = (moved >= least) & (moved > 0)
    else:
        near = moved > 0
    return [np.flatnonzero(row).astype(np.int32) for row in near]


def _may_be_named(stage: Stage, works: Works) -> Bools:
    """Which works this viewer may see, were they available: the others' names are no row's either."""
    rules = stage.eligibility.rules
    passes = [rule[works] for code, rule in rules.items() if code not in ("window", "edition")]
    return np.asarray(np.logical_and.reduce(passes))


def _was_watched(records: Records) -> Bools:
    """Of a viewer who never played anything a rating is watching: services import ratings without plays."""
    watched = (records.plays > 0) | (records.finished > 0)
    return np.asarray(watched if watched.any() else ~np.isnan(records.rating))
