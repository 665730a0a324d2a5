"""One row of a title file, read field by field into a title as the API spells it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from frontrow.importers.cells import (
    join_and,
    read_day,
    read_list,
    read_minutes,
    read_moment,
    read_text,
    read_whole,
    read_yes,
    written,
)
from frontrow.importers.columns import first_said, plain_name
from frontrow.importers.countries import country_code
from frontrow.importers.maturity import FOR_CHILDREN, youngest_age
from frontrow.importers.slugs import id_of, slug

TITLE_COLUMNS: dict[str, tuple[str, ...]] = {
    "title_id": (
        *("title_id", "show_id", "movie_id", "item_id", "content_id", "asset_id", "video_id"),
        *("program_id", "programme_id", "id", "tconst", "imdb_id", "tmdb_id"),
    ),
    "kind": ("kind", "type", "title_type", "content_type", "media_type", "show_type"),
    "name": (
        *("name", "title", "movie_title", "title_name", "show_title", "primary_title"),
        *("series_title", "program_title", "original_title"),
    ),
    "synopsis": ("synopsis", "description", "overview", "summary", "plot", "extract"),
    "release_date": ("release_date", "released", "premiere_date", "first_air_date"),
    "release_year": ("release_year", "year", "start_year", "production_year", "title_year"),
    "added_at": ("added_at", "date_added_iso", "date_added", "added", "added_on"),
    "runtime_minutes": (
        *("runtime_minutes", "runtime_min", "duration_minutes", "duration_min", "runtime"),
        *("duration", "length", "length_minutes"),
    ),
    "runtime_seconds": ("runtime_seconds", "duration_seconds", "duration_sec", "length_seconds"),
    "genres": ("genres", "genre", "listed_in", "categories", "category", "class"),
    "themes": ("themes", "keywords", "plot_keywords", "tags", "theme"),
    "actors": ("actors", "cast", "actor", "stars", "starring", "cast_members"),
    "directors": ("directors", "director", "directed_by"),
    "creators": ("creators", "creator", "created_by"),
    "writers": ("writers", "writer", "written_by", "screenplay"),
    "presenters": ("presenters", "presenter", "hosts", "host"),
    "original_language": ("original_language", "language", "lang"),
    "audio_languages": ("audio_languages", "audio"),
    "subtitle_languages": ("subtitle_languages", "subtitles"),
    "countries": ("countries", "country", "production_countries", "origin_country"),
    "maturity": ("maturity", "age_rating", "minimum_age", "min_age", "age_limit"),
    "rating": (
        *("maturity_rating", "content_rating", "certification", "certificate", "mpaa_rating"),
        *("mpaa", "parental_rating", "rating"),
    ),
    "kids": ("kids", "is_kids", "for_kids"),
    "available_from": ("available_from", "window_start", "license_start"),
    "available_until": ("available_until", "window_end", "license_end"),
    "available_in": ("available_in", "available_countries", "territories"),
    "series_id": ("series_id", "parent_id", "parent_tconst"),
    "season": ("season", "season_number"),
    "episode": ("episode", "episode_number"),
    "work_id": ("work_id",),
    "names": ("names",),
    "people": ("people",),
    "availability": ("availability",),
    "artwork": ("artwork",),
    "attributes": ("attributes",),
    "supplier": ("supplier", "service", "provider", "platform", "distributor", "studio"),
}
"""Field of a title -> usual column names, the surest first. `rating` is a word of a board."""

KINDS = {
    **dict.fromkeys(("movie", "movies", "film", "films", "feature", "tvmovie", "short"), "movie"),
    **dict.fromkeys(("documentary", "tvshort", "video"), "movie"),
    **dict.fromkeys(("tvshow", "series", "show", "tv", "tvseries", "tvminiseries"), "series"),
    **dict.fromkeys(("miniseries", "limitedseries", "webseries", "tvshows", "shows"), "series"),
    **dict.fromkeys(("season", "tvseason"), "season"),
    **dict.fromkeys(("episode", "tvepisode"), "episode"),
    **dict.fromkeys(("special", "tvspecial", "standup", "concert"), "special"),
    **dict.fromkeys(("live", "liveevent", "sport", "sports", "event"), "live"),
}
"""Words for the kind, without spaces and hyphens."""

GENRES_FOR_CHILDREN = frozenset({"kids", "kids' tv", "children"})
OLDEST_CHILD = 7
"""A genre says "made for children" only beside a rating word up to this age."""

MOST_TAGS, LONGEST_TAG = 100, 100  # the limits of the API
ROLES = {
    "actors": "actor",
    "directors": "director",
    "creators": "creator",
    "writers": "writer",
    "presenters": "presenter",
}
_LISTS = ("audio_languages", "subtitle_languages")
_WHOLE = ("season", "episode", "release_year")
_PLAIN = ("synopsis", "original_language", "series_id", "work_id", "supplier")
_AS_IS = ("names", "people", "availability", "artwork", "attributes")
_NO_GENRE = frozenset({"(no genres listed)", "unknown"})


class TitleReader:
    """Reads rows whose columns were recognised; cells not understood are counted in `unread`."""

    def __init__(
        self, found: Mapping[str, list[str]], *, by_supplier: bool, unread: Counter[str]
    ) -> None:
        self._found, self._by_supplier, self._unread = found, by_supplier, unread

    def read(self, row: Mapping[str, Any]) -> dict[str, Any] | str:
        """The title as JSON, or why the row is none."""
        name = read_text(next((row.get(c) for c in self._found["name"] if row.get(c)), None))
        if name is None:
            return "has no name"
        kind = self._kind(row)
        if kind not in KINDS.values():
            return "has no kind" if not kind else "its kind is not one known here"
        title: dict[str, Any] = {"name": name, "kind": kind}
        for field in _PLAIN:
            self._put(title, row, field, read_text)
        for field in _WHOLE:
            self._put(title, row, field, read_whole)
        for field in _LISTS:
            self._put(title, row, field, read_list)
        self._put(title, row, "added_at", read_day)
        self._put(title, row, "release_date", _date_only)
        self._put(title, row, "kids", read_yes)
        self._runtime(title, row)
        self._taste(title, row)
        self._maturity(title, row)
        self._window(title, row)
        for field in _AS_IS:
            self._put(title, row, field, _structure)
        return self._identify(title, row)

    def _cell(self, row: Mapping[str, Any], field: str) -> Any:
        return first_said(row, self._found.get(field, ()))

    def _put(
        self, title: dict[str, Any], row: Mapping[str, Any], field: str, read: Callable[[Any], Any]
    ) -> None:
        cell = self._cell(row, field)
        if cell is None:
            return
        value = read(cell)
        if value is None:
            self._unread[field] += 1
        else:
            title[field] = value

    def _kind(self, row: Mapping[str, Any]) -> str:
        if "kind" not in self._found:
            return "movie" if self._cell(row, "series_id") is None else "episode"
        word = str(self._cell(row, "kind") or "").casefold()
        return KINDS.get(plain_name(word).replace("_", ""), word)

    def _identify(self, title: dict[str, Any], row: Mapping[str, Any]) -> dict[str, Any] | str:
        said = read_text(self._cell(row, "title_id"))
        if said is None and "title_id" in self._found:
            return "has no title_id"
        if said is None:
            year = title.get("release_year") or title.get("release_date")
            said = id_of(title["name"], title["kind"], year, *self._place(title))
        elif self._by_supplier:
            supplier = title.get("supplier")
            said = of_supplier(said, supplier)
            if "series_id" in title:
                title["series_id"] = of_supplier(title["series_id"], supplier)
        return {"title_id": said, **title}

    @staticmethod
    def _place(title: Mapping[str, Any]) -> tuple[Any, ...]:
        if title["kind"] not in ("season", "episode"):
            return ()
        return title.get("series_id"), title.get("season"), title.get("episode")

    def _runtime(self, title: dict[str, Any], row: Mapping[str, Any]) -> None:
        cell, per_minute = self._cell(row, "runtime_minutes"), 1.0
        if cell is None:
            cell, per_minute = self._cell(row, "runtime_seconds"), 60.0
        if cell is None or "season" in str(cell).casefold():  # "2 Seasons" is no length
            return
        minutes = read_minutes(cell)
        if minutes is None or not 0 < minutes / per_minute <= 10_000:
            self._unread["runtime_minutes"] += 1
        else:
            title["runtime_minutes"] = round(minutes / per_minute, 2)

    def _taste(self, title: dict[str, Any], row: Mapping[str, Any]) -> None:
        """Genres, themes, people and countries."""
        genres = join_and(read_list(self._cell(row, "genres")))
        for field, words in (
            ("genres", [genre for genre in genres if genre.casefold() not in _NO_GENRE]),
            ("themes", read_list(self._cell(row, "themes"))),
        ):
            if words:
                title[field] = self._fitting(field, words)[:MOST_TAGS]
        people = [
            {"name": name, "role": role}
            for field, role in ROLES.items()
            for name in self._fitting(field, read_list(self._cell(row, field)))
        ]
        if people:
            title["people"] = people
        names = read_list(self._cell(row, "countries"))
        codes = [country_code(name) for name in names]
        self._unread["countries"] += codes.count(None)
        if known := [code for code in dict.fromkeys(codes) if code is not None]:
            title["countries"] = known

    def _fitting(self, field: str, words: list[str]) -> list[str]:
        fitting = [word for word in words if len(word) <= LONGEST_TAG]
        self._unread[field] += len(words) - len(fitting)
        return fitting

    def _maturity(self, title: dict[str, Any], row: Mapping[str, Any]) -> None:
        """The youngest age; `kids` where the word says so, or a genre beside a low age does."""
        word = ""
        for field in ("maturity", "rating"):
            cell = self._cell(row, field)
            if cell is None or "maturity" in title:
                continue
            word = read_text(cell) or ""
            age = youngest_age(word, is_age_column=field == "maturity")
            if age is None:
                self._unread["maturity"] += 1
            else:
                title["maturity"] = age
        if "kids" in title or "maturity" not in title:
            return
        genres = {genre.casefold() for genre in title.get("genres", ())}
        low = title["maturity"] <= OLDEST_CHILD
        if word.upper() in FOR_CHILDREN or (low and genres & GENRES_FOR_CHILDREN):
            title["kids"] = True

    def _window(self, title: dict[str, Any], row: Mapping[str, Any]) -> None:
        window: dict[str, Any] = {}
        for field, key in (("available_from", "from"), ("available_until", "until")):
            if (cell := self._cell(row, field)) is not None:
                # A window that can't be read must not open the title: the check refuses it. One that ends
                # at an instant ends then, also at midnight; a date as its end holds that whole day.
                at = read_moment(cell)
                window[key] = str(cell) if at is None else written(at)
        if countries := read_list(self._cell(row, "available_in")):
            window["countries"] = [country_code(name) or name for name in countries]
        if window:
            title["availability"] = [window]


def of_supplier(title_id: str, supplier: Any) -> str:
    """An id that is unique within its supplier only, made unique."""
    return f"{slug(read_text(supplier) or '') or 'unknown'}:{title_id}"


def _date_only(cell: Any) -> str | None:
    """The day as it is written, whatever its zone."""
    at = read_moment(cell)
    return None if at is None else at.isoformat()[:10]


def _structure(cell: Any) -> Any:
    """A list or object as the API spells it, real or written as JSON; the check judges it."""
    if not isinstance(cell, str):
        return cell
    try:
        return msgspec.json.decode(cell)
    except msgspec.DecodeError:
        return None
