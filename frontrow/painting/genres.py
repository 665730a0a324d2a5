"""Which of the genres that can be painted a service's own genre is, in English and German.

Services name genres as they please: `Sci-Fi & Fantasy`, `Children's`, `Krimi`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_PAINTED: dict[str, str] = {
    "Drama": "drama biography biopic biografie soap telenovela",
    "Comedy": "comedy comedies komodie comedyserie sitcom satire standup stand parody talk reality game show",
    "Crime": "crime krimi mystery noir detective police heist mafia gangster true",
    "Thriller": "thriller suspense spy espionage psychological",
    "Action": "action martial superhero",
    "Adventure": "adventure abenteuer western expedition travel reise",
    "Science fiction": "science sciencefiction scifi sci fiction cyberpunk space",
    "Fantasy": "fantasy fairy marchen supernatural magic",
    "Horror": "horror slasher grusel zombie vampire",
    "Romance": "romance romantic romantik liebe love wedding",
    "Documentary": "documentary documentaries dokumentation doku dokumentarfilm nature natur wildlife news"
    " nachrichten current affairs docuseries food cooking",
    "Animation": "animation animated anime zeichentrick cartoon",
    "Family": "family familie children childrens kids kinder preschool",
    "History": "history historical geschichte historie war krieg period",
    "Music": "music musical musik concert konzert opera dance",
    "Sport": "sport sports football fussball olympics fitness",
}
_OF_WORD: dict[str, str] = {}
for _genre, _words in _PAINTED.items():
    for _word in _words.split():
        _OF_WORD.setdefault(_word, _genre)

_EMBLEMS: dict[str, tuple[str, ...]] = {
    "Drama": ("mask", "house", "door"),
    "Comedy": ("star", "mask", "cup"),
    "Crime": ("key", "eye", "door"),
    "Thriller": ("eye", "clock", "bolt"),
    "Action": ("bolt", "flame", "blade"),
    "Adventure": ("compass", "peak", "anchor"),
    "Science fiction": ("rocket", "gear", "star"),
    "Fantasy": ("moon", "crown", "tree"),
    "Horror": ("moon", "house", "eye"),
    "Romance": ("heart", "moon", "star"),
    "Documentary": ("compass", "leaf", "eye"),
    "Animation": ("paw", "star", "rocket"),
    "Family": ("house", "paw", "heart"),
    "History": ("crown", "flag", "clock"),
    "Music": ("note", "star", "bolt"),
    "Sport": ("ball", "cup", "flag"),
}


def painted_genre(genre: str) -> str | None:
    """The genre that can be painted which a service's genre is; None where none is known to be."""
    found = [_OF_WORD[word] for word in _words_of(genre) if word in _OF_WORD]
    return found[0] if found else None


def first_painted(genres: Iterable[str]) -> tuple[str, str] | None:
    """(a service's genre, what it is painted as) of the first that can be painted."""
    for genre in genres:
        painted = painted_genre(genre)
        if painted is not None:
            return genre, painted
    return None


def emblems_of_genre(painted: str) -> tuple[str, ...]:
    """Names of the emblems that may stand for a genre where no theme says more."""
    return _EMBLEMS[painted]


def _words_of(genre: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", genre.casefold().replace("'", "").replace("’", ""))
    return re.findall(r"[a-z]+", "".join(c for c in plain if not unicodedata.combining(c)))
