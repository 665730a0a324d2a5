"""From a name to its words: without case, accents, punctuation, and whatever else nobody types.

Scripts that write without spaces give a word for each character, so that every character begins one.
Hangul gives its letters (NFKD), so that half a syllable, as it stands while it is typed, begins the whole.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

Words = tuple[str, ...]

_KEPT = 1 << 16
"""Names remembered: those of a catalogue that is built anew are mostly the same."""

_ASCII_WORD = re.compile(r"[a-z0-9]+")
_ELIDED = re.compile(r"\b([ld])['’](?=\w)", re.IGNORECASE)
"""Articles that lean on their word: l'avventura is two words."""

_FRACTIONS = re.compile("[¼-¾⅐-⅞]")
_APOSTROPHES = "'’‘ʼ`´ʹ״׳"
_MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f]"
)
"""What is written beside letters of alphabets, and left out as often; not the vowel signs of Indic scripts,
nor the voicing marks of kana, without which a word is another."""

_ONE_BY_ONE = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff]"
)
"""Thai, Lao, Burmese, Khmer, kana and Han: no spaces between words."""


def _letters() -> dict[int, str]:
    """Letters that are written otherwise on most keyboards: ø, ł, alef with hamza, katakana."""
    found = {}
    for code in (*range(0xC0, 0x250), 0x1E9E):
        letter = chr(code).casefold()
        if len(letter) == 1 and unicodedata.normalize("NFKD", letter) == letter:
            found[ord(letter)] = anyascii(letter).lower()
    found |= {code: chr(code - 0x60) for code in range(0x30A1, 0x30F7)}  # katakana: hiragana
    return found | {0x0649: "ي", 0x06CC: "ي", 0x0629: "ه", 0x06A9: "ك", 0x0671: "ا"}


_LETTERS = _letters()


@lru_cache(_KEPT)
def fold(text: str) -> Words:
    """The words of a name or of what was typed; none where there is nothing to look for.

    A name of signs only (`$`, an emoji) is one word of them.
    """
    text = _ELIDED.sub(r"\1 ", text)
    if text.isascii():
        plain = text.lower().replace("'", "").replace("&", " and ").replace(" + ", " and ")
        words = tuple(_ASCII_WORD.findall(plain))
    else:
        words = _fold_any(text)
    return words or _of_signs(text)


def is_one_by_one(word: str) -> bool:
    """Whether a word is one character of a script without spaces."""
    return _ONE_BY_ONE.match(word) is not None


def _fold_any(text: str) -> Words:
    text = _FRACTIONS.sub(r" \g<0>", text)  # 8½ is no 81
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    plain = _MARKS.sub("", plain).translate(_LETTERS).replace(" + ", " and ")
    parts: list[str] = []
    for letter in plain:
        if _ONE_BY_ONE.match(letter) and not unicodedata.combining(letter):
            parts.append(f" {letter}")
        elif letter.isalnum() or (parts and unicodedata.category(letter)[0] == "M"):
            after = parts and letter.isalpha() and _ONE_BY_ONE.match(parts[-1][-1])
            parts.append(f" {letter}" if after and not unicodedata.combining(letter) else letter)
        elif letter == "&":
            parts.append(" and ")
        elif letter not in _APOSTROPHES and unicodedata.category(letter) != "Cf":
            parts.append(" ")
    return tuple("".join(parts).split())


def _of_signs(text: str) -> Words:
    signs = _MARKS.sub("", unicodedata.normalize("NFKD", text))
    kept = "".join(sign for sign in signs if unicodedata.category(sign)[0] in "PSM")
    return (kept,) if kept else ()
