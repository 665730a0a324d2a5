"""What keeps a work off a page: the rule, or what became of it in every row that could have held it.

The rows are those of the real page, to its full length; a proposal that is among them was placed. What
is said of the others is read off the outcome.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from frontrow.base.randomness import digest_of
from frontrow.base.texts import Parameter
from frontrow.base.time import format_time, from_us
from frontrow.catalog.availability import NO_MATURITY
from frontrow.catalog.windows import nearest_windows
from frontrow.page.assembly import PlacedRow
from frontrow.page.dressing import row_id
from frontrow.page.limits import Limits
from frontrow.page.rows import SOURCES
from frontrow.page.stage import Proposal, Stage

LOOKED_BACK = 10
"""Rows among which `page.max_same_kind` counts those of a kind."""

_NEAREST_FIRST = (
    "further_down", "rule_cap", "rule_floor", "row_length", "row_order", "left_out", "not_drawn", "cap",
    "too_short", "row_value", "hidden",
)  # fmt: skip


@dataclass(frozen=True)
class Verdict:
    """What became of a work in one row that could have held it."""

    row_id: str
    kind: str
    name: tuple[str, dict[str, Parameter]]  # of the row: text code and parameters
    code: str
    details: dict[str, Parameter] = field(default_factory=dict)
    says: str = ""  # end of the text codes; empty: the code itself
    advises: str = ""  # likewise, of what would change it

    def told(self) -> dict[str, Any]:
        return {"row_id": self.row_id, "kind": self.kind, "code": self.code, **self.details}


def rules_that_stop(stage: Stage, work: int) -> list[str]:
    """Codes of the rules that a work fails, the most telling first; () where it may be shown."""
    failed = [code for code, passes in stage.eligibility.rules.items() if not passes[work]]
    named = [code for code in failed if code != "edition"] or failed
    return named if named or not stage.view.done[work] else ["done"]


def how_far(stage: Stage, work: int, code: str) -> dict[str, Any]:
    """How far a work is from passing a rule: the next or last window, the age it is rated for."""
    request = stage.request
    if code == "window":
        found = nearest_windows(stage.catalogue, work, request.country, request.now_us)
        moments = {"opens_at": found.opens_us, "closed_at": found.closed_us}
        return {name: told for name, us in moments.items() if (told := _told(us)) is not None}
    if code == "maturity":
        units = [edition.unit for edition in stage.catalogue.works[work].editions]
        youngest = int(stage.catalogue.availability.maturity[units].min())
        rated = None if youngest == NO_MATURITY else youngest
        return {"maturity": rated, "maturity_limit": stage.view.profile.maturity_limit}
    return {}


def _told(us: int | None) -> str | None:
    """A moment as answers tell it; None for one outside the years of UTC: it never comes."""
    try:
        return None if us is None else format_time(from_us(us))
    except OverflowError:
        return None


def verdicts_on(stage: Stage, placed: Sequence[PlacedRow], depth: int, work: int) -> list[Verdict]:
    """What became of a work in every row that could have held it, nearest to being shown first.

    placed: the page to its full length; depth: rows that are asked for
    """
    hidden = set(stage.view.profile.preferences.hidden_rows)
    every = [proposal for source in SOURCES for proposal in source.propose(stage)]
    proposals = [proposal for proposal in every if proposal.kind not in hidden]
    there = {(row.proposal.kind, row.proposal.key): row for row in placed}
    for row in placed:  # also what no source proposes any more
        if not any((p.kind, p.key) == (row.proposal.kind, row.proposal.key) for p in proposals):
            proposals.append(row.proposal)
    found = []
    for proposal in proposals:
        placed_row = there.get((proposal.kind, proposal.key))
        holds = placed_row is not None and bool((placed_row.works == work).any())
        if holds or (proposal.works == work).any():
            found.append(_verdict(stage, placed, depth, work, proposal, placed_row))
    found += [
        Verdict(_id_of(proposal), proposal.kind, proposal.name, "hidden")
        for proposal in every
        if proposal.kind in hidden and (proposal.works == work).any()
    ]
    order = {code: i for i, code in enumerate(("shown", *_NEAREST_FIRST, "dedupe"))}
    found.sort(key=lambda verdict: order[verdict.code])
    return found


def _verdict(
    stage: Stage,
    placed: Sequence[PlacedRow],
    depth: int,
    work: int,
    proposal: Proposal,
    row: PlacedRow | None,
) -> Verdict:
    if row is None:
        code, details = _why_not_placed(stage, placed[:depth], proposal)
        return Verdict(_id_of(proposal), proposal.kind, proposal.name, code, details)
    ruled_out = _ruled_out(stage, placed, work, row)
    if ruled_out is not None:
        return ruled_out
    code, details = _within(stage, placed, depth, work, row)
    return Verdict(row_id(row), proposal.kind, proposal.name, code, details)


def _ruled_out(
    stage: Stage, placed: Sequence[PlacedRow], work: int, row: PlacedRow
) -> Verdict | None:
    """That a cap or a floor of the operator kept a work out of a row that stands on the page."""
    limits, proposal = Limits(stage), row.proposal
    if not limits.are_any or proposal.whole or proposal.as_told:
        return None
    above = placed[: row.row]
    if any((one.works == work).any() for one in (*above, row)):
        return None
    for one in above:
        if not (one.proposal.whole or one.proposal.as_told):
            limits.add(one.works)
    stop = limits.stops(proposal, row.as_settled, work)
    if stop is None:
        return None
    details: dict[str, Parameter] = {"row": row.row + 1, "rule": stop.rule}
    if stop.code == "rule_cap":
        details |= {"group": stop.group, "most": stop.most, "within": stop.within}
    drawn = proposal.settle is not None
    if stop.rivals and not drawn:
        details["value"] = float(stage.value[stop.rivals[-1]])
    return Verdict(
        row_id(row),
        proposal.kind,
        proposal.name,
        stop.code,
        details,
        says=f"{stop.code}_page" if stop.within == "page" else stop.code,
        advises=stop.code if "value" in details else f"{stop.code}_full",
    )


def _within(
    stage: Stage, placed: Sequence[PlacedRow], depth: int, work: int, row: PlacedRow
) -> tuple[str, dict[str, Parameter]]:
    """What became of a work in a row that stands on the page."""
    at = np.flatnonzero(row.works == work)
    if len(at):
        code = "shown" if row.row < depth else "further_down"
        return code, {"row": row.row + 1, "position": int(at[0]) + 1, "rows": depth}
    holder = next((other for other in placed if (other.works == work).any()), None)
    if holder is not None and holder.row < row.row:
        return "dedupe", {"held_by": row_id(holder), "row": row.row + 1}
    if row.proposal.settle is not None:
        return "not_drawn", {"row": row.row + 1}
    place = int(np.flatnonzero(row.proposal.works == work)[0])
    after = np.isin(row.proposal.works[place + 1 :], row.works)
    if after.any():  # the row went on past it
        return "left_out", {"row": row.row + 1}
    if row.proposal.as_told:  # no value would bring it further up
        return "row_order", {"row": row.row + 1, "place": place + 1, "length": len(row.works)}
    last = float(stage.value[row.as_settled[-1]]) if len(row.works) else 0.0
    short_by = max(last - float(stage.value[work]), 0.0)
    return "row_length", {
        "row": row.row + 1,
        "place": place + 1,
        "length": len(row.works),
        "short_by": short_by,
        "value": last,
    }


def _why_not_placed(
    stage: Stage, placed: Sequence[PlacedRow], proposal: Proposal
) -> tuple[str, dict[str, Parameter]]:
    """What kept a proposed row off the rows that are asked for."""
    page = stage.settings.page
    held = np.zeros(stage.catalogue.n, dtype=bool)
    for row in placed:
        held[row.works] = True
    least = page.min_row_length if proposal.min_length is None else proposal.min_length
    left = int((~held[proposal.works]).sum())
    if left < least:
        return "too_short", {"left": left, "least": least}
    same = sum(row.proposal.kind == proposal.kind for row in placed[-LOOKED_BACK:])
    if same >= page.max_same_kind:
        return "cap", {"same": same, "most": page.max_same_kind}
    return "row_value", {"rows": len(placed)}


def _id_of(proposal: Proposal) -> str:
    """The row id that a proposal would have."""
    if not proposal.key:
        return proposal.kind
    return f"{proposal.kind}.{digest_of(0, proposal.kind, proposal.key, size=6).hex()}"
