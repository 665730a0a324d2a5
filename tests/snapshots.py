"""What a snapshot counts, whoever made the starts."""

from __future__ import annotations

import numpy as np

from frontrow.viewers.snapshot import NEWCOMERS, Snapshot


def starts_in(snapshot: Snapshot, country: str = "*") -> np.ndarray:
    """float64[h, titles]: starts in a country, or everywhere, of settled accounts and of newcomers."""
    rows = [
        counts
        for name, counts in zip(snapshot.countries, snapshot.counts, strict=True)
        if name.removeprefix(NEWCOMERS) == country
    ]
    return np.sum(rows, axis=0)
