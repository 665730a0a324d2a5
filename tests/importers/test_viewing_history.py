"""A personal viewing history: what the viewer chose comes in, names of profiles never do."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from frontrow.base.errors import BadInput
from frontrow.catalog import Title
from frontrow.importers import viewing_history
from frontrow.importers.history_names import HistoryName, read_history_name
from tests.importers.conftest import ImportHome

HEADER = (
    "Profile Name,Start Time,Duration,Attributes,Title,Supplemental Video Type,Device Type,"
    "Bookmark,Latest Bookmark,Country\n"
)
ROWS = (
    'Zelda,2024-03-02 20:14:09,00:41:37,,"Harbour: Season 1: Low Tide (Episode 1)",,TV,00:41:37,'
    "00:41:37,ZZ (Nowhere)\n"
    "Zelda,2024-03-02 21:00:00,00:10:00,Autoplayed: user action: None; ,"
    '"Harbour: Season 1: Buoy (Episode 2)",,TV,00:10:00,Not latest view,ZZ (Nowhere)\n'
    "Zelda,2024-03-02 22:00:00,00:10:00,Autoplayed: user action: User_Interaction; ,"
    '"Harbour: Season 1: Buoy (Episode 2)",,TV,00:20:00,Not latest view,ZZ (Nowhere)\n'
    "Zelda,2024-03-03 07:29:11,00:00:20,,The Paper Fox (Trailer),TRAILER,TV,00:00:20,00:00:20,\n"
    "Zelda,2024-03-03 07:29:40,00:00:20,,Paper Fox_hook_primary_16x9,,TV,00:00:20,00:00:20,\n"
    "Quentin,2024-03-03 07:30:00,01:38:55,,The Paper Fox,,Phone,01:38:55,01:38:55,ZZ (Nowhere)\n"
    "Zelda,yesterday,01:38:55,,The Paper Fox,,Phone,01:38:55,01:38:55,ZZ (Nowhere)\n"
)


def _file(path: Path, text: str = HEADER + ROWS) -> Path:
    path.write_text(text, "utf-8")
    return path


def test_sittings_that_someone_chose_become_play_and_stop(tmp_path: Path, home: ImportHome) -> None:
    report = home.bring_in(viewing_history(_file(tmp_path / "v.csv"), "me"))

    tally = report.rows["sittings"]
    assert (tally.read, tally.kept, tally.n_left_out, tally.n_rejected) == (7, 3, 3, 1)
    assert tally.left_out == {
        "played by itself, no one acted": 1,
        "trailer, not the title itself": 1,
        "hook, not the title itself": 1,
    }
    play, stop = home.events("me")[:2]
    assert (play.type, stop.type) == ("play", "stop")
    assert play.time == datetime(2024, 3, 2, 20, 14, 9, tzinfo=UTC)
    assert (stop.seconds_watched, stop.position_seconds, stop.device) == (2497.0, 2497.0, "TV")


def test_films_series_and_episodes_are_invented_and_say_so(
    tmp_path: Path, home: ImportHome
) -> None:
    home.bring_in(viewing_history(_file(tmp_path / "v.csv"), "me"))

    by_name = {title.name: title for title in home.titles().values()}
    assert {name: title.kind for name, title in by_name.items()} == {
        "Harbour": "series",
        "Low Tide": "episode",
        "Buoy": "episode",
        "The Paper Fox": "movie",
    }
    buoy = by_name["Buoy"]
    assert (buoy.series_id, buoy.season, buoy.episode) == (by_name["Harbour"].title_id, 1, 2)
    assert all(t.attributes == {"source": "viewing-history"} for t in by_name.values())


def test_a_title_of_the_catalogue_is_matched_by_name(tmp_path: Path, home: ImportHome) -> None:
    known = [
        Title(title_id="m7", kind="movie", name="the paper FOX"),
        Title(title_id="s7", kind="series", name="HARBOUR"),
        Title(title_id="e7", kind="episode", name="Ebb", series_id="s7", season=1, episode=1),
    ]

    home.bring_in(viewing_history(_file(tmp_path / "v.csv"), "me", known=known))

    assert home.titles() == {}
    assert {e.title_id for e in home.events("me")} == {"m7", "e7", "s7"}
    on_series = next(e for e in home.events("me") if e.title_id == "s7")
    assert on_series.attributes == {"season": 1, "episode": 2, "episode_name": "Buoy"}


def test_names_of_profiles_are_in_no_file_of_the_home(tmp_path: Path, home: ImportHome) -> None:
    torn = 'Zelda,"2024-03-03 07:30:00\n'
    report = home.bring_in(viewing_history(_file(tmp_path / "v.csv", HEADER + ROWS + torn), "me"))

    assert report.rejected == 2
    home.database.compact()
    (tmp_path / "v.csv").unlink()
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert b"Zelda" not in path.read_bytes(), path
    assert "Zelda" not in report.words() + str(report.to_json())


def test_of_several_profiles_one_can_be_chosen(tmp_path: Path, home: ImportHome) -> None:
    path = _file(tmp_path / "v.csv")

    report = home.bring_in(viewing_history(path, "q", only="Quentin"))

    assert (report.kept, report.rows["sittings"].left_out["another profile's row"]) == (1, 6)
    assert any("2 profiles" in note for note in viewing_history(path, "me").notes)
    with pytest.raises(BadInput, match="Quentin, Zelda"):
        viewing_history(path, "q", only="Nobody")


def test_importing_twice_with_the_catalogue_at_hand_changes_nothing(
    tmp_path: Path, home: ImportHome
) -> None:
    path = _file(tmp_path / "v.csv")
    home.bring_in(viewing_history(path, "me"))
    before = home.content()

    again = home.bring_in(viewing_history(path, "me", known=home.titles().values()))

    assert home.content() == before
    assert (again.kept, again.duplicates) == (0, 3)


def test_the_short_form_gives_plays_of_which_only_the_day_is_known(
    tmp_path: Path, home: ImportHome
) -> None:
    path = _file(
        tmp_path / "short.csv",
        'Title,Date\n"Harbour: Season 2: Ebb","25/3/24"\n"Harbour: Season 2: Flow","25/3/24"\n'
        '"The Paper Fox","2/1/24"\n"The Paper Fox","soon"\n',
    )

    report = home.bring_in(viewing_history(path, "me"))
    before = home.content()
    home.bring_in(viewing_history(path, "me"))

    assert home.content() == before
    assert (report.kept, report.rejected) == (3, 1)
    ebb, flow, fox = home.events("me")
    assert all(e.type == "play" and e.attributes == {"date_only": True} for e in (ebb, flow, fox))
    assert ebb.time > flow.time  # the newest stands first
    assert (ebb.time.date().isoformat(), fox.time.date().isoformat()) == (
        "2024-03-25",
        "2024-01-02",
    )


def test_another_file_or_a_bad_id_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"no viewing history.*a, b"):
        viewing_history(_file(tmp_path / "x.csv", "a,b\n1,2\n"), "me")
    with pytest.raises(BadInput, match="no profile id"):
        viewing_history(_file(tmp_path / "v.csv"), "not an id")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("The Paper Fox", HistoryName("The Paper Fox")),
        ("Harbour: Season 2: Ebb (Episode 3)", HistoryName("Ebb", "Harbour", 2, 3)),
        ("Harbour: Limited Series: Ebb (Episode 3)", HistoryName("Ebb", "Harbour", 1, 3)),
        ("Harbour: Limited Series: Episode 4", HistoryName("Episode 4", "Harbour", 1, 4)),
        ("A: B: Part 2: Chapter Ten (Episode 3)", HistoryName("Chapter Ten", "A: B", 2, 3)),
        ("Harbour: Volume Three: Ebb", HistoryName("Ebb", "Harbour", 3, None)),
        ("Harbour: Chapter 2: C: D (Episode 1)", HistoryName("C: D", "Harbour", 2, 1)),
        ("Harbour: Harbour 3: Ebb (Episode 1)", HistoryName("Ebb", "Harbour", 3, 1)),
        ("Harbour: Ebb (Episode 5)", HistoryName("Ebb", "Harbour", 1, 5)),
        ("Kill Two: Volume 1", HistoryName("Kill Two: Volume 1")),
        ("It: Chapter Two", HistoryName("It: Chapter Two")),
        ("Harbour: Season 2", HistoryName("", "Harbour", 2, None)),
    ],
)
def test_a_line_names_a_film_or_show_season_and_episode(text: str, name: HistoryName) -> None:
    assert read_history_name(text) == name
