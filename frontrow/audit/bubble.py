"""The filter bubble: does what is shown narrow more than what is chosen, and do viewers' pages grow alike?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from frontrow.audit.exposures import Exposures
from frontrow.audit.findings import Finding, at_least, at_most, mean_of, not_told, only_told
from frontrow.base.bounds import AuditSettings
from frontrow.catalog import Catalogue

Doubles = NDArray[np.float64]

_LEAST_SHOWN, _LEAST_STARTED, _LEAST_WEEKS, _LEAST_VIEWERS = 5, 2, 3, 20
_PAIRS = 2_000
_DRAWS = 5
_SMOOTH = 1e-2


def bubble(
    seen: Exposures, catalogue: Catalogue, bounds: AuditSettings, rng: np.random.Generator
) -> Iterator[Finding]:
    """Findings of narrowing, calibration, discovery and likeness, on pages with profiling; others are what
    these are held beside."""
    shares = catalogue.genres.shares
    if not shares.shape[1]:
        yield not_told("narrowing", "the catalogue names no genres")
        return
    own = seen.take(seen.personal)
    weeks = int(own.week.max(initial=-1)) + 1
    yield _narrowing(own, shares, weeks, bounds, rng)
    yield _calibration(own, shares, rng)
    yield _discovery(own, catalogue, rng)
    yield _drift(seen, shares, rng)
    yield _alike(own, weeks, bounds, rng)


def entropy_by(shares, work: NDArray[np.int32], group: NDArray[np.int64], groups: int) -> Doubles:  # type: ignore[no-untyped-def]  # a sparse array
    """float64[groups]: entropy of the genres of each group's works, in nats; 0 where there are none."""
    totals = np.zeros((groups, shares.shape[1]))
    rows = shares[work].tocoo()
    np.add.at(totals, (group[rows.row], rows.col), rows.data)
    p = totals / np.maximum(totals.sum(axis=1, keepdims=True), 1e-12)
    return np.asarray(-(p * np.log(np.maximum(p, 1e-12))).sum(axis=1))


def _narrowing(  # type: ignore[no-untyped-def]
    seen: Exposures, shares, weeks: int, bounds: AuditSettings, rng: np.random.Generator
) -> Finding:
    name = "narrowing"
    cells = seen.viewer.astype(np.int64) * weeks + seen.week
    n = len(seen.viewers) * weeks
    started = seen.started
    known = (np.bincount(cells, minlength=n) >= _LEAST_SHOWN) & (
        np.bincount(cells[started], minlength=n) >= _LEAST_STARTED
    )
    # Entropy of few titles is low whatever they are, so both are told of as many: of the starts, and of
    # as many tiles drawn from those seen in the same week, the mean of some draws.
    count = np.bincount(cells[started], minlength=n)
    shown = np.zeros(n)
    for _ in range(_DRAWS):
        order = np.lexsort((rng.random(len(cells)), cells))
        sorted_cells = cells[order]
        place = np.arange(len(order)) - np.searchsorted(sorted_cells, sorted_cells)
        drawn = order[place < count[sorted_cells]]
        shown += entropy_by(shares, seen.work[drawn], cells[drawn], n) / _DRAWS
    gap = shown - entropy_by(shares, seen.work[started], cells[started], n)
    gap, known = (
        gap.reshape(-1, weeks) if n else gap.reshape(0, 1),
        known.reshape(-1, max(weeks, 1)),
    )
    slopes = [
        np.polyfit(np.flatnonzero(mine), of[mine], 1)[0]
        for of, mine in zip(gap, known, strict=True)
        if mine.sum() >= _LEAST_WEEKS
    ]
    if len(slopes) < _LEAST_VIEWERS:
        return not_told(
            name,
            f"{len(slopes)} viewers were here in {_LEAST_WEEKS} weeks with {_LEAST_SHOWN} tiles seen and"
            f" {_LEAST_STARTED} started; {_LEAST_VIEWERS} are needed",
        )
    value, interval = mean_of(np.array(slopes), rng)
    told = "weekly change of the entropy of genres shown less that of genres started, in nats"
    return at_least(name, "", value, interval, bounds.narrowing, told)


def _calibration(seen: Exposures, shares, rng: np.random.Generator) -> Finding:  # type: ignore[no-untyped-def]
    """Steck (2018): how far the genres shown are from those started, viewer by viewer."""
    n = len(seen.viewers)
    started = seen.started
    enough = np.bincount(seen.viewer[started], minlength=n) >= 5
    if enough.sum() < _LEAST_VIEWERS:
        return not_told(
            "calibration", f"{enough.sum()} viewers started 5 titles; {_LEAST_VIEWERS} are needed"
        )

    def mix(where: NDArray[np.bool_]) -> Doubles:
        totals = np.zeros((n, shares.shape[1]))
        rows = shares[seen.work[where]].tocoo()
        np.add.at(totals, (seen.viewer[where][rows.row], rows.col), rows.data)
        return np.asarray(totals / np.maximum(totals.sum(axis=1, keepdims=True), 1e-12))

    chosen, shown = mix(started)[enough], mix(np.ones(len(seen), dtype=bool))[enough]
    smooth = (1 - _SMOOTH) * shown + _SMOOTH * chosen
    gap = np.where(
        chosen > 0, chosen * np.log(np.maximum(chosen, 1e-12) / np.maximum(smooth, 1e-12)), 0
    )
    value, interval = mean_of(gap.sum(axis=1), rng)
    return only_told(
        "calibration",
        "",
        value,
        interval,
        "how far the genres shown are from those started (KL, nats)",
    )


