"""Watching a chosen title: how long, how many episodes, whether it is given up or judged."""

import math
from typing import Any

from frontrow.simulation.sittings import is_complete, sit_and_watch
from frontrow.simulation.viewer import Stage, Started, Viewer

_MINUTES_TO_SPEND = (45.0, 100.0, 150.0, 110.0)  # median by daypart
_SHARE_RATED = 0.2
_SHARE_BLAMED = 0.1


def watch(
    viewer: Viewer,
    stage: Stage,
    tile: int,
    placed: dict[str, Any],
    at: int,
    daypart: int,
    context: dict[str, Any],
) -> int:
    """Watch a tile that is in progress from where it stands; returns when it is over."""
    spend = int(60 * _MINUTES_TO_SPEND[daypart] * math.exp(viewer.draws.normal(0, 0.4)))
    started = viewer.in_progress[tile]
    started.last_seen = at
    if tile in stage.world.episodes:
        return _watch_series(viewer, stage, tile, started, placed, at, spend, context)
    return _watch_film(viewer, stage, tile, started, placed, at, spend, context)


def _watch_film(
    viewer: Viewer,
    stage: Stage,
    tile: int,
    started: Started,
    placed: dict[str, Any],
    at: int,
    spend: int,
    context: dict[str, Any],
) -> int:
    world = stage.world
    runtime = int(world.runtime_seconds[tile])
    begin = started.position_seconds
    aim, gives_up = _aim(viewer, started, begin, runtime)
    end = min(aim, begin + max(spend, 120))
    left = int(world.closes[tile, viewer.country]) - at  # live events end with their window
    end = max(begin + 5, min(end, begin + left, runtime))
    end = min(end, runtime)
    at = sit_and_watch(
        viewer.diary,
        world.title_ids[tile],
        runtime,
        start=at,
        begin=begin,
        end=end,
        autoplay=False,
        placed=placed,
        context=context,
        draws=viewer.draws,
    )
    started.position_seconds = end
    if is_complete(end, runtime) or (gives_up and end >= aim):
        _leave(viewer, stage, tile)
        at = _judge(viewer, stage, tile, started, at, context, ended=is_complete(end, runtime))
    return at


def _aim(viewer: Viewer, started: Started, begin: int, runtime: int) -> tuple[int, bool]:
    """The position up to which this viewer would watch, and whether that is giving up."""
    draws = viewer.draws
    stays = 1 / (
        1 + math.exp(-(0.7 + 1.5 * started.pleasure + 0.8 * (viewer.taste.patience - 0.6)))
    )
    if begin > 0.5 * runtime or draws.chance(stays):
        return int(runtime * draws.between(0.95, 1.0)), False
    share = 0.03 + 0.5 * draws.unit() ** 1.6 * (0.4 + viewer.taste.patience)
    return begin + max(60, int((runtime - begin) * share)), True


def _watch_series(
    viewer: Viewer,
    stage: Stage,
    tile: int,
    started: Started,
    placed: dict[str, Any],
    at: int,
    spend: int,
    context: dict[str, Any],
) -> int:
    """Episodes in order; each next one plays by itself until time or interest ends."""
    draws = viewer.draws
    episodes = [e for e in stage.world.episodes[tile] if e.opens <= at]
    autoplay = False
    until = at + spend
    while started.next_episode < len(episodes):
        episode = episodes[started.next_episode]
        begin = min(started.position_seconds, episode.runtime_seconds - 30)
        aim, gives_up = _aim(viewer, started, begin, episode.runtime_seconds)
        if at + aim - begin > until and draws.chance(0.4):
            aim, gives_up = begin + max(90, min(until - at, aim - begin)), False
        at = sit_and_watch(
            viewer.diary,
            episode.title_id,
            episode.runtime_seconds,
            start=at,
            begin=begin,
            end=aim,
            autoplay=autoplay,
            placed=placed,
            context=context,
            draws=draws,
        )
        started.last_seen = at
        if not is_complete(aim, episode.runtime_seconds):
            started.position_seconds = aim
            if gives_up:
                _leave(viewer, stage, tile)
                at = _judge(viewer, stage, tile, started, at, context, ended=False)
            return at
        started.next_episode += 1
        started.position_seconds = 0
        if at >= until or not draws.chance(0.45 + 0.2 * math.tanh(started.pleasure)):
            break
        at += 5
        autoplay = True
    if started.next_episode >= len(stage.world.episodes[tile]):
        _leave(viewer, stage, tile)
        at = _judge(viewer, stage, tile, started, at, context, ended=True)
    elif started.next_episode >= len(episodes):
        started.pleasure -= 0.3  # caught up: nothing to see until the next one comes
    return at


def _leave(viewer: Viewer, stage: Stage, tile: int) -> None:
    """The title is over for this viewer, in all its editions."""
    del viewer.in_progress[tile]
    for other in (stage.world.work_of == stage.world.work_of[tile]).nonzero()[0].tolist():
        viewer.finished.add(other)
        viewer.in_progress.pop(other, None)


def _judge(
    viewer: Viewer,
    stage: Stage,
    tile: int,
    started: Started,
    at: int,
    context: dict[str, Any],
    *,
    ended: bool,
) -> int:
    """A rating now and then; a title on the list leaves it."""
    draws, title_id = viewer.draws, stage.world.title_ids[tile]
    if draws.chance(_SHARE_RATED if ended else _SHARE_BLAMED):
        liking = started.pleasure + draws.normal(0, 0.3)
        value = -1 if not ended or liking < -0.3 else 2 if liking > 1.8 else 1
        at += draws.whole(3, 20)
        viewer.diary.note("rate", at, context, title_id=title_id, value=value)
    if tile in viewer.wishes:
        viewer.wishes.remove(tile)
        at += 2
        viewer.diary.note("list_remove", at, context, title_id=title_id)
    return at
