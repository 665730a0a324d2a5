"""The closed loop: day by day, viewers come, look at the pages that a service gives them, and answer.

In: a population's parameters, a way to a service, and a policy that makes its pages. Out: a `Run` of every
visit. The service learns from the events alone; what happens between two days is its operator's affair
(`after_day`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import numpy as np

from frontrow.base.draws import Draws
from frontrow.base.errors import Unavailable
from frontrow.base.randomness import rng_for
from frontrow.simulation.loop.calling import Caller, ask, page_of
from frontrow.simulation.loop.diary import Diary
from frontrow.simulation.loop.looking import Page
from frontrow.simulation.loop.minds import Minds, make_minds
from frontrow.simulation.loop.parameters import Parameters
from frontrow.simulation.loop.visit import Ask, Coming, Visit, visit
from frontrow.simulation.loop.world import DAY, Floats, World, make_world, spoken_of

FIRST_DAY = datetime(2026, 1, 5, tzinfo=UTC)
"""A Monday in winter: no clock is put forward or back in the days that follow."""

ROWS, COLUMNS = 8, 10
"""Of a page, as asked for: no viewer's patience reaches further."""

_BATCH = 1_000
_HOURS = ((6.0, 10.5), (12.0, 17.5), (18.2, 21.8), (22.0, 23.9))
_HOUR_EAST = 3_600  # local hours are an hour before UTC's in most of our profiles' countries
_WEEKEND = 1.35


@dataclass
class Run:
    """What a population did with a service."""

    world: World
    minds: Minds
    days: int
    visits: list[Visit] = field(default_factory=list)
    active: list[int] = field(default_factory=list)  # subscribed at the end of each day
    cancels: list[tuple[int, int]] = field(default_factory=list)  # (day, viewer)
    events: int = 0


@dataclass(frozen=True)
class Part:
    """Which of the viewers live here: every `of`-th, from `number` on. The first part speaks for the
    service's operator.

    wait: returns when every part has come as far
    """

    number: int = 0
    of: int = 1
    wait: Callable[[], None] = lambda: None

    def has(self, v: int) -> bool:
        return v % self.of == self.number


WHOLE = Part()

Progress = Callable[[float, str], None]
Policy = Callable[[Run, Caller, float], Ask]
"""Makes the pages of a run: (the run, the service, seconds since 1970 of its first day)."""


def served(run: Run, caller: Caller, first: float) -> Ask:
    """The service as it is: its own pages."""

    def ask_page(coming: Coming, mood: Floats) -> Page:
        return page_of(
            caller, run.minds.ids[coming.v],
            device=coming.device, rows=ROWS, columns=COLUMNS, at=coming.at,
        )  # fmt: skip

    return ask_page


def live(
    parameters: Parameters,
    caller: Caller,
    *,
    viewers: int,
    days: int,
    seed: int,
    first: datetime = FIRST_DAY,
    policy: Callable[[int], Policy] = lambda day: served,
    planted: Callable[[World], World] = lambda world: world,
    after_day: Callable[[int], None] = lambda day: None,
    part: Part = WHOLE,
    progress: Progress = lambda share, what: None,
) -> Run:
    """Let a population live with a service.

    policy:    by day, who makes the pages
    planted:   what else is planted in the catalogue before anyone comes
    after_day: what the service's operator does once a day is over, as refitting; day -1 is over once
               all viewers are known
    part:      of the viewers; other processes let the others live with the same service
    """
    start = first.timestamp()
    world = planted(make_world(parameters, seed, first=first, days=days))
    minds = make_minds(world, seed, viewers, first=first, days=days)
    run, diary = Run(world, minds, days), Diary()
    progress(0.0, "telling the service of its viewers")
    caller.set_clock(start)
    _introduce(caller, minds, part)
    after_day(-1)
    for day in range(days):
        progress(day / days, f"day {day + 1} of {days}")
        caller.set_clock(start + day * DAY)
        if part.number == 0:
            _launch(caller, world, day)
        part.wait()
        fame = spoken_of(world, day)
        pages = policy(day)(run, caller, start)
        comings = _comings(run, day, start, seed, part)
        for wave in range(max((len(c) for c in comings.values()), default=0)):
            now = sorted(
                (c[wave] for c in comings.values() if len(c) > wave), key=lambda c: (c.at, c.v)
            )
            for done, coming in enumerate(now):
                caller.set_clock(coming.at)
                draws = Draws(rng_for(seed, "visit", minds.ids[coming.v], str(day), str(wave)))
                seen = visit(minds, world, coming, fame, pages, draws, diary, wave)
                run.visits.append(seen)
                _feel(minds, parameters, seen)
                run.events += _send(caller, diary, _BATCH)
                if done % 200 == 0:
                    share = (day + 0.9 * done / len(now)) / days
                    progress(share, f"day {day + 1} of {days}")
            run.events += _send(caller, diary, 1)  # before anyone's next visit
        _settle(run, day, start, seed, diary, part)
        run.events += _send(caller, diary, 1)
        caller.set_clock(start + (day + 1) * DAY)
        after_day(day)
    progress(1.0, "done")
    return run


