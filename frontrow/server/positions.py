"""Where a home's viewers look: learned from the pages that it served; what page metrics weigh places by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from msgspec import structs
from numpy.typing import NDArray

from frontrow.base.errors import BadBundle
from frontrow.base.randomness import seed_of
from frontrow.page import place_rows, set_stage
from frontrow.page.assembly import PlacedRow
from frontrow.page.screen import attention_kept, screen_of
from frontrow.page.stage import Stage
from frontrow.ranking.positions import COLUMNS, ROWS, Positions
from frontrow.server.making import Asked, PageMaker
from frontrow.server.service import Service
from frontrow.training.positions import LEAST_OPENS, fit_positions
from frontrow.training.swapped import expected_at, see

_VIEWERS = 100
"""Whose pages tell what the ranking expects of the titles in places."""


def positions_of(service: Service) -> Positions:
    """How much each place is looked at, as far as the pages that this home served tell."""
    settings = service.settings
    seen = dict(see(service.decisions, service.log, service.catalogue(), service.secret, settings))
    for device, of in seen.items():
        if len(of.places) >= LEAST_OPENS:
            seen[device] = replace(of, expected=expected_at(_pages(service, device)))
    kept = {device: attention_kept(device, settings.screens, settings.page) for device in seen}
    return fit_positions(seen, kept)


def _pages(service: Service, device: str) -> Iterator[tuple[Stage, Sequence[PlacedRow]]]:
    """Pages of some viewers as they would be now, no place swapped."""
    profiles = sorted(service.decisions.profiles(), key=lambda one: seed_of(0, "expected", one))
    maker = PageMaker(service)
    for profile_id in profiles[:_VIEWERS]:
        made = maker.make(profile_id, Asked(device=device, rows=ROWS, columns=COLUMNS))
        settings = made.inputs.settings
        calm = structs.replace(settings.exploration, swap_share=0.0)
        calm_settings = structs.replace(settings, exploration=calm)
        stage = set_stage(replace(made.inputs, settings=calm_settings), made.request)
        yield stage, place_rows(stage, ROWS)


def examination_of(service: Service, rows: int, columns: int) -> NDArray[np.float64]:
    """float64[rows, columns]: how much each place is looked at in a browser, as the live bundle has it,
    else the settings: what page metrics weigh places by."""
    try:
        policy = service.policy()
    except BadBundle:
        policy = None
    positions = None if policy is None else policy.ranker.positions
    screen = screen_of("web", service.settings.screens, service.settings.page, positions)
    return screen.examination(rows, columns)
