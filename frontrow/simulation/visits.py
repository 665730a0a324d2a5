"""A visit: a page is examined, something is chosen or nothing, watched, and judged; and now and then
something more, in the mood that the viewer came in."""

import math
from typing import Any

import numpy as np

from frontrow.simulation.pages import Page, Seen, lay_out_page, note_impressions
from frontrow.simulation.tastes import LOVED_FROM
from frontrow.simulation.viewer import Stage, Started, Viewer
from frontrow.simulation.watching import watch
from frontrow.simulation.world import Floats

_SHARE_SEARCH = 0.1
_SHARE_FROM_LIST = 0.12
_SHARE_ONLY_OPENED = 0.1
_WEIGHT_OF_TASTE = 2.4  # against a Gumbel deviation of 1.28
_WEIGHT_OF_ART = 0.6
_WEIGHT_OF_FAME = 0.25
_STAY_AWAY = 2.5  # what a tile must beat, by taste and luck, to be chosen
_SEEN_BEFORE = -5.0
_DEVICES = ("tv", "web", "phone", "tablet")
_DEVICE_WEIGHTS = ((1, 1, 5, 2), (3, 3, 3, 2), (8, 2, 1, 2), (6, 2, 3, 3))  # by daypart
_MOST_TURNS = 4  # looks at the page in a visit
_SHARE_GOES_ON = 0.3  # after something short enough
_LONG_ENOUGH_SECONDS = 100 * 60
_APPETITE = 1.3
_CAN_WAIT = -1.0
_CHOOSY = 1.5
_LIST_FROM = 1.1  # taste from which a tile may go on the list
_DISMISS_BELOW = -1.5


def visit(viewer: Viewer, stage: Stage, at: int, daypart: int) -> int:
    """One visit from this time on; returns when it was over."""
    viewer.n_visits += 1
    draws = viewer.draws
    context = {
        "device": draws.weighted(_DEVICES, _DEVICE_WEIGHTS[daypart]),
        "session_id": f"{viewer.profile_id}-s{viewer.n_visits:04d}",
    }
    mood = _appetite(viewer, stage, daypart)
    for turn in range(_MOST_TURNS):
        before = at
        at, opened = _turn(viewer, stage, at, daypart, mood, turn, context)
        tired = at - before > _LONG_ENOUGH_SECONDS
        if not opened or tired or not draws.chance(_SHARE_GOES_ON) or at >= stage.end:
            break
    return at


