"""The importers on the data sets of the shared folder, where it is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from frontrow.importers import movielens, titles, viewing_history
from tests.importers.conftest import ImportHome

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"

pytestmark = pytest.mark.needs_data


def _data(name: str) -> Path:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"{path} is not there")
    return path


@pytest.mark.parametrize(
    ("name", "ratings", "movies"),
    [
        ("ml-100k", 100_000, 1_682),
        pytest.param("ml-latest-small", 100_836, 9_742, marks=pytest.mark.slow),
        pytest.param("ml-1m", 800_544, 3_883, marks=pytest.mark.slow),
    ],
)
def test_every_rating_and_movie_of_movielens_comes_in(
    name: str, ratings: int, movies: int, home: ImportHome
) -> None:
    path = _data(name)
    report = home.bring_in(movielens(path))

    assert (report.rows["ratings"].kept, report.rows["movies"].kept) == (ratings, movies)
    assert (report.events_stored, report.titles_stored) == (ratings, movies)
    assert report.rejected == 0


@pytest.mark.slow
def test_the_catalogues_of_four_services_come_in_without_a_word_of_help(home: ImportHome) -> None:
    report = home.bring_in(titles(_data("streaming-titles") / "titles.parquet"))

    assert (report.read, report.kept) == (22_998, 22_998)
    stored = list(home.titles().values())
    kinds = [title.kind for title in stored]
    assert (kinds.count("movie"), kinds.count("series")) == (16_481, 6_517)
    known = {
        "genres": sum(bool(t.genres) for t in stored),
        "people": sum(bool(t.people) for t in stored),
        "countries": sum(bool(t.countries) for t in stored),
        "maturity": sum(t.maturity is not None for t in stored),
        "runtime": sum(t.runtime_minutes is not None for t in stored),
        "added_at": sum(t.added_at is not None for t in stored),
        "supplier": sum(t.supplier is not None for t in stored),
    }
    assert known["genres"] == known["supplier"] == 22_998
    assert known["people"] > 18_000
    assert known["countries"] > 11_000
    assert known["maturity"] > 21_000
    assert known["runtime"] > 15_900
    assert known["added_at"] > 13_000


def test_the_synthetic_viewing_history_comes_in(home: ImportHome) -> None:
    report = home.bring_in(
        viewing_history(_data("viewing-activity-format") / "sample_synthetic.csv", "me")
    )

    tally = report.rows["sittings"]
    assert (tally.read, tally.kept, tally.n_left_out, tally.n_rejected) == (6, 3, 3, 0)
