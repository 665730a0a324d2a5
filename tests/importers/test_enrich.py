"""A table with more about films than MovieLens says enriches the catalogue, film by film."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from frontrow.base.errors import BadInput
from frontrow.catalog import Credit
from frontrow.importers import movielens
from frontrow.importers.enrich_rows import LONGEST_SYNOPSIS, cut_at_word
from tests.importers.conftest import ImportHome

WriteParquet = Callable[[str, str], Path]

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"

SEA = """
SELECT 10 AS item_id, 'Another name' AS title, 1950 AS year, ['Horror'] AS genres,
  ['Ann Vale', 'Bo Reed'] AS "cast", ['Cy Orr'] AS directors, ['sea', 'storm'] AS keywords,
  'A keeper waits.' AS overview, 'An article.' AS wikipedia_extract, 95.0 AS runtime_min,
  'PG-13' AS content_rating, 'fr' AS language, ['FR', 'Belgium'] AS countries
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three films and their ratings."""
    folder = tmp_path / "ml"
    folder.mkdir()
    (folder / "ratings.csv").write_text(
        "userId,movieId,rating,timestamp\n1,10,5.0,978300760\n1,11,3.0,978300761\n"
    )
    (folder / "movies.csv").write_text(
        'movieId,title,genres\n10,"Lighthouse, The (1999)",Drama|Mystery\n'
        "11,Harbour (2000),Comedy\n12,Dunes (2001),War\n"
    )
    return folder


def _csv(folder: Path, text: str) -> Path:
    path = folder.parent / "more.csv"
    path.write_text(text, "utf-8")
    return path


def test_a_film_gets_people_themes_synopsis_length_language_countries_and_age(
    folder: Path, write_parquet: WriteParquet, home: ImportHome
) -> None:
    report = home.bring_in(movielens(folder, enrich=write_parquet("more.parquet", SEA)))

    film = home.titles()["10"]
    assert film.people == [
        Credit("Ann Vale", "actor"),
        Credit("Bo Reed", "actor"),
        Credit("Cy Orr", "director"),
    ]
    assert film.themes == ["sea", "storm"]
    assert (film.synopsis, film.runtime_minutes) == ("A keeper waits.", 95.0)
    assert (film.original_language, film.countries, film.maturity) == ("fr", ["FR", "BE"], 13)
    assert any("films enriched: 1 of 3 (people 1, themes 1" in note for note in report.notes)
    assert "columns not used: title, year, genres" in report.words()


def test_name_year_and_genres_stay_those_of_movielens(
    folder: Path, write_parquet: WriteParquet, home: ImportHome
) -> None:
    home.bring_in(movielens(folder, enrich=write_parquet("more.parquet", SEA)))

    film = home.titles()["10"]
    assert (film.name, film.year, film.genres) == ("The Lighthouse", 1999, ["Drama", "Mystery"])


def test_a_film_that_the_table_does_not_have_comes_in_as_without_a_table(
    folder: Path, write_parquet: WriteParquet, home: ImportHome, tmp_path: Path
) -> None:
    home.bring_in(movielens(folder))
    before = home.titles()

    home.bring_in(movielens(folder, enrich=write_parquet("more.parquet", SEA)))

    after = home.titles()
    assert (after["11"], after["12"]) == (before["11"], before["12"])
    assert after["10"] != before["10"]


def test_importing_twice_with_the_same_table_changes_nothing(
    folder: Path, write_parquet: WriteParquet, home: ImportHome
) -> None:
    table = write_parquet("more.parquet", SEA)
    home.bring_in(movielens(folder, enrich=table))
    before = home.content()

    report = home.bring_in(movielens(folder, enrich=table))

    assert home.content() == before
    assert (report.kept, report.duplicates) == (0, 5)


def test_a_csv_file_of_the_same_says_the_same_as_parquet(
    folder: Path, write_parquet: WriteParquet, home: ImportHome
) -> None:
    table = _csv(
        folder,
        "item_id,cast,directors,keywords,overview,runtime_min,content_rating,language,countries\n"
        "10.0,Ann Vale|Bo Reed,Cy Orr,\"['sea', 'storm']\",A keeper waits.,95,PG-13,fr,FR|Belgium\n"
        "11,[],,,,,,,\n",
    )
    home.bring_in(movielens(folder, enrich=table))
    by_csv = home.titles()

    home.bring_in(movielens(folder, enrich=write_parquet("more.parquet", SEA)))

    assert home.titles() == by_csv
    assert by_csv["11"].people == []


def test_the_synopsis_is_the_article_where_there_is_no_overview(
    folder: Path, home: ImportHome
) -> None:
    table = _csv(folder, "movieId,overview,wikipedia_extract\n10,,An article.\n11,Plot.,Article.\n")

    home.bring_in(movielens(folder, enrich=table))

    assert home.titles()["10"].synopsis == "An article."
    assert home.titles()["11"].synopsis == "Plot."


def test_what_a_title_can_not_hold_is_left_out_and_counted_and_the_rest_of_the_film_stays(
    folder: Path, write_parquet: WriteParquet, home: ImportHome
) -> None:
    table = write_parquet(
        "more.parquet",
        """SELECT 10 AS item_id,
          ['Ann Vale', repeat('x', 101), 'Bo Reed', '', 'Ann Vale', NULL, 'C' || chr(0)] AS "cast",
          [('theme ' || i) for i in range(130)] AS keywords, 'cn' AS language,
          ['FR', 'Atlantis', 'France'] AS countries, 0.0 AS runtime_min,
          'a' || chr(0) AS overview, 'Approved' AS content_rating""",
    )

    report = home.bring_in(movielens(folder, enrich=table))

    film = home.titles()["10"]
    assert [person.name for person in film.people] == ["Ann Vale", "Bo Reed"]
    assert film.themes == [f"theme {i}" for i in range(100)]
    assert film.countries == ["FR"]
    assert (film.original_language, film.runtime_minutes) == (None, None)
    assert (film.synopsis, film.maturity) == (None, None)
    assert (report.titles_stored, report.rejected) == (3, 0)
    words = report.words()
    for told in (
        "actors: 2 empty, 1 longer than 100 characters, 1 named twice, 1 with characters that",
        "themes: 30 beyond the first 100",
        "original_language: 1 no language known here",
        "countries: 1 named twice, 1 no country known here",
        "runtime_minutes: 1 no length of a film",
        "synopsis: 1 with characters that are no text",
        "rating: 1 no age known here",
    ):
        assert told in words


@pytest.mark.parametrize(
    "cells",
    [
        "7 AS \"cast\", 'x'::BLOB AS directors, 3.5 AS keywords, true AS overview",
        "{'a': 1} AS \"cast\", [[1], [2]] AS directors, [NULL] AS keywords, DATE '2001-01-01' AS plot",
        "MAP {'a': 1} AS \"cast\", 'NaN'::DOUBLE AS runtime_min, -1 AS maturity, [1] AS language",
        "'1e999' AS runtime_min, 'PT' || repeat('9', 5000) || 'M' AS runtime, '' AS language",
        "range(2000) AS \"cast\", range(2000) AS directors, 'inf'::DOUBLE AS runtime_min",
        "[{'name': 'Ann'}, {'name': NULL}] AS \"cast\", 100001 AS runtime_min, 'mul' AS language",
    ],
)
def test_no_cell_however_odd_loses_a_film(
    cells: str, folder: Path, write_parquet: WriteParquet, home: ImportHome
) -> None:
    table = write_parquet("more.parquet", f"SELECT 10 AS item_id, {cells}")

    report = home.bring_in(movielens(folder, enrich=table))

    assert (report.rows["movies"].kept, report.rows["movies"].n_rejected) == (3, 0)
    assert len(home.titles()["10"].people) <= 1_000
    assert not any(set("[{'") & set(person.name) for person in home.titles()["10"].people)


def test_a_long_synopsis_is_cut_after_a_whole_word(folder: Path, home: ImportHome) -> None:
    table = _csv(folder, f"item_id,overview\n10,{'word ' * 4_100}end\n11,{'x' * 20_001}\n")

    report = home.bring_in(movielens(folder, enrich=table))

    by_words, by_force = home.titles()["10"].synopsis, home.titles()["11"].synopsis
    assert by_words is not None
    assert by_words.endswith("word word…")
    assert LONGEST_SYNOPSIS - 5 <= len(by_words) <= LONGEST_SYNOPSIS
    assert by_force == "x" * 19_999 + "…"
    assert "synopsis: 2 cut at a word before 20,000 characters" in report.words()


@pytest.mark.parametrize(
    ("longest", "cut"),
    [(11, "sea and sky"), (10, "sea and…"), (8, "sea and…"), (7, "sea…"), (3, "se…")],
)
def test_a_cut_text_ends_in_a_word_and_a_mark(longest: int, cut: str) -> None:
    assert cut_at_word("sea and sky", longest) == cut


def test_rows_that_join_no_film_are_ignored_and_counted_by_their_reason(
    folder: Path, home: ImportHome
) -> None:
    table = _csv(
        folder, "item_id,cast\n99,Nobody\n98,Nobody\n,Nobody\n10,Ann Vale\n10,Bo Reed\n11,a,b,c\n"
    )

    report = home.bring_in(movielens(folder, enrich=table))

    assert sorted(home.titles()) == ["10", "11", "12"]
    assert [person.name for person in home.titles()["10"].people] == ["Ann Vale"]
    words = report.words()
    assert "rows ignored, of films that MovieLens does not have: 2" in words
    assert "rows ignored, without an id: 1" in words
    assert "rows ignored, of films that an earlier row speaks of: 1" in words
    assert "rows ignored, not readable: has more columns than the header: 1" in words
    assert msgspec.json.encode(report.to_json())


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (
            b"title,cast\nSea,Ann\n",
            r"more\.csv: has no column item_id.*its columns are: title, cast",
        ),
        (b"item_id,mood\n10,calm\n", r"has nothing beside item_id.*actors.*item_id, mood"),
        (b"", r"is empty"),
        (b"PK\x03\x04\0\0", r"is neither CSV, JSON nor Parquet"),
        (b"PAR1 and no more", r"is a Parquet file that can't be read"),
    ],
)
def test_a_file_that_enriches_nothing_is_refused_before_anything_is_stored(
    content: bytes, told: str, folder: Path, home: ImportHome
) -> None:
    path = folder.parent / "more.csv"
    path.write_bytes(content)

    with pytest.raises(BadInput, match=told):
        movielens(folder, enrich=path)
    with pytest.raises(BadInput, match=r"nowhere\.csv: there is no such file"):
        movielens(folder, enrich=folder / "nowhere.csv")
    assert home.titles() == {}


def test_ratings_without_movies_say_that_there_is_nothing_to_enrich(
    folder: Path, home: ImportHome
) -> None:
    (folder / "movies.csv").unlink()

    report = home.bring_in(movielens(folder, enrich=_csv(folder, "item_id,cast\n10,Ann\n")))

    assert report.rows["ratings"].kept == 2
    assert "there are no films to enrich" in report.words()


@pytest.mark.needs_data
@pytest.mark.slow
def test_most_real_films_get_their_people_and_none_is_lost(home: ImportHome) -> None:
    table = DATA / "movie-bridge" / "items_enriched.parquet"
    if not table.exists():
        pytest.skip(f"{table} is not there")

    report = home.bring_in(movielens(DATA / "ml-latest-small", enrich=table))

    films = list(home.titles().values())
    assert len(films) == report.rows["movies"].kept == 9_742
    assert report.rejected == 0
    share = sum(bool(film.people) for film in films) / len(films)
    assert share >= 0.6
    assert sum(film.synopsis is not None for film in films) / len(films) >= 0.6
