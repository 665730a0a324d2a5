"""Invented viewers: their profiles, all their events, and the truth that was planted."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from frontrow.simulation.appeal import plant_appeal
from frontrow.simulation.dayplan import plan_visits
from frontrow.simulation.profiles import invent_profiles
from frontrow.simulation.service import Service
from frontrow.simulation.showcase import choose_worth_looking_at
from frontrow.simulation.tastes import truth_of
from frontrow.simulation.viewer import Stage, Viewer, seat_viewer, set_stage
from frontrow.simulation.visits import visit
from frontrow.simulation.windows import midnight_of
from frontrow.simulation.world import seconds_of, view_world

_PROGRESS_EVERY = 20  # viewers


@dataclass(frozen=True)
class Population:
    """Invented viewers.

    profiles:         API profiles
    events:           API events, in order of time, all before `now`
    truth:            what was planted, in plain JSON: `profiles` by profile_id, `rising` titles
                      by country, `quality` by title; for checks and reports, never for a model
    worth_looking_at: three profile ids with different tastes and a rich history
    """

    profiles: list[dict[str, Any]]
    events: list[dict[str, Any]]
    truth: dict[str, Any]
    worth_looking_at: list[str]


def invent_viewers(
    service: Service,
    seed: int,
    *,
    n_viewers: int = 1000,
    days: int = 45,
    now: datetime,
    progress: Callable[[int, int], None] | None = None,
) -> Population:
    """Invent viewers of a service and what they did in the days before `now` (aware, UTC).

    progress: called with the number of viewers done and of all
    """
    world = view_world(service.titles)
    first = seconds_of(midnight_of(now) - timedelta(days=days))
    appeal = plant_appeal(world, seed, first_day=first, days=days)
    stage = set_stage(world, appeal, first=first, end=seconds_of(now), days=days)
    profiles = invent_profiles(n_viewers, seed, days=days, now=now)
    viewers: list[Viewer] = []
    for done, profile in enumerate(profiles, start=1):
        viewer = seat_viewer(profile, stage, seed)
        _live_through(viewer, stage)
        viewers.append(viewer)
        if progress is not None and (done % _PROGRESS_EVERY == 0 or done == len(profiles)):
            progress(done, len(profiles))
    return Population(
        profiles=profiles,
        events=_merge(viewers),
        truth=_tell_truth(viewers, stage),
        worth_looking_at=choose_worth_looking_at(viewers, stage),
    )


def _live_through(viewer: Viewer, stage: Stage) -> None:
    """All visits of one viewer; one that would run into `now` hasn't happened."""
    diary = viewer.diary
    free_from = 0
    for at, daypart in plan_visits(viewer, stage):
        if at < free_from:
            continue
        if at >= stage.end:
            break
        before = len(diary.events)
        free_from = visit(viewer, stage, at, daypart) + 60
        if diary.seconds and max(diary.seconds[before:], default=0) >= stage.end:
            del diary.events[before:], diary.seconds[before:]
            break


def _merge(viewers: list[Viewer]) -> list[dict[str, Any]]:
    """Everybody's events in order of time, each viewer's in order of happening."""
    seconds = np.concatenate([np.array(v.diary.seconds, dtype=np.int64) for v in viewers])
    order = np.argsort(seconds, kind="stable")
    stamps = np.datetime_as_string(seconds[order].astype("datetime64[s]"))
    events = [event for viewer in viewers for event in viewer.diary.events]
    merged = [events[i] for i in order.tolist()]
    for event, stamp in zip(merged, stamps.tolist(), strict=True):
        event["time"] = f"{stamp}Z"
    return merged


def _tell_truth(viewers: list[Viewer], stage: Stage) -> dict[str, Any]:
    return {
        "profiles": {viewer.profile_id: truth_of(viewer.taste) for viewer in viewers},
        "rising": {
            country: [stage.world.title_ids[tile] for tile in tiles]
            for country, tiles in stage.appeal.rising.items()
        },
        "quality": {
            title_id: round(float(quality), 3)
            for title_id, quality in zip(stage.world.title_ids, stage.appeal.quality, strict=True)
        },
    }
