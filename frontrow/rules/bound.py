"""The document over one catalogue at a moment: arrays that a page is built with.

Made once for a revision of the rules and of the catalogue (and an hour, where a selector counts days)
and shared by all pages; what holds for one viewer - dates, countries, devices - is asked by page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from frontrow.catalog import Catalogue
from frontrow.rules.document import Cap, EditorialRow, Rules
from frontrow.rules.select import Bools, Selection, Works

Floats = NDArray[np.float32]

_PUSHES_KEPT = 64
"""Sets of boosts that hold together which are remembered: one for each country and span of time."""


@dataclass(frozen=True, eq=False)
class BoundRow:
    """An editorial row with its works: in the editor's order, or ascending where it is ranked."""

    rule: EditorialRow
    works: Works  # [k], each work once
    ranked: bool
    start_us: int
    until_us: int

    @property
    def key(self) -> str:
        return self.rule.key

    @property
    def place(self) -> int | None:
        """The row of the page at which it is pinned, counted from 1."""
        return self.rule.place

    def holds(self, country: str | None, device: str, at_us: int) -> bool:
        """Whether it is meant for such a viewer at a moment."""
        return (
            self.start_us <= at_us < self.until_us
            and _is_here(self.rule.countries, country)
            and (not self.rule.devices or device in self.rule.devices)
        )


@dataclass(frozen=True, eq=False)
class BoundBoost:
    """A boost with the works that it pushes."""

    key: str
    strength: float
    works: Bools  # [n]
    countries: Sequence[str]
    start_us: int
    until_us: int

    def holds(self, country: str | None, at_us: int) -> bool:
        """Whether it is in force for a viewer of a country at a moment."""
        return self.start_us <= at_us < self.until_us and _is_here(self.countries, country)


@dataclass(frozen=True, eq=False)
class BoundFloor:
    """A floor: at least `share` of a page's titles are of `works`."""

    key: str
    share: float
    works: Bools  # [n]
    countries: Sequence[str]


@dataclass(frozen=True, eq=False)
class BoundCap:
    """A cap: at most `most` titles of each group in a row or in a page."""

    key: str
    per: str  # `person`, `genre`, `supplier`
    within: str  # `row`, `page`
    most: int
    groups: sparse.csr_array  # bool[n, g]
    names: tuple[str, ...]  # [g]


@dataclass(frozen=True, eq=False)
class Push:
    """The boosts that hold for one page. Where several select a title the strongest counts, and of
    equals the first: pushes do not add up."""

    boosts: tuple[BoundBoost, ...]
    which: NDArray[np.int16]  # [n], place in `boosts`; -1: none
    factor: Floats  # [n], 1 + strength

    def of(self, work: int) -> BoundBoost | None:
        """The boost of a work."""
        which = int(self.which[work])
        return None if which < 0 else self.boosts[which]

    def on(self, value: Floats) -> Floats:
        """float32[n]: values with the push; none comes above 1 by it."""
        most = np.maximum(value, np.float32(1))
        return np.where(self.which < 0, value, np.minimum(value * self.factor, most))


@dataclass(frozen=True, eq=False)
class BoundRules:
    """The rules of one revision over one catalogue."""

    revision: int
    catalogue: Catalogue
    rows: tuple[BoundRow, ...]
    boosts: tuple[BoundBoost, ...]
    floors: tuple[BoundFloor, ...]
    caps: tuple[BoundCap, ...]
    pins: dict[int, str]  # place, counted from 1 -> kind of row
    _pushes: dict[tuple[int, ...], Push] = field(default_factory=dict, repr=False)

    def rows_for(self, country: str | None, device: str, at_us: int) -> list[BoundRow]:
        """The editorial rows meant for such a viewer at a moment, in the order of the document."""
        return [row for row in self.rows if row.holds(country, device, at_us)]

    def floors_for(self, country: str | None) -> list[BoundFloor]:
        """The floors that hold for a viewer of a country."""
        return [floor for floor in self.floors if _is_here(floor.countries, country)]

    def push_for(self, country: str | None, at_us: int) -> Push | None:
        """The boosts in force for a viewer of a country at a moment; None where there are none."""
        there = tuple(i for i, boost in enumerate(self.boosts) if boost.holds(country, at_us))
        if not there:
            return None
        found = self._pushes.get(there)
        if found is None:
            if len(self._pushes) >= _PUSHES_KEPT:
                self._pushes.clear()
            found = self._pushes[there] = _push_of([self.boosts[i] for i in there])
        return found


