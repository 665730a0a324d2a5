"""Why a title is here, or isn't: the real path of the page, walked with one title in hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from frontrow.base.texts import say
from frontrow.page.assembly import PlacedRow
from frontrow.page.builder import row_id
from frontrow.page.stage import Stage


def explain(stage: Stage, placed: list[PlacedRow], title_id: str) -> dict[str, Any]:
    """Where a title stands for this viewer: shown where, or the step that stopped it.

    placed: the rows of the viewer's page
    """
    language = stage.request.language
    work = stage.catalogue.work_of_title.get(title_id)
    if work is None:
        return {
            "title_id": title_id,
            "shown": [],
            "eligible": False,
            "stopped_by": {"code": "unknown", "text": say(language, "stop.unknown")},
            "scores": {},
            "value": None,
            "rank": None,
            "would_change": [],
        }
    shown = [
        {"row_id": row_id(row), "kind": row.proposal.kind, "position": int(at[0])}
        for row in placed
        if len(at := np.flatnonzero(row.works == work))
    ]
    place = np.flatnonzero(stage.ranked == work)
    rank = int(place[0]) + 1 if len(place) else None
    stopped, changes = (None, []) if shown else _stopped(stage, placed, work, rank, language)
    return {
        "title_id": title_id,
        "work_id": stage.catalogue.works[work].work_id,
        "shown": shown,
        "eligible": bool(stage.eligibility.mask[work]),
        "stopped_by": stopped,
        "scores": {name: _number(score[work]) for name, score in stage.scored.scores.items()},
        "value": _number(stage.value[work]),
        "rank": rank,
        "mode": stage.mode,
        "would_change": changes,
    }


def _stopped(
    stage: Stage, placed: list[PlacedRow], work: int, rank: int | None, language: str
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The first step that stopped a title that is on no row, and what would change it."""
    failed = [code for code, passes in stage.eligibility.rules.items() if not passes[work]]
    named = [code for code in failed if code != "edition"] or failed
    if not named and stage.view.done[work]:
        named = ["done"]
    if named:
        stopped: dict[str, Any] = {
            "code": named[0],
            "text": say(language, f"stop.{named[0]}"),
            "all": named,
        }
        changes = [{"code": code, "text": say(language, f"change.{code}")} for code in named]
        return stopped, changes
    before = (rank or 1) - 1
    kept = [row for row in placed if row.draw is None and not row.proposal.whole and len(row.works)]
    least = min((float(stage.value[row.works[-1]]) for row in kept), default=0.0)
    value = float(stage.value[work])
    below: dict[str, Any] = {
        "code": "rank",
        "text": say(language, "stop.rank", {"rank": before}),
        "before": before,
        "short_by": _number(max(least - value, 0.0)),
    }
    text = say(language, "change.rank", {"value": f"{least:.4f}"})
    return below, [{"code": "rank", "text": text, "value": _number(least)}]


def _number(value: Any) -> float | None:
    number = float(value)
    return number if math.isfinite(number) else None
