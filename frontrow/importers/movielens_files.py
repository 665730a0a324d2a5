"""The published layouts of MovieLens, and how each file of them is read into typed rows."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from frontrow.base.duck import quote
from frontrow.base.errors import BadInput
from frontrow.importers.columns import plain_name
from frontrow.importers.tables import parquet_columns, parquet_rows, query_parquet
from frontrow.importers.text_files import read_csv, read_lines, text_encoding

Cells = tuple[int, tuple[Any, ...]]
"""(line, cells in the order asked for); a row that can't be cut has too few cells."""

Reader = Callable[[Path], Iterator[Cells]]

GENRES_100K = (
    *("unknown", "Action", "Adventure", "Animation", "Children's", "Comedy", "Crime"),
    *("Documentary", "Drama", "Fantasy", "Film-Noir", "Horror", "Musical", "Mystery"),
    *("Romance", "Sci-Fi", "Thriller", "War", "Western"),
)
"""The flags at the end of a line of `u.item`, in order (`u.genre`)."""

RATING_COLUMNS = (("user_id",), ("item_id", "movie_id"), ("rating",), ("timestamp",))
MOVIE_COLUMNS = (("item_id", "movie_id"), ("title", "movie_title"), ("genres", "class"))
YEAR_COLUMN = (("release_year",),)
LINK_COLUMNS = (("item_id", "movie_id"), ("imdb_id",), ("tmdb_id",))


@dataclass(frozen=True)
class Layout:
    """One published form: the file of ratings and that of movies, each with its reader."""

    ratings: str
    movies: str
    read_ratings: Reader  # user, movie, rating, timestamp
    read_movies: Reader  # movie, title, genres, and the year where it stands apart
    genre_separator: str = "|"
    links: str | None = None
    read_links: Reader | None = None


# -- readers


def _double_colons(path: Path) -> Iterator[Cells]:
    for line, text in enumerate(read_lines(path, text_encoding(path)), start=1):
        if text.strip():
            yield line, tuple(text.rstrip("\r\n").split("::"))


def _tabs(path: Path) -> Iterator[Cells]:
    for line, text in enumerate(read_lines(path, text_encoding(path)), start=1):
        if text.strip():
            yield line, tuple(text.rstrip("\r\n").split("\t"))


def _u_item(path: Path) -> Iterator[Cells]:
    for line, text in enumerate(read_lines(path, text_encoding(path)), start=1):
        if not text.strip():
            continue
        cells = text.rstrip("\r\n").split("|")
        if len(cells) != 5 + len(GENRES_100K):
            yield line, tuple(cells[:1])
            continue
        flags = zip(GENRES_100K, cells[5:], strict=True)
        yield line, (cells[0], cells[1], "|".join(genre for genre, flag in flags if flag == "1"))


def _csv_reader(wanted: tuple[tuple[str, ...], ...]) -> Reader:
    def read(path: Path) -> Iterator[Cells]:
        rows = read_csv(path, text_encoding(path), ",")
        _, header, *_ = next(rows, (0, [], "", ""))
        columns = {plain_name(c.lstrip("\ufeff")): i for i, c in enumerate(header or [])}
        places = [columns[c] for c in _columns(path, columns, wanted)]
        needed = max(places)
        for line, cells, _, text in rows:
            if cells is None or len(cells) <= needed:
                yield line, (text.rstrip("\r\n"),)
            else:
                yield line, tuple([cells[place] for place in places])

    return read


def _parquet_reader(
    wanted: tuple[tuple[str, ...], ...], maybe: tuple[tuple[str, ...], ...] = (), order: str = ""
) -> Reader:
    def read(path: Path) -> Iterator[Cells]:
        real = {plain_name(column): column for column in parquet_columns(path)}
        chosen = _columns(path, real, wanted)
        chosen += [name for names in maybe for name in names if name in real]
        wanted_sql = ", ".join(quote(real[name]) for name in chosen)
        order_sql = f" ORDER BY {order}" if order else ""
        found = query_parquet(f"SELECT {wanted_sql}", path, order_sql)
        yield from enumerate(found, start=1)

    return read


def _columns(
    path: Path, there: Mapping[str, Any], wanted: tuple[tuple[str, ...], ...]
) -> list[str]:
    found = [next((name for name in names if name in there), None) for names in wanted]
    missing = [" or ".join(n) for n, f in zip(wanted, found, strict=True) if f is None]
    if missing:
        raise BadInput(
            f"has no column {', '.join(missing)}",
            where=str(path),
            mend=f"its columns are: {', '.join(there)}",
        )
    return [name for name in found if name is not None]


