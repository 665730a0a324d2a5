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
from dataclasses import dataclass

import numpy as np

from frontrow.models.histories import GOOD
from frontrow.page.balance import Balance, Doubles
from frontrow.page.exploration import Draw
from frontrow.page.stage import Bools, Proposal, Stage, Works
from frontrow.page.waiting import LEADING, Waiting

LATEST_ROW = {
    "because_you_watched": 4,
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


@dataclass(frozen=True)
class PlacedRow:
    """A row on the page, its titles settled."""

    row: int
    proposal: Proposal
    works: Works
    draw: Draw | None


def assemble(stage: Stage, proposals: list[Proposal], depth: int) -> list[PlacedRow]:
    """The first `depth` rows of the page; a longer page begins with the same rows."""
    return _Assembly(stage, proposals).place(depth)


class _Assembly:
    """One page in the making."""

    def __init__(self, stage: Stage, proposals: list[Proposal]) -> None:
        hidden = set(stage.view.profile.preferences.hidden_rows)
        self._stage = stage
        self._pinned = tuple(stage.view.profile.preferences.pinned_rows)
        self._proposals = [p for p in proposals if p.kind not in hidden]
        self._placed: list[PlacedRow] = []
        self._n = stage.catalogue.n
        self._taken = np.zeros(self._n + 1, dtype=bool)  # place n pads, and is always taken
        self._taken[self._n] = True
        for proposal in self._proposals:
            if proposal.kind == "top_picks":  # others yield to it, wherever it comes to stand
                self._taken[proposal.works] = True
        self._open = np.ones(len(self._proposals), dtype=bool)
        self._waiting = Waiting(stage, self._proposals)
        self._balance = Balance(stage)

    def place(self, depth: int) -> list[PlacedRow]:
        self._place_given()
        while len(self._placed) < depth and self._open.any():
            if not (self._place_due() or self._place_best() or self._place_rest_of_list()):
                break
        return self._placed[:depth]

    def _place_given(self) -> None:
        own: tuple[str, ...] = ("continue_watching", *self._pinned, "my_list", "top_picks")
        if not self._wants_to_go_on():
            own = ("top_picks", "continue_watching", *self._pinned, "my_list")
        for kind in own:
            if kind != "top10":  # it repeats titles of the head of the ranking: after it
                any(self._try(i) for i in self._indices(kind))  # the best of its kind

    def _wants_to_go_on(self) -> bool:
        """Whether more is expected of what is under way than of the head of the ranking: attention x
        what going on is worth, as often as it is likely."""
        stage = self._stage
        if stage.policy is None:
            return True
        attention = stage.screen.attention(stage.screen.columns)
        going = stage.going_on[: len(attention)]
        head = stage.value[stage.ranked[: len(attention)]]
        worth = GOOD * float(attention[: len(going)] @ going)
        return worth >= float(attention[: len(head)] @ head)

    def _place_due(self) -> bool:
        row = len(self._placed)
        there = {placed.proposal.kind for placed in self._placed}
        due = [kind for kind, latest in LATEST_ROW.items() if row >= latest]
        waits = [kind for kind in ("my_list", *self._pinned, *due) if kind not in there]
        return any(self._try(i) for kind in waits for i in self._indices(kind))

    def _place_best(self) -> bool:
        order = np.argsort(-self._gains(), kind="stable").tolist()
        room = self._kinds_with_room()
        if any(self._try(i) for i in order if self._open[i] and self._proposals[i].kind in room):
            return True
        # Every kind has had its share of the last ten rows: let value alone decide.
        rest = [i for i in order if self._open[i]]
        rest.sort(key=lambda i: self._proposals[i].kind in ONCE)
        return any(self._try(i) for i in rest)

    def _place_rest_of_list(self) -> bool:
        """A page too short to keep `my_list` out of sight of what it repeats shows the rest of it."""
        return any(self._try(i, rest=True) for i in self._indices("my_list"))

    def _indices(self, kind: str) -> list[int]:
        return [i for i, p in enumerate(self._proposals) if p.kind == kind and self._open[i]]

    def _kinds_with_room(self) -> set[str]:
        """Kinds that compete for the next row: not those with a place of their own, nor those that
        have had their share of the last rows."""
        recent = Counter(placed.proposal.kind for placed in self._placed[-9:])
        most = self._stage.settings.page.max_same_kind
        return {p.kind for p in self._proposals if p.kind not in ONCE and recent[p.kind] < most}

    def _gains(self) -> Doubles:
        """float64[rows]: attention x value of what each row would show, as a share of the most that any
        would, less for being like a row above and for leading away from the viewer's interests."""
        page = self._stage.settings.page
        worth, attention = self._waiting.worth(self._taken)
        gains = worth.astype(np.float64) / max(float(worth.max(initial=0.0)), 1e-12)
        if page.redundancy or page.calibration:
            mixes = self._balance.mixes(self._waiting.titles, attention)
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
        draw = proposal.draw
        if proposal.whole or proposal.kind == "top_picks":
            works = proposal.works
            if rest:
                works = works[~blocked[works]]
            elif blocked[works].any():
                return False  # later, further down
        elif proposal.settle is not None:
            draw = proposal.settle(self._taken[: self._n] | blocked)
            works = draw.works
        else:
            works = self._waiting.settle(i, self._taken[: self._n] | blocked)
        least = page.min_row_length if proposal.min_length is None else proposal.min_length
        if len(works) < least:
            if proposal.whole or not blocked.any():
                self._open[i] = False
            return False
        self._open[i] = False
        self._placed.append(PlacedRow(len(self._placed), proposal, works, draw))
        if proposal.kind != "top10":
            self._taken[works] = True
        self._balance.add(self._mix_of(works))
        return True

    def _mix_of(self, works: Works) -> Doubles:
        """float64[g]: the genres of a placed row, by the attention that each of its titles gets."""
        attention = self._stage.screen.attention(min(len(works), LEADING))
        found: Doubles = self._balance.mixes(works[None, : len(attention)], attention[None])[0]
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
