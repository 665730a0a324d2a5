"""A vocabulary of words and which names hold them: whole, begun, or with a slip of the fingers."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Mapping
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

_SEEN = 16
"""First letters of a word by which it may be passed over before it is compared."""


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
        self._objects = np.array(self.texts, dtype=object)
        self._lengths = np.array([len(text) for text in self.texts], dtype=np.int32)
        self._letters = _letters_of(self.texts)

    def costs(self, word: str, *, typing: bool, edits: int) -> Costs:
        """uint8[n]: what it costs to find a word in each name; ABSENT where it isn't.

        typing: it may go on, so a word that it begins costs nothing more
        edits:  slips that are looked for as well; 0: none
        """
        found = np.full(self.n, ABSENT, dtype=np.uint8)
        if edits:
            places, costs = self._near(word, edits)
            counts = self._starts[places + 1] - self._starts[places]
            inside = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
            names = self._names[np.repeat(self._starts[places], counts) + inside]
            np.minimum.at(found, names, np.repeat(costs, counts))
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

    def _near(self, word: str, edits: int) -> tuple[NDArray[np.intp], Costs]:
        """(places, costs) of the words that are near, or whose beginnings are.

        By optimal string alignment: a letter put in, left out or changed, or two neighbours swapped.
        """
        places = self._maybe_near(word, edits)
        texts = self._objects[places]
        # Where any beginning is near, the one as long as the word is nearly so.
        nearly = _distances(word, [text[: len(word)] for text in texts], 2 * edits) <= 2 * edits
        places, texts = places[nearly], texts[nearly].tolist()
        ends = range(len(word) - edits, len(word) + edits + 1)
        begun = [_distances(word, [text[:end] for text in texts], edits) for end in ends]
        costs = np.minimum(
            2 * _distances(word, texts, edits), 2 * np.minimum.reduce(begun) + np.uint8(BEGUN)
        )
        near = costs <= 2 * edits + BEGUN
        return places[near], costs[near]

    def _maybe_near(self, word: str, edits: int) -> NDArray[np.intp]:
        """Places of words that may be near, judged by which letters there are: every letter of one that
        is not in the other takes an edit."""
        asked = _letters_of([word])[0, _SEEN]
        end = len(word) + edits
        within = self._letters[:, min(end - 1, _SEEN)]
        missing = np.bitwise_count(asked & ~within) <= edits
        start = self._letters[:, min(len(word) - edits, _SEEN) - 1]
        foreign = np.bitwise_count(start & ~asked) <= edits
        return np.flatnonzero(missing & foreign & (self._lengths >= len(word) - edits))


def _distances(word: str, texts: list[str], most: int) -> Costs:
    """uint8[w]: the edits between a word and each text; `most` + 1 where there are more."""
    if not texts:
        return np.zeros(0, dtype=np.uint8)
    found = cdist([word], texts, scorer=OSA.distance, score_cutoff=most, dtype=np.uint8)
    return np.asarray(found[0], dtype=np.uint8)


def _letters_of(texts: list[str]) -> NDArray[np.uint32]:
    """uint32[w, _SEEN + 1]: the letters of a word's first 1, 2, ... _SEEN, and of all of it, a bit for each
    letter; two letters may share one."""
    if not texts:
        return np.zeros((0, _SEEN + 1), dtype=np.uint32)
    codes = np.array(texts, dtype=f"U{_SEEN}").view(np.uint32).reshape(len(texts), _SEEN)
    bits = np.where(codes, np.uint32(1) << (codes & np.uint32(31)), np.uint32(0))
    found = np.zeros((len(texts), _SEEN + 1), dtype=np.uint32)
    np.bitwise_or.accumulate(bits, axis=1, out=found[:, :_SEEN])
    found[:, _SEEN] = found[:, _SEEN - 1]
    for place, text in enumerate(texts):
        if len(text) > _SEEN:
            for letter in set(text[_SEEN:]):
                found[place, _SEEN] |= np.uint32(1 << (ord(letter) & 31))
    return found
