"""One row about a film, read into the fields of a title that it can fill.

A cell, or a part of one, that a title can't hold is left out and counted under its reason: the
film has its name and its ratings already, and is worth more than any cell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, get_type_hints

import msgspec

from frontrow.base.texts import language_name, primary
from frontrow.catalog import Title
from frontrow.catalog.title import Tag
from frontrow.importers.cells import read_items, read_minutes, read_text
from frontrow.importers.columns import first_said
from frontrow.importers.countries import country_code
from frontrow.importers.maturity import youngest_age
from frontrow.importers.title_rows import LONGEST_TAG, MOST_TAGS, ROLES, TITLE_COLUMNS

ENRICH_COLUMNS: dict[str, tuple[str, ...]] = {
    "movie_id": ("item_id", "movie_id", "movielens_id"),
    **{field: TITLE_COLUMNS[field] for field in (*ROLES, "themes")},
    "synopsis": (*TITLE_COLUMNS["synopsis"], "wikipedia_extract"),
    **{
        field: TITLE_COLUMNS[field]
        for field in ("runtime_minutes", "original_language", "countries", "maturity", "rating")
    },
}
"""What a row may say -> usual column names, the surest first. `rating` is a word of a board."""

FILLED = (
    *("people", "themes", "synopsis", "runtime_minutes", "original_language", "countries"),
    "maturity",
)
"""Fields of a title that a row may fill."""

MOST_PEOPLE, LONGEST_SYNOPSIS, MOST_COUNTRIES = 1_000, 20_000, 300  # the limits of the API
NO_LANGUAGE = frozenset({"und", "mul", "mis", "zxx"})
"""Codes that say: not determined, several, not coded, none."""

EMPTY, AGAIN = "empty", "named twice"
TOO_LONG, NO_TEXT = f"longer than {LONGEST_TAG} characters", "with characters that are no text"

LeftOutCells = Counter[tuple[str, str]]
"""(column's field, reason) -> how often something was left out for it."""

_TYPES = get_type_hints(Title, include_extras=True)


class FilmRowReader:
    """Reads rows whose columns were recognised; what can't be held is counted in `left_out`."""

    def __init__(self, found: Mapping[str, list[str]], left_out: LeftOutCells) -> None:
        self._found, self._left_out = found, left_out

    def read(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Fields of a title as JSON; each alone passes the check of `Title`."""
        made = {
            "people": self._people(row),
            "themes": self._first("themes", self._words(row, "themes"), MOST_TAGS),
            "synopsis": self._synopsis(row),
            "runtime_minutes": self._runtime(row),
            "original_language": self._language(row),
            "countries": self._countries(row),
            "maturity": self._maturity(row),
        }
        return {field: value for field, value in made.items() if self._holds(field, value)}

    def _cell(self, row: Mapping[str, Any], field: str) -> Any:
        return first_said(row, self._found.get(field, ()))

    def _leave_out(self, field: str, reason: str, count: int = 1) -> None:
        if count > 0:
            self._left_out[field, reason] += count

    def _holds(self, field: str, value: Any) -> bool:
        """Whether there is a value that the title can hold."""
        if value is None or value == []:
            return False
        if _fits(value, _TYPES[field]):
            return True
        self._leave_out(field, "not what a title can hold")
        return False

    # -- lists

    def _people(self, row: Mapping[str, Any]) -> list[dict[str, str]]:
        people = [
            {"name": name, "role": role}
            for field, role in ROLES.items()
            for name in self._words(row, field)
        ]
        return self._first("people", people, MOST_PEOPLE)

    def _words(self, row: Mapping[str, Any], field: str) -> list[str]:
        """The names or words of a list, each once, in its order."""
        words: dict[str, None] = {}
        for word in read_items(self._cell(row, field)):
            if not word:
                self._leave_out(field, EMPTY)
            elif word in words:
                self._leave_out(field, AGAIN)
            elif not _fits(word, Tag):
                self._leave_out(field, TOO_LONG if len(word) > LONGEST_TAG else NO_TEXT)
            else:
                words[word] = None
        return list(words)

    def _countries(self, row: Mapping[str, Any]) -> list[str]:
        codes: dict[str, None] = {}
        for name in self._words(row, "countries"):
            code = country_code(name)
            if code is None:
                self._leave_out("countries", "no country known here")
            elif code in codes:
                self._leave_out("countries", AGAIN)
            else:
                codes[code] = None
        return self._first("countries", list(codes), MOST_COUNTRIES)

    def _first(self, field: str, items: list[Any], most: int) -> list[Any]:
        self._leave_out(field, f"beyond the first {most:,}", len(items) - most)
        return items[:most]

    # -- single cells

    def _synopsis(self, row: Mapping[str, Any]) -> str | None:
        cell = self._cell(row, "synopsis")
        if cell is None:
            return None
        text = read_text(cell)
        if text is None or not _fits(text[:LONGEST_SYNOPSIS], _TYPES["synopsis"]):
            self._leave_out("synopsis", NO_TEXT)
            return None
        if len(text) > LONGEST_SYNOPSIS:
            self._leave_out("synopsis", f"cut at a word before {LONGEST_SYNOPSIS:,} characters")
        return cut_at_word(text, LONGEST_SYNOPSIS)

    def _runtime(self, row: Mapping[str, Any]) -> float | None:
        cell = self._cell(row, "runtime_minutes")
        if cell is None:
            return None
        minutes = read_minutes(cell)
        minutes = None if minutes is None else round(minutes, 2)
        if minutes is None or not _fits(minutes, _TYPES["runtime_minutes"]):
            self._leave_out("runtime_minutes", "no length of a film")
            return None
        return minutes

    def _language(self, row: Mapping[str, Any]) -> str | None:
        cell = self._cell(row, "original_language")
        if cell is None:
            return None
        tag = read_text(cell) or ""
        known = primary(tag) not in NO_LANGUAGE and language_name("en", tag) != primary(tag)
        if not known or not _fits(tag, _TYPES["original_language"]):
            self._leave_out("original_language", "no language known here")
            return None
        return tag

    def _maturity(self, row: Mapping[str, Any]) -> int | None:
        for field in ("maturity", "rating"):
            cell = self._cell(row, field)
            if cell is None:
                continue
            age = youngest_age(read_text(cell) or "", is_age_column=field == "maturity")
            if age is not None:
                return age
            self._leave_out(field, "no age known here")
        return None


def cut_at_word(text: str, longest: int) -> str:
    """A text of at most so many characters, ended by `…` after a whole word where it was cut."""
    if len(text) <= longest:
        return text
    head = text[: longest - 1]
    if not text[longest - 1].isspace():
        head = head.rsplit(None, 1)[0]
    return head.rstrip() + "…"


def _fits(value: Any, kind: Any) -> bool:
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError:
        return False
    return True
