"""Floors that no page could hold: too few titles, against each other, or against a cap.

A full page is ten rows of full length, or the whole open catalogue where that is less. A floor is
possible where the titles that it selects and that may be watched are its share of a full page; this is
asked for each country for which it is meant, since windows differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

import numpy as np

from frontrow.base.errors import FieldError
from frontrow.base.settings import PageSettings
from frontrow.catalog import Catalogue
from frontrow.rules.bound import groups_of
from frontrow.rules.document import Cap, Floor, Rules
from frontrow.rules.reading import Unread
from frontrow.rules.select import Bools, Selection

_ROWS = 10
"""Rows of a full page: what `page.rows` asks by default, and what is seen of one in practice."""


def check_shares(
    rules: Rules,
    catalogue: Catalogue,
    selection: Selection,
    page: PageSettings,
    at_us: int,
    unread: Unread,
) -> Iterator[FieldError]:
    """What is impossible about the floors of a document."""
    if not rules.floors:
        return
    full = _ROWS * page.row_length
    chosen = [selection.of(floor.select) for floor in rules.floors]
    open_in = _OpenWorks(catalogue, at_us)
    caps = [cap for index, cap in enumerate(rules.caps) if not unread.of(f"/caps/{index}")]
    known = [not unread.of(f"/floors/{index}") - {"key"} for index in range(len(chosen))]
    for index, (floor, works) in enumerate(zip(rules.floors, chosen, strict=True)):
        if not known[index]:
            continue
        at = f"/floors/{index}/share"
        yield from _enough(floor, works, open_in, full, at)
        for other in range(index):
            if known[other]:
                yield from _beside(rules.floors, chosen, index, other, at)
        for cap in caps:
            yield from _under(floor, works, cap, catalogue, selection, full, at)


class _OpenWorks:
    """Which works may be watched in a country now; each country is looked at once."""

    def __init__(self, catalogue: Catalogue, at_us: int) -> None:
        self._catalogue, self._at_us = catalogue, at_us
        self._found: dict[str | None, Bools] = {}

    def named(self) -> list[str | None]:
        """Every country that a window names, and none, in which only windows for all count."""
        return [None, *sorted(self._catalogue.availability.countries)]

    def of(self, country: str | None) -> Bools:
        if country not in self._found:
            playable = self._catalogue.availability.open_units(country, self._at_us)
            everyone = np.ones(len(playable), dtype=bool)
            self._found[country] = self._catalogue.available_works(everyone, playable)
        return self._found[country]


def _enough(
    floor: Floor, works: Bools, open_in: _OpenWorks, full: int, at: str
) -> Iterator[FieldError]:
    """Titles enough for the floor in every country where it holds."""
    short = []
    for country in floor.countries or open_in.named():
        there = open_in.of(country)
        needed = ceil(floor.share * min(full, int(np.count_nonzero(there))))
        found = int(np.count_nonzero(there & works))
        if found < needed:
            short.append((country, needed, found))
    if short:
        country, needed, found = short[0]
        where = country or "countries that no window names"
        others = f", and so in {len(short) - 1} more" if len(short) > 1 else ""
        yield FieldError(
            at,
            f"needs {needed} titles of a full page in {where}, and {found} may be watched there"
            f"{others}: lower the share, widen `select`, or name the `countries` where it holds",
        )


def _beside(
    floors: list[Floor], chosen: list[Bools], index: int, other: int, at: str
) -> Iterator[FieldError]:
    """Two floors without a title in common share one page."""
    one, two = floors[index], floors[other]
    apart = one.countries and two.countries and not set(one.countries) & set(two.countries)
    if apart or one.share + two.share <= 1 or np.any(chosen[index] & chosen[other]):
        return
    told = f"and that of /floors/{other} are more than a page together, and no title is of both"
    yield FieldError(at, told)


def _under(
    floor: Floor,
    works: Bools,
    cap: Cap,
    catalogue: Catalogue,
    selection: Selection,
    full: int,
    at: str,
) -> Iterator[FieldError]:
    """The titles that a cap lets through are enough for the floor.

    A title takes from each of its groups, so at most sum(min(most, titles of the group)) fit; where a
    title may have several groups, a full page is counted so much shorter that it surely fits.
    """
    groups, _ = groups_of(cap.per, catalogue, selection)
    most = cap.most * (1 if cap.within == "page" else _ROWS)
    per_title = np.diff(groups.indptr)

    def fit(which: Bools) -> int:
        counts = groups.T @ which.astype(np.int64)
        return int(np.minimum(counts, most).sum()) + int(np.count_nonzero(which & (per_title == 0)))

    everything = fit(np.ones(catalogue.n, dtype=bool)) // max(int(per_title.max(initial=1)), 1)
    needed, found = ceil(floor.share * min(full, everything)), fit(works)
    if found < needed:
        yield FieldError(
            at,
            f"needs {needed} titles of a page, and the cap {cap.key!r} lets {found} of them through:"
            " lower the share or raise the cap",
        )
