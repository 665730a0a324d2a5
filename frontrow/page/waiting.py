"""The rows that wait for a place: what each would show if it were placed now, and what that is worth.

All rows are valued in one array. A row's tiles are its best free titles in order, but for one thing: a
title is not put into a column that hides it. The k-th best title of the ranking belongs to the k-th best
place of the page (`Screen.better_places`); where a column has more better places than that, a row that
has others to show leaves this one to a row that can lead with it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from frontrow.page.stage import Bools, Proposal, Stage, Works

Ints = NDArray[np.int64]

LEADING = 12
"""Columns that a row is valued by at most: what is seen of it without much scrolling."""

_WIDTH = 96
"""Titles of each row that are looked through for them: so many outlive what rows above take."""

_SPARE = 2
"""Screenfuls of titles from which on a row can do without some."""


class Waiting:
    """Proposals as arrays over [rows, width]."""

    def __init__(self, stage: Stage, proposals: Sequence[Proposal]) -> None:
        n, rows = stage.catalogue.n, len(proposals)
        self._stage, self._proposals = stage, proposals
        self.columns = min(LEADING, max(stage.screen.columns, 4))
        self.titles = np.full((rows, _WIDTH), n, dtype=np.int32)  # n pads
        for i, proposal in enumerate(proposals):
            self.titles[i, : len(proposal.works)] = proposal.works[:_WIDTH]
        # A title that is open to no ranked row, such as one that was watched, adds nothing new.
        value = np.append(np.where(stage.open, stage.value, 0), 0).astype(np.float32)
        self._value = value[self.titles]
        self._value *= np.array([p.weight for p in proposals], dtype=np.float32)[:, None]
        self.attention = stage.screen.attention(self.columns)
        self._padding = np.int32(n)
        place: Works = np.append(stage.place, np.int32(2**30))[self.titles]
        # Others keep an order of their own, or have hardly more titles than are seen at once.
        by_rank = np.atleast_1d((place[:, 1:] >= place[:, :-1]).all(axis=1))
        by_rank &= np.array([_has_more(p, stage) for p in proposals], dtype=bool)
        self._by_rank: list[bool] = by_rank.tolist()
        better = stage.screen.better_places(self.columns)
        # Places ascend in such a row, and no two are the same: only so many can be better.
        leading = place[:, : max(int(better.max(initial=0)), 1)]
        hidden = np.sum(leading[:, :, None] < better, axis=1)  # [rows, columns]
        self._hidden = np.where(by_rank[:, None], hidden, 0)
        self._better = stage.screen.better_places(stage.row_length)
        self._taken: Bools | None = None
        self.worth = np.zeros(rows, dtype=np.float32)
        self.shown = np.full((rows, self.columns), n, dtype=np.int32)
        self._shown_value = np.zeros((rows, self.columns), dtype=np.float32)

    def look(self, taken: Bools, row: int) -> Ints:
        """Value the rows, as they would stand at a place, that lost or won a title since the last look;
        which they are.

        taken: bool[n + 1], works that rows above hold; the last is the padding, always taken
        row: the place on the page that is to be filled
        Kept: `worth` float32[rows], attention x value of what each row would show, and `shown`
        int32[rows, columns], its titles, n where it has none.
        """
        if self._taken is None:
            changed = np.arange(len(self.titles))
        else:
            touched = taken != self._taken
            changed = np.flatnonzero(touched[self.titles].any(axis=1))
        if len(changed):
            self._taken = taken.copy()
            self._value_anew(changed, taken)
        attention = self._stage.screen.attention(self.columns, row)
        self.worth = (attention * self._shown_value).sum(axis=1)
        return changed

    def _value_anew(self, rows: Ints, taken: Bools) -> None:
        titles = self.titles[rows]
        free: Bools = ~taken[titles]
        upto = np.zeros((len(rows), _WIDTH + 1), dtype=np.int16)
        np.cumsum(free, axis=1, out=upto[:, 1:])
        row, column = np.arange(len(rows))[:, None], np.arange(self.columns)
        # The free title, counted from 0, that each column shows: the next one not hidden there.
        number = upto[row, self._hidden[rows]] - column
        number = np.maximum.accumulate(number, axis=1) + column
        there = number < upto[:, -1:]
        places = np.append(np.flatnonzero(free), 0)  # of all free titles, row after row
        starts = np.cumsum(upto[:, -1], dtype=np.int64) - upto[:, -1]
        at = places[np.where(there, starts[:, None] + number, len(places) - 1)]
        at -= row * _WIDTH
        at[~there] = 0
        self.shown[rows] = np.where(there, titles[row, at], self._padding)
        value = self._value[rows[:, None], at]
        self._shown_value[rows] = np.where(there, value, np.float32(0))

    def settle(self, i: int, taken: Bools) -> tuple[Works, Works]:
        """(the titles of a row if it is placed now, those that it leaves to others), each in order.

        taken: bool[n], works that it may not hold
        """
        works = self._proposals[i].works
        works = works[~taken[works]]
        length = self._stage.row_length
        if self._proposals[i].as_told:  # also in a small catalogue an editor's row is all of it
            length = self._stage.settings.page.row_length
        if not self._by_rank[i]:
            return works[:length], works[length:]
        column = np.arange(min(length, len(works)))
        shown = np.searchsorted(self._stage.place[works], self._better[: len(column)]) - column
        shown = np.maximum.accumulate(shown) + column
        shown = shown[shown < len(works)]
        if len(shown) < self._stage.settings.page.min_row_length:
            return works[:length], works[length:]
        return works[shown], np.delete(works, shown)


def _has_more(proposal: Proposal, stage: Stage) -> bool:
    return len(proposal.works) > _SPARE * stage.screen.columns and not proposal.as_told
