"""What a profile's log says of whether it stays: how lately, how much and how well it watched.

Each signal is read at a moment from what came before it, by counts of sorted times, so that many moments of
one profile cost one pass over its events.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from frontrow.base.time import US_PER_DAY
from frontrow.events.event import PROFILE_RESET, Event
from frontrow.events.log import Logged
from frontrow.viewers.fold import FINISHED_FRACTION

Ints = NDArray[np.int64]
Doubles = NDArray[np.float64]

SIGNALS = (
    "silent",  # log of days since the last start
    "starts_7",  # log of starts in a week
    "starts_28",
    "hours_7",  # log of hours watched in a week
    "hours_28",
    "fading",  # log of the last week's starts beside a week's of the last four
    "finished",  # share of the sittings of four weeks that reached the end
    "left_early",  # share that was left in the first quarter
    "empty_visits",  # share of the days of four weeks with a visit on which nothing was started
    "searches",  # log of searches in four weeks
    "disliked",  # log of titles said no to in four weeks
    "tenure",  # log of weeks since the subscription began
)

_WEEK, _MONTH = 7 * US_PER_DAY, 28 * US_PER_DAY
_LEFT_FRACTION = 0.25
_NO = 0.3  # a rating up to this says no
_HOUR = 3_600.0
_DOUBT = 2.0
"""Sittings of which half are taken as good where few are known."""

_SEEN = frozenset({"impression", "click", "search", "play", "resume"})


@dataclass(frozen=True)
class Timeline:
    """One profile's times, us, each kind ascending; `periods` are its subscriptions [begin, end)."""

    profile_id: str
    periods: tuple[tuple[int, int | None], ...]
    last_us: int
    starts: Ints
    finished: Ints
    left_early: Ints
    sittings: Ints
    watched: tuple[Ints, Doubles]  # (times, hours so far)
    visits: Ints  # the end of each day with a visit
    empty: Ints  # of those on which nothing was started
    searches: Ints
    disliked: Ints


def timeline_of(profile_id: str, events: Sequence[Logged]) -> Timeline | None:
    """What counts of a profile's events; None where there is nothing. What came before a new start doesn't
    count."""
    after = max((e.number for e in events if e.type == PROFILE_RESET), default=0)
    told = sorted(
        (
            (one.time_us, one.event)
            for one in events
            if one.event is not None and one.number > after
        ),
        key=lambda pair: (pair[0], pair[1].event_id),
    )
    if not told:
        return None
    times: dict[str, list[int]] = {
        name: []
        for name in ("starts", "finished", "left", "sittings", "searches", "disliked", "hours")
    }
    hours: list[float] = []
    seen: set[int] = set()
    started: set[int] = set()
    for us, event in told:
        day = us // US_PER_DAY
        if event.type in _SEEN:
            seen.add(day)
        for name in _kinds_of(event):
            times[name].append(us)
            if name == "starts":
                started.add(day)
        if event.type == "stop" and event.seconds_watched:
            times["hours"].append(us)
            hours.append(event.seconds_watched / _HOUR)
    ends = [(day + 1) * US_PER_DAY for day in sorted(seen)]
    empty = [(day + 1) * US_PER_DAY for day in sorted(seen - started)]
    found = {name: np.array(values, dtype=np.int64) for name, values in times.items()}
    return Timeline(
        profile_id,
        _periods(told),
        told[-1][0],
        found["starts"],
        found["finished"],
        found["left"],
        found["sittings"],
        (found["hours"], np.concatenate([[0.0], np.cumsum(hours)])),
        np.array(ends, dtype=np.int64),
        np.array(empty, dtype=np.int64),
        found["searches"],
        found["disliked"],
    )


def _kinds_of(event: Event) -> list[str]:
    if event.type == "play":
        return [] if event.autoplay else ["starts"]
    if event.type == "complete":
        return ["finished", "sittings"]
    if event.type == "stop":
        runtime = event.runtime_seconds
        if runtime is None or event.position_seconds is None:
            return []
        fraction = event.position_seconds / runtime
        if fraction >= FINISHED_FRACTION:
            return ["finished", "sittings"]
        return ["left", "sittings"] if fraction < _LEFT_FRACTION else ["sittings"]
    if event.type == "search":
        return ["searches"]
    if (event.type == "rate" and event.rating <= _NO) or (
        event.type == "dismiss" and event.scope != "continue_watching"
    ):
        return ["disliked"]
    return []


def _periods(told: Sequence[tuple[int, Event]]) -> tuple[tuple[int, int | None], ...]:
    """Subscriptions: from `subscribe` to `cancel`; of who never said so, from the first event on."""
    periods: list[tuple[int, int | None]] = []
    begin: int | None = None
    if not any(event.type == "subscribe" for _, event in told):
        begin = told[0][0]
    for us, event in told:
        if event.type == "subscribe" and begin is None:
            begin = us
        elif event.type == "cancel" and begin is not None:
            periods.append((begin, us))
            begin = None
    if begin is not None:
        periods.append((begin, None))
    return tuple(periods)


def signals_at(timeline: Timeline, moments_us: Ints, begin_us: int) -> Doubles:
    """float64[m, len(SIGNALS)]: the signals at some moments of a subscription that began then."""
    t = timeline

    def within(times: Ints, span: int) -> Doubles:
        to = np.searchsorted(times, moments_us, side="left")
        return (to - np.searchsorted(times, moments_us - span, side="left")).astype(np.float64)

    def hours(span: int) -> Doubles:
        at, so_far = t.watched
        to = np.searchsorted(at, moments_us, side="left")
        gone = np.searchsorted(at, moments_us - span, side="left")
        return np.asarray(so_far[to] - so_far[gone])

    last = np.searchsorted(t.starts, moments_us, side="left") - 1
    since = np.where(last >= 0, t.starts[np.maximum(last, 0)] if len(t.starts) else 0, begin_us)
    silent = np.maximum(moments_us - np.maximum(since, begin_us), 0) / US_PER_DAY
    week, month = within(t.starts, _WEEK), within(t.starts, _MONTH)
    known = np.minimum(np.maximum((moments_us - begin_us) / _WEEK, 1.0), 4.0)  # weeks there were
    sittings, visits = within(t.sittings, _MONTH), within(t.visits, _MONTH)
    columns = {
        "silent": np.log1p(silent),
        "starts_7": np.log1p(week),
        "starts_28": np.log1p(month),
        "hours_7": np.log1p(hours(_WEEK)),
        "hours_28": np.log1p(hours(_MONTH)),
        "fading": np.log((week + 0.5) / (month / known + 0.5)),
        "finished": (within(t.finished, _MONTH) + 0.5 * _DOUBT) / (sittings + _DOUBT),
        "left_early": (within(t.left_early, _MONTH) + 0.25 * _DOUBT) / (sittings + _DOUBT),
        "empty_visits": (within(t.empty, _MONTH) + 0.25 * _DOUBT) / (visits + _DOUBT),
        "searches": np.log1p(within(t.searches, _MONTH)),
        "disliked": np.log1p(within(t.disliked, _MONTH)),
        "tenure": np.log1p((moments_us - begin_us) / _WEEK),
    }
    return np.stack([columns[name] for name in SIGNALS], axis=1)
