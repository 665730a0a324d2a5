"""One visit: a page is asked for, looked at, and answered with the events that a client would send."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from frontrow.base.draws import Draws
from frontrow.simulation.loop.diary import Diary, named_by, tell_plays, tell_slip
from frontrow.simulation.loop.looking import Look, Page, looks
from frontrow.simulation.loop.minds import Minds, choose_mood, fade_boredom, told_liking
from frontrow.simulation.loop.sitting import Play, sit
from frontrow.simulation.loop.world import Bools, Floats, Integers, World

FOUND_SECONDS = 90.0
"""Of looking, within which something should be found that is then watched."""

MOST_TIRED = 12
"""Times passed over beyond which a tile tires no more."""

_SLIP_SECONDS = 25.0
_NEARLY = 0.6  # of a promise, missing
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


@dataclass(frozen=True)
class Scene:
    """A visit under way: who came, to which page, in which mood, while what is spoken of."""

    minds: Minds
    world: World
    coming: Coming
    page: Page
    mood: Floats
    fame: Floats
    draws: Draws
    diary: Diary

    @property
    def context(self) -> dict[str, Any]:
        """What every event of the visit says."""
        session = f"{self.minds.ids[self.coming.v]}-{int(self.coming.at)}"
        return {"device": self.coming.device, "session_id": session}


@dataclass
class _Glance:
    """How far a look over the page has come."""

    at: float = 2.0  # seconds after the visit's beginning
    looked: int = 0
    slips: int = 0
    chosen: int | None = None


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
    p, v = world.parameters, coming.v
    fade_boredom(minds, p, v, coming.day)
    mood = choose_mood(minds, v, coming.daypart, coming.second, coming.share, draws.unit())
    page = ask(coming, mood)
    scene = Scene(minds, world, coming, page, mood, fame, draws, diary)
    patience = minds.patience[v] * math.exp(0.2 * draws.normal())
    seen = list(looks(page, p, coming.device, draws, int(minds.tiles[v])))
    works = np.array([world.work_of[look.tile["title_id"]] for look in seen], dtype=np.int64)
    told = told_liking(minds, world, v, works, mood) if len(works) else np.zeros(0)
    glance = _look_through(scene, seen, works, _pulls(scene, seen, told), patience)
    chosen, plays = glance.chosen, list[Play]()
    if chosen is not None:
        plays = _watch_tile(scene, seen[chosen], float(told[chosen]), glance.at)
    elif draws.chance(p.asks_elsewhere):
        plays = _ask_elsewhere(scene, glance.at)
    return Visit(
        viewer=v,
        day=coming.day,
        wave=wave,
        at=coming.at,
        mode=page["mode"],
        looked=glance.looked,
        shown=tuple(works[: glance.looked].tolist()),
        found_seconds=glance.at if chosen is not None and _is_found(plays) else math.inf,
        plays=tuple(plays),
        outcome=_outcome(plays),
        slips=glance.slips,
        first_row=page["rows"].index(seen[0].row) if seen else 0,
        picture=None if chosen is None else _picture(minds, world, v, seen[chosen]),
    )


def _look_through(
    scene: Scene, seen: list[Look], works: Integers, pulls: Floats, patience: float
) -> _Glance:
    """Tile after tile, until one is chosen or patience ends."""
    p, v, draws = scene.world.parameters, scene.coming.v, scene.draws
    profile_id, start, choosy = scene.minds.ids[v], scene.coming.at, float(scene.minds.choosy[v])
    passed, glance = scene.minds.lived[v].passed, _Glance()
    for i, look in enumerate(seen):
        if glance.at > patience:
            break
        glance.looked = i + 1
        named = {**named_by(scene.page, look), **scene.context}
        scene.diary.note("impression", profile_id, start + glance.at, **named)
        glance.at += p.seconds_a_tile * draws.between(0.5, 1.5)
        slip = draws.chance(p.misclicks)
        pull = pulls[i] + p.notice * draws.normal()
        if slip:
            glance.slips += 1
            tell_slip(scene.diary, profile_id, start + glance.at, named, draws)
            glance.at += _SLIP_SECONDS
        elif draws.chance(1 / (1 + math.exp(-p.sharpness * (pull - choosy)))):
            glance.chosen = i
            break
        elif pull > choosy - _NEARLY and look.row["kind"] != "my_list" and draws.chance(p.lists):
            scene.diary.note("list_add", profile_id, start + glance.at, **named)
        passed[int(works[i])] = passed.get(int(works[i]), 0) + 1
    return glance


def _picture(minds: Minds, world: World, v: int, look: Look) -> float | None:
    """How a tile's picture suits a viewer; None where it has none that is known."""
    kind = world.picture_of.get((look.tile.get("artwork") or {}).get("artwork_id", ""))
    return None if kind is None else float(minds.picture[v, kind])


