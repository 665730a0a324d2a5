"""One visit: a page is asked for, looked at, and answered with the events that a client would send."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from frontrow.base.draws import Draws
from frontrow.base.time import format_time, from_us
from frontrow.simulation.loop.looking import Look, Page, looks
from frontrow.simulation.loop.minds import Minds, choose_mood, fade_boredom, told_liking
from frontrow.simulation.loop.sitting import Play, sit
from frontrow.simulation.loop.world import Bools, Floats, World

FOUND_SECONDS = 90.0
"""Of looking, within which something good should be found."""

_GOOD_PART = 600.0  # seconds from which on a sitting counts as having found something


@dataclass(frozen=True, slots=True)
class Visit:
    """What a visit came to, as the report counts it."""

    viewer: int
    day: int
    wave: int  # the viewer's first, second, third visit of the day
    at: float
    mode: str
    looked: int
    shown: tuple[int, ...]  # works looked at
    found_seconds: float  # until what was then watched well; infinite: nothing was
    plays: tuple[Play, ...]
    outcome: float
    slips: int  # clicks that were not meant
    first_row: int  # where the look began
    picture: float | None  # how the picture of what was chosen suits the viewer


@dataclass
class Diary:
    """Events of visits, as the API takes them, until they are sent."""

    events: list[dict[str, Any]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)  # of each profile

    def note(self, kind: str, profile_id: str, at: float, **more: Any) -> None:
        self.counts[profile_id] += 1
        event = {
            "event_id": f"{profile_id}-{self.counts[profile_id]:05d}",
            "type": kind,
            "profile_id": profile_id,
            "time": format_time(from_us(int(at * 1e6))),
        }
        event.update(more)
        self.events.append(event)


@dataclass(frozen=True)
class Coming:
    """When and how somebody comes."""

    v: int
    day: int
    at: float
    daypart: int
    device: str
    second: bool
    share: float  # of the days gone


Ask = Callable[[Coming, Floats], Page]
"""The page that somebody is shown: (who comes and when, the mood, which only an oracle may look at)."""


def visit(
    minds: Minds,
    world: World,
    coming: Coming,
    fame: Floats,
    ask: Ask,
    draws: Draws,
    diary: Diary,
    wave: int = 0,
) -> Visit:
    """Live through one visit."""
    p, v, lived = world.parameters, coming.v, minds.lived[coming.v]
    fade_boredom(minds, p, v, coming.day)
    mood = choose_mood(minds, v, coming.daypart, coming.second, coming.share, draws.unit())
    page = ask(coming, mood)
    patience = minds.patience[v] * math.exp(0.2 * draws.normal())
    seen = list(looks(page, p, coming.device, draws, int(minds.tiles[v])))
    works = np.array([world.work_of[look.tile["title_id"]] for look in seen], dtype=np.int64)
    told = told_liking(minds, world, v, works, mood) if len(works) else np.zeros(0)
    profile_id, session = minds.ids[v], f"{minds.ids[v]}-{int(coming.at)}"
    context = {"device": coming.device, "session_id": session}
    at, chosen, looked, slips, choosy = 2.0, None, 0, 0, float(minds.choosy[v])
    pulls = _pulls(minds, world, v, seen, told, fame)
    for i, look in enumerate(seen):
        if at > patience:
            break
        looked = i + 1
        diary.note("impression", profile_id, coming.at + at, **_named(page, look), **context)
        at += p.seconds_a_tile * draws.between(0.5, 1.5)
        slip = draws.chance(p.misclicks)
        pull = pulls[i] + p.notice * draws.normal()
        if slip:
            slips += 1
            _slip(diary, profile_id, coming.at + at, {**_named(page, look), **context}, draws)
            at += 25
        elif draws.chance(1 / (1 + math.exp(-p.sharpness * (pull - choosy)))):
            chosen = i
            break
        elif pull > choosy - 0.6 and look.row["kind"] != "my_list" and draws.chance(p.lists):
            diary.note("list_add", profile_id, coming.at + at, **_named(page, look), **context)
        lived.passed[int(works[i])] = lived.passed.get(int(works[i]), 0) + 1
    plays: list[Play] = []
    if chosen is not None:
        plays = _watch_tile(
            minds, world, coming, page, seen[chosen], told[chosen], at, draws, diary, context
        )
    elif draws.chance(p.asks_elsewhere):
        plays = _ask_elsewhere(minds, world, coming, mood, fame, at, draws, diary, context)
    return Visit(
        viewer=v,
        day=coming.day,
        wave=wave,
        at=coming.at,
        mode=page["mode"],
        looked=looked,
        shown=tuple(works[:looked].tolist()),
        found_seconds=at if chosen is not None and _is_found(plays) else math.inf,
        plays=tuple(plays),
        outcome=_outcome(plays),
        slips=slips,
        first_row=page["rows"].index(seen[0].row) if seen else 0,
        picture=None if chosen is None else _picture(minds, world, v, seen[chosen]),
    )


def _picture(minds: Minds, world: World, v: int, look: Look) -> float | None:
    """How a tile's picture suits a viewer; None where it has none that is known."""
    kind = world.picture_of.get((look.tile.get("artwork") or {}).get("artwork_id", ""))
    return None if kind is None else float(minds.picture[v, kind])


