"""Works in groups, the best of each first: what rows of genres and of themes are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from frontrow.catalog.catalogue import Terms
from frontrow.page.stage import Bools, Stage, Works

HEAD = 4_000
"""Titles of the ranking that are looked through: rows are made of the best few thousand."""

_LEADING = 6
"""Titles that say what a group is worth."""

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Groups:
    """Works in groups, in the order of the ranking within each."""

    works: Works  # group after group
    starts: Ints  # [g]
    counts: Ints  # [g]
    codes: Ints  # [g], what a group is of, ascending

    def of(self, group: int) -> Works:
        return self.works[self.starts[group] : self.starts[group] + self.counts[group]]

    def keep(self, which: NDArray[np.bool_] | Ints) -> Groups:
        """Some of the groups."""
        return Groups(self.works, self.starts[which], self.counts[which], self.codes[which])

    def worth(self, stage: Stage) -> NDArray[np.float64]:
        """float64[g]: value of each group's leading titles, over six."""
        upto = np.concatenate([[0.0], np.cumsum(stage.value[self.works], dtype=np.float64)])
        ends = self.starts + np.minimum(self.counts, _LEADING)
        found: NDArray[np.float64] = (upto[ends] - upto[self.starts]) / _LEADING
        return found


def grouped(works: Works, codes: NDArray[Any]) -> Groups:
    """Works by their codes; within a code they stay in order."""
    order = np.argsort(codes, kind="stable")
    codes = codes[order].astype(np.int64)
    starts = np.flatnonzero(np.diff(codes, prepend=-1))
    counts = np.diff(np.append(starts, len(codes)))
    return Groups(works[order], starts, counts, codes[starts])


def by_term(stage: Stage, kind: str, wanted: int) -> Groups:
    """The head of the ranking by every term of a kind (`genres`, `themes`) that has at least `wanted`
    titles there, whichever of their editions is seen; the stage keeps them for the next who asks."""
    found = stage.memo.get(kind)
    if found is None:
        head = stage.ranked[:HEAD]
        terms_of: Terms = getattr(stage.catalogue, f"sure_{kind}")
        owner, terms = terms_of.of(head)
        short = terms.astype(np.int16 if len(terms_of.names) < 2**15 else np.int32)
        found = grouped(head[owner], short)
        found = stage.memo[kind] = found.keep(found.counts >= wanted)
    return found


def set_aside(stage: Stage, kind: str) -> Bools:
    """bool[terms]: genres or themes of which the viewer said that they are no liking: no row is named
    after them."""
    said = stage.taste.corrections
    if said is None or stage.policy is None:
        terms: Terms = getattr(stage.catalogue, kind)
        return np.zeros(len(terms.names), dtype=bool)
    return said.of(kind) <= 0  # nan, where nothing was said, is not
