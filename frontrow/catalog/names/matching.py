"""How well each name matches what was typed so far, best first, as one small number.

A band is twice a grade, and one more where a name matches but for its spaces or the article that was
typed. The grades, the better first: the whole name; its beginning; the beginning of one of its words; all
words in any order, the last of them begun; all of them begun; with one slip of the fingers, two, more;
as it sounds in another script; by its consonants alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from enum import IntEnum
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from frontrow.catalog.names.folding import is_one_by_one
from frontrow.catalog.names.forms import Form, form_of, forms_of
from frontrow.catalog.names.phrases import PhraseIndex
from frontrow.catalog.names.sounds import (
    LEAST_CONSONANTS,
    consonants_of,
    every_sound_of,
    is_latin,
    is_spare,
    sound_of,
    sounds_of,
)
from frontrow.catalog.names.words import ABSENT, WHOLE, Costs, WordIndex, edits_allowed

Bands = NDArray[np.uint8]

NONE = 255
"""The band of a name that doesn't match."""

MOST_LOOKED_UP = 12
"""Words of a query that are looked up one by one; longer ones are found as they are typed, in order."""


class Grade(IntEnum):
    EXACT = 0
    BEGINS = 1
    BEGINS_A_WORD = 2
    ALL_WORDS = 3
    ALL_BEGUN = 4
    ONE_SLIP = 5
    TWO_SLIPS = 6
    MORE_SLIPS = 7
    SOUND = 8
    CONSONANTS = 9


class Tier(IntEnum):
    """What may be said of a match."""

    TYPED = 0
    CLOSE = 1
    SOUNDS = 2


def tier_of(band: int) -> Tier:
    """What may be said of a match of a band."""
    grade = band >> 1
    if grade >= Grade.SOUND:
        return Tier.SOUNDS
    return Tier.CLOSE if grade >= Grade.ONE_SLIP else Tier.TYPED


