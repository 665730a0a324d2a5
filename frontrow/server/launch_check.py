"""Titles about to launch, over a sample of viewers at the moment of each launch: who may see it, who
will, and what stops it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import numpy as np

from frontrow.base.randomness import rng_for
from frontrow.base.time import US_PER_DAY, format_time, from_us
from frontrow.catalog import Catalogue
from frontrow.catalog.launches import Launch, lacks_of, launches_of
from frontrow.engine import engine_for
from frontrow.page import ViewerView, place_rows, view_of
from frontrow.page.assembly import PlacedRow
from frontrow.page.stage import Stage
from frontrow.page.stops import rules_that_stop, verdicts_on
from frontrow.server.scenes import Scene
from frontrow.server.service import Service
from frontrow.server.viewer_cache import fold_whole
from frontrow.viewers import Dataset, build_datasets

Progress = Callable[[float, str], None]

ROWS, COLUMNS = 10, 40
"""Of the pages that a title is looked for on."""

FAILS_BELOW = 0.01
"""Share of the viewers who may see a title, below which its launch is predicted to fail."""

_ASKED_WHY = 20
"""Viewers of whom the step is asked that stopped a title: each costs a page to its full length."""


@dataclass
class Outlook:
    """What becomes of one launch among the sampled viewers."""

    launch: Launch
    viewers: int = 0
    eligible: int = 0
    shown: int = 0
    ranks: list[int] = field(default_factory=list)
    stopped: Counter[str] = field(default_factory=Counter)
    warnings: list[str] = field(default_factory=list)


def check_launches(
    service: Service, *, days: float, viewers: int, seed: int, tell: Progress
) -> dict[str, Any]:
    """The document of `frontrow launch-check --json`."""
    catalogue, now_us = service.catalogue(), service.now_us()
    tell(0.0, "reading the log")
    (data,) = build_datasets(
        service.log, catalogue, [now_us], engine=engine_for(service.log.count())
    )
    shown = frozenset(np.unique(data.records.work).tolist())
    launches = launches_of(catalogue, now_us, days, shown)
    views = _sample(service, data, catalogue, viewers, seed)
    outlooks: list[Outlook] = []
    new_days = service.settings.page.new_days
    by_day = [
        list(group) for _, group in groupby(launches, key=lambda one: one.at_us // US_PER_DAY)
    ]
    for number, group in enumerate(by_day):
        at_us = max(launch.at_us for launch in group)  # all of the day are open
        scene = _scene(service, catalogue, data, at_us)
        found = [Outlook(launch) for launch in group]
        for place, view in enumerate(views):
            share = (number + place / len(views)) / len(by_day)
            tell(0.1 + 0.9 * share, "building pages of the launches")
            _look(scene, view, found)
        for outlook in found:
            fails = _fails(outlook)
            outlook.warnings = [*lacks_of(catalogue, outlook.launch, new_days), *fails]
            if fails:
                _ask_why(scene, views, outlook)
        outlooks += found
    tell(1.0, "done")
    policy = service.policy()
    return {
        "at": format_time(from_us(now_us)),
        "days": days,
        "viewers": len(views),
        "bundle": None if policy is None else policy.bundle_id,
        "launches": [_told(outlook, catalogue) for outlook in outlooks],
        "warnings": sum(len(outlook.warnings) for outlook in outlooks),
    }


def _sample(
    service: Service, data: Dataset, catalogue: Catalogue, viewers: int, seed: int
) -> list[ViewerView]:
    """Viewers drawn by seed, as the log has them now."""
    count = min(viewers, data.b)
    drawn = np.sort(rng_for(seed, "launch check").choice(data.b, count, replace=False))
    ids = [data.profile_ids[i] for i in drawn.tolist()]
    return [view_of(fold_whole(service.log, one, catalogue), catalogue) for one in ids]


def _scene(service: Service, catalogue: Catalogue, data: Dataset, at_us: int) -> Scene:
    policy = service.policy()
    return Scene(
        catalogue=catalogue,
        policy=None if policy is None else service.bound(policy, catalogue),
        trends=data.trends,
        settings=service.settings,
        at_us=at_us,
        bundle_id=None if policy is None else policy.bundle_id,
        rules=service.bound_rules(service.rules.revision(), catalogue, at_us),
    )


def _look(scene: Scene, view: ViewerView, outlooks: Sequence[Outlook]) -> None:
    """What one viewer's page of then makes of some launches."""
    stage = scene.stage(view, rows=ROWS, columns=COLUMNS)
    placed = place_rows(stage, ROWS)
    for outlook in outlooks:
        work = outlook.launch.work
        outlook.viewers += 1
        rules = rules_that_stop(stage, work)
        if rules:
            outlook.stopped[rules[0]] += 1
            continue
        outlook.eligible += 1
        place = int(stage.place[work])
        if place < len(stage.ranked):
            outlook.ranks.append(place + 1)
        outlook.shown += _is_seen(placed, work)


def _is_seen(placed: Sequence[PlacedRow], work: int) -> bool:
    """Whether a work stands where a page of `COLUMNS` shows it."""
    return any((row.works[:COLUMNS] == work).any() for row in placed)


def _ask_why(scene: Scene, views: Sequence[ViewerView], outlook: Outlook) -> None:
    """The steps that kept a work which may be shown off some viewers' pages."""
    work, asked = outlook.launch.work, 0
    for view in views:
        if asked == _ASKED_WHY:
            return
        stage = scene.stage(view, rows=ROWS, columns=COLUMNS)
        if rules_that_stop(stage, work):
            continue
        placed = place_rows(stage, stage.settings.page.max_rows)
        if not _is_seen(placed[:ROWS], work):
            asked += 1
            outlook.stopped[_step(stage, placed, work)] += 1


def _step(stage: Stage, placed: Sequence[PlacedRow], work: int) -> str:
    verdicts = verdicts_on(stage, placed, ROWS, work)
    if not verdicts:
        return "rank"
    return "further_along" if verdicts[0].code == "shown" else verdicts[0].code


def _fails(outlook: Outlook) -> list[str]:
    """What predicts that a launch fails, from the sampled viewers."""
    if not outlook.viewers:
        return []
    if not outlook.eligible:
        return ["nobody_may_see_it"]
    if not outlook.shown:
        return ["nobody_sees_it"]
    return ["few_see_it"] if outlook.shown < FAILS_BELOW * outlook.eligible else []


def _told(outlook: Outlook, catalogue: Catalogue) -> dict[str, Any]:
    launch = outlook.launch
    work = catalogue.works[launch.work]
    most = max(outlook.viewers, 1)
    return {
        "title_id": work.title.title_id,
        "name": work.title.name,
        "launch_at": format_time(from_us(launch.at_us)),
        "countries": list(launch.countries),
        "never_shown": launch.is_new,
        "viewers": outlook.viewers,
        "share_eligible": outlook.eligible / most,
        "share_shown": outlook.shown / most,
        "median_rank": float(np.median(outlook.ranks)) if outlook.ranks else None,
        "stopped_by": dict(outlook.stopped.most_common()),
        "warnings": outlook.warnings,
    }
