"""Pages that the simulation arranges itself, to bound the scale: by chance, and by an oracle.

They hold as many rows and tiles as a service's page would, `continue_watching` first, and only what the
profile may see. The oracle reads what is planted, this visit's mood included; it is no service, and what
it reaches nobody can. It is greedy for one visit at a time, so it bounds what a visit can give, and not what
months of showing other things first might.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from frontrow.base.randomness import rng_for
from frontrow.simulation.loop.calling import Caller
from frontrow.simulation.loop.looking import Page
from frontrow.simulation.loop.loop import COLUMNS, ROWS, Run
from frontrow.simulation.loop.minds import hidden_liking, told_liking
from frontrow.simulation.loop.sitting import SATISFYING
from frontrow.simulation.loop.visit import MOST_TIRED, Ask, Coming, may_see
from frontrow.simulation.loop.world import Floats, Integers, spoken_of

MODE = "arranged"
_EDGE = 0.5  # of liking, over which pleasing turns into not pleasing

Order = Callable[[Coming, Floats, Integers], Integers]
"""The best first: (who comes, the mood, works) -> works."""


def by_chance(run: Run, caller: Caller, first: float) -> Ask:
    """Every work that may be seen is as likely as any other to stand anywhere."""

    def order(coming: Coming, mood: Floats, works: Integers) -> Integers:
        key = run.minds.ids[coming.v], str(int(coming.at))
        return works[rng_for(0, "chance", *key).permutation(len(works))]

    return lambda coming, mood: _arrange(run, coming, mood, order)


def by_oracle(run: Run, caller: Caller, first: float) -> Ask:
    """What will most likely be chosen and then please, by what is planted; pictures likewise."""
    minds, world, p = run.minds, run.world, run.world.parameters

    def order(coming: Coming, mood: Floats, works: Integers) -> Integers:
        v, lived = coming.v, minds.lived[coming.v]
        told = told_liking(minds, world, v, works, mood)
        passed = np.array([min(lived.passed.get(w, 0), MOST_TIRED) for w in works.tolist()])
        fame = spoken_of(world, coming.day)[works]
        pull = told + p.fame_pull * fame + p.bait_pull * world.bait[works] - p.tired * passed
        pull += p.image_taste * minds.picture[v].max()
        chosen = 1 / (1 + np.exp(-p.sharpness * (pull - minds.choosy[v])))
        liking = told + hidden_liking(minds, world, v, works)
        pleases = 1 / (1 + np.exp(-(liking - SATISFYING) / _EDGE))
        return works[np.argsort(-chosen * pleases * np.maximum(liking, 0.01), kind="stable")]

    return lambda coming, mood: _arrange(run, coming, mood, order, suits=True)


def by_order(run: Run, order: Order) -> Ask:
    """Works in an order of somebody's own."""
    return lambda coming, mood: _arrange(run, coming, mood, order)


def _arrange(run: Run, coming: Coming, mood: Floats, order: Order, *, suits: bool = False) -> Page:
    """A page of rows of works in an order, after what is under way."""
    v, lived, world = coming.v, run.minds.lived[coming.v], run.world
    open_ = may_see(run.minds, world, v, coming.day)
    under_way = [w for w in reversed(lived.under_way) if open_[w]]
    open_[list(lived.finished)] = False
    open_[under_way] = False
    works = order(coming, mood, np.flatnonzero(open_)).tolist()
    rows = []
    if under_way:
        tiles = [_tile(run, v, w, suits, lived.under_way[w]) for w in under_way[:COLUMNS]]
        rows.append({"row_id": "continue_watching", "kind": "continue_watching", "tiles": tiles})
    for r in range(ROWS - len(rows)):
        tiles = [_tile(run, v, w, suits, None) for w in works[r * COLUMNS : (r + 1) * COLUMNS]]
        rows.append({"row_id": f"row-{r}", "kind": "arranged", "tiles": tiles})
    return {"page_id": None, "mode": MODE, "rows": rows}


def _tile(
    run: Run, v: int, work: int, suits: bool, under_way: tuple[int, float] | None
) -> dict[str, Any]:
    world = run.world
    pictures = world.pictures[work]
    liked = max(pictures, key=lambda a: run.minds.picture[v, world.picture_of[a]])
    resume = None
    if under_way is not None:
        episodes = world.episodes[work]
        playing = episodes[under_way[0]] if episodes else world.ids[work]
        resume = {"title_id": playing, "position_seconds": under_way[1]}
    return {
        "title_id": world.ids[work],
        "artwork": {"artwork_id": liked if suits else pictures[(v + work) % len(pictures)]},
        "resume": resume,
    }
