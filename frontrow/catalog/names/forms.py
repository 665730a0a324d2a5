"""The forms of a name that are as good as it: other numerals, other words for `and`, written-out umlauts."""

from __future__ import annotations

from dataclasses import dataclass

from frontrow.catalog.names.folding import Words, fold

MOST_WORDS = 40
"""Words of a name that are looked at; of what is typed likewise."""

ARTICLES = frozenset(
    ("the", "a", "an", "der", "die", "das", "ein", "eine", "le", "la", "les", "l", "un", "une", "el",
     "los", "las", "il", "lo", "gli", "i", "het", "de", "een")
)  # fmt: skip

_AND = frozenset({"and", "und", "et", "y", "e", "och", "og"})

_ONE_UP = (
    ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv"),
    (
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
    ),
    (
        "eins",
        "zwei",
        "drei",
        "vier",
        "funf",
        "sechs",
        "sieben",
        "acht",
        "neun",
        "zehn",
        "elf",
        "zwolf",
    ),
)
_NUMBERS = {word: str(number) for words in _ONE_UP for number, word in enumerate(words, 1)}
_ROMAN = frozenset("ivx")

_WRITTEN_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})


@dataclass(frozen=True, slots=True)
class Form:
    """One way to write a name: its words without the spaces, and where those were."""

    words: Words
    joined: str
    offsets: tuple[int, ...]  # where each word begins in `joined`
    is_whole: bool = (
        False  # its last word can't go on: `seven` may, as 7 it is not the beginning of 71
    )

    @property
    def after_article(self) -> int:
        """The first word that counts: the second where the first of several is an article."""
        return int(len(self.words) > 1 and self.words[0] in ARTICLES)


def form_of(words: Words, *, is_whole: bool = False) -> Form:
    """The form of some words."""
    offsets, at = [], 0
    for word in words:
        offsets.append(at)
        at += len(word)
    return Form(words, "".join(words), tuple(offsets), is_whole)


def forms_of(text: str) -> list[Form]:
    """Every form of a name, the one as written first; none where it holds nothing."""
    words = fold(text)[:MOST_WORDS]
    if not words:
        return []
    spelt = [words]
    if not text.isascii():
        spelt.append(fold(text.translate(_WRITTEN_OUT))[:MOST_WORDS])
    found = {one: form_of(one) for one in spelt}
    for one in spelt:
        plain = _in_figures(one)
        found.setdefault(plain, form_of(plain, is_whole=plain[-1] != one[-1]))
    return list(found.values())


def _in_figures(words: Words) -> Words:
    """Numbers as figures, and `and` in one language. A Roman number is none at the beginning (X-Men), a word
    for `and` none at either end."""
    last = len(words) - 1
    if not any(word in _NUMBERS or word in _AND for word in words):
        return words
    return tuple(
        "and"
        if word in _AND and 0 < at < last
        else _NUMBERS[word]
        if word in _NUMBERS and (at or not _ROMAN.issuperset(word))
        else word
        for at, word in enumerate(words)
    )
