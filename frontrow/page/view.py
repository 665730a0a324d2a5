"""One viewer on one catalogue: everything of the past that a page reads, as arrays, made once.

It is kept beside the folded viewer until an event comes or the catalogue changes, so a return costs
no second look at the history.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta, tzinfo

import numpy as np
from numpy.typing import NDArray

from frontrow.base.time import from_us
from frontrow.catalog import Catalogue
from frontrow.events.log import Logged
from frontrow.models.histories import Histories, history_of
from frontrow.ranking.reward import fatigue_of, reward_of_one
from frontrow.viewers import Profile, Records, Viewer, languages_of, records_of
from frontrow.viewers.glimpses import context_at, glimpses_of
from frontrow.viewers.habits import Habits, habits_of, no_habits
from frontrow.viewers.reactions import NOBODY, Context
from frontrow.viewers.records import blank_records
from frontrow.viewers.resume import Begun, Groups, begun_in, group_by_work, touched_in
from frontrow.viewers.signs import known_us
from frontrow.viewers.zones import zone_of

Bools = NDArray[np.bool_]

_UNSAYS = frozenset({"forget_title"})
"""What takes back what was known before."""


@dataclass(frozen=True)
class ViewerView:
    """A viewer's past over the works of a catalogue."""

    viewer: Viewer
    profile: Profile
    records: Records
    zone: tzinfo  # in which hours and days are counted
    habits: Habits  # when and how it was watched, and what the viewer says of it
    groups: Groups  # work -> its titles' records
    begun: Begun  # what may be under way, latest first
    touched: frozenset[int]  # works of which anything was ever played
    done: Bools  # [n], watched to the end or rated (starter picks exempt): no news for this viewer
    listed: list[int]  # works on my list, latest first
    silent: bool = False  # nothing may be inferred from the records
    _contexts: dict[tuple[int, int], Context] = field(default_factory=dict, repr=False)
    _rewards: dict[int, NDArray[np.float32]] = field(default_factory=dict, repr=False)

    def reward_at(self, catalogue: Catalogue, now_us: int) -> NDArray[np.float32]:
        """float32[m]: what each record is worth at a moment; the latest asked is kept."""
        found = self._rewards.get(now_us)
        if found is None:
            if self.silent:
                found = np.zeros(len(self.records), dtype=np.float32)
            else:
                found = reward_of_one(self.records, catalogue, now_us)
            self._rewards.clear()
            self._rewards[now_us] = found
        return found

    def context_at(self, catalogue: Catalogue, us: int) -> Context:
        """What was known for choices at a moment, in the words of a catalogue; the latest asked is kept."""
        if self.silent:
            return NOBODY
        found = self._contexts.get((us, catalogue.revision))
        if found is None:
            groups = group_by_work(self.viewer, catalogue)
            found = context_at(glimpses_of(groups, catalogue), catalogue, us)
            self._contexts.clear()
            self._contexts[us, catalogue.revision] = found
        return found

    def go_on_from(self, before: ViewerView, news: Sequence[Logged]) -> None:
        """Keep what an earlier view of the same viewer knew for choices, as far as no event that came since
        says anything of a moment before."""
        if any(one.event is None or one.type in _UNSAYS for one in news):
            return
        since = min((known_us(one, self.viewer.lives_since_us) for one in news), default=2**62)
        for (us, revision), context in list(before._contexts.items()):
            if us <= since:
                self._contexts[us, revision] = context

    def history_at(self, catalogue: Catalogue, now_us: int) -> Histories:
        """What the ranking reads of this viewer at a moment, b = 1."""
        offset = self.zone.utcoffset(from_us(now_us)) or timedelta()
        return history_of(
            self.records,
            self.reward_at(catalogue, now_us),
            first_us=self.viewer.first_us,
            at_us=now_us,
            n=catalogue.n,
            offset_minutes=int(offset.total_seconds() // 60),
            fatigue=None if self.silent else fatigue_of(self.records),
            understands=languages_of(self.profile),
        )


def view_of(viewer: Viewer, catalogue: Catalogue) -> ViewerView:
    """The view of a folded viewer."""
    profile = viewer.settings or Profile(profile_id=viewer.profile_id)
    records = records_of(viewer, catalogue)
    groups = group_by_work(viewer, catalogue)
    done = np.zeros(catalogue.n, dtype=bool)
    rated = ~np.isnan(records.rating) & ~records.starter
    done[records.work[records.completed | rated]] = True
    listed = [int(work) for work in records.work[records.listed]]
    listed.sort(key=lambda work: (-max(r.list_added[0] for _, r in groups[work]), work))
    zone = zone_of(viewer, profile.country)
    return ViewerView(
        viewer=viewer,
        profile=profile,
        records=records,
        zone=zone,
        habits=habits_of(viewer, records, groups, catalogue, zone),
        groups=groups,
        begun=begun_in(groups, catalogue),
        touched=touched_in(groups),
        done=done,
        listed=listed,
    )


def without_history(view: ViewerView, catalogue: Catalogue) -> ViewerView:
    """The same profile with its explicit wishes only: dismissed, muted, my list, hidden rows."""
    kept = view.records.dismissed | view.records.listed
    records = view.records.take(kept)
    empty = replace(blank_records(records.work), listed=records.listed, dismissed=records.dismissed)
    blank = Viewer(profile_id=view.viewer.profile_id, settings=view.viewer.settings)
    return ViewerView(
        viewer=blank,
        profile=view.profile,
        records=empty,
        zone=view.zone,
        habits=no_habits(view.habits, len(empty)),
        groups={},
        begun=[],
        touched=frozenset(),
        done=np.zeros(catalogue.n, dtype=bool),
        listed=view.listed,
        silent=True,
    )
