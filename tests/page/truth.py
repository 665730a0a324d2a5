"""A world as a person with much patience would read it: titles and events as sent, one by one.

Nothing of the page's masks, records or folds is used here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from frontrow.catalog import Title
from frontrow.events.event import PROFILE_RESET, TYPE_ORDER, Event
from frontrow.viewers import Profile
from tests.strategies import PLAYING, Ask, World

FINISHED = 0.95
CHOOSABLE = ("movie", "series", "special", "live")
RUNS = ("play", "resume", "progress")
WISHES = ("list_add", "list_remove", "dismiss", "undismiss")


@dataclass
class Facts:
    """What events say of one title, in their order."""

    events: list[Event] = field(default_factory=list)

    def of(self, *types: str) -> list[Event]:
        return [event for event in self.events if event.type in types]


def us_of(instant: datetime) -> int:
    return (instant - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def key_of(event: Event) -> tuple[int, int, str]:
    return us_of(event.time), TYPE_ORDER[event.type], event.event_id


NEVER = (-(10**18), 0, "")


def _number(episode: Title) -> tuple[int, int] | None:
    """(season, number), where it has one."""
    if episode.episode is None:
        return None
    return 1 if episode.season is None else episode.season, episode.episode


class Truth:
    """A world as a person with much patience would read it."""

    def __init__(self, world: World, ask: Ask) -> None:
        self.world, self.ask = world, ask
        self.titles = [msgspec.convert(told, Title) for told, _ in world.titles]
        self.by_id = {title.title_id: title for title in self.titles}
        self.came = {told["title_id"]: came for told, came in world.titles}
        self.profile = msgspec.convert(world.profile, Profile)
        self.kids = self.profile.kids
        self.now_us = world.now_us if ask.at_us is None else ask.at_us
        self.country = ask.country or self.profile.country
        self.language = ask.language or self.profile.language or "en"
        self.works: dict[str, list[Title]] = {}
        for title in self.titles:
            if title.kind in CHOOSABLE:
                self.works.setdefault(title.work_id or title.title_id, []).append(title)
        self.work_of = {
            title.title_id: work for work, editions in self.works.items() for title in editions
        }
        self.parts: dict[str, list[Title]] = {}
        for title in self.titles:
            work = self.work_of.get(title.series_id or "")
            if title.kind not in CHOOSABLE and work is not None:
                self.parts.setdefault(work, []).append(title)
        for work, parts in self.parts.items():
            self.work_of |= {part.title_id: work for part in parts}
        self.facts = self._read_events()
        self.history = {work: self._of_work(work) for work in self.works}

    # -- rules of eligibility

    def is_open(self, title: Title) -> bool:
        """Whether a window of the title is open here and now."""
        if not title.availability:
            return True
        for window in title.availability:
            if "*" not in window.countries and self.country not in window.countries:
                continue
            start = _instant(window.from_)
            end = _instant(window.until)
            if window.until is not None and len(window.until) == 10:
                end = None if window.until == "9999-12-31" else end + 86_400_000_000  # type: ignore[operator]
            if (start is None or start <= self.now_us) and (end is None or self.now_us < end):
                return True
        return False

    def is_allowed(self, title: Title, series: Title | None = None) -> bool:
        """Whether the profile's limits let a title through; what an episode leaves out is its series'."""
        profile = self.profile
        maturity = title.maturity
        if maturity is None and series is not None:
            maturity = series.maturity
        if profile.maturity_limit is not None:
            if maturity is None and self.world.settings.service.unrated_is_adult:
                return False
            if maturity is not None and maturity > profile.maturity_limit:
                return False
        if profile.kids and not (title.kids or (series is not None and series.kids)):
            return False
        if profile.preferences.only_understood_languages:
            understood = profile.understands or [profile.language]
            tags = {_primary(tag) for tag in understood if tag}
            spoken = _languages(title) or (_languages(series) if series is not None else set())
            if tags and spoken and not tags & spoken:
                return False
        return True

    def episodes(self, work: str) -> list[list[Title]]:
        """Episodes in order of season and number, editions of one together."""
        groups: dict[str, list[Title]] = {}
        for part in self.parts.get(work, []):
            if part.kind != "episode":
                continue
            key = part.work_id or part.title_id
            same = [k for k, of in groups.items() if _number(of[0]) == _number(part) is not None]
            series = {one.series_id for one in groups[same[0]]} if same else {part.series_id}
            if key not in groups and part.series_id not in series:
                key = same[0]  # of another edition of the series, and so the same episode
            groups.setdefault(key, []).append(part)
        order = {title.title_id: i for i, title in enumerate(self.titles)}

        def place(group: list[Title]) -> tuple[int, int, int]:
            first = group[0]
            number = 10**9 if first.episode is None else first.episode
            return 1 if first.season is None else first.season, number, order[first.title_id]

        return sorted(groups.values(), key=place)

    def playable(self, work: str) -> list[Title]:
        """Editions that this viewer may watch now; of a series with episodes: those it may see."""
        editions = [e for e in self.works[work] if self.is_allowed(e)]
        episodes = self.episodes(work)
        if not episodes:
            return [e for e in editions if self.is_open(e)]
        series = self.works[work][0]
        fit = any(
            self.is_open(e) and self.is_allowed(e, series) for group in episodes for e in group
        )
        return editions if fit else []

    def is_there(self, work: str, at_us: int) -> bool:
        """Whether this viewer may still watch it then."""
        now_us, self.now_us = self.now_us, at_us
        found = bool(self.playable(work))
        self.now_us = now_us
        return found

    def is_eligible(self, work: str) -> bool:
        wishes = self.profile.preferences
        ids = {t.title_id for t in (*self.works[work], *self.parts.get(work, []))}
        if ids & set(wishes.muted_titles) or self.history[work].dismissed:
            return False
        muted = {genre.casefold() for genre in wishes.muted_genres}
        if any(genre.casefold() in muted for e in self.works[work] for genre in e.genres):
            return False
        return bool(self.playable(work))

    def edition_shown(self, work: str) -> str:
        return self._first_in_language(self.playable(work)).title_id

    def _first_in_language(self, editions: list[Title]) -> Title:
        def heard(title: Title) -> bool:
            speaks = self.works.get(self.work_of.get(title.title_id, ""), [title])[0]
            series = speaks if title.kind == "episode" else None
            return _primary(self.language) in _heard(title, series)

        return sorted(editions, key=lambda title: not heard(title))[0]

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
            return self._first_in_language(fit).title_id if fit else None
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
                    return self._first_in_language(fit(group)).title_id
        for group in regular[start:]:
            if fit(group):
                return self._first_in_language(fit(group)).title_id
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
                if (self._first_came(group) or (0, False))[0] <= when[0]
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
        came = self._first_came(group)
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

    def _first_came(self, editions: list[Title]) -> tuple[int, bool] | None:
        """(us, whether it is a date) when the first of them came; None where that is not known."""
        known_from = min(self.came.values())
        known_from += self.world.settings.service.first_import_minutes * 60_000_000
        found = []
        for edition in editions:
            came = self.came[edition.title_id]
            if edition.added_at is not None:
                found.append((_instant(edition.added_at), len(edition.added_at) == 10))
            elif came > known_from:
                found.append((came, False))
            else:
                return None
        return min(found, key=lambda one: one[0])

    def is_new(self, work: str, days: int, zone: Any) -> bool:
        """Whether the work came within so many days."""
        said: list[bool] = []
        best = self._first_came(self.works[work])
        if best is None:
            return False
        us, is_date = best
        if is_date:
            today = datetime.fromtimestamp(self.now_us / 1e6, UTC).astimezone(zone).date()
            added = datetime.fromtimestamp(us / 1e6, UTC).date()
            said.append(today - timedelta(days=days) < added <= today)
        else:
            said.append(self.now_us - days * 86_400_000_000 < us <= self.now_us)
        return all(said)


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


def _primary(tag: str) -> str:
    return tag.split("-")[0].lower()


def _heard(title: Title, series: Title | None) -> set[str]:
    """Languages in which a title is heard."""
    if not _languages(title) and series is not None:
        title = series
    original = [title.original_language] if title.original_language else []
    return {_primary(tag) for tag in (title.audio_languages or original)}


def _languages(title: Title) -> set[str]:
    """Heard or read; empty where nothing is said."""
    original = [title.original_language] if title.original_language else []
    return {_primary(t) for t in (*(title.audio_languages or original), *title.subtitle_languages)}


def _instant(text: str | None) -> Any:
    if text is None:
        return None
    if len(text) == 10:
        day = date.fromisoformat(text)
        return us_of(datetime(day.year, day.month, day.day, tzinfo=UTC))
    return us_of(datetime.fromisoformat(text))


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
