"""The common way in: counts that add up, progress, Ctrl-C, importing again, forgetting."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontrow.base.database import open_database
from frontrow.base.errors import BadInput
from frontrow.importers import Source, events, forget_rejected, titles, viewing_history
from frontrow.importers.source import Record
from tests.importers.conftest import ImportHome


def _ratings(path: Path, n: int) -> Path:
    rows = (f"v{i % 7},t{i},4,{1_500_000_000 + i}" for i in range(n))
    path.write_text("user,item,rating,time\n" + "\n".join(rows), "utf-8")
    return path


def _interrupted(source: Source, after: int) -> Source:
    def read(now: datetime) -> Iterator[Record]:
        for count, record in enumerate(source.read(now)):
            if count == after:
                raise KeyboardInterrupt
            yield record

    return replace(source, read=read)


def test_after_ctrl_c_what_was_stored_stays_and_importing_again_completes_it(
    tmp_path: Path, home: ImportHome
) -> None:
    path = _ratings(tmp_path / "e.csv", 100)

    first = home.bring_in(_interrupted(events(path), 55), batch_rows=20)
    second = home.bring_in(events(path), batch_rows=20)

    assert (first.interrupted, first.kept) == (True, 40)
    assert "import again" in first.words()
    assert (second.interrupted, second.kept, second.duplicates) == (False, 60, 40)
    assert sum(len(home.events(f"v{i}")) for i in range(7)) == 100


def test_progress_counts_every_row(tmp_path: Path, home: ImportHome) -> None:
    told: list[tuple[int, int | None]] = []

    home.bring_in(
        events(_ratings(tmp_path / "e.csv", 4_100)), progress=lambda d, t: told.append((d, t))
    )

    assert [done for done, _ in told] == [0, 2_000, 4_000, 4_100]


def test_a_mended_file_leaves_no_rejected_rows_of_before(tmp_path: Path, home: ImportHome) -> None:
    path = tmp_path / "t.csv"
    path.write_text("id,title\n,A\n", "utf-8")
    assert home.bring_in(titles(path)).rejected_file is not None
    assert len(home.rejected_rows()) == 1

    path.write_text("id,title\na,A\n", "utf-8")

    assert home.bring_in(titles(path)).rejected_file is None
    assert home.rejected_rows() == []


def test_forgetting_a_profile_removes_its_rejected_rows(tmp_path: Path, home: ImportHome) -> None:
    (tmp_path / "e.csv").write_text(
        "user,item,time\nviewer-77,t1,soon\nviewer-8,t1,soon\n", "utf-8"
    )
    (tmp_path / "v.csv").write_text("Title,Date\nSea,soon\n", "utf-8")
    home.bring_in(events(tmp_path / "e.csv"))
    home.bring_in(viewing_history(tmp_path / "v.csv", "viewer-77"))

    assert forget_rejected(home.rejected, "viewer-77") == 2

    assert [row["row"]["user"] for row in home.rejected_rows()] == ["viewer-8"]
    assert all(b"viewer-77" not in f.read_bytes() for f in home.rejected.iterdir())
    assert forget_rejected(tmp_path / "nowhere", "viewer-77") == 0


def test_rejected_rows_of_who_was_forgotten_are_not_written_aside_again(
    tmp_path: Path, home: ImportHome
) -> None:
    (tmp_path / "e.csv").write_text(
        "user,item,time,note\nviewer-77,t1,soon,a\nviewer-8,t1,soon,viewer-770\nx;viewer-77\n7.0,t1,soon,\n",
        "utf-8",
    )
    (tmp_path / "broken.jsonl").write_text(
        '{"profile_id":"viewer-77","query":"se\n{"a":1}\n', "utf-8"
    )
    (tmp_path / "v.csv").write_text("Title,Date\nSea,soon\n", "utf-8")
    (tmp_path / "viewer-77.csv").write_text("id,title\n,A\n", "utf-8")

    def is_left_out(profile_id: str) -> bool:
        return profile_id in ("viewer-77", "7")

    report = home.bring_in(events(tmp_path / "e.csv"), left_out=is_left_out)
    home.bring_in(titles(tmp_path / "broken.jsonl", {"a": "name"}), left_out=is_left_out)
    home.bring_in(viewing_history(tmp_path / "v.csv", "viewer-77"), left_out=is_left_out)
    home.bring_in(titles(tmp_path / "viewer-77.csv"), left_out=is_left_out)

    assert (report.rejected, report.rejected_not_written) == (4, 3)
    assert "3 rejected rows are not written aside" in report.words()
    assert all(b'viewer-77"' not in f.read_bytes() for f in home.rejected.iterdir())
    assert [row["row"].get("user") for row in home.rejected_rows()] == ["viewer-8"]


def test_a_rejected_row_is_json_whatever_number_it_holds(
    home: ImportHome, write_parquet: Callable[[str, str], Path]
) -> None:
    path = write_parquet("t.parquet", "SELECT NULL AS id, 'A' AS title, 'NaN'::DOUBLE AS runtime")

    home.bring_in(titles(path))

    assert [row["row"]["runtime"] for row in home.rejected_rows()] == ["nan"]


def test_a_pipe_is_told_as_what_it_is(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(BadInput, match="is a pipe or a device"):
        titles(tmp_path / "pipe")
    with pytest.raises(BadInput, match="is a folder"):
        titles(tmp_path)


def test_a_changed_title_is_kept_and_the_same_one_is_known(
    tmp_path: Path, home: ImportHome
) -> None:
    path = tmp_path / "t.csv"
    path.write_text("id,title\na,A\nb,B\n", "utf-8")
    home.bring_in(titles(path))
    path.write_text("id,title\na,A\nb,Bee\n", "utf-8")

    report = home.bring_in(titles(path))

    assert (report.kept, report.duplicates, report.titles_stored) == (1, 1, 1)
    assert home.titles()["b"].name == "Bee"


CELLS = st.sampled_from(
    ["", "a", "b", "v1", "Movie", "TV Show", "rate", "watch", "4", "-1", "1e999", "nan", "1583065800",
     '"', "x,y", "é", "2020-01-01", "\0", "1583065800000", "True", "[1]", "9" * 200, " ", "a\nb"]
)  # fmt: skip
HEADERS = st.lists(
    st.sampled_from(
        ["id", "title", "type", "genres", "rating", "user", "item", "time", "duration", "date",
         "start time", "profile name", "year", "season", "series_id", "kids", "available_until"]
    ),
    min_size=1,
    max_size=6,
    unique=True,
)  # fmt: skip


@pytest.mark.slow
@given(
    HEADERS, st.lists(st.lists(CELLS, min_size=1, max_size=6), max_size=8), st.binary(max_size=8)
)
@settings(max_examples=60, deadline=None)
def test_any_file_is_refused_or_counted_to_the_last_row_and_changes_nothing_twice(
    header: list[str], rows: list[list[str]], rubbish: bytes
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "any.csv"
        text = "\n".join(",".join(row) for row in [header, *rows])
        path.write_bytes(text.encode() + b"\n" + rubbish)
        database = open_database(Path(folder) / "home.db")
        home = ImportHome(database, Path(folder) / "rejected")
        try:
            for make in (titles, events, lambda p: viewing_history(p, "me")):
                try:
                    first = home.bring_in(make(path))
                except BadInput:
                    continue
                before = home.content()
                second = home.bring_in(make(path))
                assert home.content() == before
                assert (second.read, second.kept) == (first.read, 0)
                assert second.rejected == first.rejected
        finally:
            database.close()
