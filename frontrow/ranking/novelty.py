"""What was new to a viewer: titles of a genre that nothing they had touched before has."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from frontrow.catalog import Catalogue
from frontrow.viewers.records import Records

KNOWN_WORKS = 5
"""Works touched before from which a viewer's genres are known: to a newcomer every genre is new."""


def opens_a_genre(
    records: Records,
    catalogue: Catalogue,
    indptr: NDArray[np.int64],
    touched: NDArray[np.bool_],
    asked: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """bool[m]: which of the works `asked` about (bool[m]) were the first of one of their genres.

    touched: bool[m], what the viewer watched or rated, in whose order (`first_us`) genres are met.
    Of works begun at the same instant none was the first.
    """
    found = np.zeros(len(records), dtype=bool)
    if not asked.any() or not catalogue.genres.names:
        return found
    b, g = len(indptr) - 1, len(catalogue.genres.names)
    at = np.flatnonzero(touched)
    viewer = np.repeat(np.arange(b), np.diff(indptr))[at]
    when = records.first_us[at]
    order = np.lexsort((when, viewer))
    begin = np.searchsorted(viewer[order], np.arange(b))  # where each viewer's works begin
    late = np.full(b, np.iinfo(np.int64).max)  # when the last of KNOWN_WORKS was begun
    enough = np.flatnonzero(np.bincount(viewer, minlength=b) >= KNOWN_WORKS)
    late[enough] = when[order[begin[enough] + KNOWN_WORKS - 1]]

    has = catalogue.genres.has
    counts = np.diff(has.indptr)[records.work[at]]
    starts = has.indptr[records.work[at]] - (np.cumsum(counts) - counts)
    genre = has.indices[np.repeat(starts, counts) + np.arange(counts.sum())]
    cell = np.repeat(viewer, counts) * g + genre  # (viewer, genre) of each touched work's genres
    then = np.repeat(when, counts)
    first = np.full(b * g, np.iinfo(np.int64).max)
    np.minimum.at(first, cell, then)
    is_first = then == first[cell]
    alone = is_first & (np.bincount(cell[is_first], minlength=b * g)[cell] == 1)
    opens = alone & np.repeat(when > late[viewer], counts)
    found[np.repeat(at, counts)[opens]] = True
    return found & asked
