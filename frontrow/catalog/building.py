"""From stored titles to the columnar view: which titles are works, editions, episodes, and in which order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray
from scipy import sparse

from frontrow.base.randomness import digest_of
from frontrow.base.sensitive import NOTHING, Sensitive
from frontrow.base.texts import primary
from frontrow.base.time import US_PER_MINUTE
from frontrow.catalog.availability import build_availability
from frontrow.catalog.catalogue import (
    UNKNOWN_TIME,
    Catalogue,
    Edition,
    Episode,
    Terms,
    Work,
    terms_of,
)
from frontrow.catalog.painted import painted_for
from frontrow.catalog.store import StoredTitle
from frontrow.catalog.title import CHOOSABLE, Artwork, Title


@dataclass
class _Sorted:
    """Titles by what they are to each other: of works of which a title is in force."""

    editions: dict[str, list[StoredTitle]] = field(default_factory=dict)  # work id -> its titles
    withdrawn: dict[str, list[StoredTitle]] = field(default_factory=dict)  # likewise
    index: dict[str, int] = field(default_factory=dict)  # work id -> index, in the order of ids
    work_of_title: dict[str, int] = field(default_factory=dict)
    episodes: dict[int, list[StoredTitle]] = field(default_factory=dict)
    seasons: dict[int, dict[str, int | None]] = field(default_factory=dict)


@dataclass
class _Layout:
    """Works with their units: the places of editions and episodes in `Availability`."""

    works: list[Work] = field(default_factory=list)
    units: list[tuple[Title, Title]] = field(
        default_factory=list
    )  # (title, who speaks for its work)
    edition_units: list[int] = field(default_factory=list)
    edition_starts: list[int] = field(default_factory=list)
    episode_units: list[int] = field(default_factory=list)
    episode_works: list[int] = field(default_factory=list)
    episode_of_title: dict[str, tuple[int, int]] = field(default_factory=dict)

    def unit(self, title: Title, speaks: Title) -> Edition:
        """A unit of its own for a title."""
        self.units.append((title, speaks))
        return Edition(title, len(self.units) - 1)


def build_catalogue(
    revision: int,
    titles: Sequence[StoredTitle],
    *,
    first_import_minutes: int = 60,
    stand_ins: bool = False,
    sensitive: Sensitive = NOTHING,
) -> Catalogue:
    """The view of stored titles, which come in order of arrival, withdrawn ones among them: of a work that
    others hold up these keep its history together and its age.

    stand_ins: whether a work without any image gets painted ones
    sensitive: genres, themes and tags of images that nothing personal rests on
    """
    first = min((stored.first_us for stored in titles), default=0)
    known_from = first + first_import_minutes * US_PER_MINUTE
    found = _sort_out(titles)
    layout = _lay_out(found, stand_ins, sensitive, known_from)
    works = layout.works
    added = [
        _added(found.editions[work.work_id] + found.withdrawn.get(work.work_id, []), known_from)
        for work in works
    ]
    speaking = [work.title for work in works]
    languages = sorted({primary(t.original_language) for t in speaking if t.original_language})
    place = {language: i for i, language in enumerate(languages)}
    all_of = [[stored.title for stored in found.editions[work.work_id]] for work in works]
    every_genre = _terms([_union(t.genres for t in group) for group in all_of])
    every_theme = _terms([_union(t.themes for t in group) for group in all_of])
    kept_out = frozenset(filter(sensitive.holds, (*every_genre.names, *every_theme.names)))
    genres, themes = every_genre.less(kept_out), every_theme.less(kept_out)
    people = _terms([_union(map(_credits, group)) for group in all_of])
    return Catalogue(
        revision=revision,
        works=tuple(works),
        index=found.index,
        work_of_title=found.work_of_title,
        withdrawn=frozenset(stored.title.title_id for stored in titles if stored.is_withdrawn),
        episode_of_title=layout.episode_of_title,
        availability=build_availability(layout.units),
        edition_units=np.array(layout.edition_units, dtype=np.int32),
        edition_starts=np.array(layout.edition_starts, dtype=np.int64),
        episode_units=np.array(layout.episode_units, dtype=np.int32),
        episode_works=np.array(layout.episode_works, dtype=np.int32),
        has_episodes=np.array(
            [any(episode.editions for episode in work.episodes) for work in works], dtype=bool
        ),
        runtime_minutes=_floats([t.runtime_minutes for t in speaking]),
        year=_floats([t.year for t in speaking]),
        added_us=np.array([us for us, _ in added], dtype=np.int64),
        added_is_date=np.array([is_date for _, is_date in added], dtype=bool),
        is_series=np.array([work.kind == "series" for work in works], dtype=bool),
        work_hash=np.array(
            [_hash(w.work_id) for w in works],
            dtype=np.uint64,
        ),
        language=np.array(
            [place[primary(t.original_language)] if t.original_language else -1 for t in speaking],
            dtype=np.int16,
        ),
        languages=tuple(languages),
        genres=genres,
        themes=themes,
        sure_genres=_sure(genres, all_of, lambda t: t.genres),
        sure_themes=_sure(themes, all_of, lambda t: t.themes),
        sure_people=_sure(people, all_of, _credits),
        longest_minutes=_floats([_longest(group) for group in all_of]),
        decade=np.array([_decade(group) for group in all_of], dtype=np.int64),
        every_genre=every_genre,
        every_theme=every_theme,
        sensitive=kept_out,
        people=people,
    )


def _sort_out(titles: Sequence[StoredTitle]) -> _Sorted:
    """Titles with one work id are one work; seasons and episodes belong to their series."""
    found = _Sorted()
    parts: list[StoredTitle] = []
    work_key: dict[str, str] = {}  # title id -> work id, for titles that can be chosen
    for stored in titles:
        title = stored.title
        if title.kind in CHOOSABLE:
            key = title.work_id or title.title_id
            work_key[title.title_id] = key
            group = found.withdrawn if stored.is_withdrawn else found.editions
            group.setdefault(key, []).append(stored)
        else:
            parts.append(stored)
    found.index = {work_id: i for i, work_id in enumerate(sorted(found.editions))}
    found.work_of_title = {
        title_id: found.index[key] for title_id, key in work_key.items() if key in found.index
    }
    speaking = ((i, found.editions[key][0].title) for key, i in found.index.items())
    series = {i for i, title in speaking if title.kind == "series"}
    # Seasons first: feeds that tell a tree name an episode's season as its series.
    for stored in sorted(parts, key=lambda stored: stored.title.kind == "episode"):
        work = found.work_of_title.get(stored.title.series_id or "")
        # It has not come yet, or is none: a film is judged by its own windows.
        if work is None or work not in series:
            continue
        found.work_of_title.setdefault(stored.title.title_id, work)
        if stored.title.kind == "episode":
            found.episodes.setdefault(work, []).append(stored)
        else:
            found.seasons.setdefault(work, {})[stored.title.title_id] = stored.title.season
    return found


def _lay_out(found: _Sorted, stand_ins: bool, sensitive: Sensitive, known_from: int) -> _Layout:
    """Works in the order of their ids, each with its editions and episodes in order."""
    layout = _Layout()
    for work_id, i in found.index.items():
        speaks = found.editions[work_id][0].title
        layout.edition_starts.append(len(layout.edition_units))
        editions = [layout.unit(stored.title, stored.title) for stored in found.editions[work_id]]
        layout.edition_units += [edition.unit for edition in editions]
        episodes = []
        for place, group in enumerate(_episodes_in_order(found.episodes.get(i, []))):
            made = tuple(
                layout.unit(stored.title, speaks) for stored in group if not stored.is_withdrawn
            )
            for edition in made:
                layout.episode_units.append(edition.unit)
                layout.episode_works.append(i)
            gone = tuple(one.title.title_id for one in group if one.is_withdrawn)
            for title_id in (*(edition.title.title_id for edition in made), *gone):
                layout.episode_of_title[title_id] = (i, place)
            came_us, _ = _added(group, known_from)
            episodes.append(Episode(*_place(group[0].title), made, gone, came_us))
        own = {a.artwork_id: a for e in reversed(editions) for a in reversed(e.title.artwork)}
        images = tuple(_without(image, sensitive) for image in reversed(own.values()))
        layout.works.append(
            Work(
                work_id,
                speaks.kind,
                tuple(editions),
                tuple(episodes),
                found.seasons.get(i, {}),
                images or (painted_for(speaks) if stand_ins else ()),
                is_painted=not images,
                withdrawn=tuple(one.title.title_id for one in found.withdrawn.get(work_id, ())),
            )
        )
    return layout


def _without(image: Artwork, sensitive: Sensitive) -> Artwork:
    """An image without its tags that nothing personal rests on."""
    if not any(map(sensitive.holds, image.tags)):
        return image
    return replace(image, tags=[tag for tag in image.tags if not sensitive.holds(tag)])


def _place(title: Title) -> tuple[int, int]:
    """(season, number); an unnumbered episode stands after the numbered ones of season 1."""
    season = 1 if title.season is None else title.season
    return season, 1_000_001 if title.episode is None else title.episode


def _episodes_in_order(stored: list[StoredTitle]) -> list[list[StoredTitle]]:
    """Episodes by season, number and arrival; editions of one episode together, those in force first.

    Where no work says that two are one, their numbers do: of two editions of the series, or of one that
    was withdrawn and the one that took its place.
    """
    groups: dict[str, list[StoredTitle]] = {}
    numbered: dict[tuple[int, int], str] = {}  # those in force
    for one in sorted(stored, key=lambda one: one.is_withdrawn):
        title = one.title
        key = title.work_id or title.title_id
        if key not in groups and title.episode is not None:
            other = numbered.setdefault(_place(title), key)
            if one.is_withdrawn or _is_of_another_edition(title, groups.get(other, [])):
                key = other
        groups.setdefault(key, []).append(one)
    return sorted(groups.values(), key=lambda g: (*_place(g[0].title), g[0].arrival))


def _is_of_another_edition(title: Title, group: list[StoredTitle]) -> bool:
    """Whether an episode is of an edition of the series that none of a group is of."""
    return all(title.series_id != one.title.series_id for one in group)


def _added(editions: list[StoredTitle], known_from: int) -> tuple[int, bool]:
    """The first time that a work came; the first import's own moment says nothing of age."""
    best: tuple[int, bool] | None = None
    for stored in editions:
        said = stored.title.added_us()
        if said is None and stored.first_us > known_from:
            said = stored.first_us, False
        if said is None:
            return int(UNKNOWN_TIME), False
        best = said if best is None or said[0] < best[0] else best
    return best or (int(UNKNOWN_TIME), False)


