"""What was known of a title at a moment: its work, genres, people and images, from its revisions.

A fold of the log that asks of an event's title what it was when the event came gives the same whenever it
is made: a title that is changed later changes nothing of before. A catalogue holds one revision with
everything; this holds all revisions of the little that such a fold asks.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

import msgspec
from msgspec import Struct

from frontrow.base.randomness import digest_of
from frontrow.base.sensitive import NOTHING, Sensitive
from frontrow.catalog.painted import painted_images
from frontrow.catalog.store import TitleStore


class _Person(Struct, frozen=True, gc=False):
    name: str


class _Image(Struct, frozen=True, gc=False):
    artwork_id: str
    tags: tuple[str, ...] = ()
    people: tuple[str, ...] = ()


class _Told(Struct, frozen=True, gc=False):
    """The part of a title that is kept; the other fields are passed over."""

    title_id: str
    kind: str
    name: str
    themes: tuple[str, ...] = ()
    genres: tuple[str, ...] = ()
    people: tuple[_Person, ...] = ()
    artwork: tuple[_Image, ...] = ()
    runtime_minutes: float | None = None
    series_id: str | None = None
    season: int | None = None
    work_id: str | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """What one chooses when one chooses a title, as it was at a moment."""

    work: str  # the same for all editions, seasons and episodes
    genres: tuple[str, ...]
    people: tuple[str, ...]
    images: dict[str, tuple[tuple[str, ...], tuple[str, ...]]]  # artwork id -> tags, people


class Lexicon:
    """All revisions of a home's titles; `refresh` reads what came since.

    sensitive: genres and tags that nothing personal rests on: they are not known here
    kids_too:  whether whoever folds in these words may infer anything of children
    """

    def __init__(
        self, store: TitleStore, sensitive: Sensitive = NOTHING, *, kids_too: bool = False
    ) -> None:
        self._store = store
        self.kids_too = kids_too
        self._sensitive = sensitive
        self._revision = 0
        self._when: dict[str, list[int]] = {}  # title id -> us of its revisions, ascending
        self._told: dict[str, list[_Told]] = {}
        self._editions: dict[str, list[str]] = {}  # work id -> title ids, in order of arrival
        self._words: dict[tuple[int, ...], Words] = {}  # of those asked for, by what was told
        self._decoder = msgspec.json.Decoder(_Told)

    @property
    def digest(self) -> str:
        """Names what may not be inferred, and of whom."""
        listed = sorted(" ".join(words) for words in self._sensitive.terms)
        return digest_of(0, "sensitive", *listed, *["kids"] * self.kids_too, size=8).hex()

    def refresh(self) -> None:
        """Read the revisions since the last look."""
        for revision, title_id, at_us, body in self._store.changes(self._revision):
            self._revision = max(self._revision, revision)
            if body is None:  # withdrawn: what was seen of it was seen
                continue
            told = self._decoder.decode(body)
            self._when.setdefault(title_id, []).append(at_us)
            self._told.setdefault(title_id, []).append(told)
            editions = self._editions.setdefault(told.work_id or title_id, [])
            if title_id not in editions:
                editions.append(title_id)

    def words(self, title_id: str, at_us: int) -> Words | None:
        """Those of a title, or of its series, as known at a moment; None where it was not known."""
        found = self._at(title_id, at_us)
        if found is not None and found.kind in ("season", "episode"):
            found = self._at(found.series_id or "", at_us)
        if found is None:
            return None
        work = found.work_id or found.title_id
        told = [self._at(edition, at_us) for edition in self._editions[work]]
        editions = [one for one in told if one and (one.work_id or one.title_id) == work]
        key = id(found), *map(id, editions)
        words = self._words.get(key)
        if words is None:
            words = self._words[key] = _words(found, editions, self._sensitive)
        return words

    def reaches(self, title_id: str, at_us: int) -> tuple[str, ...]:
        """What a `forget_title` must name to reach a title, as known at a moment: itself, its work, of an
        episode its season too; what a forget of the title itself names comes first."""
        found = self._at(title_id, at_us)
        own = f"title {title_id}"
        if found is None:
            return (own,)
        if found.kind == "season":
            return f"season {found.season} of {found.series_id}", own
        if found.kind != "episode":
            return f"work {found.work_id or title_id}", own
        series = self._at(found.series_id or "", at_us)
        work = found.series_id if series is None else series.work_id or series.title_id
        return own, f"season {found.season} of {found.series_id}", f"work {work}"

    def runtime_seconds(self, title_id: str, at_us: int) -> float | None:
        """How long a title lasts, as far as it was said at a moment."""
        found = self._at(title_id, at_us)
        minutes = None if found is None else found.runtime_minutes
        return None if minutes is None else minutes * 60

    def _at(self, title_id: str, at_us: int) -> _Told | None:
        when = self._when.get(title_id)
        place = 0 if when is None else bisect_right(when, at_us)
        return self._told[title_id][place - 1] if place else None


def _words(told: _Told, editions: list[_Told], sensitive: Sensitive) -> Words:
    """Those of a title; its images are those of all editions, of two alike the earlier edition's."""

    def kept(terms: Iterable[str]) -> tuple[str, ...]:
        return tuple(term for term in terms if not sensitive.holds(term))

    images = {
        image.artwork_id: (kept(image.tags), image.people)
        for edition in reversed(editions)
        for image in edition.artwork
    }
    if not images:
        speaks = editions[0]
        painted = painted_images(speaks.title_id, speaks.name, speaks.genres, speaks.themes)
        images = {image.artwork_id: (tuple(image.tags), ()) for image in painted}
    people = tuple(dict.fromkeys(person.name for person in told.people))
    return Words(told.work_id or told.title_id, kept(told.genres), people, images)