def _discovery(seen: Exposures, catalogue: Catalogue, rng: np.random.Generator) -> Finding:
    has = catalogue.genres.has
    order = np.lexsort((seen.day, seen.viewer))
    order = order[seen.started[order]]
    opened = np.zeros(len(seen.viewers))
    count = np.zeros(len(seen.viewers))
    known: set[int] = set()
    last = -1
    for at in order.tolist():
        viewer, work = int(seen.viewer[at]), int(seen.work[at])
        if viewer != last:
            known, last = set(), viewer
        genres = set(has.indices[has.indptr[work] : has.indptr[work + 1]].tolist())
        if known:
            count[viewer] += 1
            opened[viewer] += bool(genres - known)
        known |= genres
    asked = count > 0
    if asked.sum() < _LEAST_VIEWERS:
        return not_told(
            "new genres", f"{asked.sum()} viewers started two titles; {_LEAST_VIEWERS} are needed"
        )
    value, interval = mean_of(opened[asked] / count[asked], rng)
    told = "share of starts that open a genre that the viewer had not started since the audit's beginning"
    return only_told("new genres", "", value, interval, told)


def _drift(seen: Exposures, shares, rng: np.random.Generator) -> Finding:  # type: ignore[no-untyped-def]
    """Beside viewers' pages without profiling."""
    n = len(seen.viewers)
    sides = [
        np.bincount(seen.viewer[side], minlength=n) >= _LEAST_SHOWN
        for side in (seen.personal, ~seen.personal)
    ]
    if min(side.sum() for side in sides) < _LEAST_VIEWERS:
        return not_told(
            "against no profiling",
            f"{sides[1].sum()} viewers saw pages without profiling; {_LEAST_VIEWERS} are needed on either"
            " side",
        )
    entropy = []
    for side, whose in zip((seen.personal, ~seen.personal), sides, strict=True):
        found = entropy_by(shares, seen.work[side], seen.viewer[side].astype(np.int64), n)
        entropy.append(found[whose])
    values = np.concatenate(entropy)
    sign = np.concatenate([np.ones(len(entropy[0])), np.zeros(len(entropy[1]))]).astype(bool)

    def apart(times: Doubles) -> float:
        means = [(values[s] * times[s]).sum() / max(times[s].sum(), 1e-12) for s in (sign, ~sign)]
        return float(means[0] - means[1])

    drawn = []
    for _ in range(400):
        times = np.zeros(len(values))
        for at in (np.flatnonzero(sign), np.flatnonzero(~sign)):
            times[at] = np.bincount(rng.integers(0, len(at), len(at)), minlength=len(at))
        drawn.append(apart(times))
    low, high = np.quantile(drawn, (0.025, 0.975))
    told = "entropy of genres shown with profiling less without, in nats"
    return only_told(
        "against no profiling", "", apart(np.ones(len(values))), (float(low), float(high)), told
    )


def _alike(seen: Exposures, weeks: int, bounds: AuditSettings, rng: np.random.Generator) -> Finding:
    """Do the pages of two viewers share more and more titles?"""
    name = "growing alike"
    week = seen.week if len(seen) else seen.day
    sets: dict[tuple[int, int], set[int]] = {}
    for viewer, at, work in zip(
        seen.viewer.tolist(), week.tolist(), seen.work.tolist(), strict=True
    ):
        sets.setdefault((viewer, at), set()).add(work)
    there = sorted({viewer for viewer, _ in sets})
    if len(there) < _LEAST_VIEWERS or weeks < _LEAST_WEEKS:
        return not_told(
            name,
            f"{len(there)} viewers over {weeks} weeks; {_LEAST_VIEWERS} over {_LEAST_WEEKS} are needed",
        )
    slopes = []
    mixed = rng.permutation(
        np.array(there)
    ).tolist()  # each viewer in one pair: pairs are independent
    for one, other in zip(mixed[0::2][:_PAIRS], mixed[1::2], strict=False):
        points = [
            (at, len(a & b) / len(a | b))
            for at in range(weeks)
            if (a := sets.get((one, at))) and (b := sets.get((other, at)))
            and min(len(a), len(b)) >= _LEAST_SHOWN
        ]  # fmt: skip
        if len(points) >= _LEAST_WEEKS:
            slopes.append(
                np.polyfit([at for at, _ in points], [share for _, share in points], 1)[0]
            )
    if len(slopes) < _LEAST_VIEWERS:
        return not_told(name, "too few pairs of viewers were here in the same weeks")
    value, interval = mean_of(np.array(slopes), rng)
    told = "weekly change of the share of titles that two viewers' pages have in common"
    return at_most(name, "", value, interval, bounds.growing_alike, told)
