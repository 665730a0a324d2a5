"""The record of choices: how often each image, and each kind of reason, was shown for a work, and how often
a quality play came of it. Folded from the log, numbered, immutable; it names no profile.

Columns: all settled accounts together, newcomers apart (see `influence`), and one for each genre, in which
a viewer counts by the share of it among what the viewer had watched. Beside the table stand the sums from
which it is learned how much an image's match with a viewer says, over all images of all titles: what
makes a new title's images start from what is known.

The sums are the same to the last bit however the log is cut into batches, as the trends' are (`snapshot`):
they are added one after the other in the order of the log, and kept as of the start of a long period
whose length is the half-life, so that to move on to the next is to halve, which loses nothing.

A row of which nothing was shown for `GONE_US` begins anew, and is dropped once that is certain: the record
does not grow with titles and images that are long gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import overload

import numpy as np
from numpy.typing import NDArray

from frontrow.base.time import US_PER_DAY
from frontrow.catalog import Lexicon
from frontrow.events import Position
from frontrow.events.log import Log
from frontrow.viewers.reactions import GONE_AFTER_US, MATCHES, Trial
from frontrow.viewers.remembered import Memory

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

HALF_LIFE_DAYS = 90
"""What was shown a season ago counts half."""

EVERYONE, NEWCOMERS = "", "+"
"""The first two columns; the others are genres, in lower case."""

SHARPNESS = 8
"""Power of its share by which a genre counts for a viewer: tastes in images go with what one mainly
watches (found on planted tastes, `bench.artwork`, seeds of the 1,000s)."""

GONE_US = GONE_AFTER_US

_CERTAIN_US = 2 * GONE_US + US_PER_DAY
"""When it is certain that a row begins anew whatever comes: no trial counts that came later than `GONE_US`
after it was shown, so any that is still to come is so long after the last. And a day, for clocks that
differ."""

_PERIOD_US = HALF_LIFE_DAYS * US_PER_DAY
_MOST_GENRES = 64
"""Columns kept for genres, the first that come: enough for any list of genres that people browse by."""

_MOST_HALVINGS = 1_000
_BATCH = 50_000

_M = len(MATCHES)
SUMS = 2 * _M + _M * _M + 2
"""Of matches: with what was good [m], with what was expected [m], expected squares [m, m], and all that was
good and expected."""


@dataclass(frozen=True)
class Choices:
    """The record up to a place in the log."""

    number: int
    at_us: int  # when it was made
    as_of_us: int  # to which moment it decays: the same, but never before the last one's
    position: Position
    rows: tuple[tuple[str, str, str], ...]  # (kind, work, artwork id or reason's code)
    columns: tuple[str, ...]
    shown: Floats  # [rows, columns], as of the start of `as_of_us`'s period
    good: Floats  # [rows, columns]
    squares: Floats  # [rows, columns], of what each good trial counts: how much chance there is in `good`
    matches: Floats  # [SUMS]
    last_us: Longs  # [rows], when it was last shown
    anew: bool = False  # of the whole log at once: in force from when it is there
    since_us: int = 0  # when the first was made of those that this one goes on from
    rests_on: str = ""  # names the code and the settings that folded


NONE = Choices(
    0, 0, 0, Position(), (), (EVERYONE, NEWCOMERS), np.zeros((0, 2)), np.zeros((0, 2)),
    np.zeros((0, 2)), np.zeros(SUMS), np.zeros(0, dtype=np.int64),
)  # fmt: skip


@overload
def follow_choices(
    before: Choices, log: Log, lexicon: Lexicon, at_us: int, *,
    until: Position | None = None, memory: Memory | None = None,
) -> Choices: ...  # fmt: skip
@overload
def follow_choices(
    before: Choices, log: Log, lexicon: Lexicon, at_us: int, *,
    until: Position | None = None, memory: Memory | None = None, goes_on: Callable[[], bool],
) -> Choices | None: ...  # fmt: skip
def follow_choices(
    before: Choices,
    log: Log,
    lexicon: Lexicon,
    at_us: int,
    *,
    until: Position | None = None,
    memory: Memory | None = None,
    goes_on: Callable[[], bool] = lambda: True,
) -> Choices | None:
    """`before` with everything that the log holds after it now (or to a position), as of a moment.

    memory:  of the same log and lexicon, where one is kept
    goes_on: asked before each batch; None is what comes of a no
    """
    until = log.end() if until is None else until
    memory = Memory(log, lexicon) if memory is None else memory
    lexicon.refresh()
    found = before
    while True:
        tail, position = log.tail(found.position, _BATCH, until=until)
        if not tail:
            break
        if not goes_on():
            return None
        part = _fold(found, memory.trials(tail), position, at_us, in_place=found is not before)
        found = replace(part, number=before.number + 1)
    if found is before and before.as_of_us == at_us:
        return before
    last = _fold(found, (), until, at_us, in_place=found is not before)
    last = _only(last, last.as_of_us - last.last_us <= _CERTAIN_US)
    return replace(last, number=before.number + 1)


def _only(choices: Choices, kept: NDArray[np.bool_]) -> Choices:
    """The record with some of its rows."""
    if kept.all():
        return choices
    return replace(
        choices,
        rows=tuple(row for row, stays in zip(choices.rows, kept.tolist(), strict=True) if stays),
        shown=choices.shown[kept],
        good=choices.good[kept],
        squares=choices.squares[kept],
        last_us=choices.last_us[kept],
    )


def _fold(
    before: Choices, trials: Iterable[tuple[Trial, bool]], position: Position, at_us: int,
    *, in_place: bool,
) -> Choices:  # fmt: skip
    """in_place: `before` is nobody else's, and its tables may be written to where they are large enough"""
    as_of_us = max(at_us, before.as_of_us)
    names = list(before.rows)
    rows = {row: i for i, row in enumerate(names)}
    last_us, gone = before.last_us.tolist(), set[int]()
    columns = {name: i for i, name in enumerate(before.columns)}
    cells: list[tuple[int, int, int, bool]] = []  # row, column, us, whether good
    weights: list[float] = []
    sums: list[tuple[int, Floats]] = []  # us, [SUMS]
    for trial, good in trials:
        if trial.received_us - trial.shown_us > GONE_US:
            continue
        name = trial.kind, trial.work, trial.name
        row = rows.get(name, -1)
        if row >= 0 and trial.shown_us - last_us[row] > GONE_US:
            gone.add(row)
            row = -1
        if row < 0:
            row = rows[name] = len(names)
            names.append(name)
            last_us.append(trial.shown_us)
        last_us[row] = max(last_us[row], trial.shown_us)
        for genre, share in _columns_of(trial):
            if genre not in columns and len(columns) >= _MOST_GENRES + 2:
                continue
            column = columns.setdefault(genre, len(columns))
            cells.append((row, column, trial.shown_us, good))
            weights.append(trial.weight * share)
        if any(trial.match) and not trial.newcomer:
            sums.append((trial.shown_us, trial.weight * _sums_of(trial, good)))
    moved = -np.minimum(as_of_us // _PERIOD_US - before.as_of_us // _PERIOD_US, _MOST_HALVINGS)
    tables = [before.shown, before.good, before.squares]
    if not in_place or moved or before.shown.shape != (len(names), len(columns)):
        for i, power in enumerate((moved, moved, 2 * moved)):  # one by one: they are large
            wider = np.zeros((len(names), len(columns)))
            r, c = tables[i].shape
            np.ldexp(tables[i], power, out=wider[:r, :c])
            tables[i] = wider
    matches = np.ldexp(before.matches, moved)
    if cells:
        row_of, column_of, when, good_of = np.array(cells, dtype=np.int64).T
        worth = np.array(weights) * _grown(when, as_of_us)
        # One after the other, in the order of the log: sums of floats depend on it.
        well = good_of > 0
        np.add.at(tables[0], (row_of[~well], column_of[~well]), worth[~well])
        np.add.at(tables[1], (row_of[well], column_of[well]), worth[well])
        np.add.at(tables[2], (row_of[well], column_of[well]), worth[well] ** 2)
    if sums:
        grown = _grown(np.array([us for us, _ in sums], dtype=np.int64), as_of_us)
        added = np.array([one for _, one in sums]) * grown[:, None]
        np.add.at(matches, np.tile(np.arange(SUMS), len(sums)), added.ravel())
    found = Choices(
        before.number + 1, at_us, as_of_us, position, tuple(names), tuple(columns),
        tables[0], tables[1], tables[2], matches, np.array(last_us, dtype=np.int64), before.anew,
        before.since_us, before.rests_on,
    )  # fmt: skip
    return _only(found, ~np.isin(np.arange(len(names)), list(gone)))


def _grown(us: NDArray[np.int64], as_of_us: int) -> Floats:
    """float64[m]: what a trial counts beside one at the start of the period in force."""
    own, within = np.divmod(us, _PERIOD_US)
    steps = np.clip(own - as_of_us // _PERIOD_US, -_MOST_HALVINGS, 1)
    return np.asarray(np.ldexp(np.exp2(within / _PERIOD_US), steps.astype(np.int32)))


def decay_of(choices: Choices) -> float:
    """What the sums are times, to be as of their moment."""
    return float(np.exp2(-(choices.as_of_us % _PERIOD_US) / _PERIOD_US))


def shares_of(begun: Mapping[str, float]) -> dict[str, float]:
    """How much a viewer counts in each genre's column, sum 1: what is watched most counts most.

    begun: genre -> share of what was watched, as `reactions.BEGUN_SHARE` weighs it
    """
    powers = {name: share**SHARPNESS for name, share in begun.items()}
    total = sum(powers.values())
    return {name: power / total for name, power in powers.items()} if total else {}


def _columns_of(trial: Trial) -> Iterator[tuple[str, float]]:
    if trial.newcomer:
        yield NEWCOMERS, 1.0
        return
    yield EVERYONE, 1.0
    yield from shares_of(trial.genres).items()


def _sums_of(trial: Trial, good: bool) -> Floats:
    """float64[SUMS] of one trial: as it begins, what was expected; when it is good, that it was."""
    d, rate = np.array(trial.match), trial.rate
    none = np.zeros(_M)
    if good:
        return np.concatenate([d, none, np.zeros(_M * _M), [1.0, 0.0]])
    return np.concatenate([none, rate * d, (rate * np.outer(d, d)).ravel(), [0.0, rate]])
