"""An invented service whose viewers look by a planted curve: its own pages, swaps and records.

Rows, titles and their order are those that the service makes for each viewer; what is drawn is who comes
back when, which places are swapped then (by the page's own code and seed), and what is opened: each title
with the chance that its place is looked at times what it is worth to this viewer, which falls with its
rank, differs by title, and is three times as much in rows of the viewer's own.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from msgspec import structs

from bench.positions.curves import COLUMNS, ROWS, Doubles
from bench.serving.home import NOW, invented
from frontrow.base.home import Home
from frontrow.base.randomness import rng_for
from frontrow.base.time import US_PER_MINUTE, to_us
from frontrow.page import Request, set_stage
from frontrow.page.assembly import PlacedRow
from frontrow.page.builder import place_rows
from frontrow.page.request import seed_for
from frontrow.page.stage import Stage
from frontrow.page.swaps import is_swapped, rows_ahead, swap_places
from frontrow.ranking.positions import COLUMNS as TABLE_COLUMNS
from frontrow.ranking.positions import ROWS as TABLE_ROWS
from frontrow.server.making import Asked
from frontrow.server.pages import Pages
from frontrow.server.service import Service
from frontrow.training.positions import Seen
from frontrow.training.swapped import add_open, expected_at

WORKS, VIEWERS = 900, 250
OWN = ("continue_watching", "my_list", "top10")
OWN_TIMES = 3.0
MISJUDGED = 0.7
"""Power of the ranking's value that a title is worth: the ranking thinks too much of what it likes."""
OPENS_A_PAGE = 1.0
"""On the whole, under the curve that is planted."""
ORDINARY = 50_000
"""Pages without swaps whose earnings are read, as `training.swapped` does."""


@dataclass(frozen=True)
class Viewer:
    """One viewer's page as it is without swaps, and what its titles are worth to them."""

    profile_id: str
    stage: Stage
    placed: list[PlacedRow]
    worth: Doubles  # [n], of each work; scaled by the curve later


def viewers_of(folder: Path, seed: int) -> list[Viewer]:
    """Viewers of an invented service, each with the page that it makes for them."""
    made = invented(folder, works=WORKS, viewers=VIEWERS)
    service = Service(Home(folder), lambda: NOW)
    found = []
    for profile_id in made.profiles:
        one = Pages(service).maker.make(profile_id, Asked(rows=ROWS, columns=COLUMNS))
        settings = service.settings
        calm = structs.replace(settings.exploration, swap_share=0.0)
        inputs = replace(one.inputs, settings=structs.replace(settings, exploration=calm))
        stage = set_stage(inputs, one.request)
        profile = stage.view.profile
        if profile.kids or not profile.preferences.personalised:
            continue  # nothing is tried on them
        rng = rng_for(seed, "worth", profile_id)
        worth = stage.value.astype(np.float64) ** MISJUDGED
        worth *= rng.lognormal(0, 0.8, stage.catalogue.n)
        placed = place_rows(stage, rows_ahead(stage, ROWS))
        found.append(Viewer(profile_id, stage, placed, worth))
    service.close()
    return found


def earned_by(viewer: Viewer, row: PlacedRow, curve: Doubles, scale: float) -> Doubles:
    """float64[k]: the chance that each title in the window of a row is opened where it stands."""
    times = OWN_TIMES if row.proposal.kind in OWN else 1.0
    looked = curve[row.row, : len(row.works)]
    return np.asarray(
        np.minimum(scale * times * viewer.worth[row.works[: len(looked)]] * looked, 0.9)
    )


def scale_of(viewers: list[Viewer], curve: Doubles) -> float:
    """Times the worth, so that a page earns `OPENS_A_PAGE`."""
    total = sum(
        earned_by(viewer, row, curve, 1e-6).sum()
        for viewer in viewers
        for row in viewer.placed[:ROWS]
    )
    return float(1e-6 * OPENS_A_PAGE * len(viewers) / total)


def visits(viewers: list[Viewer], pages: int) -> Iterator[tuple[Viewer, Request]]:
    """Who comes when: each viewer in turn, half an hour later each time."""
    for number in range(pages):
        viewer = viewers[number % len(viewers)]
        minutes = viewer.stage.settings.page.seed_minutes
        at_us = to_us(NOW) + number // len(viewers) * minutes * US_PER_MINUTE
        request = viewer.stage.request
        seed = seed_for(
            viewer.stage.view.profile,
            at_us,
            personalised=True,
            device=request.device,
            country=request.country,
            language=request.language,
            minutes=minutes,
        )
        yield viewer, replace(request, seed=seed)


def look(
    viewers: list[Viewer], curves: dict[str, Doubles], pages: int, share: float, seed: int
) -> dict[str, Seen]:
    """What so many pages say of where viewers look, under each planted curve."""
    scales = {name: scale_of(viewers, curve) for name, curve in curves.items()}
    rngs = {name: rng_for(seed, "opens", name) for name in curves}
    places: dict[str, list[tuple[int, int, int, int]]] = {name: [] for name in curves}
    folds: dict[str, list[int]] = {name: [] for name in curves}
    swapped = 0
    for viewer, request in visits(viewers, pages):
        exploration = structs.replace(viewer.stage.settings.exploration, swap_share=share)
        settings = structs.replace(viewer.stage.settings, exploration=exploration)
        stage = replace(viewer.stage, request=request, settings=settings)
        if not is_swapped(stage):
            continue
        swapped += 1
        placed, swaps = swap_places(stage, viewer.placed)
        placed = placed[:ROWS]
        record: dict[str, Any] = {
            "swaps": swaps.told(range(len(placed))),
            "rows": [{"shown": row.works[:COLUMNS]} for row in placed],
        }
        for name, curve in curves.items():
            for row in placed:
                chance = earned_by(viewer, row, curve, scales[name])
                for column in np.flatnonzero(rngs[name].random(len(chance)) < chance).tolist():
                    add_open(places[name], folds[name], record, row.row, column, viewer.profile_id)
    ordinary = min(pages - swapped, ORDINARY)
    return {
        name: Seen(
            np.array(places[name], dtype=np.int32).reshape(-1, 4),
            np.array(folds[name], dtype=np.int8),
            *_ordinary(viewers, curve, scales[name], ordinary, rngs[name]),
            swapped,
            expected_of(viewers),
        )
        for name, curve in curves.items()
    }


def _ordinary(
    viewers: list[Viewer], curve: Doubles, scale: float, pages: int, rng: np.random.Generator
) -> tuple[Doubles, Doubles]:
    """(opens, titles) by place on pages without swaps."""
    earned, served = (np.zeros((TABLE_ROWS, TABLE_COLUMNS)) for _ in range(2))
    for number, viewer in enumerate(viewers):
        visits = pages // len(viewers) + (number < pages % len(viewers))
        for row in viewer.placed[:TABLE_ROWS]:
            if row.proposal.kind not in OWN:
                chance = earned_by(viewer, row, curve, scale)[:TABLE_COLUMNS]
                earned[row.row, : len(chance)] += rng.binomial(visits, chance)
                served[row.row, : len(chance)] += visits
    return earned, served


def expected_of(viewers: list[Viewer]) -> Doubles:
    """float64[TABLE_ROWS, TABLE_COLUMNS]: mean value by the ranking of what stands in places."""
    return expected_at([(viewer.stage, viewer.placed) for viewer in viewers])


def temporary_viewers(seed: int) -> list[Viewer]:
    """The same in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        return viewers_of(Path(folder), seed)
