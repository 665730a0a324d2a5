"""The public moments that populations are held to, from the data: `python -m bench.moments`."""

from __future__ import annotations

import argparse
from pathlib import Path

import duckdb
import numpy as np

from frontrow.simulation.loop.moments import genre_likeness, gini, liked_by_all, merit_told

SHARED = Path(__file__).resolve().parents[1].parent / "shared" / "data"

TABLES: dict[str, tuple[str, str, str]] = {
    "MovieLens 1M": ("ml-1m/ratings_known.parquet", "item_id", "user_id"),
    "MovieLens latest-small": ("ml-latest-small/ratings.parquet", "movieId", "userId"),
}

FILMS: dict[str, str] = {
    "MovieLens 1M": "ml-1m/movies.parquet",
    "MovieLens latest-small": "ml-latest-small/movies.parquet",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=SHARED, help="the folder of public data")
    folder = parser.parse_args().data
    for name, (file, title, viewer) in TABLES.items():
        path = folder / file
        if not path.exists():
            print(f"{name}: not here ({path})")
            continue
        told = {
            of: gini(_counts(path, column))
            for of, column in (("titles", title), ("viewers", viewer))
        }
        likeness, _ = genre_likeness(*_met(folder, name, title, viewer))
        print(
            f"{name}: titles of one viewer are {likeness:.2f} times as like as those of several,"
            " by genre, first 20"
        )
        rated = _rated(path, title, viewer)
        told_by, titles = merit_told(rated[1], rated[2])
        print(
            f"{name}: log count and mean rating of {titles} titles correlate {told_by:.2f};"
            f" {liked_by_all(*rated):.2f} of the variance within viewers lies between titles"
        )
        print(f"{name}: Gini over titles {told['titles']:.2f}, over viewers {told['viewers']:.2f}")


def _met(folder: Path, name: str, title: str, viewer: str):  # type: ignore[no-untyped-def]
    """(viewer, title, genres) of the ratings in the order of time, as `genre_likeness` takes them."""
    ratings, films = (str(folder / file) for file in (TABLES[name][0], FILMS[name]))
    told = duckdb.execute(f'select "{title}", genres from read_parquet(?)', [films]).fetchall()
    names = sorted({genre for _, genres in told for genre in _genres_of(genres)})
    place = {film: i for i, (film, _) in enumerate(told)}
    has = np.zeros((len(told), len(names)))
    for i, (_, genres) in enumerate(told):
        has[i, [names.index(genre) for genre in _genres_of(genres)]] = 1
    query = f'select "{viewer}" as v, "{title}" as t from read_parquet(?) order by v, timestamp, t'
    met = duckdb.execute(query, [ratings]).fetchnumpy()
    title_at = np.array([place.get(film, -1) for film in met["t"].tolist()])
    return met["v"][title_at >= 0], title_at[title_at >= 0], has


def _rated(path: Path, title: str, viewer: str):  # type: ignore[no-untyped-def]
    """(viewer, title, rating), both numbered from 0."""
    query = f'select "{viewer}" as v, "{title}" as t, rating as r from read_parquet(?)'
    rows = duckdb.execute(query, [str(path)]).fetchnumpy()
    viewers, titles = (np.unique(rows[of], return_inverse=True)[1] for of in ("v", "t"))
    return viewers, titles, rows["r"].astype(np.float64)


def _genres_of(told: str | None) -> list[str]:
    return [genre for genre in (told or "").split("|") if genre and not genre.startswith("(")]


def _counts(path: Path, column: str):  # type: ignore[no-untyped-def]  # duckdb's own arrays
    query = f'select count(*) as n from read_parquet(?) group by "{column}"'
    return duckdb.execute(query, [str(path)]).fetchnumpy()["n"]


if __name__ == "__main__":
    main()
