"""The demo makes a home whole or not at all, of its own or of a MovieLens folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from frontrow.base.randomness import rng_for
from tests.cli.conftest import Frontrow


@pytest.fixture
def movielens(tmp_path: Path) -> Path:
    """A small folder in the format of ml-latest-small: thirty viewers, forty films."""
    folder = tmp_path / "ml-mine"
    folder.mkdir()
    genres = ("Drama", "Comedy", "Horror", "Crime")
    films = [f'{i},"Film {i} ({1990 + i % 20})",{genres[i % 4]}' for i in range(1, 41)]
    (folder / "movies.csv").write_text("\n".join(["movieId,title,genres", *films]) + "\n")
    ratings = ["userId,movieId,rating,timestamp"]
    for user in range(1, 31):
        order = rng_for(1, "demo", str(user)).permutation(40)[:15]
        for place, film in enumerate(order.tolist()):
            good = 5.0 if film % 4 == user % 4 else 2.5
            ratings.append(f"{user},{film + 1},{good},{1_000_000_000 + place * 86_400 + user}")
    (folder / "ratings.csv").write_text("\n".join(ratings) + "\n")
    return folder


@pytest.mark.slow
def test_the_demo_of_a_movielens_folder_is_trained_judged_and_ready_to_look_at(
    frontrow: Frontrow, here: Path, movielens: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRONTROW_NOW", "")  # the demo's own clock: where the data ends

    made = frontrow("demo", "--data", str(movielens), "--no-serve", "--json")

    assert made.code == 0, made.err
    told = made.json()
    assert told["invented"] is False
    assert len(told["links"]) == 3
    assert told["clock"].startswith("2001-09-")
    assert (here / "reports" / "evaluation.html").exists()
    page = frontrow("page", told["worth_looking_at"][0], "--json").json()
    assert page["mode"] == "personalised"
    assert page["rows"]
    beside = [p.name for p in here.parent.iterdir() if p.name != "ml-mine"]
    assert beside == ["home"]
    again = frontrow("demo", "--data", str(movielens), "--no-serve")
    assert again.code == 0
    assert "your own copy" in again.out
    assert "The clock stands still" in again.out


def test_the_demo_touches_no_home_in_use_and_no_folder_with_other_things(
    frontrow: Frontrow, here: Path, movielens: Path
) -> None:
    assert frontrow("init").code == 0
    assert frontrow("import", "movielens", str(movielens)).code == 0
    for data in ([], ["--data", str(movielens)]):
        ran = frontrow("demo", "--no-serve", *data)
        assert (ran.code, ran.out) == (1, "")
        assert "Name a new folder" in ran.err
    other = here.parent / "other"
    other.mkdir()
    (other / "thesis.txt").write_text("mine")
    assert frontrow("demo", "--no-serve", home=other).code == 1
    assert [p.name for p in other.iterdir()] == ["thesis.txt"]


def test_a_demo_that_fails_or_is_stopped_leaves_nothing_behind(
    frontrow: Frontrow, here: Path, movielens: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert frontrow("demo", "--no-serve", "--data", "/nowhere").code == 1

    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as interrupted:
        interrupted.setattr("frontrow.server.refitting.train", stopped)
        assert frontrow("demo", "--no-serve", "--data", str(movielens)).code == 130
    assert [p.name for p in here.parent.iterdir()] == ["ml-mine"]