def _pulls(
    minds: Minds, world: World, v: int, seen: list[Look], told: Floats, fame: Floats
) -> Floats:
    """float64[m]: what the tiles promise at a glance."""
    p, lived = world.parameters, minds.lived[v]
    pulls = told.copy()
    for i, look in enumerate(seen):
        work = world.work_of[look.tile["title_id"]]
        pulls[i] += p.fame_pull * fame[work] + p.bait_pull * world.bait[work]
        pulls[i] += p.image_taste * (_picture(minds, world, v, look) or 0.0)
        if look.tile.get("resume") and work in lived.under_way:
            pulls[i] += p.habit
        pulls[i] -= p.tired * min(lived.passed.get(work, 0), 12)
        if work in lived.finished:
            pulls[i] += 6 * math.log(max(p.rewatch, 1e-6)) / 10 - 1.0
    return pulls


def _named(page: Page, look: Look) -> dict[str, Any]:
    """What an event says of the tile that it came of."""
    tile = look.tile
    named = {"title_id": tile["title_id"], "position": look.column}
    if page.get("page_id"):
        named["page_id"] = page["page_id"]
        named["row_id"] = look.row["row_id"]
        named["token"] = tile["token"]
    if tile.get("artwork"):
        named["artwork_id"] = tile["artwork"]["artwork_id"]
    return named


def _slip(diary: Diary, profile_id: str, at: float, named: dict[str, Any], draws: Draws) -> None:
    """A click that was not meant, undone after some seconds."""
    seconds = round(draws.between(2, 18), 1)
    diary.note("click", profile_id, at, **named)
    diary.note("play", profile_id, at + 1, **named)
    told = {"seconds_watched": seconds, "position_seconds": seconds}
    diary.note("stop", profile_id, at + 1 + seconds, **named, **told)


def _watch_tile(
    minds: Minds,
    world: World,
    coming: Coming,
    page: Page,
    look: Look,
    told: float,
    at: float,
    draws: Draws,
    diary: Diary,
    context: dict[str, Any],
) -> list[Play]:
    """What was chosen from the page, watched."""
    v, tile = coming.v, look.tile
    named = {**_named(page, look), **context}
    diary.note("click", minds.ids[v], coming.at + at, **named)
    resume, work = tile.get("resume"), world.work_of[tile["title_id"]]
    going_on = None
    if resume and resume["title_id"] in world.work_of:
        going_on = resume["title_id"], float(resume["position_seconds"])
    plays = sit(
        minds, world, v, work, told,
        resume=going_on, title_id=tile["title_id"], began=at + 4, day=coming.day, draws=draws,
    )  # fmt: skip
    _tell(diary, minds.ids[v], coming.at, plays, named)
    return plays


def _ask_elsewhere(
    minds: Minds,
    world: World,
    coming: Coming,
    mood: Floats,
    fame: Floats,
    at: float,
    draws: Draws,
    diary: Diary,
    context: dict[str, Any],
) -> list[Play]:
    """A title that is spoken of, found by its name and not on the page."""
    v = coming.v
    open_ = may_see(minds, world, v, coming.day)
    open_[list(minds.lived[v].finished)] = False
    works = np.flatnonzero(open_)
    if not len(works):
        return []
    told = told_liking(minds, world, v, works, mood)
    heard = np.exp(np.clip(0.8 * fame[works] + 0.9 * told, -20, 20))
    mark = draws.unit() * heard.sum()
    pick = min(int(np.searchsorted(np.cumsum(heard), mark)), len(works) - 1)
    work = int(works[pick])
    title_id = world.ids[work]
    diary.note("search", minds.ids[v], coming.at + at, query=title_id, **context)
    going_on = minds.lived[v].under_way.get(work)
    episodes = world.episodes[work]
    resume = None
    if going_on is not None:
        resume = (episodes[going_on[0]] if episodes else title_id), going_on[1]
    plays = sit(
        minds, world, v, work, float(told[pick]),
        resume=resume, title_id=title_id, began=at + 20, day=coming.day, draws=draws,
    )  # fmt: skip
    _tell(diary, minds.ids[v], coming.at, plays, context)
    return plays


def may_see(minds: Minds, world: World, v: int, day: int) -> Bools:
    """bool[n]: works that are there on a day and fit the profile's limits."""
    profile = minds.profiles[v]
    fit: Bools = world.launched <= day
    fit = fit & (world.maturity <= profile.get("maturity_limit", 99))
    return fit & world.kids if profile.get("kids") else fit


def _tell(
    diary: Diary, profile_id: str, start: float, plays: list[Play], named: dict[str, Any]
) -> None:
    """The events of plays; what follows by itself says so and names no tile."""
    for number, play in enumerate(plays):
        about = {**named, "title_id": play.title_id}
        if number:
            about.pop("token", None)
            about["autoplay"] = True
        at = start + play.began
        diary.note("play", profile_id, at, **about)
        end = play.start_seconds + play.seconds
        told = {
            "seconds_watched": round(play.seconds, 1),
            "position_seconds": round(end, 1),
            "runtime_seconds": play.runtime,
        }
        diary.note("stop", profile_id, at + play.seconds, **about, **told)
        if play.completed:
            diary.note("complete", profile_id, at + play.seconds + 1, **about)
        if play.rated is not None:
            diary.note("rate", profile_id, at + play.seconds + 2, **about, value=play.rated)


def _is_found(plays: list[Play]) -> bool:
    return bool(plays) and (
        plays[0].seconds >= min(_GOOD_PART, 0.8 * plays[0].runtime) or len(plays) > 1
    )


def _outcome(plays: list[Play]) -> float:
    """How a visit leaves its viewer, -1..1."""
    if not plays:
        return -0.45
    hours = sum(play.seconds for play in plays) / 3600
    good = sum(play.seconds for play in plays if play.pleased) / 3600
    return math.tanh(1.6 * good - 0.5 * (hours - good) - (0.35 if good == 0 else 0.0))
