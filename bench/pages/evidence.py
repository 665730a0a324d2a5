"""Are reasons true: does a tile's score fall when what its reason names is taken away?

For sampled tiles the viewer's history is read again without the evidence - the anchor that was watched, all
titles with the person, all of the genre - and the tile scored again, by the log of its share of all that
may be shown (so that a shorter history, which moves every title, moves nothing here). Beside it another
title of the history is taken away, at random: that should lower no more than half.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bench.pages.viewers import Asked, Viewers
from frontrow.base.randomness import rng_for
from frontrow.base.settings import Settings
from frontrow.page import Dresser
from frontrow.page.builder import place_rows
from frontrow.page.page import Tile
from frontrow.page.stage import Stage
from frontrow.page.view import ViewerView

TILES = 1_000
TILES_OF_A_VIEWER = 5
ROWS, COLUMNS = 6, 10
SECRET = b"k" * 32


@dataclass(frozen=True)
class Tested:
    """Of one kind of reason: tiles, those whose score fell without the evidence, and those whose score
    fell without another title."""

    tiles: int
    fell: int
    fell_without_another: int


def try_reasons(viewers: Viewers, places: NDArray[np.int64]) -> dict[str, Tested]:
    """Kind of evidence -> what became of the sampled tiles; `all` together last."""
    rng = rng_for(1, "evidence")
    tiles: Counter[str] = Counter()
    fell: Counter[str] = Counter()
    other: Counter[str] = Counter()
    for asked in viewers.asked(rng.permutation(places)):
        stage = viewers.stage(asked, Settings(), "web")
        shown = [
            (tile, taken)
            for tile in _tiles(stage)
            if (taken := _evidence(stage, tile)) is not None and 0 < taken.sum() < len(taken) - 1
        ]
        for i in rng.permutation(len(shown))[:TILES_OF_A_VIEWER].tolist():
            tile, taken = shown[i]
            work = stage.catalogue.work_of_title[tile.title_id]
            another = np.zeros(len(taken), dtype=bool)
            another[rng.choice(np.flatnonzero(~taken))] = True
            before = _score(viewers, asked, asked.view, work)
            code = "person" if "person" in tile.reason.evidence else tile.reason.code
            for kind in (code, "all"):
                tiles[kind] += 1
                fell[kind] += _score(viewers, asked, _without(asked.view, taken), work) < before
                other[kind] += _score(viewers, asked, _without(asked.view, another), work) < before
            if tiles["all"] == TILES:
                break
        if tiles["all"] == TILES:
            break
    return {
        kind: Tested(tiles[kind], fell[kind], other[kind])
        for kind in sorted(tiles, key=lambda kind: (kind == "all", kind))
    }


def _tiles(stage: Stage) -> list[Tile]:
    rows = Dresser(stage, "page", SECRET).rows(place_rows(stage, ROWS), COLUMNS)
    return [tile for row in rows for tile in row.tiles]


def _evidence(stage: Stage, tile: Tile) -> NDArray[np.bool_] | None:
    """bool[m]: the records that a tile's reason rests on; None where it rests on none."""
    said, records, catalogue = tile.reason.evidence, stage.view.records, stage.catalogue
    liked = stage.reward > 0
    if tile.reason.code == "because_you_watched":
        anchor = catalogue.work_of_title[str(said["title_id"])]
        return np.asarray(records.work == anchor)
    if "person" in said:
        terms = [
            t
            for t, name in enumerate(catalogue.people.names)
            if name.endswith(f":{said['person']}")
        ]
        works = np.unique(np.concatenate([catalogue.people.works(t) for t in terms]))
        return np.asarray(np.isin(records.work, works) & liked)
    if "genre" in said:
        works = catalogue.genres.works(catalogue.genres.index[str(said["genre"])])
        return np.asarray(np.isin(records.work, works) & liked)
    return None


def _without(view: ViewerView, taken: NDArray[np.bool_]) -> ViewerView:
    return replace(view, records=view.records.take(~taken), _rewards={})


def _score(viewers: Viewers, asked: Asked, view: ViewerView, work: int) -> float:
    history = view.history_at(viewers.films, asked.at_us)
    value = viewers.bound.score(history, asked.trends, None).value.astype(np.float64)
    odds = value / np.maximum(1 - value, 1e-9)
    return float(np.log(max(odds[work], 1e-12)) - np.log(odds.sum()))