def _pulls(scene: Scene, seen: list[Look], told: Floats) -> Floats:
    """float64[m]: what the tiles promise at a glance."""
    minds, world, v = scene.minds, scene.world, scene.coming.v
    p, lived = world.parameters, minds.lived[v]
    pulls = told.copy()
    for i, look in enumerate(seen):
        work = world.work_of[look.tile["title_id"]]
        pulls[i] += p.fame_pull * scene.fame[work] + p.bait_pull * world.bait[work]
        pulls[i] += p.image_taste * (_picture(minds, world, v, look) or 0.0)
        if look.tile.get("resume") and work in lived.under_way:
            pulls[i] += p.habit
        pulls[i] -= p.tired * min(lived.passed.get(work, 0), MOST_TIRED)
        if work in lived.finished:
            pulls[i] += 0.6 * math.log(max(p.rewatch, 1e-6)) - 1.0  # the rarer, the less
    return pulls


def _watch_tile(scene: Scene, look: Look, told: float, at: float) -> list[Play]:
    """What was chosen from the page, watched."""
    coming, world, tile = scene.coming, scene.world, look.tile
    profile_id = scene.minds.ids[coming.v]
    named = {**named_by(scene.page, look), **scene.context}
    scene.diary.note("click", profile_id, coming.at + at, **named)
    resume, going_on = tile.get("resume"), None
    if resume and resume["title_id"] in world.work_of:
        going_on = resume["title_id"], float(resume["position_seconds"])
    plays = sit(
        scene.minds, world, coming.v, world.work_of[tile["title_id"]], told,
        resume=going_on, title_id=tile["title_id"], began=at + 4, day=coming.day, draws=scene.draws,
    )  # fmt: skip
    tell_plays(scene.diary, profile_id, coming.at, plays, named)
    return plays


def _ask_elsewhere(scene: Scene, at: float) -> list[Play]:
    """A title that is spoken of, found by its name and not on the page."""
    minds, world, coming, v = scene.minds, scene.world, scene.coming, scene.coming.v
    open_ = may_see(minds, world, v, coming.day)
    open_[list(minds.lived[v].finished)] = False
    works = np.flatnonzero(open_)
    if not len(works):
        return []
    told = told_liking(minds, world, v, works, scene.mood)
    heard = np.exp(np.clip(0.8 * scene.fame[works] + 0.9 * told, -20, 20))
    mark = scene.draws.unit() * heard.sum()
    pick = min(int(np.searchsorted(np.cumsum(heard), mark)), len(works) - 1)
    work = int(works[pick])
    title_id, episodes = world.ids[work], world.episodes[work]
    scene.diary.note("search", minds.ids[v], coming.at + at, query=title_id, **scene.context)
    under_way, resume = minds.lived[v].under_way.get(work), None
    if under_way is not None:
        resume = (episodes[under_way[0]] if episodes else title_id), under_way[1]
    plays = sit(
        minds, world, v, work, float(told[pick]),
        resume=resume, title_id=title_id, began=at + 20, day=coming.day, draws=scene.draws,
    )  # fmt: skip
    tell_plays(scene.diary, minds.ids[v], coming.at, plays, scene.context)
    return plays


def may_see(minds: Minds, world: World, v: int, day: int) -> Bools:
    """bool[n]: works that are there on a day and fit the profile's limits."""
    profile = minds.profiles[v]
    fit: Bools = world.launched <= day
    fit = fit & (world.maturity <= profile.get("maturity_limit", 99))
    return fit & world.kids if profile.get("kids") else fit


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
