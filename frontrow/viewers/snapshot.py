"""Snapshots: the trends of the whole service up to a place in the log, numbered and immutable.

Folded from the log's tail: what came since is added to the last snapshot's counts. A snapshot holds
counts by title and country, of good starts and of impressions, and names no profile.

A count is the same to the last bit whether the log was folded in one go or in many, so a snapshot that
is no longer kept can be made again from its place in the log: events are added one by one in the order
of the log, and decay is a number taken once, when a snapshot is read. For that the counts are kept as
of the start of a long period whose length is a multiple of every half-life: to move on to the next is
to multiply by whole powers of two, which loses nothing.

Beside the counts stand, for each of the last days, which of 64 buckets the accounts behind them fall
into: enough to tell a crowd from a handful that plays again and again, and not whom (linear counting,
Whang et al. 1990). Of impressions, of which there are many, that is not kept: nothing asks it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from math import isfinite, lcm

import numpy as np
from numpy.typing import NDArray

from frontrow.base.randomness import digest_of
from frontrow.base.time import US_PER_DAY
from frontrow.events import Position
from frontrow.events.event import PROFILE_SET
from frontrow.events.log import Log, Logged, Tailed
from frontrow.viewers.dataset import is_good_start
from frontrow.viewers.influence import (
    FEW_EVENTS,
    is_newcomer,
    since_of,
    weight_of,
)
from frontrow.viewers.trends import EVERYWHERE, HALF_LIVES_DAYS

Buckets = NDArray[np.uint64]

ACCOUNT_DAYS = 4
"""Days of which is known how many accounts started a title: those in which a title rises, and the day
after, for clocks that run ahead at midnight."""

_BUCKETS = 64

CountryOf = Callable[[str, int], str | None]
"""The country that a profile had told before its event of a number."""

SinceWhen = Callable[[str, Logged], int]
"""Since when a profile is there, us, of which a later event is at hand."""

_BATCH = 50_000
_NOT_ASKED = "?"
NEWCOMERS = "+"
"""Stands before the name of a country (and of all together) for the starts of newcomers there, which
are counted apart; no country's name begins with it."""
SHOWN = "!"
"""Stands before the name of a country, after that of newcomers, for what was shown there."""
NOWHERE = ""
"""Stands among the countries for the starts of profiles that had named none."""

_PERIOD_DAYS = lcm(*(int(days) for days in HALF_LIVES_DAYS if isfinite(days)))
_PERIOD_US = _PERIOD_DAYS * US_PER_DAY
_HALF_LIVES = np.array(HALF_LIVES_DAYS)
_HALVINGS = np.array([_PERIOD_DAYS / days for days in HALF_LIVES_DAYS]).astype(np.int64)
_AHEAD_US = US_PER_DAY // 24
"""An event may come this much later than the moment of its fold: it came while the log was read."""

_MOST_STEPS = 3_000
"""Powers of two beyond which a float64 is 0 anyway."""


@dataclass(frozen=True)
class Snapshot:
    """Counts of good starts and of impressions by country (those of newcomers apart), half-life and title."""

    number: int
    at_us: int  # when it was made
    as_of_us: int  # to which moment it decays: the same, but never before the last one's
    position: Position
    countries: tuple[str, ...]  # the first is "*", all together
    titles: tuple[str, ...]  # title ids
    counts: NDArray[np.float64]  # [c, h, titles], as of the start of `as_of_us`'s period
    accounts: Buckets  # [c, ACCOUNT_DAYS, titles], the day after `as_of_us` first


EMPTY = Snapshot(
    0,
    0,
    0,
    Position(),
    ("*",),
    (),
    np.zeros((1, len(HALF_LIVES_DAYS), 0)),
    np.zeros((1, ACCOUNT_DAYS, 0), dtype=np.uint64),
)


