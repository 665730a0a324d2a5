"""The rows that wait for a place: what each would show if it were placed now, and what that is worth.

All rows are valued in one array. A row's tiles are its best free titles in order, but for one thing: a
title is not put into a column that hides it. The k-th best title of the ranking belongs to the k-th best
place of the page (`Screen.better_places`); where a column has more better places than that, a row that
has others to show leaves this one to a row that can lead with it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from frontrow.page.stage import Bools, Floats, Proposal, Stage, Works

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
        self._columns = min(LEADING, max(stage.screen.columns, 4))
        self.titles = np.full((rows, _WIDTH), n, dtype=np.int32)  # n pads
        for i, proposal in enumerate(proposals):
            self.titles[i, : len(proposal.works)] = proposal.works[:_WIDTH]
        # A title that is open to no ranked row, such as one that was watched, adds nothing new.
        value = np.append(np.where(stage.open, stage.value, 0), 0).astype(np.float32)
        self._value = value[self.titles]
        self._value *= np.array([p.weight for p in proposals], dtype=np.float32)[:, None]
        self._attention = np.append(stage.screen.attention(self._columns), np.float32(0))
        place: Works = np.append(stage.place, np.int32(2**30))[self.titles]
        # Others keep an order of their own, or have hardly more titles than are seen at once.
        by_rank = np.atleast_1d((np.diff(place, axis=1) >= 0).all(axis=1))
        by_rank &= np.array([_has_more(p, stage) for p in proposals], dtype=bool)
        self._by_rank: list[bool] = by_rank.tolist()
        better = stage.screen.better_places(self._columns)
        hidden = np.sum(place[:, :, None] < better, axis=1)  # [rows, columns]
        self._hidden = np.where(by_rank[:, None], hidden, 0)
        self._better = stage.screen.better_places(stage.row_length)
        self._row = np.arange(rows)[:, None]

    def worth(self, taken: Bools) -> tuple[Floats, Floats]:
        """(float32[rows], float32[rows, width]): attention x value of what each row would show, and the
        attention that each of its titles would get.

        taken: bool[n + 1], works that rows above hold; the last is the padding, always taken
        """
        free: Bools = ~taken[self.titles]
        upto = np.zeros((len(free), _WIDTH + 1), dtype=np.int64)
        np.cumsum(free, axis=1, out=upto[:, 1:])
        column = np.arange(self._columns)
        # The free title, counted from 0, that each column shows: the next one not hidden there.
        shown = upto[self._row, self._hidden] - column
        shown = np.maximum.accumulate(shown, axis=1) + column
        by_number = np.zeros((len(free), _WIDTH + 1), dtype=np.float32)
        by_number[self._row, np.minimum(shown, _WIDTH)] = self._attention[:-1]
        by_number[:, _WIDTH] = 0
        attention = np.where(free, by_number[self._row, upto[:, :-1]], np.float32(0))
        return (attention * self._value).sum(axis=1), attention

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
