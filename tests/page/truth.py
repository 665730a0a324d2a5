"""A world as a person with much patience would read it: titles and events as sent, one by one.

Nothing of the page's masks, records or folds is used here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from frontrow.catalog import Title
from frontrow.events.event import PROFILE_RESET, TYPE_ORDER, Event
from tests.page.truth_titles import CHOOSABLE, Titles, us_of
from tests.strategies import PLAYING, Ask, World

FINISHED = 0.95
RUNS = ("play", "resume", "progress")
WISHES = ("list_add", "list_remove", "dismiss", "undismiss")


@dataclass
class Facts:
    """What events say of one title, in their order."""

    events: list[Event] = field(default_factory=list)

    def of(self, *types: str) -> list[Event]:
        return [event for event in self.events if event.type in types]


def key_of(event: Event) -> tuple[int, int, str]:
    return us_of(event.time), TYPE_ORDER[event.type], event.event_id


NEVER = (-(10**18), 0, "")


class Truth(Titles):
    """A world as a person with much patience would read it."""

    def __init__(self, world: World, ask: Ask) -> None:
        super().__init__(world, ask)
        self.facts = self._read_events()
        self.history = {work: self._of_work(work) for work in self.works}

    def is_eligible(self, work: str) -> bool:
        wishes = self.profile.preferences
        ids = {t.title_id for t in (*self.works[work], *self.parts.get(work, []))}
        if ids & set(wishes.muted_titles) or self.history[work].dismissed:
            return False
        muted = {genre.casefold() for genre in wishes.muted_genres}
        if any(genre.casefold() in muted for e in self.works[work] for genre in e.genres):
            return False
        return bool(self.playable(work))

    # -- history

    def _read_events(self) -> dict[str, Facts]:
        events: list[tuple[int, Event]] = []
        known: set[str] = set()
        resets: list[tuple[int, int]] = []
        for number, told in enumerate(self.world.events):
            if told["type"] == PROFILE_RESET:
                if self.ask.at_us is None or told["time_us"] <= self.ask.at_us:
                    resets.append((number, told["time_us"]))
            elif told["event_id"] not in known:
                known.add(told["event_id"])
                event = msgspec.convert({**told, "profile_id": "p"}, Event)
                if self.ask.at_us is None or us_of(event.time) <= self.ask.at_us:
                    events.append((number, event))
        facts: dict[str, Facts] = {}
        for number, event in events:
            us = us_of(event.time)
            if any(number < after or us < from_us for after, from_us in resets):
                continue
            if event.title_id is None or event.type == "forget_title":
                continue
            forgotten = any(
                us <= us_of(other.time) and self._reaches(str(other.title_id), event.title_id)
                for _, other in events
                if other.type == "forget_title"
            )
            if not forgotten or event.type in WISHES:
                facts.setdefault(event.title_id, Facts()).events.append(event)
        for one in facts.values():
            one.events.sort(key=key_of)
        return facts

    def _reaches(self, forgotten: str, other: str) -> bool:
        """Whether forgetting one title forgets another."""
        if forgotten == other:
            return True
        work = self.work_of.get(forgotten)
        if work is None or self.work_of.get(other) != work:
            return False
        title, second = self.by_id[forgotten], self.by_id[other]
        if title.kind in CHOOSABLE:
            return second.kind != "season"
        if second.kind != "episode":
            return False
        groups = self.episodes(work)
        (of_other,) = (i for i, g in enumerate(groups) if second in g)
        if title.kind == "episode":
            return title in groups[of_other]
        first = groups[of_other][0]
        return (1 if first.season is None else first.season) == title.season

    def _of_work(self, work: str) -> History:
        """What events say of a work with everything that belongs to it."""
        ids = [t.title_id for t in (*self.works[work], *self.parts.get(work, []))]
        events = sorted(
            (e for i in ids if i in self.facts for e in self.facts[i].events), key=key_of
        )
        ratings = [e for e in events if e.type == "rate"]
        return History(
            listed=_last(events, "list_add") > _last(events, "list_remove"),
            listed_us=_last(events, "list_add")[0],
            dismissed=_last([e for e in events if e.scope != "continue_watching"], "dismiss")
            > _last([e for e in events if e.scope != "continue_watching"], "undismiss"),
            put_aside=_last([e for e in events if e.scope == "continue_watching"], "dismiss")
            > max(_last(events, "play"), _last(events, "undismiss")),
            rated=bool(ratings) and not ratings[-1].attributes.get("starter"),
            played=any(e.type in PLAYING for e in events),
            begun=any(e.type == "play" and not e.autoplay for e in events)
            or (
                any(e.type in PLAYING for e in events)
                and not any(e.type == "play" and e.autoplay for e in events)
            ),
            last=max((key_of(e) for e in events if e.type in PLAYING), default=NEVER),
            completed=self._was_completed(work),
        )

    def _was_completed(self, work: str) -> bool:
        episodes = self.episodes(work)
        regular = [group for group in episodes if group[0].season != 0]
        if regular and all(self._was_finished(group, work) for group in regular):
            return True
        if episodes:
            return any(
                self.facts[e.title_id].of("complete")
                for e in self.works[work]
                if e.title_id in self.facts
            )
        group = [*self.works[work], *self.parts.get(work, [])]
        return self._was_finished(group, work)

    def _was_finished(self, group: list[Title], work: str) -> bool:
        for title in group:
            facts = self.facts.get(title.title_id)
            if facts is None:
                continue
            if facts.of("complete"):
                return True
            runtime = self._runtime(title, work)
            for event in facts.of(*PLAYING):
                length = runtime if event.runtime_seconds is None else event.runtime_seconds
                share = (event.position_seconds or 0.0) / length if length else 0.0
                if share >= FINISHED:
                    return True
        return False

    def _runtime(self, title: Title, work: str) -> float | None:
        facts = self.facts.get(title.title_id, Facts())
        said = [e.runtime_seconds for e in facts.events if e.runtime_seconds is not None]
        if said:
            return max(said)
        minutes = title.runtime_minutes or self.works[work][0].runtime_minutes
        return minutes * 60 if minutes else None

    def is_finished(self, group: list[Title], work: str) -> bool:
        """Watched to the end and not begun again since."""
        pairs = sorted(
            ((e, t) for t in group for e in self.facts.get(t.title_id, Facts()).of(*PLAYING)),
            key=lambda pair: key_of(pair[0]),
        )
        events = [event for event, _ in pairs]
        runs = max((key_of(e) for e in events if e.type in RUNS), default=NEVER)
        if _last(events, "complete") > runs:
            return True
        placed = [(e, t) for e, t in pairs if e.position_seconds is not None or e.type == "play"]
        if not placed:
            return False
        event, title = placed[-1]
        runtime = self._runtime(title, work)
        return bool(runtime) and (event.position_seconds or 0.0) / float(runtime or 1) >= FINISHED

    def next_of(self, work: str) -> str | None:
        """The title that `resume` should name; None where there is none."""
        history = self.history[work]
        if not history.played:
            return None
        episodes = self.episodes(work)
        if not episodes:
            fit = self.playable(work)
            return self.first_in_language(fit).title_id if fit else None
        series = self.works[work][0]
        regular = [g for g in episodes if g[0].season != 0]
        specials = [g for g in episodes if g[0].season == 0]

        def played(group: list[Title]) -> tuple[int, int, str]:
            events = [e for t in group for e in self.facts.get(t.title_id, Facts()).of(*PLAYING)]
            return max((key_of(e) for e in events), default=NEVER)

        def fit(group: list[Title]) -> list[Title]:
            return [e for e in group if self.is_open(e) and self.is_allowed(e, series)]

        touched = [g for g in regular if played(g) > NEVER]
        marked = self._marked(work, regular)
        if marked and marked[0] > max(map(played, touched), default=NEVER):
            start = marked[1]
        elif touched:
            last = max(touched, key=played)
            start = regular.index(last) + self.is_finished(last, work)
        else:
            start = 0
            for group in sorted(specials, key=played, reverse=True):
                if played(group) > NEVER and not self.is_finished(group, work) and fit(group):
                    return self.first_in_language(fit(group)).title_id
        for group in regular[start:]:
            if fit(group):
                return self.first_in_language(fit(group)).title_id
        return None

    def _marked(
        self, work: str, regular: list[list[Title]]
    ) -> tuple[tuple[int, int, str], int] | None:
        """When the series, or a season, was last marked as watched as a whole and not begun again since, and
        how many of the regular episodes lie before or in what was marked."""
        found = []
        wholes = [*self.works[work], *(p for p in self.parts.get(work, []) if p.kind == "season")]
        for title in wholes:
            facts = self.facts.get(title.title_id, Facts())
            when = _last(facts.events, "complete")
            if when <= max((key_of(e) for e in facts.of(*RUNS)), default=NEVER):
                continue
            held = [
                place + 1
                for place, group in enumerate(regular)
                if (self.first_came(group) or (0, False))[0] <= when[0]
                and (
                    title.kind in CHOOSABLE
                    or (1 if group[0].season is None else group[0].season) == title.season
                )
            ]
            if held:
                found.append((when, held[-1]))
        return max(found, default=None)

    def next_came(self, work: str) -> int:
        """When the episode came that `resume` names, where that was not begun; 0: that is not known."""
        following = self.next_of(work)
        group = next((g for g in self.episodes(work) if following in {t.title_id for t in g}), [])
        if not group or any(self._touched(t) for t in group):
            return 0
        came = self.first_came(group)
        return 0 if came is None else came[0]

    def is_under_way(self, work: str) -> bool:
        """Whether `continue_watching` holds the work."""
        history = self.history[work]
        following = self.next_of(work)
        if not history.begun or history.put_aside or following is None:
            return False
        episodes = self.episodes(work)
        if not episodes:
            return not self.is_finished([*self.works[work], *self.parts.get(work, [])], work)
        if any(t.title_id == following and self._touched(t) for g in episodes for t in g):
            return True
        special = {t.title_id for g in episodes if g[0].season == 0 for t in g}
        ids = [t.title_id for t in (*self.works[work], *self.parts.get(work, []))]
        group = next(g for g in episodes if following in {t.title_id for t in g})
        return any(self._touched(t) for t in group) or any(
            self._touched(self.by_id[i]) for i in ids if i not in special
        )

    def _touched(self, title: Title) -> bool:
        return bool(self.facts.get(title.title_id, Facts()).of(*PLAYING))


@dataclass(frozen=True)
class History:
    """What one profile did with one work."""

    listed: bool
    listed_us: int
    dismissed: bool
    put_aside: bool
    rated: bool
    played: bool
    begun: bool
    last: tuple[int, int, str]
    completed: bool


def _last(events: list[Event], kind: str) -> tuple[int, int, str]:
    return max((key_of(e) for e in events if e.type == kind), default=NEVER)


def zone(truth: Truth) -> Any:
    """The viewer's zone: `time_zone`, else the offset of its event times, else the country's."""
    if truth.profile.time_zone is not None:
        return ZoneInfo(truth.profile.time_zone)
    events = _all_events(truth) if truth.ask.personalised else []
    for event in sorted(events, key=key_of, reverse=True):
        if event.time.utcoffset():
            return event.time.tzinfo
    first = {"DE": "Europe/Berlin", "FR": "Europe/Paris", "US": "America/New_York"}
    return ZoneInfo(first.get(truth.profile.country or truth.country or "", "UTC"))


def _all_events(truth: Truth) -> list[Event]:
    """Events that count since the last reset, whatever they are about."""
    resets = [
        (number, told["time_us"])
        for number, told in enumerate(truth.world.events)
        if told["type"] == PROFILE_RESET
        and (truth.ask.at_us is None or told["time_us"] <= truth.ask.at_us)
    ]
    found, known = [], set()
    for number, told in enumerate(truth.world.events):
        if told["type"] == PROFILE_RESET or told["event_id"] in known:
            continue
        known.add(told["event_id"])
        event = msgspec.convert({**told, "profile_id": "p"}, Event)
        us = us_of(event.time)
        if truth.ask.at_us is not None and us > truth.ask.at_us:
            continue
        if event.type != "forget_title" and not any(
            number < after or us < from_us for after, from_us in resets
        ):
            found.append(event)
    return found
