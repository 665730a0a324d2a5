"""A snapshot as pages read it: decayed, over the works of a catalogue, with newcomers held to bounds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from frontrow.catalog import Catalogue
from frontrow.viewers.influence import crowded, in_full, limited
from frontrow.viewers.snapshot import NEWCOMERS, NOWHERE, SHOWN, Buckets, Snapshot, decay_of
from frontrow.viewers.trends import (
    EVERYWHERE,
    HALF_LIVES_DAYS,
    SHOWN_HALF_LIFE_DAYS,
    Trends,
)

_FAST = HALF_LIVES_DAYS.index(3.0)
"""By which half-life it is judged what is going on now."""
_EVER = HALF_LIVES_DAYS.index(float("inf"))
_SHOWN_LATELY = HALF_LIVES_DAYS.index(SHOWN_HALF_LIFE_DAYS)


def trends_on(snapshot: Snapshot, catalogue: Catalogue, country: str | None = None) -> Trends:
    """A snapshot's counts, decayed, over the works of a catalogue; editions and episodes count for
    theirs.

    country: where profiles are that name no country
    """
    starts = _over(catalogue, snapshot, "", list(range(len(HALF_LIVES_DAYS))), country)
    shown = _over(catalogue, snapshot, SHOWN, [_SHOWN_LATELY], country)
    full = in_full(starts.settled[EVERYWHERE, _EVER], starts.newcomers[EVERYWHERE, _EVER])
    by_all = starts.by_settled | starts.by_newcomers if full > 0 else starts.by_settled
    of_shown = limited(shown.settled[:, 0], shown.newcomers[:, 0], full)
    row = {name: i for i, name in enumerate(shown.countries)}
    # Where nobody in a country was told to be shown anything, nothing was.
    of_shown = np.append(of_shown, np.zeros((1, catalogue.n)), axis=0)
    return Trends(
        snapshot.as_of_us,
        starts.countries,
        limited(starts.settled, starts.newcomers, full),
        snapshot.position,
        np.bitwise_count(by_all).astype(np.int64),
        of_shown[[row.get(name, -1) for name in starts.countries]] if row else None,
    )


@dataclass(frozen=True)
class _Over:
    """What was counted of one kind, over the works of a catalogue."""

    countries: tuple[str, ...]
    settled: NDArray[np.float64]  # [c, h, n], by accounts that have been there for a while
    newcomers: NDArray[np.float64]  # [c, h, n]
    by_settled: Buckets  # [c, n]
    by_newcomers: Buckets  # [c, n]


def _over(
    catalogue: Catalogue, snapshot: Snapshot, what: str, half_lives: list[int], country: str | None
) -> _Over:
    """what: stands before the countries' names; half_lives: places of those that are asked for."""
    places, works = _works_of(snapshot, catalogue)
    shape = (len(snapshot.titles), catalogue.n)
    belongs = sparse.csr_array((np.ones(len(works)), (places, works)), shape=shape)
    decayed = snapshot.counts[:, half_lives] * decay_of(snapshot)[half_lives, None]
    heard = np.bitwise_or.reduce(snapshot.accounts, axis=1)  # [c, titles]
    names, *rows_of = _apart(snapshot.countries, what)
    countries, of_both = names, []
    for rows in rows_of:
        there = (rows >= 0)[:, None]
        countries, counts, bits = _placed(
            names,
            np.where(there[..., None], decayed[rows], 0.0),
            np.where(there, heard[rows], np.uint64(0)),
            country,
        )
        c, h, t = counts.shape
        of_works = np.zeros((c, catalogue.n), dtype=np.uint64)
        for of_country, heard_there in zip(of_works, bits, strict=True):
            np.bitwise_or.at(of_country, works, heard_there[places])
        summed = np.asarray(counts.reshape(c * h, t) @ belongs).reshape(c, h, catalogue.n)
        of_both.append((summed, of_works))
    (settled, by_settled), (newcomers, by_newcomers) = of_both
    return _Over(countries, settled, newcomers, by_settled, by_newcomers)


def crowded_titles(snapshot: Snapshot, catalogue: Catalogue) -> list[str]:
    """Titles that newcomers flock to, and settled accounts don't."""
    places, works = _works_of(snapshot, catalogue)
    _, *rows_of = _apart(snapshot.countries, "")
    starts = np.zeros((2, 2, catalogue.n))  # of settled, of newcomers; of late, ever
    for whose, rows in enumerate(rows_of):
        if rows[EVERYWHERE] >= 0:
            for k, h in enumerate((_FAST, _EVER)):
                decayed = snapshot.counts[rows[EVERYWHERE], h] * decay_of(snapshot)[h]
                np.add.at(starts[whose, k], works, decayed[places])
    heard = np.zeros(catalogue.n, dtype=np.uint64)
    if rows_of[1][EVERYWHERE] >= 0:
        bits = np.bitwise_or.reduce(snapshot.accounts[rows_of[1][EVERYWHERE]], axis=0)
        np.bitwise_or.at(heard, works, bits[places])
    filled = np.bitwise_count(heard).astype(np.int64)
    found = crowded(starts[0, 0], starts[1, 0], filled, in_full(starts[0, 1], starts[1, 1]))
    return [catalogue.works[work].title.title_id for work in found.tolist()]


def _works_of(
    snapshot: Snapshot, catalogue: Catalogue
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Places of a snapshot's titles, and the works of the catalogue that they belong to."""
    pairs = [
        (place, catalogue.work_of_title[title_id])
        for place, title_id in enumerate(snapshot.titles)
        if title_id in catalogue.work_of_title
    ]
    places, works = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    return places, works


def _apart(
    countries: tuple[str, ...], what: str
) -> tuple[tuple[str, ...], NDArray[np.int64], NDArray[np.int64]]:
    """The countries of which something was counted, and for each the row of its settled accounts and of its
    newcomers, -1: none.

    what: stands before their names
    """
    row = {name: i for i, name in enumerate(countries)}
    plain = [name.removeprefix(NEWCOMERS) for name in countries]
    of_what = [name for name in plain if name.startswith(SHOWN) == (what == SHOWN)]
    names = tuple(dict.fromkeys(name.removeprefix(what) for name in of_what))
    old = np.array([row.get(what + name, -1) for name in names], dtype=np.int64)
    new = np.array([row.get(NEWCOMERS + what + name, -1) for name in names], dtype=np.int64)
    return names, old, new


def _placed(
    countries: tuple[str, ...], counts: NDArray[np.float64], heard: Buckets, country: str | None
) -> tuple[tuple[str, ...], NDArray[np.float64], Buckets]:
    """Countries, counts and accounts, those of nowhere given to a country, or to none."""
    if NOWHERE not in countries:
        return countries, counts, heard
    nowhere = countries.index(NOWHERE)
    if country is not None and country not in countries:
        return (*countries[:nowhere], country, *countries[nowhere + 1 :]), counts, heard
    kept = [i for i in range(len(countries)) if i != nowhere]
    placed, heard_there = counts[kept], heard[kept]
    if country is not None:
        own = kept.index(countries.index(country))
        placed[own] += counts[nowhere]
        heard_there[own] |= heard[nowhere]
    return tuple(countries[i] for i in kept), placed, heard_there