class NameIndex:
    """Some names, ready to be matched."""

    def __init__(self, names: Sequence[str]) -> None:
        self.n = len(names)
        self._forms: list[Form] = []
        self._of: list[int] = []
        held: dict[str, list[int]] = defaultdict(list)
        self._foreign: list[tuple[int, Form]] = []  # names in other than Latin letters
        for place, name in enumerate(names):
            forms = forms_of(name)
            self._forms += forms
            self._of += [place] * len(forms)
            for word in {word for form in forms for word in _looked_up(form)}:
                held[word].append(place)
            if forms and not is_latin(forms[0].words):
                self._foreign.append((place, forms[0]))
        self._phrases = PhraseIndex(self._forms, self._of)
        self._words = WordIndex(held, self.n)

    def match(self, query: str) -> Bands:
        """uint8[n]: the band of every name, NONE where it doesn't match."""
        found = np.full(self.n, NONE, dtype=np.uint8)
        forms = forms_of(query)
        if not forms or not self.n:
            return found
        looked_up: dict[tuple[str, bool], Costs] = {}  # of words that stand in several forms
        for form in forms:
            self._as_typed(form, found, 0, looked_up)
            if form.after_article:
                self._as_typed(form_of(form.words[1:], is_whole=form.is_whole), found, 1, looked_up)
        self._by_sound(forms[0], found)
        return found

    def _as_typed(
        self,
        form: Form,
        found: Bands,
        otherwise: int,
        looked_up: dict[tuple[str, bool], Costs],
    ) -> None:
        """Lower `found` to the bands of a form.

        otherwise: 1 where it is not what was typed, but that without its article
        """
        names, grade, elsewhere = self._phrases.find(form)
        np.minimum.at(found, names, 2 * grade + np.maximum(elsewhere, otherwise).astype(np.uint8))
        if len(form.words) > MOST_LOOKED_UP:
            return
        edits = [edits_allowed(len(word)) for word in form.words]
        if form.is_whole:
            held = self._words.costs(form.words[-1], typing=False, edits=0)
            looked_up = {**looked_up, (form.words[-1], True): np.where(held == WHOLE, held, ABSENT)}
        slips, begun, absent = _all_of(self._words, form.words, edits, looked_up)
        grade = np.where(
            slips > 0,
            Grade.ONE_SLIP - 1 + np.minimum(slips, 3),
            np.where(begun, Grade.ALL_BEGUN, Grade.ALL_WORDS),
        )
        band = (2 * grade + np.where(slips > 0, begun | bool(otherwise), otherwise)).astype(
            np.uint8
        )
        np.minimum(found, np.where(absent, NONE, band), out=found)

    def _by_sound(self, form: Form, found: Bands) -> None:
        """Lower `found` to the bands of names in another script. A query in Latin letters looks among
        names in others only: how Latin names are spelt is known."""
        if len(form.words) > MOST_LOOKED_UP * 3:
            return
        latin = is_latin(form.words)
        sounds = sounds_of(form.words)[:MOST_LOOKED_UP]
        for index in (
            [self._foreign_sounds] if latin else [self._foreign_sounds, self._latin_sounds]
        ):
            _lower(found, index, sounds, Grade.SOUND, edits_allowed)
        if latin:
            indices = [self._foreign_consonants]
        elif is_spare(form.words):
            indices = [self._latin_consonants, self._foreign_consonants]
        else:
            return
        for index in indices:
            words = [consonants_of(sound) for sound in sounds]
            for heard in (words, ["".join(words)]):
                if len("".join(heard)) >= LEAST_CONSONANTS and all(heard):
                    _lower(found, index, heard, Grade.CONSONANTS, _slips_of_consonants)

    @cached_property
    def _foreign_sounds(self) -> WordIndex:
        return self._heard((place, every_sound_of(form.words)) for place, form in self._foreign)

    @cached_property
    def _foreign_consonants(self) -> WordIndex:
        return self._heard(
            (
                place,
                map(consonants_of, [*every_sound_of(form.words), "".join(sounds_of(form.words))]),
            )
            for place, form in self._foreign
            if is_spare(form.words)
        )

    @cached_property
    def _latin_sounds(self) -> WordIndex:
        return self._words.heard_as(lambda word: sound_of(word) if word.isascii() else "")

    @cached_property
    def _latin_consonants(self) -> WordIndex:
        return self._latin_sounds.heard_as(consonants_of)

    def _heard(self, told: Iterable[tuple[int, Iterable[str]]]) -> WordIndex:
        held: dict[str, list[int]] = defaultdict(list)
        for place, sounds in told:
            for sound in {sound for sound in sounds if sound}:
                held[sound].append(place)
        return WordIndex(held, self.n)


def _looked_up(form: Form) -> list[str]:
    """Words under which a form is found: its own, and two neighbours written as one."""
    words = form.words
    pairs = [
        one + other
        for one, other in pairwise(words)
        if not (is_one_by_one(one) or is_one_by_one(other))
    ]
    return [*words, *pairs]


def _all_of(
    index: WordIndex,
    words: Sequence[str],
    edits: Sequence[int],
    looked_up: dict[tuple[str, bool], Costs],
) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.bool_]]:
    """For each name (slips in all words, whether any is only begun, whether any is absent)."""
    slips = np.zeros(index.n, dtype=np.int64)
    begun, absent = np.zeros(index.n, dtype=bool), np.zeros(index.n, dtype=bool)
    last = len(words) - 1
    for at, (word, allowed) in enumerate(zip(words, edits, strict=True)):
        costs = looked_up.get((word, at == last))
        if costs is None:
            costs = index.costs(word, typing=at == last, edits=allowed)
            looked_up[word, at == last] = costs
        absent |= costs == ABSENT
        slips += costs >> 1
        begun |= (costs & 1).astype(bool)
        if absent.all():
            break
    return slips, begun, absent


def _lower(
    found: Bands,
    index: WordIndex,
    words: Sequence[str],
    grade: Grade,
    allowed: Callable[[int], int],
) -> None:
    """Lower `found` to a grade, where all words are in a name; one more with a slip."""
    if not words or not index.texts:
        return
    slips, _, absent = _all_of(index, words, [allowed(len(word)) for word in words], {})
    band = np.where(absent, NONE, 2 * grade + (slips > 0)).astype(np.uint8)
    np.minimum(found, band, out=found)


def _slips_of_consonants(length: int) -> int:
    """One from five: Japanese leaves the r of Spider-Man out."""
    return int(length >= 5)
