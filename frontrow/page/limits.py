"""Caps and floors of the operator, held while a row's titles are chosen, never repaired afterwards.

They hold over the rows that the page fills: not over the viewer's own (`continue_watching`, `my_list`),
the list that is the same for all (`top10`), or a row in an editor's order. A cap counts a group's titles
in a row or on the page; a row named after a genre or a person may hold as many of it as it has. A floor
holds at the end of every row, over all titles settled so far, and over the columns seen at once as well:
a title is taken for a floor's sake only where it would fail otherwise, so the best stay in front.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
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


@dataclass(frozen=True)
class Stop:
    """The rule by which a work is not in a row: a cap that a group of its has reached, or a floor."""

    code: str
    rule: str  # its key
    rivals: list[int]  # titles of the row that stand where it could
    group: str = ""
    most: int = 0
    within: str = ""


class Limits:
    """The caps and floors of one page in the making."""

    def __init__(self, stage: Stage) -> None:
        rules = stage.rules
        self._columns = stage.screen.columns
        self._least = stage.settings.page.min_row_length
        floors = [] if rules is None else rules.floors_for(stage.request.country)
        self._floors = [_Count(floor) for floor in floors]
        self._held_to = list(self._floors)  # those that are still to be kept
        self._caps: Sequence[BoundCap] = () if rules is None else rules.caps
        self._held = [np.zeros(len(cap.names), dtype=np.int64) for cap in self._caps]

    @property
    def are_any(self) -> bool:
        return bool(self._held_to or self._caps)

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
        return not any(self._fails(count, works) for count in self._held_to)

    def of_floors(self) -> Bools:
        """bool[n]: the titles that every floor counts as its own; there is a floor."""
        found: Bools = np.logical_and.reduce([count.floor.works for count in self._held_to])
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

    def broken(self) -> list[str]:
        """Keys of the floors that the page fails as it stands, those that were let go among them."""
        nothing = np.empty(0, dtype=np.int32)
        return [count.floor.key for count in self._floors if self._fails(count, nothing)]

    def ways_to_let_go(self) -> list[list[str]]:
        """What could be given up where no row keeps the floors: one of them, else all; by their keys."""
        keys = [count.floor.key for count in self._held_to]
        return [[key] for key in keys] + ([keys] if len(keys) > 1 else [])

    @contextmanager
    def without(self, keys: Sequence[str]) -> Iterator[None]:
        """Some floors given up for a while."""
        before = self._held_to
        self._held_to = [count for count in before if count.floor.key not in keys]
        try:
            yield
        finally:
            self._held_to = before

    def let_go(self, keys: Sequence[str]) -> None:
        """Give some floors up for the rest of the page."""
        self._held_to = [count for count in self._held_to if count.floor.key not in keys]

    def stops(self, proposal: Proposal, works: Works, work: int) -> Stop | None:
        """The cap or floor that keeps a work out of a row of these titles, the rows above being counted."""
        room = _Room(self._caps, self._held, _claimed(proposal))
        inside = [other for other in works.tolist() if room.takes(other)]
        full = room.full(work)
        if full is not None:
            cap, group = self._caps[full[0]], full[1]
            rivals = [other for other in inside if group in cap.groups[[other]].indices]
            return Stop("rule_cap", cap.key, rivals, cap.names[group], cap.most, cap.within)
        for count in self._floors:
            own = count.floor.works
            if not own[work] and self._fails(count, np.append(works, np.int32(work))):
                rivals = [other for other in inside if not own[other]]
                return Stop("rule_floor", count.floor.key, rivals)
        return None

    def _fails(self, count: _Count, works: Works) -> bool:
        return any(
            count.missing(part, len(row), int(count.floor.works[row].sum())) > 0
            for part, row in enumerate((works, works[: self._columns]))
        )

    def _fill(self, proposal: Proposal, works: Works, length: int) -> Works:
        room = _Room(self._caps, self._held, _claimed(proposal))
        left = works.tolist()
        chosen: list[int] = []
        own = [0] * len(self._held_to)
        while left and len(chosen) < length:
            needed = [
                f
                for f, count in enumerate(self._held_to)
                if self._due(count, len(chosen), length, own[f])
            ]
            owns = [self._held_to[f].floor.works for f in needed]
            found = (
                i for i, w in enumerate(left) if all(own_of[w] for own_of in owns) and room.takes(w)
            )
            at = next(found, None)
            if at is None:
                break
            chosen.append(left.pop(at))
            for f, count in enumerate(self._held_to):
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
        if self.full(work) is not None:
            return False
        for has, room in self._caps:
            room[has.indices[has.indptr[work] : has.indptr[work + 1]]] -= 1
        return True

    def full(self, work: int) -> tuple[int, int] | None:
        """(cap, group) of the first group of a title that has no room left."""
        for cap, (has, room) in enumerate(self._caps):
            of = has.indices[has.indptr[work] : has.indptr[work + 1]]
            if (room[of] < 1).any():
                return cap, int(of[int(np.argmax(room[of] < 1))])
        return None


def _claimed(proposal: Proposal) -> frozenset[str]:
    """Genres and people that the row is named after."""
    claims = proposal.claims
    person = claims.get("person")
    return frozenset([*claims.get("genres", ()), *([person] if person else [])])
