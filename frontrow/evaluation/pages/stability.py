"""How much of a page is still there on another page of the same viewer."""

from __future__ import annotations

from collections.abc import Sequence

from frontrow.evaluation.pages.layout import Page


def rows_kept(before: Sequence[str], after: Sequence[str], rows: int) -> float:
    """Share of the first rows of one page that are among the first rows of the other, in any order.

    before, after: the rows' ids; 1 where the first page has none
    """
    first = set(before[:rows])
    return len(first.intersection(after[:rows])) / len(first) if first else 1.0


def works_kept(before: Page, after: Page, rows: int, columns: int) -> float:
    """Share of the works of one page's window that stand in the other's; 1 where it is empty."""
    first = {work for row in before[:rows] for work in row[:columns]}
    then = {work for row in after[:rows] for work in row[:columns]}
    return len(first & then) / len(first) if first else 1.0
