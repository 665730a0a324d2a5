"""Every name of a catalogue: of its works by edition and language, of their episodes, people and genres."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from frontrow.catalog.catalogue import Catalogue, Terms, Work
from frontrow.catalog.names.matching import NameIndex
from frontrow.catalog.title import Title

Ints = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Groups:
    """Terms that are one to whoever types them: a person in several roles, a genre in two spellings."""

    index: NameIndex  # of the groups
    names: tuple[str, ...]  # as the most works spell them
    of_term: Ints  # [terms]: the group of each term
    terms: tuple[tuple[int, ...], ...]  # the terms of each group, ascending


@dataclass(frozen=True, eq=False)
class Names:
    """The names of one catalogue. Names `e` stand in the order of their works."""

    catalogue: Catalogue
    index: NameIndex  # of all `e` names of works and episodes
    texts: tuple[str, ...]  # [e]
    work: Ints  # [e]
    unit: Ints  # [e], the edition that has the name, as its place in `Availability`
    episode: Ints  # [e], the place of the episode whose name it is; -1: the work's own
    starts: NDArray[np.int64]  # [n + 1], where the names of each work begin
    people: Groups
    genres: Groups  # the sensitive ones too: what is asked for by name is no inference
    is_varied: NDArray[np.bool_]  # [n], works whose editions differ in people or genres


def names_of(catalogue: Catalogue) -> Names:
    """The names of a catalogue: a second of work in a large one, made once."""
    texts: list[str] = []
    places: list[tuple[int, int, int]] = []
    starts = [0]
    for at, work in enumerate(catalogue.works):
        for text, unit, episode in _named(work):
            texts.append(text)
            places.append((at, unit, episode))
        starts.append(len(texts))
    table = np.array(places, dtype=np.int32).reshape(len(places), 3)
    return Names(
        catalogue=catalogue,
        index=NameIndex(texts),
        texts=tuple(texts),
        work=table[:, 0],
        unit=table[:, 1],
        episode=table[:, 2],
        starts=np.array(starts, dtype=np.int64),
        people=_grouped(catalogue.people, name_of_person),
        genres=_grouped(catalogue.every_genre, str),
        is_varied=np.array([_is_varied(work) for work in catalogue.works], dtype=bool),
    )


def name_of_person(term: str) -> str:
    """The name in a term of people, which are `role:name`."""
    return term.split(":", 1)[1]


def role_of_person(term: str) -> str:
    """The role in a term of people."""
    return term.split(":", 1)[0]


def _named(work: Work) -> Iterator[tuple[str, int, int]]:
    """(name, unit, place of its episode or -1) of everything in a work that has a name."""
    for edition in work.editions:
        for text in _every_name(edition.title):
            yield text, edition.unit, -1
    for place, episode in enumerate(work.episodes):
        for edition in episode.editions:
            for text in _every_name(edition.title):
                yield text, edition.unit, place


def _every_name(title: Title) -> list[str]:
    if not title.names:
        return [title.name]
    return list(dict.fromkeys((title.name, *title.names.values())))


def _is_varied(work: Work) -> bool:
    if len(work.editions) == 1:
        return False
    first = work.title
    return any(
        edition.title.people != first.people or edition.title.genres != first.genres
        for edition in work.editions[1:]
    )


def _grouped(terms: Terms, name: object) -> Groups:
    counts = np.diff(terms.by_term.indptr)
    return _groups(terms.names, tuple(counts.tolist()), name is name_of_person)


@lru_cache(8)  # titles come more often than people
def _groups(terms: tuple[str, ...], works: tuple[int, ...], are_people: bool) -> Groups:
    """Groups of terms: spelt alike but for case."""
    spelt = [name_of_person(term) for term in terms] if are_people else list(terms)
    place: dict[str, int] = {}
    members: list[list[int]] = []
    of_term = np.zeros(len(terms), dtype=np.int32)
    for term, text in enumerate(spelt):
        group = place.setdefault(alike(text), len(members))
        if group == len(members):
            members.append([])
        members[group].append(term)
        of_term[term] = group
    names = tuple(spelt[max(group, key=lambda term: works[term])] for group in members)
    return Groups(NameIndex(names), names, of_term, tuple(map(tuple, members)))


def alike(text: str) -> str:
    """What two spellings of one person or genre share."""
    return unicodedata.normalize("NFKC", text).casefold().strip()
