"""Who gets exposure, beside what comes of it: titles by popularity, suppliers, languages, ages; newcomers.

The disparate treatment ratio (Singh & Joachims 2018): a part's share of the exposure beside its share of the
quality plays. At 1 a part is shown as much as viewers make of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from frontrow.audit.exposures import Exposures
from frontrow.audit.findings import (
    Finding,
    at_least,
    at_most,
    not_told,
    only_told,
    over_viewers,
)
from frontrow.base.bounds import AuditSettings
from frontrow.base.time import US_PER_DAY
from frontrow.catalog import Catalogue
from frontrow.catalog.catalogue import UNKNOWN_TIME
from frontrow.evaluation.guards import suppliers_of

Doubles = NDArray[np.float64]
Ints = NDArray[np.int32]

BANDS = ("head", "middle", "tail")
_HEAD, _MIDDLE = 0.5, 0.8
"""Titles that make up half of all starts; then up to four fifths; then the others."""

TOGETHER = "the small ones"
"""Parts with too few plays to be told one by one are told together, so that nobody starves unseen."""

LEAST_PLAYS = 30
"""Quality plays from which a part or a group is told alone."""
_LEAST_TILES = 30
_LEAST_VIEWERS = 20
_AGES = ((1, "under a year"), (5, "1 to 5 years"), (20, "5 to 20 years"), (10_000, "older"))

EUROPEAN = frozenset(
    {
        "AD", "AL", "AM", "AT", "AZ", "BA", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR",
        "GB", "GE", "GR", "HR", "HU", "IE", "IS", "IT", "LI", "LT", "LU", "LV", "MC", "MD", "ME", "MK", "MT",
        "NL", "NO", "PL", "PT", "RO", "RS", "SE", "SI", "SK", "SM", "TR", "UA", "VA",
    }
)  # fmt: skip
"""Members of the European Union, and states of the European Convention on Transfrontier Television."""


def treatment(
    seen: Exposures,
    catalogue: Catalogue,
    bounds: AuditSettings,
    rng: np.random.Generator,
    *,
    shares: Mapping[str, frozenset[str]],
) -> Iterator[Finding]:
    """Findings of exposure beside merit. shares: name -> countries of production that count to it."""
    band, suppliers = bands_of(seen, catalogue.n), suppliers_of(catalogue)
    yield from _ratios("popularity", seen, band, BANDS, rng, bound=None)
    yield from _inflation(seen.take(seen.personal), catalogue.n, bounds, rng)
    for name, (index, parts) in {
        "supplier": (suppliers.index, suppliers.names),
        "language": (catalogue.language.astype(np.int32), catalogue.languages),
        "age of title": _ages(seen, catalogue),
    }.items():
        yield from _ratios(name, seen, index, parts, rng, bound=bounds.treatment)
    apart = seen.take(~seen.personal)
    yield from _ratios(
        "supplier without profiling", apart, suppliers.index, suppliers.names, rng, bound=None
    )
    yield _newcomers(seen, catalogue, bounds, rng)
    for name, countries in shares.items():
        yield _share(name, countries, seen, catalogue, rng)


def bands_of(seen: Exposures, n: int) -> Ints:
    """int32[n]: the band of every work, by starts."""
    starts = np.bincount(seen.work[seen.started], minlength=n)
    order = np.argsort(-starts, kind="stable")
    before = np.cumsum(starts[order]) - starts[order]
    share = before / max(starts.sum(), 1)
    band = np.full(n, 2, dtype=np.int32)
    band[order] = np.where(share < _HEAD, 0, np.where(share < _MIDDLE, 1, 2))
    band[starts == 0] = 2
    return band


def _ratios(
    name: str,
    seen: Exposures,
    index: Ints,
    parts: Sequence[str],
    rng: np.random.Generator,
    *,
    bound: float | None,
) -> Iterator[Finding]:
    """The treatment of every part of a division; index: int32[n], -1: in none."""
    of = index[seen.work]
    known = of >= 0
    if not known.any():
        yield not_told(name, "no title that was shown says which")
        return
    quality = seen.quality & known
    plays = np.bincount(of[quality], minlength=len(parts))
    few = plays < LEAST_PLAYS
    told = "share of what is seen beside share of the quality plays"

    def found(part: str, mine: NDArray[np.bool_], told: str) -> Finding:
        def ratio(times: Doubles) -> float:
            shown = times[mine].sum() / max(times[known].sum(), 1e-12)
            worth = times[mine & quality].sum() / max(times[quality].sum(), 1e-12)
            return float(shown / worth) if worth else float("nan")

        value, interval = over_viewers(seen.viewer, ratio, rng)
        if bound is None:
            return only_told(name, part, value, interval, told)
        return at_least(name, part, value, interval, bound, told)

    for number, part in enumerate(parts):
        if not few[number]:
            yield found(part, of == number, told)
        elif (of == number).any():
            why = f"{plays[number]} quality plays; {LEAST_PLAYS} are needed"
            yield not_told(name, why, part)
    if plays[few].sum() >= LEAST_PLAYS:  # each says too little, all of them together enough
        seen_few = known & few[np.maximum(of, 0)]
        count = len(np.unique(of[seen_few]))
        yield found(f"{TOGETHER} ({count})", seen_few, f"{told}, of those with few plays together")


def _inflation(
    seen: Exposures, n: int, bounds: AuditSettings, rng: np.random.Generator
) -> Iterator[Finding]:
    """Abdollahpouri et al. (2019): is what niche viewers are shown more popular than what they start?"""
    popularity = np.bincount(seen.work[seen.started], minlength=n).astype(np.float64)
    popularity /= max(popularity.max(initial=0.0), 1.0)
    b = len(seen.viewers)
    starts = np.bincount(seen.viewer[seen.started], minlength=b)
    known = np.flatnonzero(starts >= 6)
    if len(known) < 3 * _LEAST_VIEWERS:
        yield not_told(
            "popularity inflation",
            f"{len(known)} viewers started 6 titles; {3 * _LEAST_VIEWERS} are needed",
        )
        return
    shown = np.bincount(seen.viewer, popularity[seen.work], b) / np.maximum(
        np.bincount(seen.viewer, minlength=b), 1
    )
    # One half of the starts says who is niche, the other what they start: of one sample both, those below
    # their own mean by chance would be called niche, and then shown "more popular" titles than they started.
    at = np.flatnonzero(seen.started)
    half = rng.random(len(at)) < 0.5
    sides = []
    for rows in (at[half], at[~half]):
        count = np.bincount(seen.viewer[rows], minlength=b)
        sides.append(
            np.bincount(seen.viewer[rows], popularity[seen.work[rows]], b) / np.maximum(count, 1)
        )
        known = known[count[known] > 0]
    named, chosen = sides
    thirds = np.array_split(known[np.argsort(named[known], kind="stable")], 3)
    told = "popularity of what is shown beside that of what is started, less 1"
    lifts = {}
    for part, whose in zip(("niche", "diverse", "blockbuster"), thirds, strict=True):

        def lift(times: Doubles, whose: NDArray[np.intp] = whose) -> float:
            return float(
                (shown[whose] * times).sum() / max((chosen[whose] * times).sum(), 1e-12) - 1
            )

        lifts[part] = over_viewers(np.arange(len(whose), dtype=np.int32), lift, rng)
        yield only_told("popularity inflation", part, *lifts[part], told)
    # Both are means over other viewers, so the interval of their difference is that of a sum.
    (niche, of_niche), (others, of_others) = lifts["niche"], lifts["diverse"]
    low = niche - others - np.hypot(niche - of_niche[0], of_others[1] - others)
    high = niche - others + np.hypot(of_niche[1] - niche, others - of_others[0])
    yield at_most(
        "popularity inflation", "niche less diverse", niche - others, (float(low), float(high)),
        bounds.inflation, "by how much more niche viewers' pages are led to the popular",
    )  # fmt: skip


def _ages(seen: Exposures, catalogue: Catalogue) -> tuple[Ints, tuple[str, ...]]:
    now = 1970 + int(seen.day.max(initial=0)) / 365.25
    age = now - catalogue.year
    index = np.full(catalogue.n, -1, dtype=np.int32)
    for number in reversed(range(len(_AGES))):
        index[age <= _AGES[number][0]] = number
    return index, tuple(name for _, name in _AGES)


def _newcomers(
    seen: Exposures, catalogue: Catalogue, bounds: AuditSettings, rng: np.random.Generator
) -> Finding:
    """New titles' share of what is seen beside their share of the catalogue."""
    added = catalogue.added_us
    days = seen.day.astype(np.int64) * US_PER_DAY
    dated = added != UNKNOWN_TIME
    fresh = dated[seen.work] & (days - added[seen.work] < 28 * US_PER_DAY)
    every = np.unique(days)
    new = [(dated & (added <= d) & (d - added < 28 * US_PER_DAY)).sum() for d in every.tolist()]
    there = [max(int((added <= d).sum()), 1) for d in every.tolist()]
    by_number = float(np.mean(np.array(new) / np.array(there))) if len(every) else 0.0
    if not by_number:
        return not_told("new titles", "no title was under 28 days old")
    usual = by_number * len(seen)
    if usual < _LEAST_TILES:  # of so few, none at all is no sign of anything
        why = f"{usual:.0f} tiles of them would be usual of the {len(seen):,} seen; {_LEAST_TILES} are needed"
        return not_told("new titles", why)

    def ratio(times: Doubles) -> float:
        return float(times[fresh].sum() / max(times.sum(), 1e-12) / by_number)

    value, interval = over_viewers(seen.viewer, ratio, rng)
    told = f"share of what is seen beside that of the catalogue ({by_number:.1%}), titles under 28 days old"
    return at_least("new titles", "", value, interval, bounds.newcomers, told)


def _share(
    name: str,
    countries: frozenset[str],
    seen: Exposures,
    catalogue: Catalogue,
    rng: np.random.Generator,
) -> Finding:
    made = np.array([bool(countries & set(w.title.countries)) for w in catalogue.works], dtype=bool)
    known = np.array([bool(w.title.countries) for w in catalogue.works], dtype=bool)
    if not known.any():
        return not_told("share of titles", "no title says where it was made", name)
    mine, told_of = made[seen.work], known[seen.work]

    def share(times: Doubles) -> float:
        return float(times[mine].sum() / max(times[told_of].sum(), 1e-12))

    value, interval = over_viewers(seen.viewer, share, rng)
    told = (
        f"of what is seen; of the catalogue {made.sum() / known.sum():.1%} by titles, of the titles seen at"
        f" all {made[np.unique(seen.work)].mean() if len(seen) else 0:.1%}"
    )
    return only_told("share of titles", name, value, interval, told)
