"""Which works a selector means, in one catalogue at one moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from frontrow.base.texts import primary
from frontrow.base.time import US_PER_DAY
from frontrow.catalog import Catalogue, Title
from frontrow.catalog.catalogue import UNKNOWN_TIME, Terms
from frontrow.rules.document import Selector

Bools = NDArray[np.bool_]
Works = NDArray[np.int32]


class Selection:
    """Answers selectors over the works of a catalogue; what several of them ask is looked up once."""

    def __init__(self, catalogue: Catalogue, at_us: int) -> None:
        self._catalogue = catalogue
        self._at_us = at_us

    def of(self, selector: Selector) -> Bools:
        """bool[n]: fields combine by and, the values of one field by or. What names nothing that
        the catalogue has selects nothing."""
        c = self._catalogue
        chosen = np.ones(c.n, dtype=bool)
        if selector.titles:
            chosen &= self._at(c.work_of_title.get(title, -1) for title in selector.titles)
        if selector.genres:
            chosen &= self._with(c.every_genre, map(c.every_genre.index.get, selector.genres))
        if selector.themes:
            chosen &= self._with(c.every_theme, map(c.every_theme.index.get, selector.themes))
        if selector.people:
            terms = [term for name in selector.people for term in self.people.get(name, ())]
            chosen &= self._with(c.people, terms)
        if selector.suppliers:
            chosen &= self._among(self.suppliers, selector.suppliers)
        if selector.countries:
            chosen &= self._among(self.countries, selector.countries)
        if selector.languages:
            known = {name: i for i, name in enumerate(c.languages)}
            chosen &= np.isin(c.language, [known.get(primary(x), -2) for x in selector.languages])
        if selector.kinds:
            chosen &= np.isin([work.kind for work in c.works], selector.kinds)
        if selector.released is not None:
            first, last = selector.released.from_ or -np.inf, selector.released.to or np.inf
            chosen &= (c.year >= first) & (c.year <= last)  # nan, an unknown year, is in neither
        if selector.added_days is not None:
            oldest = self._at_us - selector.added_days * US_PER_DAY
            chosen &= (c.added_us != UNKNOWN_TIME) & (c.added_us > oldest)
            chosen &= c.added_us <= self._at_us
        return chosen

    @cached_property
    def people(self) -> dict[str, list[int]]:
        """A person's name -> the terms of its roles."""
        found: dict[str, list[int]] = {}
        for term, named in enumerate(self._catalogue.people.names):
            found.setdefault(named.split(":", 1)[1], []).append(term)
        return found

    @cached_property
    def suppliers(self) -> dict[str, Works]:
        """A supplier -> the works with an edition of it, ascending."""
        return self._by(lambda title: [title.supplier] if title.supplier is not None else [])

    @cached_property
    def countries(self) -> dict[str, Works]:
        """A country of production -> its works, ascending."""
        return self._by(lambda title: title.countries)

    def _by(self, values_of: Callable[[Title], list[str]]) -> dict[str, Works]:
        found: dict[str, list[int]] = {}
        for index, work in enumerate(self._catalogue.works):
            for value in {value for edition in work.editions for value in values_of(edition.title)}:
                found.setdefault(value, []).append(index)
        return {value: np.array(works, dtype=np.int32) for value, works in found.items()}

    def _among(self, by_value: dict[str, Works], wanted: list[str]) -> Bools:
        chosen = np.zeros(self._catalogue.n, dtype=bool)
        for value in wanted:
            if value in by_value:
                chosen[by_value[value]] = True
        return chosen

    def _at(self, works: Iterable[int]) -> Bools:
        chosen = np.zeros(self._catalogue.n, dtype=bool)
        chosen[[work for work in works if work >= 0]] = True
        return chosen

    def _with(self, terms_of: Terms, terms: Iterable[int | None]) -> Bools:
        chosen = np.zeros(self._catalogue.n, dtype=bool)
        for term in terms:
            if term is not None:
                chosen[terms_of.works(term)] = True
        return chosen
