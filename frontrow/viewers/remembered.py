"""The reactions of the viewers that events came from last, kept while the log is followed.

Of another viewer they are read from the log: the same, only later. So the memory is bounded, and each
viewer is looked up once a batch, however the events of many are mixed.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence

from frontrow.base.rests import without_rest
from frontrow.catalog import Lexicon
from frontrow.events.log import Log, Logged, Tailed
from frontrow.viewers.reactions import Reactions, Trial, forgets_of

MOST_KEPT = 1_500_000
"""Entries of all viewers that are kept, some 150 MB: two thousand who have watched for half a year."""


class Memory:
    """Reactions to the events of one log, in the words of one lexicon, each up to its last known event."""

    def __init__(self, log: Log, lexicon: Lexicon, most: int = MOST_KEPT) -> None:
        self._log, self._lexicon, self._most = log, lexicon, most
        self.rest: Callable[[], None] = without_rest
        """Called before each event, for work beside requests."""
        self._kept: OrderedDict[str, tuple[Reactions, int]] = OrderedDict()  # with its size
        self._generation = log.generation()
        self.size = 0

    def is_of(self, log: Log, lexicon: Lexicon) -> bool:
        """Whether it is kept of this log, in these words."""
        return self._log is log and self._lexicon is lexicon

    def trials(self, tail: Sequence[Tailed]) -> Iterator[tuple[Trial, bool]]:
        """What `Reactions.add` says of each event, in their order."""
        self._forget()
        by_profile: dict[str, list[int]] = {}
        for place, one in enumerate(tail):
            by_profile.setdefault(one.profile_id, []).append(place)
        found: dict[int, list[tuple[Trial, bool]]] = {}
        for profile_id, places in by_profile.items():
            kept, size = self._kept.pop(profile_id, (None, 0))
            self.size -= size
            for place in places:
                self.rest()
                logged: Logged = tail[place].logged
                if logged.type == "forget_title":  # what it reaches is as if it never was
                    kept = self._from_the_start(profile_id, logged.number)
                    continue
                kept = self._before(profile_id, logged.number, kept)
                some = list(kept.add(logged))
                if some:
                    found[place] = some
            if kept is not None:
                self._keep(profile_id, kept)
        for place in sorted(found):
            self.rest()
            yield from found[place]

    def _before(self, profile_id: str, number: int, kept: Reactions | None) -> Reactions:
        """Those of a viewer before an event of a number."""
        if kept is None or kept.number >= number:  # unknown here, or final in another order
            return self._from_the_start(profile_id, number - 1)
        if kept.number < number - 1:
            between = self._log.read(profile_id, kept.number, up_to=number - 1).events
            if any(logged.type == "forget_title" for logged in between):
                return self._from_the_start(profile_id, number - 1)
            self._take_in(kept, between)
        return kept

    def _from_the_start(self, profile_id: str, number: int) -> Reactions:
        """Those of a viewer up to an event of a number."""
        events = self._log.read(profile_id, up_to=number).events if number else ()
        found = Reactions(self._lexicon, forgets_of(events, self._lexicon))
        self._take_in(found, events)
        return found

    def _take_in(self, reactions: Reactions, events: Sequence[Logged]) -> None:
        """Events of before, of which nobody asks what came."""
        for logged in events:
            self.rest()
            for _ in reactions.add(logged):
                pass

    def _keep(self, profile_id: str, reactions: Reactions) -> None:
        self._kept[profile_id] = reactions, reactions.size
        self.size += reactions.size
        while self.size > self._most:
            _, (_, size) = self._kept.popitem(last=False)
            self.size -= size

    def _forget(self) -> None:
        """Where a profile was forgotten, begin anew: its events may be among those that are kept."""
        generation = self._log.generation()
        if generation != self._generation:
            self._kept.clear()
            self._generation, self.size = generation, 0
