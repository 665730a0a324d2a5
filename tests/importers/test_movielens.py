"""MovieLens folders in their published forms become titles and `rate` events."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from frontrow.base.errors import BadInput
from frontrow.importers import movielens
from frontrow.importers.movielens_names import read_film_name
from tests.importers.conftest import ImportHome

WriteParquet = Callable[[str, str], Path]


def _one_million(folder: Path) -> Path:
    folder.mkdir()
    (folder / "ratings.dat").write_text("1::10::5::978300760\n1::11::3::978300761\n2::10::1::9\n")
    movies = (
        "10::Lighthouse, The (1999)::Drama|Mystery\n11::Café (Bar) (2000)::(no genres listed)\n"
    )
    (folder / "movies.dat").write_bytes(movies.encode("latin-1"))
    (folder / "users.dat").write_text("1::F::1::10::48067\n")
    return folder


def _hundred_thousand(folder: Path) -> Path:
    folder.mkdir()
    (folder / "u.data").write_text("1\t10\t5\t978300760\n1\t11\t3\t978300761\n2\t10\t1\t9\n")
    flags = ["0"] * 19
    drama, none = list(flags), list(flags)
    drama[8] = drama[13] = none[0] = "1"
    (folder / "u.item").write_bytes(
        (
            f"10|Lighthouse, The (1999)|01-Jan-1999||http://x|{'|'.join(drama)}\n"
            f"11|Café (Bar) (2000)|01-Jan-2000||http://x|{'|'.join(none)}\n"
        ).encode("latin-1")
    )
    (folder / "u.user").write_text("1|24|M|technician|85711\n")
    return folder


def _latest_small(folder: Path) -> Path:
    folder.mkdir()
    (folder / "ratings.csv").write_text(
        "userId,movieId,rating,timestamp\n1,10,5.0,978300760\n1,11,3.0,978300761\n2,10,1.0,9\n"
    )
    (folder / "movies.csv").write_text(
        'movieId,title,genres\n10,"Lighthouse, The (1999)",Drama|Mystery\n'
        "11,Café (Bar) (2000),(no genres listed)\n",
        "utf-8",
    )
    (folder / "links.csv").write_text("movieId,imdbId,tmdbId\n10,0114709,862\n11,0000001,\n")
    (folder / "tags.csv").write_text("userId,movieId,tag,timestamp\n1,10,sea,9\n")
    return folder


FORMS = {"1m": _one_million, "100k": _hundred_thousand, "latest-small": _latest_small}


@pytest.mark.parametrize("form", FORMS)
def test_every_published_form_gives_the_same_titles_and_events(
    form: str, tmp_path: Path, home: ImportHome
) -> None:
    report = home.bring_in(movielens(FORMS[form](tmp_path / "ml")))

    assert (report.rows["movies"].kept, report.rows["ratings"].kept) == (2, 3)
    titles = home.titles()
    assert (titles["10"].name, titles["10"].release_year) == ("The Lighthouse", 1999)
    assert titles["10"].genres == ["Drama", "Mystery"]
    assert (titles["11"].name, titles["11"].genres) == ("Café", [])
    assert titles["11"].attributes["also_known_as"] == ["Bar"]
    first = home.events("1")[0]
    assert (first.type, first.title_id, first.value) == ("rate", "10", 5.0)
    assert (first.scale_min, first.scale_max) == (1.0, 5.0)
    assert first.time == datetime.fromtimestamp(978300760, UTC)
    assert first.event_id == "ml-1-10-978300760"


@pytest.mark.parametrize("form", FORMS)
def test_importing_a_folder_twice_changes_nothing(
    form: str, tmp_path: Path, home: ImportHome
) -> None:
    folder = FORMS[form](tmp_path / "ml")
    home.bring_in(movielens(folder))
    before = home.content()

    report = home.bring_in(movielens(folder))

    assert home.content() == before
    assert (report.kept, report.duplicates, report.nothing_kept) == (0, 5, False)


def test_an_archive_is_read_like_its_folder(tmp_path: Path, home: ImportHome) -> None:
    folder = _latest_small(tmp_path / "ml")
    with zipfile.ZipFile(tmp_path / "ml.zip", "w") as archive:
        for file in folder.iterdir():
            archive.write(file, f"ml-latest-small/{file.name}")

    report = home.bring_in(movielens(tmp_path / "ml.zip"))

    assert report.rows["ratings"].kept == 3
    assert home.titles()["10"].attributes == {"imdb_id": "tt0114709", "tmdb_id": 862}


def test_what_people_told_of_themselves_and_pairs_without_rating_are_named_as_left_out(
    write_parquet: WriteParquet, tmp_path: Path, home: ImportHome
) -> None:
    write_parquet(
        "ml/ratings_known.parquet",
        "SELECT 1 AS user_id, 10 AS item_id, 4::TINYINT AS rating, 978300760 AS timestamp",
    )
    write_parquet(
        "ml/movies.parquet", "SELECT 10 AS item_id, 'Sea (1990)' AS title, 'War' AS genres"
    )
    write_parquet("ml/pairs_without_rating.parquet", "SELECT 1 AS user_id, 11 AS item_id")
    write_parquet("ml/users.parquet", "SELECT 1 AS user_id, 'F' AS gender")

    report = home.bring_in(movielens(tmp_path / "ml"))

    assert report.rows["ratings"].kept == 1
    assert [text.split(":")[0] for text in report.left_out] == [
        "pairs_without_rating.parquet",
        "users.parquet",
    ]
    assert "pairs_without_rating" in report.words()


def test_half_stars_widen_the_scale_and_the_report_says_so(
    tmp_path: Path, home: ImportHome
) -> None:
    folder = _latest_small(tmp_path / "ml")
    with (folder / "ratings.csv").open("a") as file:
        file.write("3,10,0.5,978300760\n")

    report = home.bring_in(movielens(folder))

    assert (home.events("3")[0].scale_min, home.events("3")[0].scale_max) == (0.5, 5.0)
    assert any("0.5 to 5" in note for note in report.notes)


def test_bad_ratings_are_refused_with_their_line_and_the_good_ones_kept(
    tmp_path: Path, home: ImportHome
) -> None:
    folder = _one_million(tmp_path / "ml")
    with (folder / "ratings.dat").open("a") as file:
        file.write("1::10\n1::12::9::978300760\n1 2::10::3::978300760\n1::10::3::soon\n")
        file.write("1::10::3::99999999999\n")

    report = home.bring_in(movielens(folder))

    assert (report.rows["ratings"].kept, report.rows["ratings"].n_rejected) == (3, 5)
    assert [row["line"] for row in home.rejected_rows()] == [4, 5, 6, 7, 8]
    assert all(row["source"] == "ml" and row["reason"] for row in home.rejected_rows())


def test_a_folder_without_ratings_is_named_with_what_was_looked_for(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x")

    with pytest.raises(BadInput, match=r"ratings\.dat with movies\.dat.*notes\.txt"):
        movielens(tmp_path)
    with pytest.raises(BadInput, match="no such folder"):
        movielens(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("text", "name", "also", "year"),
    [
        ("Matrix, The (1999)", "The Matrix", (), 1999),
        ("Misérables, Les (1995)", "Les Misérables", (), 1995),
        ("Title (aka) (1997)", "Title", ("aka",), 1997),
        ("Postman, The (Postino, Il) (1994)", "The Postman", ("Il Postino",), 1994),
        ("Twelve (a.k.a. 12) (1995)", "Twelve", ("12",), 1995),
        ("(500) Days (2009)", "(500) Days", (), 2009),
        ("Birdman: Or (The Virtue) (2014)", "Birdman: Or (The Virtue)", (), 2014),
        ("Note: Desu (2006–2007)", "Note: Desu", (), 2006),
        ("1984", "1984", (), None),
        ("Babylon 5", "Babylon 5", (), None),
    ],
)
def test_a_name_loses_its_year_and_gets_its_article_back(
    text: str, name: str, also: tuple[str, ...], year: int | None
) -> None:
    assert read_film_name(text) == (name, also, year)