# One viewer after the other, each in time: a transaction then touches few profiles.
_IN_ORDER = "1, 4, 2"
_PARQUET_RATINGS = _parquet_reader(RATING_COLUMNS, order=_IN_ORDER)
_PARQUET_MOVIES = _parquet_reader(MOVIE_COLUMNS, YEAR_COLUMN)
_PARQUET_LINKS = _parquet_reader(LINK_COLUMNS)

LAYOUTS = (
    Layout("ratings.dat", "movies.dat", _double_colons, _double_colons),
    Layout("u.data", "u.item", _tabs, _u_item),
    Layout(
        "ratings.csv",
        "movies.csv",
        _csv_reader(RATING_COLUMNS),
        _csv_reader(MOVIE_COLUMNS),
        links="links.csv",
        read_links=_csv_reader(LINK_COLUMNS),
    ),
    Layout("ratings_known.parquet", "movies.parquet", _PARQUET_RATINGS, _PARQUET_MOVIES),
    Layout("ratings.parquet", "items.parquet", _PARQUET_RATINGS, _PARQUET_MOVIES, " "),
    Layout(
        "ratings.parquet",
        "movies.parquet",
        _PARQUET_RATINGS,
        _PARQUET_MOVIES,
        links="links.parquet",
        read_links=_PARQUET_LINKS,
    ),
)

LEFT_OUT = {
    "users": "what people told of themselves (age, gender, occupation) is not taken",
    "u.user": "what people told of themselves (age, gender, occupation) is not taken",
    "pairs_without_rating": "pairs without a rating and a time are no events",
    "tags": "viewers' free words are not taken",
    "genome-scores": "scores of tags are not taken",
    "link": "ids of another graph are not taken",
    "kg": "the knowledge graph has ids without names",
}
"""Files beside the ratings that stay out, by the name before the ending, and why."""


# -- the folder


def file_names(path: Path) -> set[str]:
    """Names of the files of a folder or an archive. Raises `BadInput` where it is neither."""
    if not path.exists():
        raise BadInput("there is no such folder", where=str(path), mend="check the path")
    if path.is_dir():
        return {file.name for file in path.iterdir() if file.is_file()}
    if not zipfile.is_zipfile(path):
        raise BadInput(
            "is neither a folder nor a .zip",
            where=str(path),
            mend="name the folder with ratings and movies; for one file: `import events FILE`",
        )
    with zipfile.ZipFile(path) as archive:
        return {Path(name).name for name in archive.namelist() if not name.endswith("/")}


def find_layout(path: Path) -> tuple[Layout, set[str]]:
    """The layout of a folder or archive, and the files in it. Raises `BadInput` for none."""
    names = file_names(path)
    for layout in LAYOUTS:
        if layout.ratings in names and layout.movies in names:
            return layout, names
    for layout in LAYOUTS:  # ratings without movies still are events
        if layout.ratings in names:
            return layout, names
    known = "; ".join(dict.fromkeys(f"{one.ratings} with {one.movies}" for one in LAYOUTS))
    raise BadInput(
        f"holds no MovieLens ratings (looked for {known})",
        where=str(path),
        mend=f"name the folder that holds them; it has: {', '.join(sorted(names)[:20]) or 'no files'}",
    )


def count_rows(path: Path, layout: Layout, names: set[str]) -> int | None:
    """Rows of ratings and movies, for a bar of progress; None for an archive."""
    if not path.is_dir():
        return None
    total = 0
    for name in (layout.movies, layout.ratings):
        if name not in names:
            continue
        if name.endswith(".parquet"):
            total += parquet_rows(path / name)
            continue
        with (path / name).open("rb") as file:
            while block := file.read(1 << 20):
                total += block.count(b"\n")
        total -= name.endswith(".csv")  # the header
    return total


def left_out(names: set[str]) -> list[str]:
    """Each file that stays out, with the reason."""
    said = []
    for name in sorted(names):
        why = LEFT_OUT.get(name) or LEFT_OUT.get(name.rsplit(".", 1)[0])
        if why is not None:
            said.append(f"{name}: {why}")
    return said


@contextmanager
def opened(path: Path, layout: Layout) -> Iterator[Path]:
    """The folder with the files of a layout: itself, or an archive's files unpacked for now."""
    if path.is_dir():
        yield path
        return
    wanted = {layout.ratings, layout.movies, layout.links}
    with TemporaryDirectory() as folder, zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            name = Path(member.filename).name  # no member is written outside the folder
            if name in wanted and not member.is_dir():
                with archive.open(member) as packed, (Path(folder) / name).open("wb") as file:
                    while block := packed.read(1 << 20):
                        file.write(block)
        yield Path(folder)
