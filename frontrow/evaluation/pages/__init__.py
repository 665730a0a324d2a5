"""Metrics of pages: a page is rows of works, and what it is worth depends on where one looks first.

In: pages, and what they are measured against (`Ground`). Out: one number for each viewer, so that means
and differences get intervals. docs/metrics.md holds every name and formula.
"""

from frontrow.evaluation.pages.layout import Page, Window, window_of
from frontrow.evaluation.pages.measure import (
    WINDOWS,
    Ground,
    by_default,
    ground_of,
    measure_pages,
    page_metrics,
    summary_of,
)
from frontrow.evaluation.pages.stability import rows_kept, works_kept

__all__ = [
    "WINDOWS",
    "Ground",
    "Page",
    "Window",
    "by_default",
    "ground_of",
    "measure_pages",
    "page_metrics",
    "rows_kept",
    "summary_of",
    "window_of",
    "works_kept",
]