def _floats(values: list[Any]) -> NDArray[np.float32]:
    return np.array([np.nan if v is None else v for v in values], dtype=np.float32)


@lru_cache(1 << 18)
def _hash(work_id: str) -> int:
    return int.from_bytes(digest_of(0, work_id, size=8), "big")


def _longest(group: list[Title]) -> float | None:
    minutes = [title.runtime_minutes for title in group]
    return None if None in minutes else max(m for m in minutes if m is not None)


def _decade(group: list[Title]) -> int:
    decades = {0 if title.year is None else title.year // 10 for title in group}
    return decades.pop() if len(decades) == 1 else 0


def _credits(title: Title) -> list[str]:
    return [f"{person.role}:{person.name}" for person in title.people]


def _union(lists: Any) -> list[str]:
    return list(dict.fromkeys(term for terms in lists for term in terms))


def _sure(every: Terms, all_of: list[list[Title]], told: Callable[[Title], list[str]]) -> Terms:
    """The terms that all editions of a work have, of the same vocabulary: the same object where none
    differ."""
    lists = [_union(map(told, group)) for group in all_of]
    sure = [
        terms if len(group) == 1 else [t for t in terms if all(t in told(one) for one in group)]
        for terms, group in zip(lists, all_of, strict=True)
    ]
    return every if sure == lists else _terms(sure, every.names)


def _terms(lists: list[list[str]], names: Sequence[str] | None = None) -> Terms:
    """The terms of works; names: those that count, where not all of them do."""
    if names is None:
        names = sorted({term for terms in lists for term in terms})
    else:
        known = set(names)
        lists = [[term for term in terms if term in known] for terms in lists]
    index = {name: i for i, name in enumerate(names)}
    counts = np.array([0] + [len(terms) for terms in lists], dtype=np.int64)
    columns = np.array([index[term] for terms in lists for term in terms], dtype=np.int32)
    has = sparse.csr_array(
        (np.ones(len(columns), dtype=np.float32), columns, np.cumsum(counts)),
        shape=(len(lists), len(names)),
    )
    has.sort_indices()
    return terms_of(names, has)
