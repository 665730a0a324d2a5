"""A vocabulary of words and which names hold them: whole, begun, or with a slip of the fingers."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

Costs = NDArray[np.uint8]

WHOLE, BEGUN, ABSENT = 0, 1, 255
"""What it costs to find a word in a name: twice the edits, and one more where it is only begun there."""

AFTER_ALL = "\U0010ffff"
"""Sorts behind every letter."""

_LETTERS_SEEN = 24
"""Letters of a word by which it may be passed over before it is compared; longer words never are."""

_EVERY_LETTER = np.uint64(2**64 - 1)


def edits_allowed(length: int) -> int:
    """Slips forgiven in a word: one from 4 letters, two from 8."""
    return 0 if length < 4 else 1 if length < 8 else 2


class WordIndex:
    """Words in order, each with the names that hold it."""

    def __init__(self, held: Mapping[str, list[int]], n: int) -> None:
        """held: word -> the names that hold it, whole numbers below `n`"""
        self.n = n
        self.texts = sorted(held)
        lists = [held[text] for text in self.texts]
        self._starts = np.zeros(len(lists) + 1, dtype=np.int64)
        np.cumsum([len(one) for one in lists], out=self._starts[1:])
        self._names = np.fromiter(chain.from_iterable(lists), np.int32, int(self._starts[-1]))
        self._lengths = np.array([len(text) for text in self.texts], dtype=np.int32)
        self._letters = _letters_of(self.texts)

    def costs(self, word: str, *, typing: bool, edits: int) -> Costs:
        """uint8[n]: what it costs to find a word in each name; ABSENT where it isn't.

        typing: it may go on, so a word that it begins costs nothing more
        edits:  slips that are looked for as well; 0: none
        """
        found = np.full(self.n, ABSENT, dtype=np.uint8)
        if edits:
            for names, cost in self._near(word, edits):
                found[names] = np.minimum(found[names], np.uint8(cost))
        low, high = self._range(word)
        found[self._names[self._starts[low] : self._starts[high]]] = WHOLE if typing else BEGUN
        if not typing and low < high and self.texts[low] == word:
            found[self._names[self._starts[low] : self._starts[low + 1]]] = WHOLE
        return found

    def heard_as(self, sound: Callable[[str], str]) -> WordIndex:
        """The same names under what their words sound like; a word without a sound is left out."""
        held: dict[str, set[int]] = defaultdict(set)
        for place, text in enumerate(self.texts):
            heard = sound(text)
            if heard:
                held[heard].update(
                    self._names[self._starts[place] : self._starts[place + 1]].tolist()
                )
        return WordIndex({heard: sorted(names) for heard, names in held.items()}, self.n)

    def _range(self, beginning: str) -> tuple[int, int]:
        """The words that begin with a text, as places in the order."""
        low = bisect_left(self.texts, beginning)
        return low, bisect_left(self.texts, beginning + AFTER_ALL, low)

    def _near(self, word: str, edits: int) -> Iterable[tuple[NDArray[np.int32], int]]:
        """(names, cost) of each word that is near, or whose beginning is.

        By optimal string alignment: a letter put in, left out or changed, or two neighbours swapped.
        """
        asked = _letters_of([word])[0]
        maybe = np.bitwise_count(asked & ~self._letters) <= edits
        places = np.flatnonzero(maybe & (self._lengths >= len(word) - edits))
        if not len(places):
            return
        texts = [self.texts[place] for place in places.tolist()]

        def distance(of: list[str]) -> NDArray[np.uint8]:
            found = cdist([word], of, scorer=OSA.distance, score_cutoff=edits, dtype=np.uint8)
            return np.asarray(found[0], dtype=np.uint8)

        whole = distance(texts)
        ends = range(len(word) - edits, len(word) + edits + 1)
        begun = np.minimum.reduce([distance([text[:end] for text in texts]) for end in ends])
        costs = np.minimum(2 * whole, 2 * begun + BEGUN)
        for near in np.flatnonzero(costs <= 2 * edits + BEGUN).tolist():
            place = places[near]
            yield self._names[self._starts[place] : self._starts[place + 1]], int(costs[near])


def _letters_of(texts: list[str]) -> NDArray[np.uint64]:
    """uint64[w]: a bit for each letter of a word; two letters may share one."""
    if not texts:
        return np.zeros(0, dtype=np.uint64)
    codes = np.array(texts, dtype=f"U{_LETTERS_SEEN}").view(np.uint32)
    codes = codes.reshape(len(texts), _LETTERS_SEEN)
    bits = np.where(codes, np.uint64(1) << (codes & 63).astype(np.uint64), np.uint64(0))
    found: NDArray[np.uint64] = np.bitwise_or.reduce(bits, axis=1)
    found[[len(text) > _LETTERS_SEEN for text in texts]] = _EVERY_LETTER
    return found
