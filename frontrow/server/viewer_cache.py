"""Folded viewers, kept in memory and extended by what came since; every read asks the log first.

So an acknowledged event is in the next page from any process, and the cache may be lost at any time.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Collection
from dataclasses import dataclass

from frontrow.catalog import Catalogue
from frontrow.events import Log, Slice
from frontrow.page import ViewerView, view_of
from frontrow.viewers import Viewer, extend
from frontrow.viewers.checkpoints import Checkpoint, NoStates, States
from frontrow.viewers.forgets import fold_on


@dataclass(frozen=True, slots=True)
class _Kept:
    viewer: Viewer
    view: ViewerView
    revision: int  # of the catalogue
    saved: int  # events in its checkpoint

    @property
    def titles(self) -> int:
        """What it weighs: memory goes by titles that a viewer has to do with."""
        return len(self.viewer.titles)


class ViewerCache:
    """The viewers that this process has seen lately; of those it has not, their checkpoints."""

    def __init__(
        self,
        log: Log,
        most: int,
        *,
        states: States | None = None,
        checkpoint_events: int = 0,
        kinds: Collection[str] | None = None,
        most_titles: int | None = None,
    ) -> None:
        """At most so many viewers, and viewers of so many titles in all (None: any).

        kinds: the types of events that viewers are folded of; None: all
        """
        self._log, self._kinds = log, kinds
        self._most, self._most_titles = most, most_titles
        self._states = states or NoStates()
        self._every = checkpoint_events  # 0: no viewer is kept
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._titles = 0  # of all that are kept
        self._lock = threading.Lock()
        self._purges = 0

    def last(self, profile_id: str, catalogue: Catalogue) -> ViewerView | None:
        """The viewer as this process saw it last, without asking the log; None: not lately."""
        with self._lock:
            kept = self._kept.get(profile_id)
        if kept is None:
            return None
        same = kept.revision == catalogue.revision
        return kept.view if same else view_of(kept.viewer, catalogue)

    def view(
        self, profile_id: str, catalogue: Catalogue, *, heard: Callable[[], None] | None = None
    ) -> ViewerView:
        """The viewer as the log has it now, on a catalogue; `heard` is told when the log has answered."""
        with self._lock:
            kept, purges = self._kept.get(profile_id), self._purges
        viewer: Viewer | None
        if kept is not None:
            viewer, revision, saved = kept.viewer, kept.revision, kept.saved
        else:
            viewer, revision, saved = self._checkpoint(profile_id)
        since = self._read(profile_id, viewer.number if viewer is not None else 0)
        if viewer is not None and not _goes_on(viewer, since):
            viewer = None  # forgotten, and come again
            since = self._read(profile_id)
        if heard is not None:
            heard()
        if kept is not None and viewer is not None and not since.events:
            if kept.revision == catalogue.revision:
                return kept.view
        elif viewer is not None and since.events:
            viewer = extend(viewer, since.events)
            if viewer is None:
                since = self._read(profile_id)
        if viewer is not None and viewer.forgets and revision != catalogue.revision:
            viewer, since = None, self._read(profile_id)
        goes_on = viewer is not None
        if viewer is None:
            saved = 0  # what was kept is no beginning of it
            viewer = fold_on(profile_id, since.events, catalogue, incarnation=since.incarnation)
        view = view_of(viewer, catalogue)
        if goes_on and kept is not None:
            view.go_on_from(kept.view, since.events)
        if viewer.incarnation:  # an unknown profile leaves no trace, not even here
            due = 0 < self._every <= viewer.number - saved
            saved = viewer.number if due else saved
            if self._keep(_Kept(viewer, view, catalogue.revision, saved), purges) and due:
                self._states.save(Checkpoint(viewer, catalogue.revision))
        return view

    def _read(self, profile_id: str, after: int = 0) -> Slice:
        return self._log.read(profile_id, after, kinds=self._kinds)

    def _checkpoint(self, profile_id: str) -> tuple[Viewer | None, int, int]:
        """The viewer that was kept in the database, its catalogue's revision and its events."""
        found = self._states.load(profile_id) if self._every else None
        return (None, 0, 0) if found is None else (*found, found.viewer.number)

    def _keep(self, kept: _Kept, purges: int) -> bool:
        """Keep a viewer, and whether that was done: not if any was purged since it was read, for it may
        be that one."""
        profile_id = kept.viewer.profile_id
        with self._lock:
            if purges != self._purges:
                return False
            self._drop(profile_id)
            self._kept[profile_id] = kept
            self._titles += kept.titles
            while (
                self._is_full() and len(self._kept) > 1
            ):  # the newest stays, however much it holds
                self._drop(next(iter(self._kept)))
        return True

    def _is_full(self) -> bool:
        too_many = self._most_titles is not None and self._titles > self._most_titles
        return too_many or len(self._kept) > self._most

    def _drop(self, profile_id: str) -> None:
        before = self._kept.pop(profile_id, None)
        self._titles -= 0 if before is None else before.titles

    def forget(self, is_forgotten: Callable[[str], bool]) -> None:
        """Drop the viewers whose profiles were forgotten."""
        with self._lock:
            self._purges += 1
        self._states.drop(is_forgotten)
        with self._lock:
            for profile_id in [p for p in self._kept if is_forgotten(p)]:
                self._drop(profile_id)

    def __len__(self) -> int:
        return len(self._kept)


def _goes_on(viewer: Viewer, since: Slice) -> bool:
    """Whether what was read goes on with this life of the profile."""
    return viewer.incarnation == since.incarnation and viewer.number <= since.stable


def fold_whole(
    log: Log,
    profile_id: str,
    catalogue: Catalogue,
    *,
    until_us: int | None = None,
    up_to: int | None = None,
    kinds: Collection[str] | None = None,
) -> Viewer:
    """A viewer folded from all of its events (numbered `up_to`, with a time `until_us`, of some types)."""
    events = log.read(profile_id, up_to=up_to, kinds=kinds)
    return fold_on(
        profile_id, events.events, catalogue, until_us=until_us, incarnation=events.incarnation
    )
