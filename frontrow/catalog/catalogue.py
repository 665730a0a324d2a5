"""The columnar view: arrays over the `n` works that one can choose, editions and episodes beside it.

Works stand in the order of their ids, so "ties go to the smaller id" is "the smaller index".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from frontrow.base.errors import NotFound
from frontrow.base.randomness import digest_of
from frontrow.base.texts import primary
from frontrow.base.time import US_PER_DAY, US_PER_MINUTE
from frontrow.catalog.availability import Availability, build_availability
from frontrow.catalog.store import StoredTitle
from frontrow.catalog.title import CHOOSABLE, Artwork, Title

Bools = NDArray[np.bool_]

_MOST_LANGUAGES = 8
"""Languages whose names are kept ready."""

UNKNOWN_TIME = np.iinfo(np.int64).min


@dataclass(frozen=True, slots=True)
class Edition:
    """One title of a work: a cut, a dub, a quality. `unit` is its place in `Availability`."""

    title: Title
    unit: int


@dataclass(frozen=True, slots=True)
class Episode:
    """One episode of a series with its editions, in order of arrival."""

    season: int
    number: int
    editions: tuple[Edition, ...]

    @property
    def is_special(self) -> bool:
        """Season 0: neither blocks nor interrupts."""
        return self.season == 0


@dataclass(frozen=True, slots=True)
class Work:
    """What one chooses: a film, a series, a special, a live event."""

    work_id: str
    kind: str
    editions: tuple[Edition, ...]  # in order of arrival
    episodes: tuple[Episode, ...]  # in order of season and number; series only
    seasons: dict[str, int | None]  # title id of a season -> its number
    artwork: tuple[Artwork, ...]  # of all editions, each once

    @property
    def title(self) -> Title:
        """The edition that came first: it speaks for the work."""
        return self.editions[0].title


@dataclass(frozen=True, slots=True)
class Terms:
    """A vocabulary and which works have which of its terms."""

    names: tuple[str, ...]
    index: dict[str, int]
    has: sparse.csr_array  # float32[n, len(names)], 0 or 1
    by_term: sparse.csc_array  # the same, by column

    def works(self, term: int) -> NDArray[np.int32]:
        """Indices of the works that have a term, ascending."""
        return self.by_term.indices[self.by_term.indptr[term] : self.by_term.indptr[term + 1]]


@dataclass(frozen=True, eq=False)
class Catalogue:
    """The catalogue at one revision. Immutable; all arrays are over work index, `n` long."""

    revision: int
    works: tuple[Work, ...]
    index: dict[str, int]  # work id -> index
    work_of_title: dict[str, int]  # any title id (edition, season, episode) -> index
    episode_of_title: dict[str, tuple[int, int]]  # episode's title id -> (work, place in order)
    availability: Availability
    edition_units: NDArray[np.int32]  # [m], units of all editions, by work
    edition_starts: NDArray[np.int64]  # [n], where a work's editions begin in `edition_units`
    episode_units: NDArray[np.int32]  # units of all episodes' editions, by work
    episode_works: NDArray[np.int32]  # the work of each of them
    has_episodes: Bools
    runtime_minutes: NDArray[np.float32]  # nan: unknown
    year: NDArray[np.float32]  # nan: unknown
    added_us: NDArray[np.int64]  # UNKNOWN_TIME: unknown, or of the first import
    added_is_date: Bools
    is_series: Bools
    work_hash: NDArray[np.uint64]  # of the work id: for draws by hash
    language: NDArray[np.int16]  # original language as index into `languages`; -1: unknown
    languages: tuple[str, ...]
    genres: Terms
    themes: Terms
    people: Terms  # terms are `role:name`
    _labels: dict[str, list[tuple[str, str] | None]] = field(default_factory=dict, repr=False)

    @property
    def n(self) -> int:
        return len(self.works)

    def labels(self, language: str) -> list[tuple[str, str] | None]:
        """(title id, name in a language) of every work of one edition; None where there are several."""
        found = self._labels.get(language)
        if found is None:
            titles = [work.title if len(work.editions) == 1 else None for work in self.works]
            found = [None if t is None else (t.title_id, t.name_in(language)) for t in titles]
            if len(self._labels) >= _MOST_LANGUAGES:  # languages are the callers' input
                self._labels.clear()
            self._labels[language] = found
        return found

    def work_index(self, title_id: str) -> int:
        """Index of the work that a title id belongs to. Raises `NotFound`."""
        found = self.work_of_title.get(title_id)
        if found is None:
            raise NotFound("the catalogue has no such title", where=title_id)
        return found

    def available_works(self, usable: Bools, playable: Bools) -> Bools:
        """Works with a usable edition.

        usable:   bool[units], editions that this viewer may see, windows aside
        playable: bool[units], the same within their windows
        A series with known episodes needs a playable one; without any its own window counts.
        """
        if self.n == 0:
            return np.zeros(0, dtype=bool)
        own = np.logical_or.reduceat(playable[self.edition_units], self.edition_starts)
        if not self.has_episodes.any():
            return own
        allowed = np.logical_or.reduceat(usable[self.edition_units], self.edition_starts)
        with_episode = np.zeros(self.n, dtype=bool)
        with_episode[self.episode_works[playable[self.episode_units]]] = True
        return np.where(self.has_episodes, allowed & with_episode, own)


def build_catalogue(
    revision: int, titles: Sequence[StoredTitle], *, first_import_minutes: int = 60
) -> Catalogue:
    """The view of stored titles, which come in order of arrival."""
    editions_of: dict[str, list[StoredTitle]] = {}
    parts: list[StoredTitle] = []
    work_key: dict[str, str] = {}  # title id -> work id, for titles that can be chosen
    for stored in titles:
        title = stored.title
        if title.kind in CHOOSABLE:
            key = title.work_id or title.title_id
            work_key[title.title_id] = key
            editions_of.setdefault(key, []).append(stored)
        else:
            parts.append(stored)
    index = {work_id: i for i, work_id in enumerate(sorted(editions_of))}
    work_of_title = {title_id: index[key] for title_id, key in work_key.items()}
    episodes_of: dict[int, list[StoredTitle]] = {}
    seasons_of: dict[int, dict[str, int | None]] = {}
    for stored in parts:
        work = work_of_title.get(stored.title.series_id or "")
        if work is None:  # its series has not come yet
            continue
        work_of_title.setdefault(stored.title.title_id, work)
        if stored.title.kind == "episode":
            episodes_of.setdefault(work, []).append(stored)
        else:
            seasons_of.setdefault(work, {})[stored.title.title_id] = stored.title.season

    unit_titles: list[tuple[Title, Title]] = []  # (title, the one that speaks for its work)
    works: list[Work] = []
    edition_units: list[int] = []
    edition_starts: list[int] = []
    episode_units: list[int] = []
    episode_works: list[int] = []
    episode_of_title: dict[str, tuple[int, int]] = {}
    for work_id, i in index.items():
        editions = []
        edition_starts.append(len(edition_units))
        speaks = editions_of[work_id][0].title
        for stored in editions_of[work_id]:
            edition_units.append(len(unit_titles))
            editions.append(Edition(stored.title, len(unit_titles)))
            unit_titles.append((stored.title, stored.title))
        episodes = []
        for place, group in enumerate(_episodes_in_order(episodes_of.get(i, []))):
            made = []
            for stored in group:
                episode_units.append(len(unit_titles))
                episode_works.append(i)
                episode_of_title[stored.title.title_id] = (i, place)
                made.append(Edition(stored.title, len(unit_titles)))
                unit_titles.append((stored.title, speaks))
            season, number = _place(group[0].title)
            episodes.append(Episode(season, number, tuple(made)))
        images = {a.artwork_id: a for e in reversed(editions) for a in reversed(e.title.artwork)}
        shown = tuple(reversed(images.values()))
        seasons = seasons_of.get(i, {})
        works.append(Work(work_id, speaks.kind, tuple(editions), tuple(episodes), seasons, shown))

    first = min((stored.first_us for stored in titles), default=0)
    known_from = first + first_import_minutes * US_PER_MINUTE
    added = [_added(editions_of[work.work_id], known_from) for work in works]
    speaking = [work.title for work in works]
    languages = sorted({primary(t.original_language) for t in speaking if t.original_language})
    all_of = [[stored.title for stored in editions_of[work.work_id]] for work in works]
    return Catalogue(
        revision=revision,
        works=tuple(works),
        index=index,
        work_of_title=work_of_title,
        episode_of_title=episode_of_title,
        availability=build_availability(unit_titles),
        edition_units=np.array(edition_units, dtype=np.int32),
        edition_starts=np.array(edition_starts, dtype=np.int64),
        episode_units=np.array(episode_units, dtype=np.int32),
        episode_works=np.array(episode_works, dtype=np.int32),
        has_episodes=np.array([bool(work.episodes) for work in works], dtype=bool),
        runtime_minutes=_floats([t.runtime_minutes for t in speaking]),
        year=_floats([t.year for t in speaking]),
        added_us=np.array([us for us, _ in added], dtype=np.int64),
        added_is_date=np.array([is_date for _, is_date in added], dtype=bool),
        is_series=np.array([work.kind == "series" for work in works], dtype=bool),
        work_hash=np.array(
            [int.from_bytes(digest_of(0, w.work_id, size=8), "big") for w in works],
            dtype=np.uint64,
        ),
        language=np.array(
            [
                languages.index(primary(t.original_language)) if t.original_language else -1
                for t in speaking
            ],
            dtype=np.int16,
        ),
        languages=tuple(languages),
        genres=_terms([_union(t.genres for t in group) for group in all_of]),
        themes=_terms([_union(t.themes for t in group) for group in all_of]),
        people=_terms(
            [_union([f"{p.role}:{p.name}" for p in t.people] for t in group) for group in all_of]
        ),
    )


def _place(title: Title) -> tuple[int, int]:
    """(season, number); an unnumbered episode stands after the numbered ones of season 1."""
    season = 1 if title.season is None else title.season
    return season, 1_000_001 if title.episode is None else title.episode


def _episodes_in_order(stored: list[StoredTitle]) -> list[list[StoredTitle]]:
    """Episodes by season, number and arrival; editions of one episode together."""
    groups: dict[str, list[StoredTitle]] = {}
    for one in stored:
        groups.setdefault(one.title.work_id or one.title.title_id, []).append(one)
    return sorted(groups.values(), key=lambda g: (*_place(g[0].title), g[0].arrival))


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


def _union(lists: Any) -> list[str]:
    return list(dict.fromkeys(term for terms in lists for term in terms))


def _terms(lists: list[list[str]]) -> Terms:
    names = sorted({term for terms in lists for term in terms})
    index = {name: i for i, name in enumerate(names)}
    counts = np.array([0] + [len(terms) for terms in lists], dtype=np.int64)
    columns = np.array([index[term] for terms in lists for term in terms], dtype=np.int32)
    has = sparse.csr_array(
        (np.ones(len(columns), dtype=np.float32), columns, np.cumsum(counts)),
        shape=(len(lists), len(names)),
    )
    has.sort_indices()
    return Terms(tuple(names), index, has, has.tocsc())


def age_days(catalogue: Catalogue, now_us: int) -> NDArray[np.float32]:
    """Days since each work was added; nan where that isn't known."""
    age = (now_us - catalogue.added_us.astype(np.float64)) / US_PER_DAY
    return np.where(catalogue.added_us == UNKNOWN_TIME, np.nan, age).astype(np.float32)
