"""Ways to make a page of one ranking: ours, and those that it is measured against.

(b) and (c) get the rows to choose from that our own page chooses from, each in the order of the ranking;
what differs is which rows are shown, in which order, and what is done about repetition.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from frontrow.page.assembly import assemble
from frontrow.page.rows import SOURCES
from frontrow.page.stage import Proposal, Stage
from frontrow.viewers.trends import HALF_LIVES_DAYS

Rows = list[list[int]]
Layout = Callable[[Stage, int, int], Rows]
"""The first rows x columns of a viewer's page, as work indices."""

OURS = "Frontrow"

KEPT_OF_REPEATED = 0.5
"""Share of its value that a title keeps for each row above that shows it, in greedy rows."""

KEPT_BY_COLUMN = 0.85
"""Weight of a column beside the one before it, in greedy rows."""


def assembled(stage: Stage, rows: int, columns: int) -> Rows:
    """Ours: the page as it is served."""
    placed = assemble(stage, _proposals(stage), rows).rows
    return [row.works[:columns].tolist() for row in placed]


def cut(stage: Stage, rows: int, columns: int) -> Rows:
    """(a) One ranked list, cut into rows: the most that a page without rows could hit."""
    return [stage.ranked[r * columns : (r + 1) * columns].tolist() for r in range(rows)]


def alone(stage: Stage, rows: int, columns: int) -> Rows:
    """(b) Every row ranked alone, rows in order of their mean score; nothing looks at other rows."""
    heads = [p.works[:columns] for p in _rows(stage)]
    order = np.argsort([-float(stage.value[works].mean()) for works in heads], kind="stable")
    return [heads[i].tolist() for i in order[:rows].tolist()]


def greedy(stage: Stage, rows: int, columns: int) -> Rows:
    """(c) The next row is that of most position-weighted value, where titles that rows above show count
    less (soft dedupe): full-page construction as described at RecSys 2025."""
    proposals = _rows(stage)
    weight = KEPT_BY_COLUMN ** np.arange(columns)
    kept = np.ones(stage.catalogue.n)
    found: Rows = []
    left = list(range(len(proposals)))
    while left and len(found) < rows:
        heads = {i: _head(proposals[i].works, stage.value * kept, columns) for i in left}
        worth = {
            i: float((stage.value[w] * kept[w] * weight[: len(w)]).sum()) for i, w in heads.items()
        }
        best = max(left, key=lambda i: (worth[i], -i))
        left.remove(best)
        kept[heads[best]] *= KEPT_OF_REPEATED
        found.append(heads[best].tolist())
    return found


def popular(stage: Stage, rows: int, columns: int) -> Rows:
    """(d) Genre rows in order of what was played in 30 days, the same for everyone but for what each
    has seen."""
    counts = stage.trends.of_country(None)[HALF_LIVES_DAYS.index(30.0)]
    genres = stage.catalogue.genres
    found = []
    for term in range(len(genres.names)):
        works = genres.works(term)
        head = _head(works[stage.open[works]], counts, columns)
        if len(head) >= stage.settings.page.min_row_length:
            found.append((-float(counts[head].sum()), term, head.tolist()))
    return [head for _, _, head in sorted(found)[:rows]]


LAYOUTS: Mapping[str, Layout] = {
    OURS: assembled,
    "(a) one list, cut": cut,
    "(b) rows alone, by mean score": alone,
    "(c) greedy rows, soft dedupe": greedy,
    "(d) popular of 30 days, by genre": popular,
}


def _proposals(stage: Stage) -> list[Proposal]:
    return [proposal for source in SOURCES for proposal in source.propose(stage)]


def _rows(stage: Stage) -> list[Proposal]:
    """Without those that are shown whole, watched titles included, or drawn."""
    least = stage.settings.page.min_row_length
    rows = [p for p in _proposals(stage) if not p.whole and p.settle is None]
    return [p for p in rows if len(p.works) >= least]


def _head(works: np.ndarray, value: np.ndarray, columns: int) -> np.ndarray:
    return works[np.argsort(-value[works], kind="stable")][:columns]