def _turn(
    viewer: Viewer,
    stage: Stage,
    at: int,
    daypart: int,
    mood: Floats,
    turn: int,
    context: dict[str, Any],
) -> tuple[int, bool]:
    """One look at the page and what comes of it: when it was over, and whether anything was opened."""
    draws = viewer.draws
    value = _value_now(viewer, stage, at, daypart) + mood
    page = lay_out_page(viewer, stage, at, turn)
    if not len(page.eligible):
        return at + 5, False
    if draws.chance(_SHARE_SEARCH):
        tile = _choose_anywhere(viewer, stage, page, value, at)
        name = stage.world.names[tile]
        viewer.diary.note(
            "search",
            at + 4,
            context,
            query=name[: draws.whole(3, max(4, len(name) // 2))].lower().strip(),
        )
        return _open(viewer, stage, tile, {}, at + 12, daypart, value, context), True
    at = note_impressions(page, viewer, stage, at, context)
    wish = _wish_at_hand(viewer, page)
    if wish is not None and draws.chance(_SHARE_FROM_LIST):
        return _open(viewer, stage, wish, {}, at + 3, daypart, value, context), True
    chosen = _choose(viewer, stage, page, value, at)
    at = _react(viewer, stage, page, chosen, value, at, context)
    if chosen is None:
        viewer.mood += 0.15 * (-0.6 - viewer.mood)
        return at, False
    placed = {
        "page_id": page.page_id,
        "row_id": chosen.row_id,
        "position": chosen.position,
        "artwork_id": chosen.artwork_id,
    }
    return _open(viewer, stage, chosen.tile, placed, at, daypart, value, context), True


def _appetite(viewer: Viewer, stage: Stage, daypart: int) -> Floats:
    """What a viewer is in the mood for, for the length of a visit: float64[n], by tile. One genre, drawn
    by how much it is liked at this hour; what is else loved can wait."""
    liking = viewer.taste.genre + viewer.taste.daypart_genre[daypart]
    odds = np.exp(_CHOOSY * liking)
    shift = np.where(viewer.taste.genre >= LOVED_FROM, _CAN_WAIT, 0.0)
    shift[viewer.rng.choice(len(odds), p=odds / odds.sum())] = _APPETITE
    mood: Floats = stage.world.genre @ shift
    return mood


def _value_now(viewer: Viewer, stage: Stage, at: int, daypart: int) -> Floats:
    """How each tile suits at this time: float64[n]."""
    share = (at - stage.first) / (stage.days * 86_400)
    value: Floats = (1 - share) * viewer.value + share * viewer.value_later
    value = value + stage.world.genre @ viewer.taste.daypart_genre[daypart]
    value += stage.length_cost[daypart]
    if viewer.finished:
        value[list(viewer.finished)] += _SEEN_BEFORE
    return value


def _fame(viewer: Viewer, stage: Stage, at: int) -> Floats:
    """Word of mouth: float64[n], the standardised log of popularity today."""
    day = min(max((at - stage.first) // 86_400, 0), stage.days)
    demand = np.log(stage.appeal.popularity[day, viewer.country])
    centred: Floats = demand - demand.mean()
    return centred


def _choose(viewer: Viewer, stage: Stage, page: Page, value: Floats, at: int) -> Seen | None:
    """The examined tile that appeals most, or none; a title in progress pulls by itself."""
    fame = _fame(viewer, stage, at)
    luck = viewer.rng.gumbel(size=len(page.seen) + 1).tolist()
    best, chosen = _STAY_AWAY + luck[-1], None
    weight = _WEIGHT_OF_FAME * (1 - 0.6 * viewer.taste.curiosity)
    for seen, chance in zip(page.seen, luck, strict=False):
        appeal = (
            _WEIGHT_OF_TASTE * value[seen.tile]
            + _WEIGHT_OF_ART * viewer.taste.art[seen.art]
            + weight * fame[seen.tile]
            + chance
        )
        started = viewer.in_progress.get(seen.tile)
        if started is not None and seen.policy == "continue":
            idle_days = (at - started.last_seen) / 86_400
            appeal = 1.6 + 1.2 * started.pleasure - 0.12 * idle_days + chance
        if appeal > best:
            best, chosen = appeal, seen
    return chosen


def _choose_anywhere(viewer: Viewer, stage: Stage, page: Page, value: Floats, at: int) -> int:
    """What comes to mind: any eligible tile, by taste and word of mouth."""
    tiles = page.eligible
    appeal = 2.4 * value[tiles] + 0.6 * _fame(viewer, stage, at)[tiles]
    return int(tiles[int(np.argmax(appeal + viewer.rng.gumbel(size=len(tiles))))])


def _wish_at_hand(viewer: Viewer, page: Page) -> int | None:
    """The latest wish that is still eligible."""
    allowed = set(page.eligible.tolist()) if viewer.wishes else set()
    for tile in reversed(viewer.wishes):
        if tile in allowed and tile not in viewer.finished:
            return tile
    return None


def _react(
    viewer: Viewer,
    stage: Stage,
    page: Page,
    chosen: Seen | None,
    value: Floats,
    at: int,
    context: dict[str, Any],
) -> int:
    """Now and then a tile that wasn't chosen goes on the list, or away for ever."""
    for seen in page.seen:
        tile = seen.tile
        if (chosen is not None and tile == chosen.tile) or tile in viewer.in_progress:
            continue
        where = {
            "title_id": stage.world.title_ids[tile],
            "page_id": page.page_id,
            "row_id": seen.row_id,
            "position": seen.position,
        }
        if value[tile] > _LIST_FROM and tile not in viewer.wishes and viewer.draws.chance(0.05):
            viewer.wishes.append(tile)
            viewer.diary.note("list_add", at, context, **where)
            at += 2
        elif value[tile] < _DISMISS_BELOW and viewer.draws.chance(0.012):
            viewer.fits[stage.world.work_of == stage.world.work_of[tile]] = False
            viewer.diary.note("rate", at, context, **where, value=-1)
            viewer.diary.note("dismiss", at + 1, context, **where, scope="title")
            at += 3
    return at


def _open(
    viewer: Viewer,
    stage: Stage,
    tile: int,
    placed: dict[str, Any],
    at: int,
    daypart: int,
    value: Floats,
    context: dict[str, Any],
) -> int:
    """Open a tile and mostly watch it; what is felt changes the mood."""
    draws = viewer.draws
    viewer.diary.note("click", at, context, title_id=stage.world.title_ids[tile], **placed)
    at += draws.whole(4, 25)
    if tile not in viewer.in_progress and draws.chance(_SHARE_ONLY_OPENED):
        return at
    if tile not in viewer.in_progress:
        pleasure = 0.75 * float(value[tile]) + draws.normal(0, 0.6)
        viewer.in_progress[tile] = Started(pleasure=pleasure, last_seen=at)
    pleasure = viewer.in_progress[tile].pleasure
    at = watch(viewer, stage, tile, placed, at, daypart, context)
    viewer.mood += 0.25 * (math.tanh(pleasure) - viewer.mood)
    return at
