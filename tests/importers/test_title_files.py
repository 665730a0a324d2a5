"""Files of titles: every format, usual column names, rejected rows with their reasons."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from frontrow.base.errors import BadInput
from frontrow.importers import titles
from tests.importers.conftest import ImportHome

WriteParquet = Callable[[str, str], Path]

CSV = (
    "show_id,type,title,director,cast,country,date_added,release_year,rating,duration,listed_in,"
    "description\n"
    's1,Movie,The Paper Fox,Ann Lee,"Bo Ray, Robert Day, Jr.","France, Narnia","March 5, 2021",'
    '1999,PG-13,90 min,"Dramas, Arts, Entertainment, and Culture","A fox.\nOf paper."\n'
    "s2,TV Show,Harbour,,,,,2001,TV-Y7,2 Seasons,Kids,\n"
)


def _file(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def test_usual_columns_become_the_fields_of_the_api(tmp_path: Path, home: ImportHome) -> None:
    home.bring_in(titles(_file(tmp_path / "t.csv", CSV)))

    fox, harbour = home.titles()["s1"], home.titles()["s2"]
    assert (fox.kind, fox.name, fox.release_year) == ("movie", "The Paper Fox", 1999)
    assert [(p.name, p.role) for p in fox.people] == [
        ("Bo Ray", "actor"),
        ("Robert Day, Jr.", "actor"),
        ("Ann Lee", "director"),
    ]
    assert (fox.countries, fox.maturity, fox.runtime_minutes) == (["FR"], 13, 90.0)
    assert fox.genres == ["Dramas", "Arts, Entertainment, and Culture"]
    assert (fox.added_at, fox.synopsis) == ("2021-03-05", "A fox.\nOf paper.")
    assert (harbour.kind, harbour.maturity, harbour.kids) == ("series", 7, True)
    assert harbour.runtime_minutes is None


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16", "utf-16-le"])
def test_any_separator_and_encoding_is_recognised(
    separator: str, encoding: str, tmp_path: Path, home: ImportHome
) -> None:
    rows = [["id", "title", "kind"], ["a", "Café du Nord", "film"], ["b", "Über, uns", "series"]]
    quoted = "\r\n".join(separator.join(f'"{cell}"' for cell in row) for row in rows)

    report = home.bring_in(titles(_file(tmp_path / "t.txt", quoted, encoding)))

    assert report.kept == 2
    assert [t.name for t in home.titles().values()] == ["Café du Nord", "Über, uns"]


NATIVE = {
    "title_id": "n1",
    "kind": "movie",
    "name": "Native",
    "genres": ["War"],
    "people": [{"name": "Ann", "role": "actor"}],
    "availability": [{"countries": ["FR"], "until": "2026-01-31"}],
}


@pytest.mark.parametrize("form", ["lines", "array", "body"])
def test_json_in_the_words_of_the_api_passes_through_as_it_is(
    form: str, tmp_path: Path, home: ImportHome
) -> None:
    both: list[Any] = [NATIVE, {**NATIVE, "title_id": "n2"}]
    text = {
        "lines": "\n".join(msgspec.json.encode(one).decode() for one in both),
        "array": msgspec.json.encode(both).decode(),
        "body": msgspec.json.format(msgspec.json.encode({"titles": both})).decode(),
    }[form]

    report = home.bring_in(titles(_file(tmp_path / "t.json", text)))

    assert report.kept == 2
    assert msgspec.to_builtins(home.titles()["n1"]) == NATIVE


def test_every_wrong_field_of_a_json_title_is_named_with_its_pointer(
    tmp_path: Path, home: ImportHome
) -> None:
    bad = {**NATIVE, "title_id": "a b", "genres": "War", "colour": 1}
    lines = [msgspec.json.encode(NATIVE).decode(), msgspec.json.encode(bad).decode(), "{", "3"]

    report = home.bring_in(titles(_file(tmp_path / "t.jsonl", "\n".join(lines))))

    assert (report.kept, report.rejected) == (1, 3)
    told = {row["line"]: row["detail"] + row["reason"] for row in home.rejected_rows()}
    assert all(pointer in told[2] for pointer in ("/title_id", "/genres", "/colour"))
    assert "is not JSON" in told[3]
    assert "is not a JSON object" in told[4]


def test_parquet_lists_and_ids_that_repeat_across_services_are_understood(
    write_parquet: WriteParquet, home: ImportHome
) -> None:
    path = write_parquet(
        "t.parquet",
        "SELECT 's1' AS show_id, 'Movie' AS type, unnest(['Sea', 'Sky']) AS title,"
        " ['Ann', 'Bo'] AS \"cast\", ['Drama'] AS listed_in, unnest(['one', 'two']) AS service,"
        " DATE '2021-09-25' AS date_added_iso",
    )

    report = home.bring_in(titles(path))

    assert report.kept == 2
    assert set(home.titles()) == {"one:s1", "two:s1"}
    sea = home.titles()["one:s1"]
    assert (sea.supplier, sea.added_at, [p.name for p in sea.people]) == (
        "one",
        "2021-09-25",
        ["Ann", "Bo"],
    )


def test_a_damaged_row_costs_only_itself(tmp_path: Path, home: ImportHome) -> None:
    text = (
        "id,title,kind\na,One,movie\nb,Two\nc,Three,movie,more\nd,Four,potato\n"
        'e,"Five,movie\nf,Six,movie\n,Seven,movie\ng,,movie\na,Another,movie\nh,Eight,movie\n\n'
    )

    report = home.bring_in(titles(_file(tmp_path / "t.csv", text)))

    assert set(home.titles()) == {"a", "f", "h"}
    told = {row["line"]: row["reason"] for row in home.rejected_rows()}
    assert told == {
        3: "has fewer columns than the header",
        4: "has more columns than the header",
        5: "its kind is not one known here",
        6: "a quote is opened and not closed",
        8: "has no title_id",
        9: "has no name",
        10: "an earlier row has this title_id",
    }
    assert report.rejected == 7


def test_bytes_that_are_no_text_are_refused_and_other_accents_stay(
    tmp_path: Path, home: ImportHome
) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes("id,title\na,Café\nb,Über\n".encode() + b"c,Caf\xe9\n")

    report = home.bring_in(titles(path))

    assert [t.name for t in home.titles().values()] == ["Café", "Über"]
    assert report.rejected == 1


def test_a_map_says_what_a_column_means(tmp_path: Path, home: ImportHome) -> None:
    path = _file(tmp_path / "t.csv", "Nr,Werk,rating\n1,Das Meer,7\n")
    with pytest.raises(BadInput, match=r"name.*Nr, Werk, rating.*--map"):
        titles(path)

    home.bring_in(titles(path, {"Nr": "title_id", "Werk": "name", "rating": "maturity"}))

    assert (home.titles()["1"].name, home.titles()["1"].maturity) == ("Das Meer", 7)
    with pytest.raises(BadInput, match="no column 'X'"):
        titles(path, {"X": "name"})
    with pytest.raises(BadInput, match="not a field"):
        titles(path, {"Nr": "colour"})


def test_without_ids_the_same_titles_get_the_same_ids(tmp_path: Path, home: ImportHome) -> None:
    path = _file(tmp_path / "t.csv", "title,year\nÉtoile,1999\n星,2001\nÉtoile,2005\n")

    home.bring_in(titles(path))
    before = home.content()
    report = home.bring_in(titles(path))

    assert len(home.titles()) == 3
    assert (report.duplicates, home.content()) == (3, before)


def test_files_that_are_no_table_are_refused_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no such file"):
        titles(tmp_path / "nowhere.csv")
    with pytest.raises(BadInput, match="is a folder"):
        titles(tmp_path)
    with pytest.raises(BadInput, match="is empty"):
        titles(_file(tmp_path / "empty.csv", "\n"))
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\n")
    with pytest.raises(BadInput, match=r"neither CSV, JSON nor Parquet|no column"):
        titles(tmp_path / "picture.png")
    (tmp_path / "cut.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(BadInput, match="can't be read"):
        titles(tmp_path / "cut.parquet")
    with pytest.raises(BadInput, match="is not JSON"):
        titles(_file(tmp_path / "cut.json", '[{"title_id": "a"'))


@pytest.mark.parametrize(
    ("word", "age"),
    [
        *(("TV-MA", 17), ("PG-13", 13), ("R", 17), ("TV-Y7", 7), ("18+", 18), ("7+", 7)),
        *(("ALL", 0), ("G", 0), ("AGES_16_", 16), ("NC-17", 18), ("FSK 12", 12)),
        *(("NR", None), ("UNRATED", None), ("90 min", None), ("7.8", None), ("7", None)),
    ],
)
def test_a_rating_word_is_the_youngest_age_and_an_unknown_one_is_none(
    word: str, age: int | None, tmp_path: Path, home: ImportHome
) -> None:
    home.bring_in(titles(_file(tmp_path / "t.csv", f"id,title,rating\na,A,{word}\n")))

    assert home.titles()["a"].maturity == age


def test_ids_of_two_columns_are_never_mixed(tmp_path: Path, home: ImportHome) -> None:
    path = _file(tmp_path / "t.csv", "item_id,imdb_id,title\n1,tt1,One\n,tt2,Two\n")

    report = home.bring_in(titles(path))

    assert set(home.titles()) == {"1"}
    assert report.rows["titles"].rejected == {"has no title_id": 1}
    assert any("imdb_id" in note for note in report.notes)


def test_a_window_ends_at_the_instant_that_is_written_and_a_date_holds_its_whole_day(
    tmp_path: Path, home: ImportHome
) -> None:
    rows = [
        ("a", "2026-12-01", "2026-12-31"),
        ("b", "2026-12-01T00:00:00Z", "2026-12-31T00:00:00Z"),
        ("c", "2026-12-01T00:00:00+05:00", "2026-12-31 00:00:00"),
        ("d", "1764547200", "2026-12-31T18:30:00.5-02:00"),
    ]
    text = "id,name,kind,available_from,available_until\n"
    text += "".join(f"{id_},T,movie,{start},{end}\n" for id_, start, end in rows)

    home.bring_in(titles(_file(tmp_path / "t.csv", text)))

    found = {id_: title.availability[0] for id_, title in home.titles().items()}
    assert [(found[id_].from_, found[id_].until) for id_ in "abcd"] == [
        ("2026-12-01", "2026-12-31"),
        ("2026-12-01T00:00:00Z", "2026-12-31T00:00:00Z"),
        ("2026-11-30T19:00:00Z", "2026-12-31T00:00:00Z"),
        ("2025-12-01T00:00:00Z", "2026-12-31T20:30:00.500000Z"),
    ]


@pytest.mark.parametrize(
    ("written", "added_at"),
    [
        (1609459200, "2021-01-01"),
        (1609459200000, "2021-01-01"),
        (1609461000.5, "2021-01-01T00:30:00.500000Z"),
        (20210101, "2021-01-01"),
        ("2021-01-01T00:00:00+05:00", "2020-12-31T19:00:00Z"),
        (10**30, None),
        (-5, None),
        ("0001-01-01T00:00:00+05:00", None),
    ],
)
def test_a_day_is_understood_however_it_is_counted_and_nonsense_is_left_out(
    written: object, added_at: str | None, tmp_path: Path, home: ImportHome
) -> None:
    row = {"id": "a", "title": "A", "type": "movie", "date_added": written}
    path = _file(tmp_path / "t.jsonl", msgspec.json.encode(row).decode())

    report = home.bring_in(titles(path))

    assert home.titles()["a"].added_at == added_at
    assert (added_at is None) == any("added_at: 1 cells" in note for note in report.notes)


def test_the_day_of_release_is_the_one_that_is_written(tmp_path: Path, home: ImportHome) -> None:
    text = "id,name,kind,release_date\na,A,movie,2021-05-01T00:00:00+02:00\n"
    home.bring_in(titles(_file(tmp_path / "t.csv", text)))
    assert home.titles()["a"].release_date == date(2021, 5, 1)


def test_a_later_file_of_one_supplier_renews_what_a_file_of_several_brought(
    tmp_path: Path, home: ImportHome
) -> None:
    both = "id,title,type,service,series_id\n"
    both += "s1,A,Series,North,\ns1,B,Movie,South,\ne1,A 1,Episode,North,s1\n"
    later = "id,title,type,service,series_id\ns1,A renewed,Series,North,\ns2,C,Movie,North,\n"
    home.bring_in(titles(_file(tmp_path / "both.csv", both)))

    report = home.bring_in(titles(_file(tmp_path / "later.csv", later), known=home.titles().keys()))

    found = home.titles()
    assert {id_: title.name for id_, title in found.items()} == {
        "north:s1": "A renewed", "south:s1": "B", "north:e1": "A 1", "north:s2": "C",
    }  # fmt: skip
    assert found["north:e1"].series_id == "north:s1"
    assert (
        "ids are in the catalogue with their supplier: each is written supplier:id" in report.notes
    )


def test_ids_that_never_needed_their_supplier_stay_as_they_are(
    tmp_path: Path, home: ImportHome
) -> None:
    for name in ("A", "A renewed"):
        text = f"id,title,type,service\ns1,{name},Movie,North\n"
        home.bring_in(titles(_file(tmp_path / "t.csv", text), known=home.titles().keys()))
    assert {id_: title.name for id_, title in home.titles().items()} == {"s1": "A renewed"}
