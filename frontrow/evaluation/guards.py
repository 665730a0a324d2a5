"""What a candidate's pages would do: narrow what is shown, starve a supplier, bait with what is then left.

In: pages of the same viewers by the candidate and by the live ranking. Out: one figure for each viewer and
page, so that both can be paired. Everything is weighed by how much its place is looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from frontrow.catalog import Catalogue
from frontrow.evaluation.pages import WINDOWS, Page, Window, by_default, window_of
from frontrow.viewers import Dataset

Values = NDArray[np.float64]

LEFT_SHARE = 0.25
"""Of the running time: who gets no further, and comes no further later, has left early."""

_SHRUNK_STARTS = 5.0
"""Starts that everyone's share counts for beside a title's own; a title with fewer says little."""

_SHRUNK_IMPRESSIONS = 50.0


@dataclass(frozen=True)
class Suppliers:
    """Who supplied each work: index into `names`, -1 where nobody is named."""

    index: NDArray[np.int32]
    names: tuple[str, ...]

    def looked_at(self, seen: Sequence[Window]) -> Values:
        """float64[b, names]: each supplier's share of all that is looked at on a page."""
        found = np.zeros((len(seen), len(self.names) + 1))
        for row, window in zip(found, seen, strict=True):
            np.add.at(
                row, self.index[window.works], window.weight / max(window.weight.sum(), 1e-12)
            )
        return found[:, :-1]


def suppliers_of(catalogue: Catalogue) -> Suppliers:
    """The suppliers that a catalogue names."""
    named = [work.title.supplier for work in catalogue.works]
    names = tuple(sorted({name for name in named if name is not None}))
    place = {name: i for i, name in enumerate(names)}
    index = np.array([-1 if name is None else place[name] for name in named], dtype=np.int32)
    return Suppliers(index, names)


@dataclass(frozen=True)
class Taken:
    """How titles are taken, by everyone's records: what is rarely met is led to what is usual."""

    started: Values  # [n], starts of an impression
    left: Values  # [n], of those, left early


def taken_of(known: Dataset) -> Taken:
    """How titles were taken up to a dataset's moment."""
    records, n = known.records, known.n
    begun = records.begun
    left = begun & (records.fraction < LEFT_SHARE) & (records.finished == 0) & ~records.completed
    shown, starts, gone = (
        np.bincount(records.work, weight, minlength=n).astype(np.float64)
        for weight in (np.maximum(records.impressions, begun), begun, left)
    )
    return Taken(_shrunk(starts, shown, _SHRUNK_IMPRESSIONS), _shrunk(gone, starts, _SHRUNK_STARTS))


def _shrunk(of: Values, all_: Values, weight: float) -> Values:
    usual = of.sum() / max(float(all_.sum()), 1.0)
    return np.asarray((of + weight * usual) / (all_ + weight))


def looked_at(pages: Sequence[Page]) -> list[Window]:
    """What is looked at of pages, each work once, where more look."""
    rows, columns = WINDOWS[-1]
    weight = by_default(rows, columns)
    return [window_of(page, rows, columns, weight) for page in pages]


def first_screens(pages: Sequence[Page]) -> list[Window]:
    """What is looked at first, nearest the corner most."""
    return [window_of(page, *WINDOWS[0]) for page in pages]


def genres_shown(seen: Sequence[Window], genres: sparse.csr_array) -> Values:
    """float64[b]: the effective number of genres (the exponential of their entropy); nan without any."""
    count = np.maximum(np.diff(genres.indptr), 1)
    share = sparse.csr_array(genres.astype(np.float64).multiply(1.0 / count[:, None]))
    total = np.stack([window.weight @ share[window.works].toarray() for window in seen])
    mass = total.sum(axis=1)
    p = total / np.maximum(mass, 1e-12)[:, None]
    entropy = -(p * np.log(np.maximum(p, 1e-12))).sum(axis=1)
    return np.where(mass > 0, np.exp(entropy), np.nan)


def new_genres(
    seen: Sequence[Window], history: sparse.csr_array, genres: sparse.csr_array
) -> Values:
    """float64[b]: share of what is looked at that has a genre of which the viewer played nothing well;
    nan of a viewer who played nothing well, and of one to whom no genre is new.

    history: [b, n]; genres: [n, g], 0 or 1
    """
    known = np.asarray((history.astype(bool).astype(np.float64) @ genres).toarray()) > 0
    found = np.full(len(seen), np.nan)
    for b, window in enumerate(seen):
        if known[b].any() and not known[b].all() and window.weight.sum() > 0:
            has = genres[window.works].toarray() > 0
            new = (has & ~known[b]).any(axis=1)
            found[b] = window.weight[new].sum() / window.weight.sum()
    return found


def left_early(seen: Sequence[Window], taken: Taken) -> Values:
    """float64[b]: of the starts that first screens would bring, by what is known of their titles, the share
    that would be left early. Further down pages are too alike to tell bait by."""
    found = np.full(len(seen), np.nan)
    for b, window in enumerate(seen):
        starts = window.weight * taken.started[window.works]
        if starts.sum() > 0:
            found[b] = (starts * taken.left[window.works]).sum() / starts.sum()
    return found
