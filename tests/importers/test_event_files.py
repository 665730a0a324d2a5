"""Files of events: usual column names, units of time, scales, ids made of the content."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from frontrow.base.errors import BadInput
from frontrow.importers import events
from tests.importers.conftest import ImportHome

WriteParquet = Callable[[str, str], Path]
AT = datetime(2020, 3, 1, 12, 30, tzinfo=UTC)


def _file(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize(
    "written",
    [
        *("1583065800", "1583065800000", "1583065800000000", "1583065800.0"),
        *("2020-03-01T12:30:00Z", "2020-03-01 12:30:00", "2020-03-01T14:30:00+02:00"),
    ],
)
def test_a_time_is_understood_however_it_is_written(
    written: str, tmp_path: Path, home: ImportHome
) -> None:
    path = _file(tmp_path / "e.csv", f"user,item,event,timestamp\nv1,t1,watch,{written}\n")

    home.bring_in(events(path))

    event = home.events("v1")[0]
    assert (event.type, event.title_id, event.time) == ("play", "t1", AT)


def test_ratings_without_a_type_become_rate_events_on_the_scale_of_the_column(
    tmp_path: Path, home: ImportHome
) -> None:
    path = _file(
        tmp_path / "e.csv", "userId;movieId;rating;timestamp\n1;2;7;9\n1;3;10;9\n1;4;x;9\n"
    )

    report = home.bring_in(events(path))

    assert (report.kept, report.rejected) == (2, 1)
    first = home.events("1")[0]
    assert (first.type, first.value, first.scale_min, first.scale_max) == ("rate", 7.0, 1.0, 10.0)
    assert any("1 to 10" in note for note in report.notes)
    assert any("`rate`" in note for note in report.notes)


def test_words_for_likes_and_seconds_watched_are_understood(
    tmp_path: Path, home: ImportHome
) -> None:
    path = _file(
        tmp_path / "e.csv",
        "user_id,content_id,action,time,minutes_watched\n"
        "v1,t1,like,2020-03-01T12:30:00Z,\nv1,t1,stop,2020-03-01T12:31:00Z,1.5\n"
        "v1,t1,juggle,2020-03-01T12:31:00Z,\n",
    )

    report = home.bring_in(events(path))

    like, stop = home.events("v1")
    assert (like.type, like.value, like.scale_min) == ("rate", 1.0, None)
    assert (stop.type, stop.seconds_watched) == ("stop", 90.0)
    assert report.rows["events"].rejected == {"its type is not one known here": 1}


def test_the_same_file_again_and_a_longer_one_store_only_what_is_new(
    tmp_path: Path, home: ImportHome
) -> None:
    text = "user,item,rating,time\nv1,t1,4,1583065800\nv1,t2,5,1583065801\nv1,t1,4,1583065800\n"
    first = home.bring_in(events(_file(tmp_path / "e.csv", text)))
    before = home.content()
    again = home.bring_in(events(_file(tmp_path / "copy.csv", text)))
    longer = home.bring_in(events(_file(tmp_path / "e.csv", text + "v1,t3,4.5,1583065802\n")))

    assert (first.kept, first.duplicates) == (2, 1)
    assert (again.kept, again.duplicates, again.nothing_kept) == (0, 3, False)
    assert (longer.kept, longer.duplicates) == (1, 3)
    assert home.content()[2][0][1][:2] == before[2][0][1]


def test_json_in_the_words_of_the_api_is_checked_as_the_api_does_but_at_any_age(
    tmp_path: Path, home: ImportHome
) -> None:
    good = {
        "event_id": "e1",
        "type": "play",
        "profile_id": "v1",
        "title_id": "t1",
        "time": "1999-01-01T00:00:00Z",
    }
    late = {**good, "event_id": "e2", "time": "2027-01-01T00:00:00Z"}
    bad = {**good, "event_id": "e 3", "type": "juggle", "seconds_watched": -1}
    lines = "\n".join(msgspec.json.encode(one).decode() for one in (good, late, bad))

    report = home.bring_in(events(_file(tmp_path / "e.jsonl", lines)))

    assert (report.kept, report.rejected) == (1, 2)
    told = {row["line"]: row["detail"] for row in home.rejected_rows()}
    assert "in the future" in told[2]
    assert all(pointer in told[3] for pointer in ("/event_id", "/type", "/seconds_watched"))


def test_parquet_with_real_times_is_read(write_parquet: WriteParquet, home: ImportHome) -> None:
    path = write_parquet(
        "e.parquet",
        "SELECT 7 AS user_id, 8.0 AS item_id, TIMESTAMPTZ '2020-03-01 12:30:00+00' AS time,"
        " 30 AS watched_seconds",
    )

    home.bring_in(events(path))

    event = home.events("7")[0]
    assert (event.type, event.title_id, event.seconds_watched, event.time) == (
        "stop",
        "8",
        30.0,
        AT,
    )


def test_missing_columns_are_named_with_the_remedy(tmp_path: Path, home: ImportHome) -> None:
    path = _file(tmp_path / "e.csv", "wer,was,wann\nv1,t1,2020-03-01T12:30:00Z\n")
    with pytest.raises(BadInput, match=r"profile_id.*wer, was, wann.*--map column=profile_id"):
        events(path)

    report = home.bring_in(events(path, {"wer": "profile_id", "was": "title_id", "wann": "time"}))

    assert report.kept == 1


def test_a_file_of_nothing_but_bad_rows_keeps_nothing(tmp_path: Path, home: ImportHome) -> None:
    report = home.bring_in(events(_file(tmp_path / "e.csv", "user,item,time\nv1,t1,soon\n,t1,9\n")))

    assert (report.read, report.rejected, report.nothing_kept) == (2, 2, True)
    assert report.to_json()["rejected"] == 2


def test_days_without_signs_between_are_days_and_no_seconds_of_1970(
    tmp_path: Path, home: ImportHome
) -> None:
    path = _file(tmp_path / "e.csv", "user,item,date\nv1,t1,20200301\nv1,t2,20200230\n")

    report = home.bring_in(events(path))

    assert (report.kept, report.rejected) == (1, 1)  # there is no 30th of February
    event = home.events("v1")[0]
    assert event.time == datetime(2020, 3, 1, tzinfo=UTC)
    assert event.attributes == {"date_only": True}
    assert "numeric times are days, as 20260131" in report.notes


def test_a_damaged_time_moves_no_other_row_and_is_refused(tmp_path: Path, home: ImportHome) -> None:
    seconds = int(AT.timestamp())
    path = _file(
        tmp_path / "e.csv",
        f"user,item,timestamp\nv1,t1,{seconds}\nv1,t2,{seconds + 60}\nv1,t3,{seconds}0000\n",
    )

    report = home.bring_in(events(path))

    assert (report.kept, report.rejected) == (2, 1)
    assert home.events("v1")[0].time == AT
    assert "numeric times are seconds since 1970" in report.notes


def test_numbers_that_are_hardly_seconds_since_1970_are_asked_about(
    tmp_path: Path, home: ImportHome
) -> None:
    path = _file(tmp_path / "e.csv", "user,item,timestamp\nv1,t1,45000.5\n")
    report = home.bring_in(events(path))
    assert any(note.startswith("1 times lie before March 1973") for note in report.notes)


@pytest.mark.parametrize(("written", "seconds"), [('"3600,5"', 3600.5), ('"0,500"', 0.5)])
def test_a_comma_may_begin_decimals(
    written: str, seconds: float, tmp_path: Path, home: ImportHome
) -> None:
    path = _file(tmp_path / "e.csv", f"user,item,date,seconds\nv1,t1,2020-03-01,{written}\n")
    home.bring_in(events(path))
    assert home.events("v1")[0].seconds_watched == seconds


@pytest.mark.parametrize("written", ['"3,600"', '"1,234,567"', "3_600"])
def test_a_number_that_could_be_thousands_or_decimals_is_refused(
    written: str, tmp_path: Path, home: ImportHome
) -> None:
    path = _file(tmp_path / "e.csv", f"user,item,date,seconds\nv1,t1,2020-03-01,{written}\n")
    assert home.bring_in(events(path)).to_json()["reasons"] == {
        "its seconds_watched can't be read": 1
    }


@pytest.mark.parametrize("damaged", ["99", "-7", "8"])
def test_a_damaged_rating_stretches_nobodys_scale_and_is_refused(
    damaged: str, tmp_path: Path, home: ImportHome
) -> None:
    rows = [f"v{i},t1,{1 + i % 5},1583065800" for i in range(300)]
    text = "\n".join(["user,item,rating,timestamp", *rows, f"v1,t2,{damaged},1583065800"]) + "\n"

    report = home.bring_in(events(_file(tmp_path / "e.csv", text)))

    assert (report.kept, report.rejected) == (300, 1)
    event = home.events("v4")[0]
    assert (event.value, event.scale_min, event.scale_max) == (5.0, 1.0, 5.0)
    assert any("1 to 5" in note for note in report.notes)


def test_few_who_say_no_keep_the_scale_of_the_api(tmp_path: Path, home: ImportHome) -> None:
    rows = [f"v{i},t1,{1 + i % 2},1583065800" for i in range(300)]
    text = "\n".join(["user,item,rating,timestamp", *rows, "no,t1,-1,1583065800"]) + "\n"
    assert home.bring_in(events(_file(tmp_path / "e.csv", text))).rejected == 0
    assert home.events("no")[0].value == -1.0
