"""MovieLens: a folder (or its .zip) of ratings and movies, in any of its published forms."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from frontrow.base.ids import Id
from frontrow.base.validation import validate
from frontrow.catalog import Title
from frontrow.events import Event
from frontrow.events.event import FURTHEST_AHEAD
from frontrow.importers.cells import read_number, read_text, read_whole
from frontrow.importers.columns import is_empty
from frontrow.importers.enrich import Enrichment, Facts, open_enrichment, read_enrichment
from frontrow.importers.movielens_files import Layout, count_rows, find_layout, left_out, opened
from frontrow.importers.movielens_names import read_film_name
from frontrow.importers.ratings import Scale, find_scale
from frontrow.importers.source import Kept, Record, Refused, Source
from frontrow.importers.text_files import BROKEN, is_broken
from frontrow.importers.title_files import refuse_fields

RATINGS, MOVIES = "ratings", "movies"
HIGHEST_RATING = 5.0
_NO_GENRE = frozenset({"", "(no genres listed)", "unknown"})
_NOT_CUT = "does not have the columns of its file"


def movielens(path: Path | str, enrich: Path | str | None = None) -> Source:
    """MovieLens 100K, 1M, 10M, 20M and later, latest-small, and the same as Parquet.

    Titles keep the movie's id and profiles the user's; a rating becomes a `rate` event with its
    time and scale. Raises `BadInput` where there are no ratings.

    enrich: a table with more about the films, joined by `item_id`: people, themes, a synopsis,
    length, language, countries, maturity. Raises `BadInput` where it is none.
    """
    folder = Path(path)
    layout, names = find_layout(folder)
    enrichment = None if enrich is None else open_enrichment(Path(enrich))
    notes: list[str] = []
    return Source(
        "movielens",
        folder,
        lambda now: _read(folder, layout, names, enrichment, now, notes),
        total=count_rows(folder, layout, names),
        left_out=left_out(names),
        notes=notes,
    )


def _read(
    path: Path, layout: Layout, names: set[str], enrichment: Enrichment | None, now: datetime,
    notes: list[str],
) -> Iterator[Record]:  # fmt: skip
    with opened(path, layout) as folder:
        if layout.movies in names:
            facts: Facts = {}
            if enrichment is not None:
                facts, told = read_enrichment(enrichment, _films(folder, layout))
                notes.extend(told)
            yield from _movies(folder, layout, names, facts)
        else:
            notes.append(f"there is no {layout.movies}: the ratings have no titles yet")
            if enrichment is not None:
                notes.append(f"{enrichment.table.path.name}: there are no films to enrich")
        scale = _scale(layout.read_ratings, folder / layout.ratings)
        if scale is None:
            notes.append(f"{layout.ratings} holds no rating that can be read")
        else:
            notes.append(f"scale of the ratings: {scale.words()}")
        yield from _ratings(folder / layout.ratings, layout, scale or Scale(1.0, 5.0), now)


# -- movies


def _films(folder: Path, layout: Layout) -> set[str]:
    """Ids of the movies."""
    rows = (cells for _, cells in layout.read_movies(folder / layout.movies) if len(cells) > 2)
    return {film for cells in rows if (film := read_text(cells[0])) is not None}


def _movies(folder: Path, layout: Layout, names: set[str], facts: Facts) -> Iterator[Record]:
    links = _links(folder, layout, names)
    seen: set[str] = set()
    for line, cells in layout.read_movies(folder / layout.movies):
        if len(cells) < 3:
            yield Refused(MOVIES, line, _NOT_CUT, cells)
            continue
        if any(isinstance(cell, str) and is_broken(cell) for cell in cells):
            yield Refused(MOVIES, line, BROKEN, cells)
            continue
        title = _title(cells, layout.genre_separator, links, facts)
        if not isinstance(title, Title):
            yield refuse_fields(MOVIES, line, title, cells)
        elif title.title_id in seen:
            yield Refused(MOVIES, line, "an earlier row has this movie", cells)
        else:
            seen.add(title.title_id)
            yield Kept(MOVIES, (title,))


def _title(
    cells: tuple[Any, ...], separator: str, links: dict[str, dict[str, Any]], facts: Facts
) -> Any:
    """A title of (movie, title, genres[, year]) and what else is known, or its wrong fields."""
    film = read_film_name(str(cells[1] or ""))
    value: dict[str, Any] = {
        **facts.get(str(read_text(cells[0])), {}),
        "title_id": read_text(cells[0]),
        "kind": "movie",
        "name": film.name,
        "genres": [
            g for g in str(cells[2] or "").split(separator) if g.casefold() not in _NO_GENRE
        ],
    }
    year = film.year or (read_whole(cells[3]) if len(cells) > 3 else None)
    if year is not None:
        value["release_year"] = year
    attributes = dict(links.get(str(value["title_id"]), {}))
    if film.also:
        attributes["also_known_as"] = list(film.also)
    if attributes:
        value["attributes"] = attributes
    return validate(Title, value)


def _links(folder: Path, layout: Layout, names: set[str]) -> dict[str, dict[str, Any]]:
    """Ids of IMDb and TMDB by movie, where there is a file of them."""
    if layout.links is None or layout.read_links is None or layout.links not in names:
        return {}
    links: dict[str, dict[str, Any]] = {}
    for _, cells in layout.read_links(folder / layout.links):
        if len(cells) < 3:
            continue
        movie, imdb, tmdb = cells
        found: dict[str, Any] = {}
        if not is_empty(imdb):
            found["imdb_id"] = f"tt{str(imdb).strip().removeprefix('tt'):0>7}"
        if (number := read_whole(tmdb)) is not None:
            found["tmdb_id"] = number
        if found:
            links[str(read_text(movie))] = found
    return links


# -- ratings


def _scale(read: Any, path: Path) -> Scale | None:
    """The scale of all ratings: one look at the column before the first event is made."""
    distinct = {cells[2] for _, cells in read(path) if len(cells) > 3}
    numbers = {number for value in distinct if (number := read_number(value)) is not None}
    # What MovieLens never gives is refused as a row; it must not stretch everybody's scale.
    scale = find_scale(number for number in numbers if 0 <= number <= HIGHEST_RATING)
    return Scale(1.0, HIGHEST_RATING) if scale == Scale(0.0, 1.0) else scale


def _ratings(path: Path, layout: Layout, scale: Scale, now: datetime) -> Iterator[Record]:
    """Events made directly: the four columns are checked here, so no event needs a second check."""
    low, high = scale.low, scale.high
    assert low is not None  # only values of 0-5 were asked
    assert high is not None
    latest = (now + FURTHEST_AHEAD).timestamp()
    values: dict[Any, float | None] = {}
    ids: dict[Any, str | None] = {}
    for line, cells in layout.read_ratings(path):
        if len(cells) != 4:
            yield Refused(RATINGS, line, _NOT_CUT, cells)
            continue
        user, movie, rating, stamp = cells
        profile_id, title_id, value = ids.get(user), ids.get(movie), values.get(rating)
        if profile_id is None:
            profile_id = ids[user] = _id(user)
        if title_id is None:
            title_id = ids[movie] = _id(movie)
        if value is None:
            value = values[rating] = _rating(rating, low, high)
        if type(stamp) is not int:
            stamp = read_whole(stamp)
        if profile_id is None or title_id is None or value is None or stamp is None:
            yield Refused(RATINGS, line, _why(profile_id, title_id, value), cells)
            continue
        if not 0 < stamp <= latest:
            yield Refused(RATINGS, line, "its time is before 1970 or in the future", cells)
            continue
        event = Event(
            event_id=f"ml-{profile_id}-{title_id}-{stamp}",
            type="rate",
            profile_id=profile_id,
            time=datetime.fromtimestamp(stamp, UTC),
            title_id=title_id,
            value=value,
            scale_min=low,
            scale_max=high,
        )
        yield Kept(RATINGS, (), (event,))


LONGEST_ID = 50
"""An event's id holds two ids and a time, 128 characters in all."""


def _id(cell: Any) -> str | None:
    text = read_text(cell)
    if text is None or len(text) > LONGEST_ID:
        return None
    try:
        return msgspec.convert(text, Id)
    except msgspec.ValidationError:
        return None


def _rating(cell: Any, low: float, high: float) -> float | None:
    number = read_number(cell)
    return number if number is not None and low <= number <= high else None


def _why(profile_id: str | None, title_id: str | None, value: float | None) -> str:
    if profile_id is None:
        return "its user is no id"
    if title_id is None:
        return "its movie is no id"
    return "has no time" if value is not None else "has no rating, or one outside the scale"
