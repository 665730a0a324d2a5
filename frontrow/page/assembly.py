"""Row assembly: which rows a page shows, in which order, and which titles each settles on.

The next row is the one that adds most to the page as it stands: expected attention x value of the
titles that no row above holds, less for being like a row above. A row's titles are settled to their
full length when it is placed, so what a client asks of it later depends on nothing asked before.

Some places are given: `continue_watching` first, then `my_list` and the head of the ranking; rows
that tell something of the service (what is new, what is rising) come at the latest at a set place.
`top10` and `my_list` may repeat a work of another row, but never near enough to be seen together.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from frontrow.page.exploration import Draw
from frontrow.page.request import VIEWPORTS
from frontrow.page.stage import Bools, Floats, Proposal, Stage, Works

LATEST_ROW = {
    "because_you_watched": 3,
    "for_now": 4,
    "trending": 5,
    "new": 6,
    "top10": 7,
    "person": 8,
    "explore": 9,
    "leaving_soon": 11,
    "watch_again": 13,
}
"""Row by which a kind is shown if it has enough titles: not the best by value, but what tells a page
from a list: it speaks of this viewer, of the service, of what is new, and it leads somewhere else."""

ONCE = frozenset({"for_now", "trending", "new", "top10", "explore", "leaving_soon", "watch_again"})
"""Kinds of which there is one row, which stands at its place and nowhere else."""

_VALUED = 12
"""Leading titles that a row is valued by: what is seen of it without much scrolling."""


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
        self._waiting = [p for p in proposals if p.kind not in hidden]
        self._placed: list[PlacedRow] = []
        self._n = stage.catalogue.n
        self._taken = np.zeros(self._n + 1, dtype=bool)  # place n pads, and is always taken
        self._taken[self._n] = True
        for proposal in self._waiting:
            if proposal.kind == "top_picks":  # others yield to it, wherever it comes to stand
                self._taken[proposal.works] = True
        self._viewport = VIEWPORTS.get(stage.request.device, VIEWPORTS["web"])[0]
        page = stage.settings.page
        # Rows are valued by their leading titles; so many outlive what rows above take.
        width = max(2 * stage.row_length, 4 * _VALUED)
        self._titles = np.full((len(self._waiting), width), self._n, dtype=np.int32)
        for i, proposal in enumerate(self._waiting):
            self._titles[i, : len(proposal.works)] = proposal.works[:width]
        self._value = np.append(stage.value, np.float32(0))[self._titles]
        self._open = np.ones(len(self._waiting), dtype=bool)
        self._attention = (page.attention_columns ** np.arange(_VALUED + 1)).astype(np.float32)
        self._attention[_VALUED] = 0.0
        self._genres = _genre_mix(stage, self._titles)
        self._likest = np.zeros(len(self._waiting), dtype=np.float32)

    def place(self, depth: int) -> list[PlacedRow]:
        self._place_given()
        while len(self._placed) < depth and self._open.any():
            if not (self._place_due() or self._place_best() or self._place_rest_of_list()):
                break
        return self._placed[:depth]

    def _place_given(self) -> None:
        for kind in ("continue_watching", *self._pinned, "my_list", "top_picks"):
            if kind != "top10":  # it repeats titles of the head of the ranking: after it
                any(self._try(i) for i in self._indices(kind))  # the best of its kind

    def _place_due(self) -> bool:
        row = len(self._placed)
        there = {placed.proposal.kind for placed in self._placed}
        due = [kind for kind, latest in LATEST_ROW.items() if row >= latest]
        waits = [kind for kind in ("my_list", *self._pinned, *due) if kind not in there]
        return any(self._try(i) for kind in waits for i in self._indices(kind))

    def _place_best(self) -> bool:
        for i in np.argsort(-self._gains(), kind="stable").tolist():
            if self._open[i] and self._fits_cap(self._waiting[i].kind) and self._try(i):
                return True
        # Every kind has had its share of the last ten rows: let value alone decide.
        for i in np.argsort(-self._gains(), kind="stable").tolist():
            if self._open[i] and self._waiting[i].kind not in ONCE and self._try(i):
                return True
        return any(self._try(i) for i in np.flatnonzero(self._open).tolist())

    def _place_rest_of_list(self) -> bool:
        """A page too short to keep `my_list` out of sight of what it repeats shows the rest of it."""
        return any(self._try(i, rest=True) for i in self._indices("my_list"))

    def _indices(self, kind: str) -> list[int]:
        return [i for i, p in enumerate(self._waiting) if p.kind == kind and self._open[i]]

    def _fits_cap(self, kind: str) -> bool:
        if kind in ONCE:
            return False  # has its own place
        recent = Counter(placed.proposal.kind for placed in self._placed[-9:])
        return recent[kind] < self._stage.settings.page.max_same_kind

    def _gains(self) -> Floats:
        """float32[rows]: attention x value of each row's next free titles, less its likeness."""
        free = ~self._taken[self._titles]
        rank = np.minimum(np.cumsum(free, axis=1) - 1, _VALUED)
        worth = np.where(free, self._value * self._attention[np.maximum(rank, 0)], 0.0).sum(axis=1)
        gains = worth * (1.0 - self._stage.settings.page.redundancy * self._likest)
        return np.where(self._open, gains, -np.inf).astype(np.float32)

    def _try(self, i: int, *, rest: bool = False) -> bool:
        """Place a row if it can stand here. A row that never can is put away.

        rest: of a whole row, only what is not seen nearby
        """
        proposal, page = self._waiting[i], self._stage.settings.page
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
            works = proposal.works[~(self._taken[proposal.works] | blocked[proposal.works])]
            works = works[: self._stage.row_length]
        least = page.min_row_length if proposal.min_length is None else proposal.min_length
        if len(works) < least:
            if proposal.whole or not blocked.any():
                self._open[i] = False
            return False
        self._open[i] = False
        self._placed.append(PlacedRow(len(self._placed), proposal, works, draw))
        if proposal.kind != "top10":
            self._taken[works] = True
        self._likest = np.maximum(self._likest, self._genres @ self._genres[i])
        return True

    def _seen_nearby(self) -> Bools:
        """bool[n]: works that a new row must not show, being seen together with those above.

        Only whole rows need to ask: between the others no work stands twice anyway.
        """
        near = self._placed[-(self._viewport - 1) :] if self._viewport > 1 else []
        nearby = np.zeros(self._n, dtype=bool)
        for placed in near:
            nearby[placed.works] = True
        return nearby


def _genre_mix(stage: Stage, titles: Works) -> Floats:
    """float32[rows, g]: the genres of each row's leading titles, of length one."""
    genres = stage.catalogue.genres
    if not genres.names or not len(titles):
        return np.zeros((len(titles), 1), dtype=np.float32)
    lead = titles[:, :_VALUED]
    filled = lead < stage.catalogue.n
    ends = np.concatenate([[0], np.cumsum(filled.sum(axis=1))])
    holds = sparse.csr_array(
        (np.ones(int(ends[-1]), dtype=np.float32), lead[filled], ends),
        shape=(len(titles), stage.catalogue.n),
    )
    mix = (holds @ genres.has).toarray()
    length = np.linalg.norm(mix, axis=1, keepdims=True)
    return np.asarray(mix / np.maximum(length, 1e-9), dtype=np.float32)
