"""The frontier of accuracy and novelty that a viewer moves along by being more or less adventurous."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from msgspec.structs import replace as with_fields
from numpy.typing import NDArray

from bench.pages.judged import SCREENS, ground_for, measure, settings_for
from bench.pages.layouts import Rows
from bench.pages.viewers import Asked, Viewers
from frontrow.page.builder import place_rows

WINDOW = (6, 10)
STEPS = (0.0, 0.25, 0.5, 0.75, 1.0)
ROWS = 10


@dataclass(frozen=True)
class Bold:
    """Means over viewers who are so adventurous."""

    adventurousness: float
    ndcg2d: float
    novelty: float
    drawn: float  # titles of a page


def boldness(viewers: Viewers, places: NDArray[np.int64]) -> Iterator[Bold]:
    """From the most careful to the most adventurous."""
    ground, settings = ground_for(viewers, places), settings_for(WINDOW)
    for step in STEPS:
        pages: list[Rows] = []
        drawn = []
        for asked in viewers.asked(places):
            stage = viewers.stage(_so_bold(asked, step), settings, SCREENS[WINDOW])
            rows = place_rows(stage, ROWS)
            pages.append([row.works[: WINDOW[1]].tolist() for row in rows])
            drawn.append(sum(len(row.draw.works) for row in rows if row.draw is not None))
        values = measure(pages, WINDOW, ground)
        yield Bold(
            step,
            float(values["ndcg2d"].mean()),
            float(np.nanmean(values["novelty"])),
            float(np.mean(drawn)),
        )


def _so_bold(asked: Asked, step: float) -> Asked:
    profile = asked.view.profile
    preferences = with_fields(profile.preferences, adventurousness=step)
    return replace(
        asked, view=replace(asked.view, profile=with_fields(profile, preferences=preferences))
    )
