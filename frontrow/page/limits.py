"""Caps and floors of the operator, held while a row's titles are chosen, never repaired afterwards.

They hold over the rows that the page fills: not over the viewer's own (`continue_watching`, `my_list`),
the list that is the same for all (`top10`), or a row in an editor's order. A cap counts a group's titles
in a row or on the page; a row named after a genre or a person may hold as many of it as it has. A floor
holds at the end of every row, over all titles settled so far, and over the columns seen at once as well:
a title is taken for a floor's sake only where it would fail otherwise, so the best stay in front.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from frontrow.page.stage import Bools, Proposal, Stage, Works
from frontrow.rules import BoundCap, BoundFloor


@dataclass
class _Count:
    """What a floor has seen of the page: titles and those of its own, in all and on screen."""

    floor: BoundFloor
    titles: list[int] = field(default_factory=lambda: [0, 0])
    own: list[int] = field(default_factory=lambda: [0, 0])

    def missing(self, part: int, length: int, own: int) -> int:
        """How many of its own a row of `length` titles lacks with `own` of them."""
        wanted = math.ceil(self.floor.share * (self.titles[part] + length) - 1e-9)
        return wanted - self.own[part] - own


class Limits:
    """The caps and floors of one page in the making."""

    def __init__(self, stage: Stage) -> None:
        rules = stage.rules
        self._columns = stage.screen.columns
        self._least = stage.settings.page.min_row_length
        floors = [] if rules is None else rules.floors_for(stage.request.country)
        self._floors = [_Count(floor) for floor in floors]
        self._caps: Sequence[BoundCap] = () if rules is None else rules.caps
        self._held = [np.zeros(len(cap.names), dtype=np.int64) for cap in self._caps]

    @property
    def are_any(self) -> bool:
        return bool(self._floors or self._caps)

    def fill(self, proposal: Proposal, works: Works, length: int) -> Works:
        """The titles of a row, in the order of `works`; none where no row of them keeps the floors.

        works: what may stand in it, the best first; longer than the row, to choose from
        """
        while length >= 1:
            found = self._fill(proposal, works, length)
            if len(found) < min(self._least, length):
                return found[:0]
            if self.keeps_floors(found):
                return found
            length = min(len(found), length) // 2
        return works[:0]

    def allowed(self, proposal: Proposal, works: Works) -> Works:
        """Those of `works` of which every choice keeps the caps: what a row may be drawn from."""
        room = _Room(self._caps, self._held, _claimed(proposal))
        return np.array([w for w in works.tolist() if room.takes(w)], dtype=np.int32)

    def keeps_floors(self, works: Works) -> bool:
        """Whether every floor holds once a row with these titles is placed."""
        for count in self._floors:
            for part, row in enumerate((works, works[: self._columns])):
                if count.missing(part, len(row), int(count.floor.works[row].sum())) > 0:
                    return False
        return True

    def of_floors(self) -> Bools:
        """bool[n]: the titles that every floor counts as its own; there is a floor."""
        found: Bools = np.logical_and.reduce([count.floor.works for count in self._floors])
        return found

    def add(self, works: Works) -> None:
        """A row with these titles is placed."""
        for cap, held in zip(self._caps, self._held, strict=True):
            groups = cap.groups
            for work in works.tolist():
                held[groups.indices[groups.indptr[work] : groups.indptr[work + 1]]] += 1
        for count in self._floors:
            for part, row in enumerate((works, works[: self._columns])):
                count.titles[part] += len(row)
                count.own[part] += int(count.floor.works[row].sum())

    def let_floors_go(self) -> list[str]:
        """Give up the floors, where no row can be placed that keeps them; their keys."""
        keys = [count.floor.key for count in self._floors]
        self._floors = []
        return keys

    def _fill(self, proposal: Proposal, works: Works, length: int) -> Works:
        room = _Room(self._caps, self._held, _claimed(proposal))
        left = works.tolist()
        chosen: list[int] = []
        own = [0] * len(self._floors)
        while left and len(chosen) < length:
            needed = [
                f
                for f, count in enumerate(self._floors)
                if self._due(count, len(chosen), length, own[f])
            ]
            owns = [self._floors[f].floor.works for f in needed]
            found = (
                i for i, w in enumerate(left) if all(own_of[w] for own_of in owns) and room.takes(w)
            )
            at = next(found, None)
            if at is None:
                break
            chosen.append(left.pop(at))
            for f, count in enumerate(self._floors):
                own[f] += bool(count.floor.works[chosen[-1]])
        return np.array(chosen, dtype=np.int32)

    def _due(self, count: _Count, at: int, length: int, own: int) -> bool:
        """Whether a floor fails if the title at a place is not of its own."""
        for part, end in enumerate((length, min(length, self._columns))):
            if at < end and count.missing(part, end, own) >= end - at:
                return True
        return False


class _Room:
    """How many titles of each group a row can still take."""

    def __init__(
        self, caps: Sequence[BoundCap], held: Sequence[np.ndarray], claimed: frozenset[str]
    ) -> None:
        self._caps = [
            (cap.groups, cap.most - held_of if cap.within == "page" else np.full(len(held_of), cap.most))
            for cap, held_of in zip(caps, held, strict=True)
        ]  # fmt: skip
        for cap, (_, room) in zip(caps, self._caps, strict=True):
            if cap.within == "row":
                for group, name in enumerate(cap.names):
                    if name in claimed:
                        room[group] = np.iinfo(np.int64).max

    def takes(self, work: int) -> bool:
        """Whether a title still fits; then it has its place."""
        groups = [
            (room, has.indices[has.indptr[work] : has.indptr[work + 1]]) for has, room in self._caps
        ]
        if any((room[of] < 1).any() for room, of in groups):
            return False
        for room, of in groups:
            room[of] -= 1
        return True


def _claimed(proposal: Proposal) -> frozenset[str]:
    """Genres and people that the row is named after."""
    claims = proposal.claims
    person = claims.get("person")
    return frozenset([*claims.get("genres", ()), *([person] if person else [])])
