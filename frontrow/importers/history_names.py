"""Titles as a viewing history writes them: a film, or show, season and episode in one line."""

from __future__ import annotations

import re
from typing import NamedTuple

_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_NUMBERS = {word: number for number, word in enumerate(_WORDS, start=1)}
_NUMBER = rf"(?P<number>\d{{1,4}}|{'|'.join(_WORDS)})"
_SEASON = re.compile(
    rf"^(?:(?:Season|Series|Part|Volume|Vol\.?|Book|Chapter|Collection) {_NUMBER}"
    r"|Limited Series|Mini-?[Ss]eries|The Complete Series)$",
    re.IGNORECASE,
)
_SURE = re.compile(r"^(?:(?:Season|Series) \d+|Limited Series|Mini-?series)$", re.IGNORECASE)
"""Labels of a series even with nothing after them; "Kill Bill: Volume 1" is a film."""
_EPISODE_AT_END = re.compile(r"\s*\(Episode (\d{1,5})\)$", re.IGNORECASE)
_EPISODE_AS_NAME = re.compile(rf"^(?:Episode|Chapter|Part) {_NUMBER}$", re.IGNORECASE)
_NUMBER_AT_END = re.compile(r" (\d{1,3})$")


class HistoryName(NamedTuple):
    """What a line of a history names. `show` is None for a film."""

    name: str  # of the film, or of the episode ("" where none is named)
    show: str | None = None
    season: int | None = None
    episode: int | None = None


def read_history_name(text: str) -> HistoryName:
    """`Show: Season 2: Low Tide (Episode 3)`, its Limited Series, Part, Volume, Chapter and Book
    forms, or a film.

    A part between two colons that names a season makes a series, and so does `(Episode M)` at the
    end: some shows call their seasons by other names ("Show: Show 3: Name (Episode 1)").
    """
    whole = text.strip()
    match = _EPISODE_AT_END.search(whole)
    episode = int(match[1]) if match else None
    parts = (whole[: match.start()] if match else whole).split(": ")
    for place in range(1, len(parts)):
        label = _SEASON.match(parts[place])
        rest = parts[place + 1 :]
        if label is None or not (rest or match or _SURE.match(parts[place])):
            continue
        name = ": ".join(rest)
        return HistoryName(
            name,
            ": ".join(parts[:place]),
            _number(label["number"]) if label["number"] else 1,
            episode if episode is not None else _episode_of(name),
        )
    if match is None:
        return HistoryName(whole)
    if len(parts) == 1:
        return HistoryName("", parts[0], 1, episode)
    numbered = _NUMBER_AT_END.search(parts[1]) if len(parts) > 2 else None
    name = ": ".join(parts[2:] if len(parts) > 2 else parts[1:])
    return HistoryName(name, parts[0], int(numbered[1]) if numbered else 1, episode)


def _episode_of(name: str) -> int | None:
    match = _EPISODE_AS_NAME.match(name)
    return _number(match["number"]) if match else None


def _number(text: str) -> int:
    return _NUMBERS.get(text.casefold()) or int(text)