def fold_snapshot(
    before: Snapshot,
    tail: Iterable[Tailed],
    position: Position,
    country_of: CountryOf,
    since_when: SinceWhen,
    at_us: int,
) -> Snapshot:
    """The next snapshot: `before`, and what the tail adds.

    An event counts as of its own time, but not later than it came (a client's clock runs ahead).
    """
    as_of_us = max(at_us, before.as_of_us)
    found = _count(before, tail, country_of, since_when, as_of_us)
    shape = len(found.countries), len(found.titles)
    return Snapshot(
        before.number + 1,
        at_us,
        as_of_us,
        position,
        tuple(found.countries),
        tuple(found.titles),
        _summed(before, found, as_of_us),
        _heard(before, as_of_us, shape, found.starts, found.buckets),
    )


_Cell = tuple[int, int, int, int]
"""Where something is counted: (everywhere, country, title, us)."""


@dataclass(frozen=True)
class _Found:
    """What of a tail counts, in the order of the log."""

    countries: dict[str, int]
    titles: dict[str, int]
    cells: list[_Cell] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)  # of each
    starts: list[_Cell] = field(default_factory=list)  # those of them that are good starts
    buckets: list[int] = field(default_factory=list)  # of the account behind each start


def _count(
    before: Snapshot,
    tail: Iterable[Tailed],
    country_of: CountryOf,
    since_when: SinceWhen,
    as_of_us: int,
) -> _Found:
    found = _Found(
        {name: i for i, name in enumerate(before.countries)},
        {name: i for i, name in enumerate(before.titles)},
    )
    countries, titles = found.countries, found.titles
    told: dict[str, tuple[int, str | None]] = {}  # profile -> (number that follows, country then)
    since: dict[str, int] = {}  # profile id -> since when it is there, us
    bucket_of: dict[str, int] = {}
    for one in tail:
        logged = one.logged
        follows, named = told.get(one.profile_id, (0, _NOT_ASKED))
        if logged.number != follows:  # a profile's events may become final in another order
            named = _NOT_ASKED
        if logged.type == PROFILE_SET:
            named = logged.body.get("country")
        event = logged.event
        of_what = None if event is None or event.title_id is None else _counted_as(logged)
        if of_what is not None and named == _NOT_ASKED:
            named = country_of(one.profile_id, logged.number)
        told[one.profile_id] = logged.number + 1, named
        if of_what is None or event is None or event.title_id is None:
            continue
        if logged.number > FEW_EVENTS and one.profile_id not in since:
            since[one.profile_id] = since_when(one.profile_id, logged)
        there_us = since.get(one.profile_id, logged.received_us)
        of_them = (NEWCOMERS if is_newcomer(logged, there_us) else "") + of_what
        everywhere = countries.setdefault(of_them + before.countries[EVERYWHERE], len(countries))
        country = countries.setdefault(of_them + (named or NOWHERE), len(countries))
        title = titles.setdefault(event.title_id, len(titles))
        us = min(logged.time_us, logged.received_us, as_of_us + _AHEAD_US)
        cell = everywhere, country, title, us
        found.cells.append(cell)
        found.weights.append(weight_of(logged, there_us))
        if of_what != SHOWN:
            found.starts.append(cell)
            if one.profile_id not in bucket_of:
                bucket_of[one.profile_id] = _bucket(one.profile_id)
            found.buckets.append(bucket_of[one.profile_id])
    return found


