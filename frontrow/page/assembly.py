"""Row assembly: which rows a page shows, in which order, and which titles each settles on.

The next row is the one that adds most to the page as it stands: expected attention x value of the
titles that no row above holds, less for being like a row above. A row's titles are settled to their
full length when it is placed, so what a client asks of it later depends on nothing asked before.

Some places are given: `continue_watching`, `my_list` and the head of the ranking come first, the head
before the two where going on is less likely than beginning something; rows that tell something of the
service (what is new, what is rising) come at the latest at a set place.
`top10` and `my_list` may repeat a work of another row, but never near enough to be seen together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from frontrow.base.texts import Parameter
from frontrow.models.histories import GOOD
from frontrow.page.balance import Balance, Doubles
from frontrow.page.exploration import Draw
from frontrow.page.limits import Limits
from frontrow.page.pins import Pin, Pins
from frontrow.page.stage import Bools, Proposal, Stage, Works
from frontrow.page.waiting import LEADING, Waiting

LATEST_ROW = {
    "for_now": 5,
    "trending": 6,
    "new": 7,
    "top10": 8,
    "explore": 9,
    "person": 10,
    "leaving_soon": 11,
    "watch_again": 13,
}
"""Row by which a kind is shown if it has enough titles: not the best by value, but what tells a page
from a list: it speaks of this viewer, of the service, of what is new, and it leads somewhere else.
The first screens go by value alone."""

ONCE = frozenset({"top10", "explore", "leaving_soon", "watch_again"})
"""Kinds of which there is one row, which stands at its place and nowhere else."""

_HEADS = 8
"""Lengths of `top_picks` that are looked through for titles that keep caps and floors."""


@dataclass(frozen=True)
class PlacedRow:
    """A row on the page, its titles settled."""

    row: int
    proposal: Proposal
    works: Works
    draw: Draw | None
    settled: Works | None = None  # as they were settled, where places changed since

    @property
    def as_settled(self) -> Works:
        """The titles in the order of the row itself."""
        return self.works if self.settled is None else self.settled


@dataclass(frozen=True)
class GaveWay:
    """A rule of the operator that could not be kept on pages of `depth` rows and more."""

    depth: int
    rule: str  # its key
    text: tuple[str, dict[str, Parameter]]


@dataclass(frozen=True)
class Assembled:
    """The rows of a page, and which rules of the operator could not be kept on it."""

    rows: list[PlacedRow]
    gave_way: list[GaveWay]


def assemble(stage: Stage, proposals: list[Proposal], depth: int) -> Assembled:
    """The first `depth` rows of the page; a longer page begins with the same rows."""
    assembly = _Assembly(stage, proposals)
    rows = assembly.place(depth)
    return Assembled(rows, assembly.gave_way)


class _Assembly:
    """One page in the making."""

    def __init__(self, stage: Stage, proposals: list[Proposal]) -> None:
        self._hidden = hidden = set(stage.view.profile.preferences.hidden_rows)
        self._stage = stage
        self._pinned = tuple(stage.view.profile.preferences.pinned_rows)
        self._proposals = [p for p in proposals if p.kind not in hidden]
        self._placed: list[PlacedRow] = []
        self._n = stage.catalogue.n
        self._taken = np.zeros(self._n + 1, dtype=bool)  # place n pads, and is always taken
        self._taken[self._n] = True
        self._of_kind: dict[str, list[int]] = {}
        for i, proposal in enumerate(self._proposals):
            self._of_kind.setdefault(proposal.kind, []).append(i)
        for i in self._of_kind.get("top_picks", ()):
            works = self._proposals[i].works
            if len(works) >= stage.settings.page.min_row_length:
                self._taken[works] = True  # others yield to it, wherever it comes to stand
        self._open = np.ones(len(self._proposals), dtype=bool)
        asked = {p.kind: p.latest_row for p in proposals if p.latest_row is not None}
        self._latest = {**LATEST_ROW, **asked}
        self._waiting = Waiting(stage, self._proposals)
        self._balance = Balance(stage)
        self._mixes = np.zeros((len(self._proposals), self._balance.wanted.size))  # [rows, g]
        self._limits = Limits(stage)
        self._pins = Pins(stage, self._proposals)
        self.gave_way: list[GaveWay] = []

    def place(self, depth: int) -> list[PlacedRow]:
        given, too_early = self._given(), list[Pin]()
        while len(self._placed) < depth and self._open.any():
            if self._place_pin(self._pins.at(len(self._placed) + 1)):
                continue
            if given:
                # Of several rows of a kind the best; `top10` repeats the head of the ranking: after it.
                kind = given.pop(0)
                if kind != "top10":
                    any(self._try(i) for i in self._indices(kind))
                continue
            if self._place_any():
                continue
            early = self._pins.next()  # the page seems to end before its place
            if early is not None:
                too_early += [early] if self._place_pin(early) else []
            elif not self._place_without_floors():
                break
        for pin in too_early:
            if len(self._placed) >= pin.place:  # it went on after all
                self._give_way(pin, pin.place)
        while len(self._placed) < depth and (left := self._pins.next()) is not None:
            self._give_way(left, left.place)  # nothing is there to stand in it
        return self._placed

    def _place_any(self) -> bool:
        return self._place_due() or self._place_best() or self._place_rest_of_list()

    def _given(self) -> list[str]:
        """The kinds that come first, in their order."""
        if self._wants_to_go_on():
            return ["continue_watching", *self._pinned, "my_list", "top_picks"]
        return ["top_picks", "continue_watching", *self._pinned, "my_list"]

    def _place_pin(self, pin: Pin | None) -> bool:
        if pin is None:
            return False
        if any(self._try(i) for i in pin.rows if self._open[i]):
            return True
        self._give_way(pin, len(self._placed) + 1)
        return False

    def _give_way(self, pin: Pin, depth: int) -> None:
        words: dict[str, Parameter] = {"rule": pin.rule, "place": pin.place}
        code = "gave.hidden" if pin.kind in self._hidden else "gave.pin"
        self.gave_way.append(GaveWay(depth, pin.rule, (code, words)))

    def _place_without_floors(self) -> bool:
        """Where no row is left that keeps the floors, the page goes on without one of them, else
        without all."""
        for keys in self._limits.ways_to_let_go():
            with self._limits.without(keys):
                placed = self._place_any()
            if placed:
                self._limits.let_go(keys)
                return True
        return False

    def _note_broken_floors(self) -> None:
        """A floor that was let go has given way once a row breaks it, and not before."""
        told = {one.rule for one in self.gave_way if one.text[0] == "gave.floor"}
        for key in self._limits.broken():
            if key not in told:
                way = GaveWay(len(self._placed), key, ("gave.floor", {"rule": key}))
                self.gave_way.append(way)

    def _wants_to_go_on(self) -> bool:
        """Whether more is expected of what is under way than of the head of the ranking: attention x
        what going on is worth, as often as it is likely."""
        stage = self._stage
        if stage.policy is None:
            return True
        attention = stage.screen.attention(stage.screen.columns, 0)
        going = stage.going_on[: len(attention)]
        head = stage.value[stage.ranked[: len(attention)]]
        worth = GOOD * float(attention[: len(going)] @ going)
        return worth >= float(attention[: len(head)] @ head)

    def _place_due(self) -> bool:
        row = len(self._placed)
        there = {placed.proposal.kind for placed in self._placed}
        due = [kind for kind, latest in self._latest.items() if row >= latest]
        due.sort(key=lambda kind: kind != "explore")  # what waited longer may leave it no row
        kinds = ("continue_watching", "my_list", *self._pinned, *due)
        waits = [i for kind in kinds if kind not in there for i in self._indices(kind)]
        once = [i for i in waits if self._proposals[i].kind in ONCE]
        # What is pinned or due now would keep the list out of sight of itself till a short page's end.
        if any(self._repeats_list(i) for i in once) and self._is_short():
            waits = [i for i in waits if i not in once]
            if any(self._try(i) for i in waits) or self._place_rest_of_list():
                return True
            waits = once
        return any(self._try(i) for i in waits)

    def _is_short(self) -> bool:
        """Whether the rows still to come hold too few titles to put one row out of sight of another."""
        free = np.zeros(self._n, dtype=bool)
        for i in np.flatnonzero(self._open).tolist():
            proposal = self._proposals[i]
            if proposal.kind not in ONCE and not proposal.whole:
                free[proposal.works] = True
        free &= ~self._taken[: self._n]
        return int(free.sum()) < (self._stage.screen.rows - 1) * self._stage.row_length

    def _place_best(self) -> bool:
        order = np.argsort(-self._gains(), kind="stable").tolist()
        room = self._kinds_with_room()
        rest = [i for i in order if self._may_stand(i)]
        if any(self._try(i) for i in rest if self._proposals[i].kind in room):
            return True
        # Every kind has had its share of the last ten rows: let value alone decide.
        if any(self._try(i) for i in rest if self._proposals[i].kind not in ONCE):
            return True
        once = [i for i in rest if self._proposals[i].kind in ONCE]
        if any(self._repeats_list(i) for i in once) and self._place_rest_of_list():
            return True
        return any(self._try(i) for i in once)

    def _repeats_list(self, i: int) -> bool:
        """Whether a row would keep the list that still waits out of sight of itself."""
        mine = [self._proposals[j].works for j in self._indices("my_list")]
        return any(bool(np.isin(works, self._proposals[i].works).any()) for works in mine)

    def _place_rest_of_list(self) -> bool:
        """A page too short to keep a row of the viewer's own out of sight of what it repeats shows the
        rest of it."""
        own = (*self._indices("continue_watching"), *self._indices("my_list"))
        return any(self._try(i, rest=True) for i in own)

    def _indices(self, kind: str) -> list[int]:
        return [i for i in self._of_kind.get(kind, ()) if self._may_stand(i)]

    def _may_stand(self, i: int) -> bool:
        """Whether a row is still to be placed, and not held back for a place of its own."""
        return bool(self._open[i]) and i not in self._pins.held_back

    def _kinds_with_room(self) -> set[str]:
        """Kinds that compete for the next row: not those with a place of their own, nor those that
        have had their share of the last rows."""
        recent = Counter(placed.proposal.kind for placed in self._placed[-9:])
        most = self._stage.settings.page.max_same_kind
        return {kind for kind in self._of_kind if kind not in ONCE and recent[kind] < most}

    def _gains(self) -> Doubles:
        """float64[rows]: attention x value of what each row would show, as a share of the most that any
        would, less for being like a row above and for leading away from the viewer's interests."""
        page = self._stage.settings.page
        changed = self._waiting.look(self._taken, len(self._placed))
        worth = self._waiting.worth
        gains = worth.astype(np.float64) / max(float(worth.max(initial=0.0)), 1e-12)
        if page.redundancy or page.calibration:
            if len(changed):
                shown = self._waiting.shown[changed]
                self._mixes[changed] = self._balance.mixes(shown, self._waiting.attention)
            mixes = self._mixes
            gains *= 1 - page.redundancy * self._balance.likeness(mixes)
            if page.calibration and self._balance.is_known:
                gains -= page.calibration * self._balance.after(mixes)
        return np.asarray(np.where(self._open, gains, -np.inf))

    def _try(self, i: int, *, rest: bool = False) -> bool:
        """Place a row if it can stand here. A row that never can is put away.

        rest: of a whole row, only what is not seen nearby
        """
        proposal, page = self._proposals[i], self._stage.settings.page
        blocked = self._seen_nearby()
        limited = self._limits.are_any and not (proposal.whole or proposal.as_told)
        draw = proposal.draw
        if proposal.whole or (proposal.kind == "top_picks" and not limited):
            works = proposal.works
            if rest:
                works = works[~blocked[works]]
            elif blocked[works].any():
                return False  # later, further down
        elif proposal.kind == "top_picks":
            works, draw = self._limited_head(proposal, blocked), None
        elif proposal.settle is not None:
            draw = self._drawn(proposal, proposal.settle, self._taken[: self._n] | blocked)
            works = draw.works
        else:
            works, others = self._waiting.settle(i, self._taken[: self._n] | blocked)
            if limited:
                wide = np.concatenate([works, others])
                works = self._limits.fill(proposal, wide, self._stage.row_length)
        least = page.min_row_length if proposal.min_length is None else proposal.min_length
        if len(works) < least:
            if not limited and (proposal.whole or not blocked.any()):
                self._open[i] = False
            return False
        self._open[i] = False
        self._placed.append(PlacedRow(len(self._placed), proposal, works, draw))
        if proposal.kind == "top_picks":
            self._taken[proposal.works] = False  # under limits it may hold others
        if proposal.kind != "top10":
            self._taken[works] = True
        if not (proposal.whole or proposal.as_told):
            self._limits.add(works)
            self._note_broken_floors()
        self._balance.add(self._mix_of(works))
        return True

    def _limited_head(self, proposal: Proposal, blocked: Bools) -> Works:
        """The head of the ranking as far as caps and floors let it."""
        most = len(proposal.works)
        taken = self._taken[: self._n] | blocked
        taken[proposal.works] = blocked[proposal.works]
        head = self._stage.ranked[: _HEADS * most]
        return self._limits.fill(proposal, head[~taken[head]], most)

    def _drawn(self, proposal: Proposal, settle: Callable[[Bools], Draw], taken: Bools) -> Draw:
        """A row that is drawn: from titles of which every choice keeps the caps, and where the floors
        need it, from their own alone."""
        if not self._limits.are_any:
            return settle(taken)
        pool = proposal.works[~taken[proposal.works]]
        shut = np.ones(self._n, dtype=bool)
        shut[self._limits.allowed(proposal, pool)] = False
        draw = settle(shut)
        if not self._limits.keeps_floors(draw.works):
            draw = settle(shut | ~self._limits.of_floors())
        return draw if self._limits.keeps_floors(draw.works) else settle(np.ones_like(shut))

    def _mix_of(self, works: Works) -> Doubles:
        """float64[g]: the genres of a placed row's first columns, by the attention that each gets."""
        attention = self._stage.screen.attention(min(len(works), LEADING))
        found: Doubles = self._balance.mixes(works[None, : len(attention)], attention)[0]
        return found

    def _seen_nearby(self) -> Bools:
        """bool[n]: works that a new row must not show, being seen together with those above.

        Only whole rows need to ask: between the others no work stands twice anyway.
        """
        seen = self._stage.screen.rows
        near = self._placed[-(seen - 1) :] if seen > 1 else []
        nearby = np.zeros(self._n, dtype=bool)
        for placed in near:
            nearby[placed.works] = True
        return nearby