def bind_rules(revision: int, rules: Rules, catalogue: Catalogue, at_us: int) -> BoundRules:
    """The rules over a catalogue; `at_us` is the moment from which days are counted."""
    selection = Selection(catalogue, at_us)
    return BoundRules(
        revision=revision,
        catalogue=catalogue,
        rows=tuple(_row_of(row, catalogue, selection) for row in rules.rows),
        boosts=tuple(
            BoundBoost(
                boost.key, boost.strength, selection.of(boost.select), boost.countries,
                boost.start_us, boost.until_us,
            )
            for boost in rules.boosts
        ),
        floors=tuple(
            BoundFloor(floor.key, floor.share, selection.of(floor.select), floor.countries)
            for floor in rules.floors
        ),
        caps=tuple(_cap_of(cap, catalogue, selection) for cap in rules.caps),
        pins={pin.place: pin.kind for pin in rules.pins},
    )  # fmt: skip


def groups_of(
    per: str, catalogue: Catalogue, selection: Selection
) -> tuple[sparse.csr_array, tuple[str, ...]]:
    """(bool[n, g], names [g]): which works are of which person, genre or supplier."""
    if per == "genre":
        return catalogue.every_genre.has.astype(bool), catalogue.every_genre.names
    if per == "person":  # one who acts in and directs a film is one person
        roles = selection.people
        members = [np.concatenate([catalogue.people.works(t) for t in ts]) for ts in roles.values()]
        return _columns([np.unique(works) for works in members], catalogue.n), tuple(roles)
    return _columns(list(selection.suppliers.values()), catalogue.n), tuple(selection.suppliers)


def _row_of(rule: EditorialRow, catalogue: Catalogue, selection: Selection) -> BoundRow:
    if rule.select is not None:
        works = np.flatnonzero(selection.of(rule.select)).astype(np.int32)
    else:
        known = (catalogue.work_of_title.get(title) for title in rule.titles or [])
        once = dict.fromkeys(work for work in known if work is not None)
        works = np.array(list(once), dtype=np.int32)
    ranked = rule.select is not None
    return BoundRow(rule, works, ranked, rule.start_us, rule.until_us)


def _cap_of(cap: Cap, catalogue: Catalogue, selection: Selection) -> BoundCap:
    groups, names = groups_of(cap.per, catalogue, selection)
    return BoundCap(cap.key, cap.per, cap.within, cap.most, groups, names)


def _push_of(boosts: list[BoundBoost]) -> Push:
    which = np.full(len(boosts[0].works), -1, dtype=np.int16)
    strength = np.zeros(len(which), dtype=np.float32)
    for i, boost in enumerate(boosts):
        stronger = boost.works & (np.float32(boost.strength) > strength)
        which[stronger] = i
        strength[stronger] = boost.strength
    return Push(tuple(boosts), which, 1 + strength)


def _columns(members: list[Works], n: int) -> sparse.csr_array:
    """bool[n, len(members)] of each column's rows."""
    ends = np.cumsum([0, *(len(works) for works in members)])
    rows = np.concatenate([np.zeros(0, dtype=np.int32), *members])
    ones = np.ones(len(rows), dtype=bool)
    return sparse.csc_array((ones, rows, ends), shape=(n, len(members))).tocsr()


def _is_here(countries: Sequence[str], country: str | None) -> bool:
    return not countries or country in countries
