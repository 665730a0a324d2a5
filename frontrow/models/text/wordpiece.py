"""WordPiece: from a text to the ids that all-MiniLM-L6-v2 reads.

As BERT's uncased tokenizer (Devlin et al. 2019): control characters go, accents and case go, text is
split at spaces, punctuation and Chinese characters, and each word into the longest pieces of the
vocabulary (Schuster and Nakajima 2012; Wu et al. 2016, "Google's Neural Machine Translation
System", 4.1). Where a text says `[CLS]` or the like, it is read as a text: nothing in it is markup.
"""

from __future__ import annotations

import string
import unicodedata
from functools import cache
from pathlib import Path

VOCABULARY = Path(__file__).with_name("vocabulary.txt")
"""A line is a piece and its number an id; NOTICE beside it says whose it is."""

MOST_IDS = 256
"""Of a text, `[CLS]` and `[SEP]` included: what the model was trained to read."""

LONGEST_WORD = 100
"""Characters; a longer word is unknown as a whole."""

UNKNOWN, BEGIN, END = 100, 101, 102
"""`[UNK]`, `[CLS]` and `[SEP]` in the vocabulary."""

_CHINESE = (
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2B73F),
    (0x2B740, 0x2B81F),
    (0x2B920, 0x2CEAF),
    (0x2F800, 0x2FA1F),
)
"""Blocks of characters that are words of their own."""


def read_text(text: str) -> list[int]:
    """The ids of a text, from `BEGIN` to `END`; at most `MOST_IDS`."""
    found: list[int] = []
    for word in _words(text):
        found += _pieces(word)
        if len(found) > MOST_IDS - 2:
            break
    return [BEGIN, *found[: MOST_IDS - 2], END]


@cache
def vocabulary() -> dict[str, int]:
    """Piece -> id; pieces that go on within a word begin with `##`."""
    return {piece: i for i, piece in enumerate(VOCABULARY.read_text("utf-8").splitlines())}


def _words(text: str) -> list[str]:
    cleaned = "".join(_spaced(c) for c in text)
    plain = "".join(
        c for c in unicodedata.normalize("NFD", cleaned) if unicodedata.category(c) != "Mn"
    )
    low = "".join(c.lower() for c in plain)  # each alone: as a whole, a last sigma would be another
    return "".join(f" {c} " if _is_punctuation(c) else c for c in low).split()


def _spaced(char: str) -> str:
    """A character as the text keeps it: none, a space, itself, or itself as a word of its own."""
    if char in "\t\n\r":
        return " "
    kind = unicodedata.category(char)
    if char in "\0\ufffd" or kind in ("Cc", "Cf", "Co", "Cs"):
        return ""
    if kind == "Zs":
        return " "
    return f" {char} " if any(low <= ord(char) <= high for low, high in _CHINESE) else char


def _is_punctuation(char: str) -> bool:
    return char in string.punctuation or unicodedata.category(char).startswith("P")


def _pieces(word: str) -> list[int]:
    """Greedy: the longest piece, then the longest of the rest; unknown where any part is."""
    known = vocabulary()
    if len(word) > LONGEST_WORD:
        return [UNKNOWN]
    found: list[int] = []
    start = 0
    while start < len(word):
        head = "##" if start else ""
        for end in range(len(word), start, -1):
            piece = known.get(head + word[start:end])
            if piece is not None:
                found.append(piece)
                start = end
                break
        else:
            return [UNKNOWN]
    return found
