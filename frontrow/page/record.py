"""The decision record: the references that rebuild a page, and every draw with its probability."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from frontrow.base.settings import Settings
from frontrow.base.time import US_PER_DAY
from frontrow.catalog import Catalogue
from frontrow.page.adventure import budget_of
from frontrow.page.artwork import ArtworkChoice, Taken
from frontrow.page.assembly import PlacedRow
from frontrow.page.builder import BuiltPage
from frontrow.page.choosing import FLOOR, POLICY
from frontrow.page.dressing import row_id
from frontrow.page.evidence import ReasonChoice
from frontrow.page.page import Page, Tile


def decision_of(built: BuiltPage, settings: Settings) -> dict[str, Any]:
    """What was decided for a page: references, rows, draws, images."""
    stage, page = built.stage, built.page
    swaps = {} if built.swaps is None else {"swaps": built.swaps.told(range(len(built.placed)))}
    return {
        **swaps,  # first, so that a reader of many sees at once which have them
        "page_id": page.page_id,
        "profile_id": page.profile_id,
        "generated_at": page.generated_at,
        "mode": page.mode,
        "left_out": list(stage.request.left_out),
        "catalogue_revision": stage.catalogue.revision,
        "bundle": page.bundle,
        "snapshot": page.snapshot,
        "viewer_position": stage.view.viewer.number,
        "rules_revision": None if stage.rules is None else stage.rules.revision,
        "boosts": _boosts_of(page),
        "seed": page.seed,
        "request": {
            "device": stage.request.device,
            "country": stage.request.country,
            "language": stage.request.language,
            "rows": stage.request.rows,
            "columns": stage.request.columns,
            "personalised": stage.request.personalised,
            "at": stage.request.at,
        },
        "settings": settings_told(settings),
        "drawn": {
            "titles": sum(tile.explore for row in page.rows for tile in row.tiles),
            "of": sum(len(row.tiles) for row in page.rows),
            "budget": budget_of(
                settings.exploration.budget, stage.view.profile.preferences.adventurousness
            ),
        },
        "rows": [
            row_told(
                placed, row.tiles, stage.catalogue, temperature=settings.exploration.temperature
            )
            for placed, row in zip(built.placed, page.rows, strict=True)
        ],
        "choices": choices_told(built.taken, settings),
        "artwork": artwork_told(built.artwork),
        "evidence": evidence_told(
            built.evidence,
            [
                (placed, range(len(row.tiles)), row.tiles)
                for placed, row in zip(built.placed, page.rows, strict=True)
            ],
        ),
        "page_sha256": page_digest(built),
    }


def settings_told(settings: Settings) -> dict[str, Any]:
    """The parts of the settings that a page is made under."""
    return {
        "service": msgspec.to_builtins(settings.service),
        "page": msgspec.to_builtins(settings.page),
        "screens": msgspec.to_builtins(settings.screens),
        "exploration": msgspec.to_builtins(settings.exploration),
    }


def choices_told(taken: Taken, settings: Settings) -> dict[str, Any]:
    """What the choices of images and reasons rest on: with the catalogue, all that their
    probabilities are made of."""
    length = settings.exploration.artwork_days * US_PER_DAY
    values, context = taken.values, taken.context
    posterior = None
    if values is not None:
        posterior = {
            "at_us": values.as_of_us,
            "position": values.position,
            "catalogue_revision": values.catalogue.revision,
        }
    told = {
        "genres": context.genres,
        "tags": context.tags,
        "people": {name: n for name, n in context.people.items() if n},
        "begun": context.begun,
        "good": context.good,
    }
    return {
        "policy": POLICY,
        "posterior": posterior,
        "window_us": taken.window * length,
        "floor": FLOOR,
        "context": told if context.begun or context.tags else {},
    }


def artwork_told(artwork: Mapping[str, ArtworkChoice]) -> dict[str, Any]:
    """The images chosen among several: which, how likely, from which candidates."""
    return {
        title_id: {
            "artwork_id": choice.shown.artwork_id,
            "propensity": choice.propensity,
            "candidates": list(choice.candidates),
            "arm": choice.arm,
        }
        for title_id, choice in artwork.items()
    }


def evidence_told(
    evidence: Mapping[tuple[int, int], ReasonChoice],
    shown: Iterable[tuple[PlacedRow, Sequence[int], Sequence[Tile]]],
) -> list[dict[str, Any]]:
    """The tiles whose reason was a choice among several that are true.

    shown: of each row the columns that were shown, and their tiles
    """
    at = {
        (placed.row, column): (row_id(placed), tile.title_id)
        for placed, columns, tiles in shown
        for column, tile in zip(columns, tiles, strict=True)
    }
    return [
        {
            "row_id": at[row, column][0],
            "column": column,
            "title_id": at[row, column][1],
            "code": one.code,
            "propensity": one.propensity,
            "candidates": list(one.candidates),
            "arm": one.arm,
        }
        for (row, column), one in sorted(evidence.items())
    ]


def row_told(
    placed: PlacedRow, tiles: Sequence[Tile], catalogue: Catalogue, *, temperature: float
) -> dict[str, Any]:
    """A row's titles, and its draw: from which candidates, at which place, how likely."""
    told: dict[str, Any] = {
        "row_id": row_id(placed),
        "kind": placed.proposal.kind,
        "shown": [tile.title_id for tile in tiles],
        "settled": len(placed.works),
    }
    draw = placed.draw
    if draw is not None:
        works = catalogue.works
        position = {work: at for at, work in enumerate(placed.works.tolist())}
        told["draw"] = {
            "policy": "softmax without replacement",
            "temperature": temperature,
            "candidates": [works[work].work_id for work in draw.candidates.tolist()],
            "drawn": [
                {
                    "work_id": works[work].work_id,
                    "position": position.get(work),
                    "propensity": propensity,
                }
                for work, propensity in zip(
                    draw.works.tolist(), draw.propensity.tolist(), strict=True
                )
            ],
        }
    return told


def _boosts_of(page: Page) -> dict[str, list[str]]:
    """Boost -> the titles shown that it pushed."""
    pushed: dict[str, list[str]] = {}
    for row in page.rows:
        for tile in row.tiles:
            boost = tile.reason.evidence.get("boost")
            if boost is not None:
                pushed.setdefault(boost, []).append(tile.title_id)
    return pushed


def page_digest(built: BuiltPage) -> str:
    """SHA-256 of the page's bytes as sent: what a replay must meet."""
    return hashlib.sha256(msgspec.json.encode(built.page)).hexdigest()
