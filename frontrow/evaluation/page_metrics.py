"""Metrics of pages: what of that which was watched next stood where the viewer looks first."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from frontrow.ranking.list_metrics import effective_catalogue_size

Page = Sequence[Sequence[int]]
"""Rows of work indices, as laid out."""

WINDOWS = ((3, 4), (6, 10))
"""Rows x columns: about what a phone and what a television shows at first."""


def page_metrics(pages: Sequence[Page], relevant: sparse.csr_array) -> dict[str, float]:
    """`recall@RxC` (hits in the window over min(R C, relevant), a work once) and `ecs`.

    pages:    one for each of `b` viewers; relevant: [b, n], what each then played well
    `ecs` is the effective catalogue size of all that stands in the largest windows.
    """
    found: dict[str, float] = {}
    for rows, columns in WINDOWS:
        shares = []
        for b, page in enumerate(pages):
            right = relevant.indices[relevant.indptr[b] : relevant.indptr[b + 1]]
            shown = _window(page, rows, columns)
            hits = len(shown.intersection(right.tolist()))
            shares.append(hits / max(min(rows * columns, len(right)), 1))
        found[f"recall@{rows}x{columns}"] = float(np.mean(shares)) if shares else 0.0
    weight = np.zeros(relevant.shape[1])
    for page in pages:
        weight[sorted(_window(page, *WINDOWS[-1]))] += 1
    found["ecs"] = effective_catalogue_size(weight)
    return found


def _window(page: Page, rows: int, columns: int) -> set[int]:
    return {int(work) for row in page[:rows] for work in row[:columns]}
