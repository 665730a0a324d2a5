"""How much each place is looked at, estimated from pages on which neighbours changed places at random.

A title that was opened on such a page could as well have stood in the other places of its pairs, each
with a known chance. Given that it was opened somewhere, the chance that it was here is in proportion to
how much is looked here: whatever the title was worth cancels, so nothing is assumed of it (the ratios
of Joachims et al. 2017, "Unbiased learning-to-rank with biased feedback", and Agarwal et al. 2019,
"Estimating position bias without intrusive interventions", chained over all pairs in one conditional
likelihood).

The log of the table is where it begins plus what is learned: effects of rows, of columns, and of each
place for itself, each a random walk of its own step. It begins where the settings have it, or, where
that explains the swaps better, at what places earn on all other pages: that holds what stood there too,
and the walks learn how far it is off. Steps and beginning are weighed by their evidence (Laplace's), so
no shape is assumed, and where swaps say little, the intervals are wide.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from frontrow.ranking.positions import COLUMNS, ROWS, Looked, Positions

Doubles = NDArray[np.float64]

STEPS = (0.03, 0.1, 0.3, 1.0)
"""Steps of a walk that are tried, on the log scale: from 3% to 170% from one place to the next."""

SLOPES = (0.02, 0.1, 0.3)
"""Deviations, per row and per column, of how steadily a beginning is off that are tried."""

LEAST_OPENS = 500
"""Opened titles that could have stood elsewhere, with fewer of which nothing is learned of a device."""

LEAST_EARNED = 2_000
"""Opens on other pages from which on what places earn there may be where the table begins."""

FOLDS = 4
"""Parts of the viewers, each foretold from the others."""

_NEWTON_STEPS = 40
_CELLS = ROWS * COLUMNS
_LEAST_SHARE = 1e-3  # of the best fit's evidence, below which another says nothing
_PULL = 3.0  # opens that a place's earnings are pulled by to those of its row and column


Trial = tuple[Doubles, tuple[float, float, float, float]]
"""A beginning, and the steps of rows, columns, places and slopes."""


@dataclass(frozen=True)
class Seen:
    """What pages of one device say."""

    places: NDArray[
        np.int32
    ]  # [m, 4], the place of an opened title, then where else it could have been; -1: none
    fold: NDArray[np.int8]  # [m], of its viewer
    earned: Doubles  # [ROWS, COLUMNS], opens on pages without swaps
    served: Doubles  # [ROWS, COLUMNS], titles there
    pages: int  # with swaps
    expected: Doubles | None = (
        None  # [ROWS, COLUMNS], mean value of the titles there by the ranking
    )


def fit_positions(seen: Mapping[str, Seen], kept: Mapping[str, tuple[float, float]]) -> Positions:
    """The table of each device that enough is known of, if it foretells better than the settings where a
    title is opened by viewers that it was not fitted on.

    kept: attention from row to row and from column to column as the settings have it
    """
    tables, left_out = {}, {}
    with threadpool_limits(limits=1):
        for device, of in seen.items():
            if len(of.places) < LEAST_OPENS:
                left_out[device] = (
                    f"{len(of.places)} titles were opened on pages with swapped places that could have"
                    f" stood elsewhere; it takes {LEAST_OPENS}"
                )
                continue
            start = settings_table(*kept[device])
            table, trials = fit_table(of, start)
            gain, error = _gain(of, start, trials)
            if gain < 2 * error:
                left_out[device] = (
                    "what was learned foretells no better than the settings where a title is opened"
                    f" ({gain:+.4f} nats an open, standard error {error:.4f})"
                )
                continue
            tables[device] = table
    return Positions(tables, left_out)


def settings_table(row_kept: float, column_kept: float) -> Doubles:
    """float64[ROWS, COLUMNS]: log of the attention as the settings have it."""
    rows, columns = np.arange(ROWS), np.arange(COLUMNS)
    return np.asarray(np.log(row_kept) * rows[:, None] + np.log(column_kept) * columns)


def fit_table(seen: Seen, start: Doubles) -> tuple[Looked, list[Trial]]:
    """The table of one device with intervals, and the trials that it rests on.

    start: float64[ROWS, COLUMNS], log of the attention as the settings have it
    """
    starts = [start, *_earned(seen)]
    trials = list(itertools.product(starts, itertools.product(STEPS, STEPS, STEPS, SLOPES)))
    mean, deviation, kept = _estimate(Patterns(seen.places), trials)
    looked_at, low, high = (
        np.exp(mean + z * deviation).astype(np.float32).reshape(ROWS, COLUMNS)
        for z in (0.0, -1.96, 1.96)
    )
    table = Looked(
        looked_at=looked_at, low=low, high=high, pages=seen.pages, opens=len(seen.places)
    )
    return table, kept


def _earned(seen: Seen) -> list[Doubles]:
    """Log of what places earn a title on pages without swaps, and of the same beside what the ranking
    expects of the titles there; [] where too little is known."""
    total = seen.earned.sum()
    if total < LEAST_EARNED:
        return []
    rate = seen.earned.sum(axis=1) / np.maximum(seen.served.sum(axis=1), 1)
    across = seen.earned.sum(axis=0) / np.maximum(seen.served.sum(axis=0), 1)
    overall = total / max(seen.served.sum(), 1)
    usual = np.maximum(rate[:, None] * across / overall, 1e-9)
    pulled = (seen.earned + _PULL) / (seen.served + _PULL / usual)
    found: list[Doubles] = [np.log(pulled / pulled[0, 0])]
    if seen.expected is not None:
        found.append(found[0] - np.log(seen.expected / seen.expected[0, 0]))
    return found


def _gain(seen: Seen, start: Doubles, trials: Sequence[Trial]) -> tuple[float, float]:
    """(nats by which a fit on other viewers foretells an open better than the settings, the standard
    error of it)."""
    gains: list[Doubles] = []
    for fold in range(FOLDS):
        out = seen.fold == fold
        if not out.any() or out.all():
            continue
        table, _, _ = _estimate(Patterns(seen.places[~out]), trials)
        held = Patterns(seen.places[out])
        gain = held.each(table) - held.each(start.ravel())
        gains.append(np.repeat(gain, held.counts.astype(int)))
    every = np.concatenate(gains)
    return float(every.mean()), float(every.std(ddof=1) / np.sqrt(len(every)))


class Patterns:
    """Opens as counts of patterns: where a title was, and where else it could have been."""

    def __init__(self, places: NDArray[np.int32]) -> None:
        patterns, counts = np.unique(places, axis=0, return_counts=True)
        self.counts = counts.astype(np.float64)
        self._there = patterns >= 0
        self._at = np.where(self._there, patterns, 0).astype(np.intp)
        self._pairs = (self._at[:, :, None] * _CELLS + self._at[:, None, :]).ravel()

    def each(self, table: Doubles) -> Doubles:
        """float64[patterns]: log of the chance of the place, given that it was opened in one of them."""
        value = np.where(self._there, table[self._at], -np.inf)
        return np.asarray(value[:, 0] - np.logaddexp.reduce(value, axis=1))

    def loss(self, table: Doubles) -> float:
        return -float(self.counts @ self.each(table))

    def slopes(self, table: Doubles) -> tuple[Doubles, Doubles]:
        """float64[cells] and float64[cells, cells]: first and second derivatives of the loss."""
        value = np.where(self._there, table[self._at], -np.inf)
        share = np.exp(value - np.logaddexp.reduce(value, axis=1)[:, None])
        weighted = self.counts[:, None] * share
        first = _sums(self._at.ravel(), weighted.ravel(), _CELLS)
        first -= _sums(self._at[:, 0], self.counts, _CELLS)
        outer = (weighted[:, :, None] * share[:, None, :]).ravel()
        second = -_sums(self._pairs, outer, _CELLS**2).reshape(_CELLS, _CELLS)
        second += np.diag(_sums(self._at.ravel(), weighted.ravel(), _CELLS))
        return first, second


def _sums(at: NDArray[np.intp], weights: Doubles, size: int) -> Doubles:
    """float64[size]: weights, summed by place."""
    return np.asarray(np.bincount(at, weights, size), dtype=np.float64)


def _estimate(swaps: Patterns, trials: Sequence[Trial]) -> tuple[Doubles, Doubles, list[Trial]]:
    """(log table beside its first place, its standard deviation, the trials that say something), all
    trials weighed by their evidence."""
    fits: list[_Fit] = []
    for start, steps in trials:
        begin = fits[-1].weights if fits and fits[-1].start is start else None
        fits.append(_fit(swaps, start, steps, begin))  # each begins where the one before ended
    evidence = np.array([fit.evidence for fit in fits])
    weight = np.exp(evidence - evidence.max())
    mean, square, total = np.zeros(_CELLS), np.zeros(_CELLS), 0.0
    kept = []
    for share, fit, trial in zip(weight.tolist(), fits, trials, strict=True):
        if share > _LEAST_SHARE:
            of, variance = fit.moments()
            mean, square = mean + share * of, square + share * (variance + of**2)
            total += share
            kept.append(trial)
    mean /= total
    return mean, np.sqrt(np.maximum(square / total - mean**2, 0)), kept


@dataclass(frozen=True)
class _Fit:
    """The best table for one beginning and one set of steps."""

    start: Doubles  # [ROWS, COLUMNS]
    weights: Doubles
    curvature: Doubles
    evidence: float

    def moments(self) -> tuple[Doubles, Doubles]:
        """Mean and variance of the log table beside its first place."""
        log_table = self.start.ravel() + _DESIGN @ self.weights
        beside = _DESIGN - _DESIGN[0]
        variance = (beside * np.linalg.solve(self.curvature, beside.T).T).sum(axis=1)
        return log_table - log_table[0], np.maximum(variance, 0)


def _fit(
    swaps: Patterns,
    beginning: Doubles,
    steps: tuple[float, float, float, float],
    begin: Doubles | None,
) -> _Fit:
    prior, start = _prior(*steps), beginning.ravel()
    weights = np.zeros(len(prior)) if begin is None else begin

    def loss_at(weights: Doubles) -> float:
        return swaps.loss(start + _DESIGN @ weights) + 0.5 * float(weights @ prior @ weights)

    loss = loss_at(weights)
    for _ in range(_NEWTON_STEPS):
        first, second = swaps.slopes(start + _DESIGN @ weights)
        curvature = _DESIGN.T @ second @ _DESIGN + prior
        move = np.linalg.solve(curvature, _DESIGN.T @ first + prior @ weights)
        while (less := loss_at(weights - move)) > loss + 1e-9 and np.abs(move).max() > 1e-9:
            move = move / 2
        weights, loss = weights - move, less
        if np.abs(move).max() < 1e-4:
            break
    evidence = -loss + 0.5 * (_log_det(prior) - _log_det(curvature))
    return _Fit(beginning, weights, curvature, evidence)


def _log_det(matrix: Doubles) -> float:
    return float(np.linalg.slogdet(matrix)[1])


def _design() -> Doubles:
    """float64[cells, weights]: effects of rows, of columns, of places, and a slope along each side."""
    row, column = (axis.ravel() for axis in np.indices((ROWS, COLUMNS)))
    return np.column_stack(
        [np.eye(ROWS)[row], np.eye(COLUMNS)[column], np.eye(_CELLS), row, column]
    )


_DESIGN = _design()


def _walk(size: int) -> Doubles:
    """Precision of a random walk over places side by side, of step 1."""
    ends: Any = np.diff(np.eye(size), axis=0)
    return np.asarray(ends.T @ ends)


def _prior(rows: float, columns: float, places: float, slope: float) -> Doubles:
    """Precision of the weights, for the steps of the three walks and the deviation of the slopes."""
    found: Doubles = np.zeros((_DESIGN.shape[1], _DESIGN.shape[1]))
    a, b, end = ROWS, ROWS + COLUMNS, ROWS + COLUMNS + _CELLS
    found[:a, :a] = _walk(ROWS) / rows**2
    found[a:b, a:b] = _walk(COLUMNS) / columns**2
    across = np.kron(np.eye(ROWS), _walk(COLUMNS)) + np.kron(_walk(ROWS), np.eye(COLUMNS))
    found[b:end, b:end] = across / places**2
    found[end:, end:] = np.eye(2) / slope**2
    return found + 1e-4 * np.eye(len(found))  # level that no swap can tell
