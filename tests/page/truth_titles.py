"""What titles say to a person with much patience: what is open, allowed, shown, new, one by one.

Nothing of the page's masks, records or folds is used here.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec

from frontrow.catalog import Title
from frontrow.viewers import Profile
from tests.strategies import Ask, World

CHOOSABLE = ("movie", "series", "special", "live")


def us_of(instant: datetime) -> int:
    return (instant - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def _number(episode: Title) -> tuple[int, int] | None:
    """(season, number), where it has one."""
    if episode.episode is None:
        return None
    return 1 if episode.season is None else episode.season, episode.episode


class Titles:
    """The catalogue of a world for the one who asks."""

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

    def edition_shown(self, work: str) -> str:
        return self.first_in_language(self.playable(work)).title_id

    def first_in_language(self, editions: list[Title]) -> Title:
        def heard(title: Title) -> bool:
            speaks = self.works.get(self.work_of.get(title.title_id, ""), [title])[0]
            series = speaks if title.kind == "episode" else None
            return _primary(self.language) in _heard(title, series)

        return sorted(editions, key=lambda title: not heard(title))[0]

    def first_came(self, editions: list[Title]) -> tuple[int, bool] | None:
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
        best = self.first_came(self.works[work])
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
