"""Names across scripts: what a word sounds like, roughly, written in Latin letters.

Signs are turned into Latin letters one by one (AnyAscii), then spellings of one sound are made one: Титаник
and Titanic are both `titanik`. Scripts that leave vowels out, or add some that nobody would write
elsewhere, are compared by their consonants as well: the last resort of a search.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from anyascii import anyascii

from frontrow.catalog.names.folding import Words, is_one_by_one

_SPELT: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"[^a-z0-9]", ""),
        (r"sch|sh", "sh"),
        (r"tsch|tch", "ch"),
        (r"dzh|dj|zh", "j"),
        (r"ph", "f"),
        (r"ck|q|c(?![hieyk])", "k"),
        (r"c(?=[iey])", "s"),
        (r"(?<![sc])(?<!^)h", ""),
        (r"ku(?=[aeio])", "kv"),
        (r"w", "v"),
        (r"x", "ks"),
        (r"y", "i"),
        (r"(.)\1+", r"\1"),
    )
)

_GREEK = (("μπ", "b"), ("ντ", "d"), ("γκ", "g"), ("ου", "u"))

_SPARE = re.compile(
    "[\u0590-\u06ff\u0750-\u077f\u08a0-\u08ff\u1100-\u11ff\u3040-\u30ff\uac00-\ud7a3]"
)
"""Hebrew, Arabic, Hangul and kana: compared by their consonants too."""

_CONSONANTS = str.maketrans({**dict.fromkeys("aeiou", ""), "l": "r", "v": "b", "p": "b", "f": "b",
                             "z": "s", "g": "k", "d": "t"})  # fmt: skip

LEAST_CONSONANTS = 3
"""Consonants from which they say enough."""


def is_latin(words: Words) -> bool:
    """Whether words are in Latin letters, as all Latin letters are once they are folded."""
    return all(word.isascii() for word in words)


def is_spare(words: Words) -> bool:
    """Whether words are in a script that is compared by its consonants too."""
    return any(_SPARE.search(word) for word in words)


@lru_cache(1 << 16)
def sound_of(word: str) -> str:
    """What a word sounds like: small Latin letters and figures; empty where nothing can be said."""
    if not word.isascii():
        for signs, sound in _GREEK:
            word = word.replace(signs, sound)
        word = anyascii(unicodedata.normalize("NFC", word))
    word = word.lower()
    for pattern, sound in _SPELT:
        word = pattern.sub(sound, word)
    return word


def consonants_of(sound: str) -> str:
    """The consonants of a sound, those that scripts mix up as one."""
    plain = sound.translate(_CONSONANTS).replace("sh", "s").replace("h", "")
    return re.sub(r"(.)\1+", r"\1", plain)


def sounds_of(words: Words) -> list[str]:
    """The sounds of words, those of a script without spaces as one run."""
    return [sound for run in _runs(words) if (sound := sound_of("".join(run)))]


def every_sound_of(words: Words) -> Iterator[str]:
    """The sounds under which words are found: of a run from each of its characters on."""
    for run in _runs(words):
        for at in range(len(run)):
            sound = sound_of("".join(run[at:]))
            if sound:
                yield sound


def _runs(words: Words) -> Iterator[list[str]]:
    run: list[str] = []
    for word in words:
        if is_one_by_one(word):
            run.append(word)
            continue
        if run:
            yield run
            run = []
        yield [word]
    if run:
        yield run
