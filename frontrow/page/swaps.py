"""Places changed at random on a small share of pages, so that it can be learned how each place is looked at.

On such a page neighbouring rows, and neighbouring titles within rows, change places with chance 1/2:
disjoint pairs, all of one parity, which is drawn too. What each place then earns tells how much it is
looked at, whatever stood there (`ranking.positions`). Nothing moves within a row whose order is a promise
(what is under way, the viewer's list, the head of the ranking, the ten most watched, an editor's order);
what was pinned stays where it is, and no two rows change places where a title could then be seen beside
itself.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from frontrow.base.randomness import rng_for, seed_of
from frontrow.page.assembly import PlacedRow
from frontrow.page.stage import Proposal, Stage, Works

POLICY = "adjacent pairs"
CHANCE = 0.5
"""That a pair changes places, each for itself."""

IN_ORDER = frozenset({"continue_watching", "my_list", "top10", "top_picks"})
"""Rows within which the order is a promise."""

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class ColumnSwaps:
    """The pairs (first, first + 1), (first + 2, first + 3), … of a row, and which changed places."""

    first: int
    swapped: Bools  # [pairs]


@dataclass(frozen=True)
class Swaps:
    """What was drawn for a page."""

    share: float  # chance that a page is such a page
    rows: dict[int, bool]  # place of a pair's first row -> whether it changed places with the next
    columns: dict[int, ColumnSwaps]  # by the row's place as shown

    def told(self, among: Container[int]) -> dict[str, Any]:
        """For the decision record of some of the page's rows."""
        rows = {first: swapped for first, swapped in self.rows.items() if first in among}
        return {
            "policy": POLICY,
            "share": self.share,
            "chance": CHANCE,
            "rows": {"first": list(rows), "swapped": _bits(list(rows.values()))},
            "columns": {
                str(row): {"first": of.first, "swapped": _bits(of.swapped.tolist())}
                for row, of in sorted(self.columns.items())
                if row in among
            },
        }


def _bits(swapped: Sequence[bool]) -> str:
    return "".join("1" if one else "0" for one in swapped)


def is_swapped(stage: Stage) -> bool:
    """Whether this page is one of the share; drawn by its seed, so that it is one whenever it is built.

    Never without profiling, of a child, or of who did not want it: nothing is tried on them.
    """
    share, profile = stage.settings.exploration.swap_share, stage.view.profile
    if not stage.request.personalised or profile.kids or not profile.preferences.personalised:
        return False
    if stage.rules is not None and stage.rules.floors:
        return False  # a floor holds at the end of every row, and of what is seen at once
    return seed_of(stage.request.seed, "swapped page") < share * 2**53


def rows_ahead(stage: Stage, depth: int) -> int:
    """Rows that must be known for the first `depth` to be: those that could come to be seen with them."""
    most = stage.settings.page.max_rows
    return max(depth, min(depth + stage.screen.rows + 1, most))


def swap_places(stage: Stage, placed: Sequence[PlacedRow]) -> tuple[list[PlacedRow], Swaps]:
    """The rows with their places changed, of a page that `is_swapped`.

    placed: `rows_ahead` of them, or all that there are; of the last ones the place may still change
    """
    seed, page = stage.request.seed, placed[: stage.settings.page.max_rows]
    rng = rng_for(seed, "swapped rows")
    parity = int(rng.integers(2))
    drawn = rng.integers(2, size=stage.settings.page.max_rows // 2 + 1).astype(bool)
    pairs = [first for first in range(parity, len(page) - 1, 2) if _may_swap(stage, page, first)]
    rows = {first: bool(drawn[first // 2]) for first in pairs}
    order = list(range(len(placed)))
    for first, swapped in rows.items():
        if swapped:
            order[first], order[first + 1] = order[first + 1], order[first]
    found, columns = [], {}
    for place, of in enumerate(order):
        row, changed = _swap_columns(placed[of], seed)
        found.append(replace(row, row=place))
        if changed is not None:
            columns[place] = changed
    return found, Swaps(stage.settings.exploration.swap_share, rows, columns)


def _swap_columns(placed: PlacedRow, seed: int) -> tuple[PlacedRow, ColumnSwaps | None]:
    """A row with neighbouring titles swapped, and which pairs were; None where its order is a promise,
    or where titles were drawn for their places."""
    proposal, works = placed.proposal, placed.works
    if proposal.kind in IN_ORDER or proposal.whole or proposal.as_told or placed.draw is not None:
        return placed, None
    rng = rng_for(seed, "swapped columns", proposal.kind, proposal.key)
    first = int(rng.integers(2))
    pairs = max((len(works) - first) // 2, 0)
    if not pairs:
        return placed, None
    swapped = rng.integers(2, size=pairs).astype(bool)
    changed: Works = works.copy()
    left = first + 2 * np.flatnonzero(swapped)
    changed[left], changed[left + 1] = works[left + 1], works[left]
    return replace(placed, works=changed, settled=works), ColumnSwaps(first, swapped)


def _may_swap(stage: Stage, placed: Sequence[PlacedRow], first: int) -> bool:
    """Whether two rows may change places, whatever becomes of the other pairs."""
    pair = placed[first], placed[first + 1]
    if any(_stands_fast(stage, one.proposal) for one in pair):
        return False
    seen = stage.screen.rows
    # A row of another pair of this parity comes nearer by at most one place; this one by one too.
    for at in range(max(first - seen, 0), min(first + seen + 2, len(placed))):
        if at in (first, first + 1):
            continue
        low, high = _reach(first, at)
        nearest = first - high if at < first else low - (first + 1)
        if nearest < seen and any(_repeats(one, placed[at]) for one in pair):
            return False
    return True


def _reach(first: int, at: int) -> tuple[int, int]:
    """The places that a row may come to by a swap of its pair, of the parity of `first`."""
    start = at - (at - first) % 2
    return start, start + 1


def _repeats(one: PlacedRow, other: PlacedRow) -> bool:
    if not (one.proposal.whole or other.proposal.whole):
        return False  # between the others no work stands twice
    return bool(np.isin(one.works, other.works).any())


def _stands_fast(stage: Stage, proposal: Proposal) -> bool:
    """Whether a row stands where it does by someone's word."""
    if proposal.kind in _pinned_by(stage):
        return True
    if stage.rules is None or proposal.kind != "editorial":
        return False
    return any(row.key == proposal.key and row.place is not None for row in stage.rules.rows)


def _pinned_by(stage: Stage) -> set[str]:
    """Kinds that the viewer or the operator pinned."""
    rules = stage.rules
    pinned = set() if rules is None else set(rules.pins.values())
    return pinned | set(stage.view.profile.preferences.pinned_rows)
