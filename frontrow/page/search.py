"""Search as typed so far: the works, people and genres that match, inside the masks of a page.

What comes first: what is as it was typed before what is only close to it, and that before what sounds alike;
in each of these works by their own names, then by those of their episodes, then works of people who match,
then of genres; then the better match; then the higher value for this viewer. Ties go to the smaller
index. A work is found whether it was watched or not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from frontrow.base.texts import Parameter
from frontrow.catalog.catalogue import Edition, Terms
from frontrow.catalog.names import NONE, Groups, Names, Tier, tier_of
from frontrow.catalog.names.index import name_of_person, role_of_person
from frontrow.catalog.title import Title
from frontrow.page.stage import Bools, Stage, Why, Works
from frontrow.viewers.resume import choose_edition

Ranks = NDArray[np.uint16]

MOST_BESIDE = 10
"""People and genres that are told of, of each the best matches."""

_OWN, _EPISODE, _PERSON, _GENRE = range(4)
"""By whose name a work is found, the nearer first."""

_NOT_FOUND = np.iinfo(np.uint16).max


class FoundPerson(Struct, frozen=True, gc=False):
    """Someone who matches, with the roles in and the number of works that this viewer may see."""

    name: str
    roles: list[str]
    titles: int


class FoundGenre(Struct, frozen=True, gc=False):
    """A genre that matches: `genre` as the catalogue spells it, `name` as it is shown."""

    genre: str
    name: str
    titles: int


@dataclass(frozen=True)
class Found:
    """What a search found."""

    works: Works  # the best first
    why: dict[int, Why]  # of each of `works`
    people: list[FoundPerson]
    genres: list[FoundGenre]


def search(stage: Stage, names: Names, query: str, count: int) -> Found:
    """The first `count` works that match a query, and who and what else does."""
    return _Search(stage, names, query).found(count)


class _Search:
    """One query of one viewer."""

    def __init__(self, stage: Stage, names: Names, query: str) -> None:
        self._stage = stage
        self._names = names
        self._editions: dict[int, Edition] = {}
        self._people = names.people.index.match(query)
        self._genres = names.genres.index.match(query)
        self._by_name = self._ranks_of_names(names.index.match(query))

    def found(self, count: int) -> Found:
        stage, names, catalogue = self._stage, self._names, self._stage.catalogue
        rank = np.full(catalogue.n, _NOT_FOUND, dtype=np.uint16)
        np.minimum.at(rank, names.work, self._by_name)
        people = self._ranks_of_terms(catalogue.people, names.people, self._people, _PERSON)
        genres = self._ranks_of_terms(catalogue.every_genre, names.genres, self._genres, _GENRE)
        rank = np.minimum(rank, np.minimum(people, genres))
        works = np.flatnonzero(stage.eligibility.mask & (rank != _NOT_FOUND))
        order = np.lexsort((works, -stage.value[works], rank[works]))[:count]
        best: Works = works[order].astype(np.int32)
        return Found(
            works=best,
            why={work: self._why(work, int(rank[work])) for work in best.tolist()},
            people=[
                FoundPerson(names.people.names[group], self._roles(group, of), len(of))
                for group, of in self._beside(catalogue.people, names.people, self._people)
            ],
            genres=[
                FoundGenre(names.genres.names[group], names.genres.names[group], len(of))
                for group, of in self._beside(catalogue.every_genre, names.genres, self._genres)
            ],
        )

    # -- by name

    def _ranks_of_names(self, bands: NDArray[np.uint8]) -> Ranks:
        """uint16[e]: the rank of each name; of editions and episodes that this viewer can't have, none."""
        names, judged = self._names, self._stage.eligibility
        of_episode = names.episode >= 0
        open_ = np.where(of_episode, judged.playable[names.unit], judged.usable[names.unit])
        own = _ranks(bands, np.where(of_episode, _EPISODE, _OWN))
        return np.where(open_, own, np.uint16(_NOT_FOUND))

    # -- by people and genres

    def _ranks_of_terms(
        self, terms: Terms, groups: Groups, bands: NDArray[np.uint8], source: int
    ) -> Ranks:
        """uint16[n]: the rank of each work by its best term."""
        rank = np.full(self._stage.catalogue.n, _NOT_FOUND, dtype=np.uint16)
        matches = bands[groups.of_term] != NONE
        if not matches.any():
            return rank
        of_term = _ranks(bands, source)[groups.of_term]
        places = np.flatnonzero(matches[terms.has.indices])
        works = np.searchsorted(terms.has.indptr, places, side="right") - 1
        np.minimum.at(rank, works, of_term[terms.has.indices[places]])
        for work in np.flatnonzero((rank != _NOT_FOUND) & self._names.is_varied).tolist():
            held = [terms.index[term] for term in self._terms_of(work, source)]
            rank[work] = min((int(of_term[term]) for term in held), default=_NOT_FOUND)
        return rank

    def _beside(
        self, terms: Terms, groups: Groups, bands: NDArray[np.uint8]
    ) -> Iterator[tuple[int, list[int]]]:
        """(group, its works that this viewer may see), the best matches first, then those of most works."""
        matching = np.flatnonzero(bands != NONE)
        if not len(matching):
            return
        mask = self._stage.eligibility.mask
        seen = np.asarray(mask.astype(np.float32) @ terms.has).ravel()
        counts = np.bincount(groups.of_term, weights=seen, minlength=len(groups.names))[matching]
        matching, counts = matching[counts > 0], counts[counts > 0]
        told = 0
        for group in matching[np.lexsort((matching, -counts, bands[matching]))].tolist():
            of = self._works_of(terms, groups, group, mask)
            if of:
                yield group, of
                told += 1
            if told == MOST_BESIDE:
                return

    def _works_of(self, terms: Terms, groups: Groups, group: int, mask: Bools) -> list[int]:
        """The works of a group that this viewer may see, as they are shown."""
        of = np.unique(np.concatenate([terms.works(term) for term in groups.terms[group]]))
        works = of[mask[of]]
        varied = self._names.is_varied[works]
        if not varied.any():
            return list(works.tolist())
        source = _PERSON if groups is self._names.people else _GENRE
        own = groups.terms[group]
        return [
            work
            for work, differs in zip(works.tolist(), varied.tolist(), strict=True)
            if not differs or any(terms.index[term] in own for term in self._terms_of(work, source))
        ]

    def _roles(self, group: int, works: list[int]) -> list[str]:
        """What someone is in some works, the most frequent first."""
        terms, catalogue = self._names.people.terms[group], self._stage.catalogue
        counts: dict[str, int] = {}
        among = np.array(works)
        varied = among[self._names.is_varied[among]].tolist()
        plain = among[~self._names.is_varied[among]]
        for term in terms:
            held = int(np.isin(catalogue.people.works(term), plain).sum())
            name = catalogue.people.names[term]
            held += sum(name in self._terms_of(work, _PERSON) for work in varied)
            if held:
                role = role_of_person(name)
                counts[role] = counts.get(role, 0) + held
        return sorted(counts, key=lambda role: (-counts[role], role))

    # -- what is shown, and why

    def _terms_of(self, work: int, source: int) -> list[str]:
        """The people (`role:name`, in billing order) or genres of a work as this viewer sees it."""
        title = self._shown(work)
        if source == _GENRE:
            return list(title.genres)
        return [f"{person.role}:{person.name}" for person in title.people]

    def _shown(self, work: int) -> Title:
        """The edition that this viewer gets."""
        catalogue, judged = self._stage.catalogue, self._stage.eligibility
        found = self._editions.get(work)
        if found is None:
            editions = catalogue.works[work].editions
            units = judged.usable if catalogue.has_episodes[work] else judged.playable
            language = self._stage.request.language
            found = choose_edition(catalogue, editions, units, language) or editions[0]
            self._editions[work] = found
        return found.title

    def _why(self, work: int, rank: int) -> Why:
        """Why a work was found, by the name of whom its rank says."""
        source = rank >> _BITS & 3
        if source in (_OWN, _EPISODE):
            return self._why_by_name(work, rank)
        groups, bands = self._names.people, self._people
        terms = self._stage.catalogue.people
        if source == _GENRE:
            groups, bands = self._names.genres, self._genres
            terms = self._stage.catalogue.every_genre
        ranks = _ranks(bands, source)
        told = next(
            term
            for term in self._terms_of(work, source)
            if ranks[groups.of_term[terms.index[term]]] == rank
        )
        if source == _GENRE:
            return Why("genre", "tile.in_genre", {"genre": told}, {"genre": told})
        person, role = name_of_person(told), role_of_person(told)
        return Why(role, f"tile.{role}", {"person": person}, {"person": person})

    def _why_by_name(self, work: int, rank: int) -> Why:
        names = self._names
        start, end = int(names.starts[work]), int(names.starts[work + 1])
        hits = [at for at in range(start, end) if self._by_name[at] == rank]
        shown = self._shown(work)
        own = shown.name_in(self._stage.request.language)
        hit = next((at for at in hits if names.texts[at] == own), hits[0])
        name, tier = names.texts[hit], tier_of(rank & NONE)
        evidence: dict[str, Any] = {"name": name, "match": tier.name.lower()}
        told: dict[str, Parameter] = {"name": name}
        if names.episode[hit] >= 0:
            episode = self._stage.catalogue.works[work].episodes[names.episode[hit]]
            editions = {edition.unit: edition.title for edition in episode.editions}
            evidence["title_id"] = editions[int(names.unit[hit])].title_id
            return Why("episode", "tile.episode", told, evidence)
        if tier is Tier.CLOSE:
            return Why("name", "tile.name.close", told, evidence)
        if tier is Tier.SOUNDS:
            return Why("name", "tile.name.sounds", told, evidence)
        if name != own:
            return Why("name", "tile.name.other", told, evidence)
        return Why("name", "tile.name.own", {}, evidence)


_BITS = 8
"""Of a rank: the band in the lowest, by whose name above them, what may be said of the match on top."""

_TIERS = np.array([tier_of(band) << _BITS + 2 for band in range(NONE + 1)], dtype=np.uint16)


def _ranks(bands: NDArray[np.uint8], source: int | NDArray[Any]) -> Ranks:
    """uint16[...]: what comes first is lower; _NOT_FOUND where nothing matches."""
    place = np.asarray(source, dtype=np.uint16) << _BITS
    found = _TIERS[bands] | place | bands
    return np.where(bands == NONE, np.uint16(_NOT_FOUND), found).astype(np.uint16)
