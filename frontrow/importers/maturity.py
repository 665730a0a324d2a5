"""Rating words of boards and services, as the youngest age they are meant for."""

from __future__ import annotations

import re

_AGES = {
    # United States, films (MPA): PG-13 "under 13", R "under 17", NC-17 "17 and under" not admitted.
    "G": 0,
    "PG": 8,
    "PG-13": 13,
    "R": 17,
    "NC-17": 18,
    "X": 18,
    # United States, television: TV-Y and TV-G for all, Y7 from 7, 14 from 14, MA from 17.
    "TV-Y": 0,
    "TV-Y7": 7,
    "TV-Y7-FV": 7,
    "TV-G": 0,
    "TV-PG": 8,
    "TV-14": 14,
    "TV-MA": 17,
    # United Kingdom (BBFC: PG "should not disturb a child aged around 8"), and words for everyone.
    "U": 0,
    "UC": 0,
    "12A": 12,
    "R18": 18,
    "ALL": 0,
    "ALL_AGES": 0,
    "ALL AGES": 0,
    "E": 0,
    "L": 0,
    "AL": 0,
    "TP": 0,
}
_MARKED_AGE = re.compile(
    r"^(?:(?:AGES?|FSK|PEGI|UA|A|U/A|TV)[ _:-]?)?(\d{1,2})(?:\+|_|[ _]?PLUS|[ _]AND[ _]OVER)?$"
)
_BARE_AGE = re.compile(r"^\d{1,2}(\.0)?$")

FOR_CHILDREN = frozenset({"TV-Y", "TV-Y7", "TV-Y7-FV"})
"""Words that say a title is made for children, not only fit for them."""


def youngest_age(word: str, *, is_age_column: bool) -> int | None:
    """The youngest age of a rating word; None for one not known (`NR`, `UNRATED`, `90 min`).

    is_age_column: whether the column is named after age or maturity. A bare number in a column
    called `rating` may as well be a score, so it says nothing there.
    """
    word = word.strip().upper()
    if word in _AGES:
        return _AGES[word]
    if _BARE_AGE.match(word):
        return int(float(word)) if is_age_column else None
    match = _MARKED_AGE.match(word)
    return int(match[1]) if match else None