def joined(runs: Sequence[Run]) -> Run:
    """The parts of a run as one; what its viewers came to feel stays with the parts."""
    first = runs[0]
    visits = [seen for run in runs for seen in run.visits]
    return Run(
        first.world,
        first.minds,
        first.days,
        visits=sorted(visits, key=lambda seen: (seen.day, seen.wave, seen.at, seen.viewer)),
        active=[sum(day) for day in zip(*(run.active for run in runs), strict=True)],
        cancels=sorted(cancel for run in runs for cancel in run.cancels),
        events=sum(run.events for run in runs),
    )


def _introduce(caller: Caller, minds: Minds, part: Part) -> None:
    for profile in minds.profiles[part.number :: part.of]:
        body = {name: told for name, told in profile.items() if name != "profile_id"}
        ask(caller, "PUT", f"/v1/profiles/{quote(profile['profile_id'])}", body)


def _launch(caller: Caller, world: World, day: int) -> None:
    titles = world.titles.get(day, [])
    for start in range(0, len(titles), _BATCH):
        answer = ask(caller, "POST", "/v1/titles", {"titles": titles[start : start + _BATCH]})
        _refuse_rejected(answer["rejected"])


def _send(caller: Caller, diary: Diary, least: int) -> int:
    """Send events in whole batches, once so many wait; returns how many were sent."""
    if len(diary.events) < least:
        return 0
    sent = 0
    while len(diary.events) >= least and diary.events:
        batch = diary.events[:_BATCH]
        del diary.events[:_BATCH]
        _refuse_rejected(ask(caller, "POST", "/v1/events", {"events": batch})["rejected"])
        sent += len(batch)
    return sent


def _refuse_rejected(rejected: list[Any]) -> None:
    if rejected:
        raise Unavailable(f"the service refused what the simulation sent: {rejected[0]}")


def _comings(
    run: Run, day: int, start: float, seed: int, part: Part = WHOLE
) -> dict[int, list[Coming]]:
    """Who comes on a day, and when; by viewer, in order of time."""
    minds, p = run.minds, run.world.parameters
    rng = rng_for(seed, "comings", str(day))
    n = len(minds.ids)
    u, parts, hours = rng.random((n, 3)), rng.random((n, 3)), rng.random((n, 3))
    weekend = datetime.fromtimestamp(start + day * DAY, UTC).weekday() >= 5
    odds = minds.odds * np.exp(p.mood_pull * minds.satisfaction) * (_WEEKEND if weekend else 1)
    come = minds.subscribed & (u[:, 0] < odds / (1 + odds))
    share = day / max(run.days - 1, 1)
    comings: dict[int, list[Coming]] = {}
    for v in filter(part.has, np.flatnonzero(come).tolist()):
        more = p.second_visit * odds[v] / (1 + odds[v])
        times = 1 + int(u[v, 1] < more) + int(u[v, 1] < more * more)
        cumulated = np.cumsum(minds.hours[v])
        chosen = {min(int(np.searchsorted(cumulated, parts[v, i])), 3) for i in range(times)}
        comings[v] = [
            _coming(run, v, day, part, start, float(hours[v, i]), float(u[v, 2]), share)
            for i, part in enumerate(sorted(chosen))
        ]
    return comings


def _coming(
    run: Run, v: int, day: int, part: int, start: float, u: float, who: float, share: float
) -> Coming:
    low, high = _HOURS[part]
    at = start + day * DAY + 3_600 * (low + (high - low) * u) - _HOUR_EAST
    second = bool(run.minds.shared[v]) and (who * 7 + part * 0.31) % 1 < (
        run.world.parameters.shared_visits
    )
    device = run.minds.device[v][int(part < 2)]
    return Coming(v, day, at, part, device, second, share)


def _feel(minds: Minds, p: Parameters, seen: Visit) -> None:
    minds.satisfaction[seen.viewer] += p.mood_weight * (
        seen.outcome - minds.satisfaction[seen.viewer]
    )


def _settle(run: Run, day: int, start: float, seed: int, diary: Diary, part: Part = WHOLE) -> None:
    """At the end of a day some cancel, some come back, some are new."""
    minds, p = run.minds, run.world.parameters
    u = rng_for(seed, "settling", str(day)).random(len(minds.ids))
    at = start + (day + 1) * DAY - 60
    hazard = p.cancels_a_day * np.exp(-p.cancel_slope * minds.satisfaction)
    mine = np.arange(len(minds.ids)) % part.of == part.number
    leaving = mine & minds.subscribed & (u < hazard)
    left = {v for _, v in run.cancels}
    back = [v for v in left if not minds.subscribed[v] and u[v] < p.returns_a_day]
    coming = [*np.flatnonzero(mine & (minds.joins == day)).tolist(), *sorted(back)]
    _tell_all(diary, minds, "cancel", np.flatnonzero(leaving).tolist(), at)
    _tell_all(diary, minds, "subscribe", coming, at)
    run.cancels += [(day, v) for v in np.flatnonzero(leaving).tolist()]
    minds.subscribed[leaving] = False
    minds.subscribed[coming] = True
    minds.satisfaction[coming] = 0.2
    run.active.append(int((mine & minds.subscribed).sum()))


def _tell_all(diary: Diary, minds: Minds, kind: str, viewers: Iterable[int], at: float) -> None:
    for v in viewers:
        diary.note(kind, minds.ids[v], at)
