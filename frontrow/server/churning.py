"""Who may cancel, and whom an approach would keep, of an open home: for people to read and to decide.

Profiles without profiling, and children's, are in no list and no fit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from frontrow.base.errors import Conflict
from frontrow.base.ids import SHARDS
from frontrow.base.randomness import digest_of, rng_for
from frontrow.base.time import US_PER_DAY
from frontrow.evaluation.churn import MONTH_DAYS, ChurnFigures, judge_churn
from frontrow.events.event import PROFILE_SET
from frontrow.events.log import Logged
from frontrow.ranking.churn import SIGNALS, Driver, Timeline, drivers_of, signals_at, timeline_of
from frontrow.ranking.churn.uplift import (
    Trial,
    Uplifted,
    judge_uplift,
    kept_by,
    why_not,
)
from frontrow.server.service import Service
from frontrow.viewers import Profile

REVIEW = "for a person to look at"
"""Stands beside every viewer who is listed: nothing is done by itself."""


@dataclass(frozen=True)
class AtRisk:
    """A subscriber now, with the chance to cancel within four weeks and what it rests on."""

    profile_id: str
    chance: float
    drivers: list[Driver]

    def to_json(self, language: str | None = None) -> dict[str, Any]:
        """As JSON."""
        told = [{"code": d.code, "text": d.words(language), "adds": d.adds} for d in self.drivers]
        return {
            "profile_id": self.profile_id,
            "chance_in_28_days": self.chance,
            "drivers": told,
            "review": REVIEW,
        }


@dataclass(frozen=True)
class Assigned:
    """One viewer of a trial: who, when it was drawn, whether approached, and the chance of that."""

    profile_id: str
    at_us: int
    treated: bool
    chance: float


@dataclass(frozen=True)
class Counted:
    """How many rows of a trial count, and why others don't."""

    counted: int
    unknown: int  # profiles of which the log holds nothing, or which are not profiled
    not_subscribed: int  # at the moment of the trial
    too_new: int  # whose four weeks aren't over

    def why_fewer(self) -> str:
        """In words; empty where every row counts."""
        why = {
            "of profiles that are unknown here or not profiled": self.unknown,
            "of profiles without a subscription then": self.not_subscribed,
            "with four weeks that aren't over": self.too_new,
        }
        told = ", ".join(f"{n:,} {of}" for of, n in why.items() if n)
        return f"rows that don't count: {told}" if told else ""


def foresee(service: Service, *, seed: int, most: int) -> tuple[ChurnFigures, list[AtRisk]]:
    """How well cancelling is foreseen here, and the subscribers at most risk now. Raises `BadInput` where
    too few cancelled."""
    now_us = service.now_us()
    timelines = list(_timelines(service))
    hazard, figures = judge_churn(timelines, now_us, rng_for(seed, "churn"))
    staying = [t for t in timelines if t.periods and t.periods[-1][1] is None]
    if not staying:
        return figures, []
    x = _now(staying, now_us)
    chance = hazard.within(x, MONTH_DAYS)
    order = np.argsort(-chance, kind="stable")[:most].tolist()
    return figures, [
        AtRisk(staying[i].profile_id, float(chance[i]), drivers_of(hazard, x[i])) for i in order
    ]


def judge_trial(
    service: Service, assigned: Sequence[Assigned], *, seed: int, most: int
) -> tuple[Uplifted, list[tuple[str, float]], Counted]:
    """(what a trial says, [(profile, by how much the approach lowers its chance to leave)] of subscribers
    now, most first, how many of its rows count).

    Raises `Conflict` naming every reason why nothing can be recommended from it.
    """
    now_us = service.now_us()
    timelines = {t.profile_id: t for t in _timelines(service)}
    trial, judged, counted = _trial(assigned, timelines, now_us)
    refused = why_not(trial)
    if refused:
        fewer = counted.why_fewer()
        raise Conflict(
            "nothing can be recommended from this trial: "
            + "; ".join([*refused, *([fewer] if fewer else [])]),
            mend="approach viewers by chance alone, leave others alone, and wait four weeks",
        )
    found = judge_uplift(trial, judged, rng_for(seed, "uplift"))
    if found.by_uplift.interval[0] <= 0:
        return found, [], counted
    staying = [t for t in timelines.values() if t.periods and t.periods[-1][1] is None]
    if not staying:
        return found, [], counted
    keeps = kept_by(trial, _now(staying, now_us))
    order = [i for i in np.argsort(-keeps, kind="stable").tolist() if keeps[i] > 0][:most]
    return found, [(staying[i].profile_id, float(keeps[i])) for i in order], counted


def _trial(
    assigned: Sequence[Assigned], timelines: dict[str, Timeline], now_us: int
) -> tuple[Trial, NDArray[np.bool_], Counted]:
    """Those of a trial who subscribed then and of whom four weeks are known; which half judges."""
    rows: list[tuple[NDArray[np.float64], Assigned, bool]] = []
    unknown = not_subscribed = too_new = 0
    for one in assigned:
        timeline = timelines.get(one.profile_id)
        if timeline is None:
            unknown += 1
            continue
        period = next((p for p in timeline.periods if _holds(p, one.at_us)), None)
        if period is None:
            not_subscribed += 1
        elif one.at_us + MONTH_DAYS * US_PER_DAY > now_us:
            too_new += 1
        else:
            begin, end = period
            x = signals_at(timeline, np.array([one.at_us]), begin)[0]
            left = end is not None and end <= one.at_us + MONTH_DAYS * US_PER_DAY
            rows.append((x, one, left))
    trial = Trial(
        np.array([x for x, _, _ in rows]).reshape(len(rows), len(SIGNALS)),
        np.array([one.treated for _, one, _ in rows], dtype=bool),
        np.array([left for _, _, left in rows], dtype=bool),
        np.array([one.chance for _, one, _ in rows], dtype=np.float64),
    )
    halves = [digest_of(0, "half", one.profile_id, size=1)[0] % 2 for _, one, _ in rows]
    counted = Counted(len(rows), unknown, not_subscribed, too_new)
    return trial, np.array(halves, dtype=bool), counted


def _holds(period: tuple[int, int | None], us: int) -> bool:
    begin, end = period
    return begin <= us and (end is None or end > us)


def _now(timelines: Sequence[Timeline], now_us: int) -> NDArray[np.float64]:
    at = np.array([now_us])
    return np.concatenate([signals_at(t, at, t.periods[-1][0]) for t in timelines])


def _timelines(service: Service) -> Iterator[Timeline]:
    for profile_id, events in service.log.scan(range(SHARDS)):
        if may_be_profiled(events, kids_too=service.settings.service.profile_kids):
            timeline = timeline_of(profile_id, events)
            if timeline is not None:
                yield timeline


def may_be_profiled(events: Sequence[Logged], *, kids_too: bool) -> bool:
    """Whether a profile may be in a fit: without profiling, children's, and what can't be read are not."""
    body = next((one.body for one in reversed(events) if one.type == PROFILE_SET), None)
    if body is None:
        return True
    try:
        profile = msgspec.convert(body, Profile)
    except msgspec.ValidationError:
        return False
    return profile.preferences.personalised and (kids_too or not profile.kids)
