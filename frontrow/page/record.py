"""The decision record: the references that rebuild a page, and every draw with its probability."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from frontrow.base.settings import Settings
from frontrow.page.builder import BuiltPage, row_id


def decision_of(built: BuiltPage, settings: Settings) -> dict[str, Any]:
    """What was decided for a page: references, rows, draws, images."""
    stage, page = built.stage, built.page
    works = stage.catalogue.works
    rows: list[dict[str, Any]] = []
    for placed, row in zip(built.placed, page.rows, strict=True):
        entry: dict[str, Any] = {
            "row_id": row_id(placed),
            "kind": placed.proposal.kind,
            "shown": [tile.title_id for tile in row.tiles],
            "settled": len(placed.works),
        }
        if placed.draw is not None:
            position = {int(work): at for at, work in enumerate(placed.works)}
            entry["draw"] = {
                "policy": "softmax without replacement",
                "temperature": settings.exploration.temperature,
                "candidates": [works[w].work_id for w in placed.draw.candidates.tolist()],
                "drawn": [
                    {
                        "work_id": works[work].work_id,
                        "position": position.get(work),
                        "propensity": propensity,
                    }
                    for work, propensity in zip(
                        placed.draw.works.tolist(), placed.draw.propensity.tolist(), strict=True
                    )
                ],
            }
        rows.append(entry)
    return {
        "page_id": page.page_id,
        "profile_id": page.profile_id,
        "generated_at": page.generated_at,
        "mode": page.mode,
        "left_out": [],
        "catalogue_revision": stage.catalogue.revision,
        "bundle": page.bundle,
        "snapshot": page.snapshot,
        "viewer_position": stage.view.viewer.number,
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
        "settings": {
            "service": msgspec.to_builtins(settings.service),
            "page": msgspec.to_builtins(settings.page),
            "exploration": msgspec.to_builtins(settings.exploration),
        },
        "rows": rows,
        "artwork": {
            title_id: {
                "artwork_id": choice.shown.artwork_id,
                "propensity": choice.propensity,
                "candidates": choice.candidates,
            }
            for title_id, choice in built.artwork.items()
        },
        "page_sha256": page_digest(built),
    }


def page_digest(built: BuiltPage) -> str:
    """SHA-256 of the page's bytes as sent: what a replay must meet."""
    return hashlib.sha256(msgspec.json.encode(built.page)).hexdigest()
