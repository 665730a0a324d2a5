"""The columnar view: arrays over the `n` works that one can choose, editions and episodes beside it.

Works stand in the order of their ids, so "ties go to the smaller id" is "the smaller index".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from frontrow.base.errors import NotFound
from frontrow.base.time import US_PER_DAY
from frontrow.catalog.availability import Availability
from frontrow.catalog.title import Artwork, Title

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
    """One episode of a series with its editions, in order of arrival; none: it was withdrawn, and holds
    the place of what was watched of it."""

    season: int
    number: int
    editions: tuple[Edition, ...]
    withdrawn: tuple[str, ...] = ()  # title ids of its editions that were
    came_us: int = UNKNOWN_TIME  # when it came first; of the first import that isn't known

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
    is_painted: bool = False  # no edition brought an image: those of `artwork`, if any, are painted
    withdrawn: tuple[str, ...] = ()  # title ids of editions that were

    @property
    def title(self) -> Title:
        """The edition that came first: it speaks for the work."""
        return self.editions[0].title


@dataclass(frozen=True, eq=False)
class Terms:
    """A vocabulary and which works have which of its terms."""

    names: tuple[str, ...]
    index: dict[str, int]
    has: sparse.csr_array  # float32[n, len(names)], 0 or 1
    by_term: sparse.csc_array  # the same, by column

    def works(self, term: int) -> NDArray[np.int32]:
        """Indices of the works that have a term, ascending."""
        return self.by_term.indices[self.by_term.indptr[term] : self.by_term.indptr[term + 1]]

    def of(self, works: NDArray[np.int32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """(place among `works`, term) of every term of some works, work after work."""
        indptr = self.has.indptr
        counts = indptr[works + 1] - indptr[works]
        owner = np.repeat(np.arange(len(works)), counts)
        inside = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
        terms = self.has.indices[np.repeat(indptr[works], counts) + inside]
        return owner, terms.astype(np.int64)

    def less(self, left_out: frozenset[str]) -> Terms:
        """The vocabulary without some of its terms."""
        kept = [i for i, name in enumerate(self.names) if name not in left_out]
        if len(kept) == len(self.names):
            return self
        return terms_of([self.names[i] for i in kept], self.has[:, kept])

    @cached_property
    def without(self) -> Bools:
        """bool[n]: works that have none of the terms."""
        return np.asarray(np.diff(self.has.indptr) == 0)

    @cached_property
    def shares(self) -> sparse.csr_array:
        """float32[n, len(names)]: each work shared by its terms in equal parts."""
        counts = np.diff(self.has.indptr)
        part = np.repeat(1 / np.maximum(counts, 1), counts).astype(np.float32)
        return sparse.csr_array((part, self.has.indices, self.has.indptr), shape=self.has.shape)


def terms_of(names: Sequence[str], has: sparse.csr_array) -> Terms:
    """A vocabulary of its names and of which works have them, float32[n, len(names)]."""
    return Terms(tuple(names), {name: i for i, name in enumerate(names)}, has, has.tocsc())


@dataclass(frozen=True, eq=False)
class Catalogue:
    """The catalogue at one revision. Immutable; all arrays are over work index, `n` long."""

    revision: int
    works: tuple[Work, ...]
    index: dict[str, int]  # work id -> index
    work_of_title: dict[str, int]  # any title id, withdrawn ones too -> index
    withdrawn: frozenset[str]  # title ids
    episode_of_title: dict[str, tuple[int, int]]  # episode's title id -> (work, place in order)
    availability: Availability
    edition_units: NDArray[np.int32]  # [m], units of all editions, by work
    edition_starts: NDArray[np.int64]  # [n], where a work's editions begin in `edition_units`
    episode_units: NDArray[np.int32]  # units of all episodes' editions, by work
    episode_works: NDArray[np.int32]  # the work of each of them
    has_episodes: Bools  # in force
    runtime_minutes: NDArray[np.float32]  # nan: unknown
    year: NDArray[np.float32]  # nan: unknown
    added_us: NDArray[np.int64]  # UNKNOWN_TIME: unknown, or of the first import
    added_is_date: Bools
    is_series: Bools
    work_hash: NDArray[np.uint64]  # of the work id: for draws by hash
    language: NDArray[np.int16]  # original language as index into `languages`; -1: unknown
    languages: tuple[str, ...]
    genres: Terms  # those that anything personal may rest on
    themes: Terms  # likewise
    people: Terms  # terms are `role:name`
    sure_genres: Terms  # likewise, of all editions of a work: what is true of it whichever is seen
    sure_themes: Terms
    sure_people: Terms
    longest_minutes: NDArray[np.float32]  # of any edition; nan: one's is unknown
    decade: NDArray[np.int64]  # of release, as 199; 0: unknown, or editions are of several
    every_genre: Terms  # the sensitive ones too: for what is said by name
    every_theme: Terms
    sensitive: frozenset[str] = frozenset()  # genres and themes that nothing personal rests on
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
        """Index of the work that a title in force belongs to. Raises `NotFound`."""
        found = self.work_of_title.get(title_id)
        if found is None or title_id in self.withdrawn:
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


def age_days(catalogue: Catalogue, now_us: int) -> NDArray[np.float32]:
    """Days since each work was added; nan where that isn't known."""
    age = (now_us - catalogue.added_us.astype(np.float64)) / US_PER_DAY
    return np.where(catalogue.added_us == UNKNOWN_TIME, np.nan, age).astype(np.float32)
