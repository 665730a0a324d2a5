"""Names as MovieLens writes them: "Matrix, The (1999)" is The Matrix, of 1999."""

from __future__ import annotations

import re
from typing import NamedTuple

_ARTICLES = (
    "The|A|An|La|Le|Les|L'|El|Los|Las|Lo|Il|I|Gli|Un|Une|Una|Uno|Der|Die|Das|Ein|Eine|Den|Det|De|"
    "Het|En|Ett|O|Os|As|Da"
)
_YEAR = re.compile(r"\s*\((\d{4})(?:\s*[-–]\s*(?:\d{4})?)?\)\s*$")
_TRAILING = re.compile(r"^(?P<name>.*\S)\s+\((?P<also>[^()]+)\)$")
_MOVED = re.compile(rf"^(?P<rest>.+), (?P<article>{_ARTICLES})$", re.IGNORECASE)
_AKA = re.compile(r"^a\.?\s?k\.?\s?a\.?:?\s+", re.IGNORECASE)
_MARK = re.compile(r"^(?:[IVX]+|TV|V|VG)$")
_GOES_ON = re.compile(r"(?::|\bor|\bof|\band|&)$", re.IGNORECASE)
"""After these words a bracket belongs to the name: "Birdman: Or (The Unexpected Virtue…)"."""


class FilmName(NamedTuple):
    """What a film is called, its other names, and its year where one is given."""

    name: str
    also: tuple[str, ...]
    year: int | None


def read_film_name(text: str) -> FilmName:
    """Take the year, the moved article and the other names out of a title of MovieLens."""
    name, year, also = text.strip(), None, []
    if (match := _YEAR.search(name)) and match.start() > 0:
        name, year = name[: match.start()].strip(), int(match[1])
    while (match := _TRAILING.match(name)) and not _GOES_ON.search(match["name"]):
        if not _MARK.match(match["also"]):
            also.append(_article_first(_AKA.sub("", match["also"].strip())))
        name = match["name"].strip()
    return FilmName(_article_first(name), tuple(reversed(also)), year)


def _article_first(name: str) -> str:
    match = _MOVED.match(name)
    if match is None:
        return name
    joint = "" if match["article"].endswith("'") else " "
    return f"{match['article']}{joint}{match['rest']}"
