"""Why a title is here, or isn't: the real path of the page, walked with one title in hand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from frontrow.base.texts import Parameter, say
from frontrow.base.time import format_time, from_us
from frontrow.page.assembly import PlacedRow
from frontrow.page.dressing import row_id
from frontrow.page.scoring import PERSONAL
from frontrow.page.spread import spread_factors, strength_of
from frontrow.page.stage import Stage
from frontrow.page.stops import Verdict, how_far, rules_that_stop, verdicts_on


def explain(stage: Stage, placed: Sequence[PlacedRow], depth: int, title_id: str) -> dict[str, Any]:
    """Where a title stands for this viewer: shown where, or the step that stopped it.

    placed: the rows of the viewer's page to its full length; depth: rows that are asked for
    """
    language = stage.request.language
    at = format_time(from_us(stage.request.now_us))
    work = stage.catalogue.work_of_title.get(title_id)
    if work is None or title_id in stage.catalogue.withdrawn:
        return {
            "title_id": title_id,
            "at": at,
            "shown": [],
            "eligible": False,
            "stopped_by": {"code": "unknown", "text": say(language, "stop.unknown")},
            "scores": {},
            "value": None,
            "rank": None,
            "rows": [],
            "boost": None,
            "spread": None,
            "would_change": [],
        }
    shown = [
        {"row_id": row_id(row), "kind": row.proposal.kind, "position": int(at_[0])}
        for row in placed[:depth]
        if len(at_ := np.flatnonzero(row.works == work))
    ]
    place = np.flatnonzero(stage.ranked == work)
    rank = int(place[0]) + 1 if len(place) else None
    rules = rules_that_stop(stage, work)
    rows = verdicts_on(stage, placed, depth, work) if shown or rules in ([], ["done"]) else []
    if rows and rows[0].code == "further_down":
        rules = []  # what was watched may be watched again: it has a row
    stopped: dict[str, Any] | None = None
    changes: list[dict[str, Any]] = []
    if not shown and rules:
        stopped, changes = _by_rules(stage, work, rules, language)
    elif not shown and rows:
        stopped, changes = _by_row(rows[0], depth, language)
    elif not shown:
        stopped, changes = _by_rank(stage, placed[:depth], work, rank, language)
    return {
        "title_id": title_id,
        "work_id": stage.catalogue.works[work].work_id,
        "at": at,
        "shown": shown,
        "eligible": bool(stage.eligibility.mask[work]),
        "stopped_by": stopped,
        "scores": {name: _number(score[work]) for name, score in stage.scored.scores.items()},
        "value": _number(stage.value[work]),
        "rank": rank,
        "boost": _boost_of(stage, work),
        "spread": _spread_of(stage, work),
        "mode": stage.mode,
        "rows": [verdict.told() for verdict in rows],
        "would_change": changes,
    }


def _boost_of(stage: Stage, work: int) -> dict[str, Any] | None:
    """The boost that is in a title's value."""
    boost = None if stage.push is None else stage.push.of(work)
    if boost is None:
        return None
    percent = round(100 * boost.strength)
    text = say(stage.request.language, "why.boost", {"key": boost.key, "percent": percent})
    return {"key": boost.key, "strength": boost.strength, "text": text}


def _spread_of(stage: Stage, work: int) -> dict[str, Any] | None:
    """How much less a title's value is than that of one which is shown as often as the mean; None where what
    is shown moves nothing."""
    shown = stage.trends.shown_in(stage.request.country)
    bold = stage.view.profile.preferences.adventurousness
    strength = strength_of(stage.settings.page.spread, bold)
    candidates = np.flatnonzero(stage.open).astype(np.int32)
    if stage.mode not in PERSONAL or not strength or shown is None or not len(candidates):
        return None
    times = float(shown[work]) / max(float(shown[candidates].mean()), 1e-9)
    factor = float(spread_factors(shown, candidates, strength)[work])
    code = "why.spread.less" if factor < 1 else "why.spread.more"
    words: dict[str, Parameter] = {"times": f"{times:.1f}", "percent": round(100 * abs(1 - factor))}
    text = say(stage.request.language, code, words)
    return {"shown_times_mean": _number(times), "factor": _number(factor), "text": text}


Stopped = tuple[dict[str, Any], list[dict[str, Any]]]


def _by_rules(stage: Stage, work: int, rules: list[str], language: str) -> Stopped:
    """Masks stopped it, or that it was watched already."""
    distance = {code: how_far(stage, work, code) for code in rules}
    stopped: dict[str, Any] = {
        "code": rules[0],
        "text": say(language, f"stop.{rules[0]}"),
        "all": rules,
        **distance[rules[0]],
    }
    changes = []
    for code in rules:
        text = say(language, f"change.{code}")
        opens = distance[code].get("opens_at")
        if opens is not None:
            text = say(language, "change.opens", {"at": opens})
        changes.append({"code": code, "text": text})
    return stopped, changes


def _by_row(verdict: Verdict, depth: int, language: str) -> Stopped:
    """A row could have held it, and did not come to show it."""
    code = verdict.code
    words = {"name": say(language, *verdict.name), "kind": verdict.kind, **verdict.details}
    text = say(language, f"stop.{verdict.says or code}", words)
    stopped = {**verdict.told(), "text": text}
    advice = say(language, f"change.{verdict.advises or code}", words)
    change: dict[str, Any] = {"code": code, "text": advice}
    if "value" in verdict.details:
        change["value"] = verdict.details["value"]
    changes = [change]
    row = verdict.details.get("row")
    if code != "further_down" and isinstance(row, int) and row > depth:
        deeper = say(language, "change.further_down", words)
        changes.append({"code": "further_down", "text": deeper, "rows": row})
    return stopped, changes


def _by_rank(
    stage: Stage, placed: Sequence[PlacedRow], work: int, rank: int | None, language: str
) -> Stopped:
    """No row came so far down the ranking that it could have held it."""
    before = (rank or 1) - 1
    kept = [row for row in placed if row.draw is None and _by_value(row) and len(row.works)]
    least = min((float(stage.value[row.as_settled[-1]]) for row in kept), default=0.0)
    below: dict[str, Any] = {
        "code": "rank",
        "text": say(language, "stop.rank", {"rank": before}),
        "before": before,
        "short_by": _number(max(least - float(stage.value[work]), 0.0)),
    }
    text = say(language, "change.rank", {"value": f"{least:.4f}"})
    return below, [{"code": "rank", "text": text, "value": _number(least)}]


def _by_value(row: PlacedRow) -> bool:
    """Whether a row's titles are those of most value."""
    return not row.proposal.whole and row.proposal.kind != "editorial"


def _number(value: Any) -> float | None:
    number = float(value)
    return number if math.isfinite(number) else None