def _summed(before: Snapshot, found: _Found, as_of_us: int) -> NDArray[np.float64]:
    """float64[c, h, titles]: the counts of before, moved on to the period of now, and what was found."""
    period = as_of_us // _PERIOD_US
    counts = np.zeros((len(_HALF_LIVES), len(found.countries), len(found.titles)))
    c, _, t = before.counts.shape
    steps = _steps(before.as_of_us // _PERIOD_US - period)
    counts[:, :c, :t] = np.ldexp(before.counts, steps[:, None]).transpose(1, 0, 2)
    if found.cells:
        everywhere_of, where, what, when = np.array(found.cells, dtype=np.int64).T
        own, within = np.divmod(when, _PERIOD_US)
        weights = np.array(found.weights)
        worth = np.exp2(within / US_PER_DAY / _HALF_LIVES[:, None]) * weights  # [h, m]
        worth = np.ldexp(worth, _steps(own - period))
        for of_half_life, added in zip(counts, worth, strict=True):
            # One after the other, in the order of the log: sums of floats depend on it.
            np.add.at(of_half_life, (everywhere_of, what), added)
            np.add.at(of_half_life, (where, what), added)
    return np.ascontiguousarray(counts.transpose(1, 0, 2))


def _counted_as(logged: Logged) -> str | None:
    """What stands before the country's name where an event is counted; None: it is not."""
    if logged.type == "impression":
        return SHOWN
    return "" if is_good_start(logged) else None


def _bucket(profile_id: str) -> int:
    """Which of the buckets an account falls into."""
    return digest_of(0, "account", profile_id, size=1)[0] % _BUCKETS


def _heard(
    before: Snapshot,
    as_of_us: int,
    shape: tuple[int, int],
    cells: list[_Cell],
    buckets: list[int],
) -> Buckets:
    """uint64[c, ACCOUNT_DAYS, titles]: the buckets of the last days, those of before among them.

    cells, buckets: of the starts
    """
    today = as_of_us // US_PER_DAY
    found = np.zeros((shape[0], ACCOUNT_DAYS, shape[1]), dtype=np.uint64)
    passed = today - before.as_of_us // US_PER_DAY
    c, _, t = before.accounts.shape
    if passed < ACCOUNT_DAYS:
        found[:c, passed:, :t] = before.accounts[:, : ACCOUNT_DAYS - passed]
    if cells:
        everywhere, where, what, when = np.array(cells, dtype=np.int64).T
        age = np.maximum(today + 1 - when // US_PER_DAY, 0)
        late = age < ACCOUNT_DAYS
        bits = np.uint64(1) << np.array(buckets, dtype=np.uint64)
        for place in (where, everywhere):
            np.bitwise_or.at(found, (place[late], age[late], what[late]), bits[late])
    return found


def decay_of(snapshot: Snapshot) -> NDArray[np.float64]:
    """float64[h]: what a snapshot's counts are times, to be as of its moment."""
    age_days = (snapshot.as_of_us % _PERIOD_US) / US_PER_DAY
    return np.asarray(np.exp2(-age_days / _HALF_LIVES))


def follow(
    before: Snapshot,
    log: Log,
    country_of: CountryOf,
    at_us: int,
    *,
    until: Position | None = None,
) -> Snapshot:
    """`before` with everything that the log holds after it now (or to a position); itself where there
    is nothing. What comes meanwhile is left to the next: while events keep coming it would never end."""
    snapshot, since_when = before, _since_in(log)
    until = log.end() if until is None else until
    while True:
        tail, position = log.tail(snapshot.position, _BATCH, until=until)
        if not tail:
            return snapshot
        part = fold_snapshot(snapshot, tail, position, country_of, since_when, at_us)
        snapshot = replace(part, number=before.number + 1)


def made_again(
    start: Snapshot, log: Log, country_of: CountryOf, at_us: int, until: Position
) -> Snapshot:
    """The snapshot of a place in the log and a moment, from one that is no later: the counts that it
    had, as long as nobody was forgotten since."""
    found = follow(start, log, country_of, at_us, until=until)
    return fold_snapshot(found, (), until, country_of, _since_in(log), at_us)


def _since_in(log: Log) -> SinceWhen:
    known: dict[str, int] = {}

    def since_when(profile_id: str, logged: Logged) -> int:
        if profile_id not in known:
            first_few = log.read(profile_id, up_to=FEW_EVENTS).events
            known[profile_id] = since_of(first_few or [logged])  # forgotten since it was read
        return known[profile_id]

    return since_when


def _steps(periods: NDArray[np.int64] | int) -> NDArray[np.int32]:
    """int32[h, ...]: the powers of two that a count gains in so many periods."""
    of_half_lives = np.multiply.outer(_HALVINGS, np.asarray(periods, dtype=np.int64))
    return np.clip(of_half_lives, -_MOST_STEPS, _MOST_STEPS).astype(np.int32)
