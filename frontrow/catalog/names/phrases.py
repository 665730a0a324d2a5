"""Names by how they go on from each of their words: what was typed is found as a name's beginning, or as
that of one of its words, by one look into a sorted list.

Spaces are left out of the list and kept as marks beside it, so `spiderman` finds Spider-Man, and what has
the spaces where the name has them is told from what has not.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from frontrow.catalog.names.forms import Form
from frontrow.catalog.names.words import AFTER_ALL

_SEEN = 64
"""Letters by which the list is sorted; a space before each of them is a bit."""

_LEAST_JOINED = 4
"""Letters from which spaces may stand elsewhere: `in t` is not the beginning of Into."""

EXACT, BEGINS, BEGINS_A_WORD = 0, 1, 2


class PhraseIndex:
    """Every form of every name from each of its words on, in order."""

    def __init__(self, forms: Sequence[Form], names: Sequence[int]) -> None:
        """names: the name that each form is of"""
        self._forms = forms
        keys, of, offset, first, spaces = [], [], [], [], []
        for place, form in enumerate(forms):
            joined, offsets = form.joined, form.offsets
            marks = sum(1 << at for at in offsets if at < 2 * _SEEN)
            after = form.after_article
            for number, at in enumerate(offsets):
                keys.append(joined[at : at + _SEEN])
                of.append(place)
                offset.append(at)
                first.append(number == 0 or number == after)
                spaces.append((marks >> at) & _ALL)
        order = sorted(range(len(keys)), key=keys.__getitem__)
        self._keys = [keys[at] for at in order]
        self._form = np.array(of, dtype=np.int32)[order]
        self._offset = np.array(offset, dtype=np.int32)[order]
        self._first = np.array(first, dtype=bool)[order]
        self._spaces = np.array(spaces, dtype=np.uint64)[order]
        self._length = np.array([len(form.joined) for form in forms], dtype=np.int32)
        self._name = np.array(names, dtype=np.int32)

    def find(self, asked: Form) -> tuple[NDArray[np.int32], NDArray[np.uint8], NDArray[np.bool_]]:
        """(names, EXACT, BEGINS or BEGINS_A_WORD, whether the spaces stand elsewhere), a name maybe
        several times."""
        joined = asked.joined
        low = bisect_left(self._keys, joined[:_SEEN])
        high = bisect_left(self._keys, joined[:_SEEN] + AFTER_ALL, low)
        hits = np.arange(low, high)
        if asked.is_whole:
            hits = hits[[self._ends(hit, len(joined)) for hit in hits.tolist()]]
        if len(joined) > _SEEN:
            hits = hits[[self._goes_on(hit, joined) for hit in hits.tolist()]]
        form = self._form[hits]
        first = self._first[hits]
        whole = first & (self._length[form] - self._offset[hits] == len(joined))
        how = np.where(whole, EXACT, np.where(first, BEGINS, BEGINS_A_WORD)).astype(np.uint8)
        marks = sum(1 << at for at in asked.offsets if at < _SEEN)
        within = np.uint64((1 << min(len(joined), _SEEN)) - 1)
        joined_otherwise = (self._spaces[hits] & within) != np.uint64(marks)
        if len(joined) < _LEAST_JOINED:
            kept = ~joined_otherwise
            return self._name[form[kept]], how[kept], joined_otherwise[kept]
        return self._name[form], how, joined_otherwise

    def _ends(self, hit: int, length: int) -> bool:
        """Whether a word ends after so many letters."""
        form, end = self._forms[int(self._form[hit])], int(self._offset[hit]) + length
        return end == len(form.joined) or end in form.offsets

    def _goes_on(self, hit: int, joined: str) -> bool:
        form = self._forms[int(self._form[hit])]
        return form.joined.startswith(joined, int(self._offset[hit]))


_ALL = (1 << _SEEN) - 1
