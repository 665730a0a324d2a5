"""A Jellyfin server, as its API answers: what becomes of a library and of what its users made of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from frontrow.base.errors import BadInput, FrontrowError, Unavailable
from frontrow.importers import jellyfin, jellyfin_server
from tests.importers.conftest import NOW, ImportHome
from tests.listening import listening

KEY = "0123456789abcdef0123456789abcdef"
HOUR = 36_000_000_000  # ticks

FILM = {
    "Id": "aa" * 16, "Name": "The Long Night", "OriginalTitle": "Die lange Nacht", "Type": "Movie",
    "Overview": "A night.", "ProductionYear": 2019, "PremiereDate": "2019-05-04T00:00:00.0000000Z",
    "DateCreated": "2024-02-03T04:05:06.1234567Z", "RunTimeTicks": 2 * HOUR, "OfficialRating": "FSK-16",
    "Genres": ["Drama", "Drama", " "], "Tags": ["heist"], "ProviderIds": {"Imdb": "tt1", "Tmdb": "2"},
    "ProductionLocations": ["Germany", "Nowhere"],
    "People": [
        {"Name": "Ada", "Type": "Director"}, {"Name": "Bo", "Type": "Actor", "Role": "Cook"},
        {"Name": "Bo", "Type": "Actor", "Role": "Thief"}, {"Name": "Cy", "Type": "Composer"},
    ],
    "ImageTags": {"Primary": "tagp"}, "BackdropImageTags": ["tagb"], "SomethingNew": {"a": 1},
}  # fmt: skip
SERIES = {"Id": "bb" * 16, "Name": "Island", "Type": "Series", "Genres": ["Crime"],
          "OfficialRating": "TV-Y7"}  # fmt: skip
EPISODE = {"Id": "cc" * 16, "Name": "One", "Type": "Episode", "SeriesId": SERIES["Id"],
           "ParentIndexNumber": 1, "IndexNumber": 3, "RunTimeTicks": HOUR // 2}  # fmt: skip
ORPHAN = {"Id": "dd" * 16, "Name": "Lost", "Type": "Episode"}
ANN, BEN = "e1" * 16, "e2" * 16
LAST = "2025-12-30T21:00:00.7654321Z"


def made(item: dict[str, Any], **told: Any) -> dict[str, Any]:
    return {
        **item,
        "UserData": {"PlayCount": 1, "PlaybackPositionTicks": 0, "Played": False, **told},
    }


@dataclass
class Jellyfin:
    """A server that answers as Jellyfin does to what the importer asks."""

    url: str = ""
    library: list[dict[str, Any]] = field(default_factory=lambda: [FILM, SERIES, EPISODE, ORPHAN])
    users: list[dict[str, Any]] = field(
        default_factory=lambda: [
            {"Id": ANN, "Name": "Ann Real Name", "Policy": {"MaxParentalRating": None}},
            {"Id": BEN, "Name": "Ben", "Policy": {"MaxParentalRating": 7}},
        ]
    )
    histories: dict[tuple[str, str], list[dict[str, Any]]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    instead: Callable[[str], tuple[int, dict[str, str], bytes]] | None = None

    def answer(self, path: str, key: str) -> tuple[int, dict[str, str], bytes]:
        self.asked.append(path)
        if self.instead is not None:
            return self.instead(path)
        if f'Token="{KEY}"' not in key:
            return 401, {}, b""
        parts = urlsplit(path)
        if parts.path == "/media/Users":
            return 200, {}, json.dumps(self.users).encode()
        if parts.path != "/media/Items":
            return 404, {}, b""
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        assert query["recursive"] == "true"
        if "userId" in query:
            items = self.histories.get((query["userId"], query["filters"]), [])
        else:
            items = self.library
        at, limit = int(query.get("startIndex", 0)), int(query["limit"])
        page = {"Items": items[at : at + limit], "TotalRecordCount": len(items), "StartIndex": at}
        return 200, {}, json.dumps(page).encode()


@pytest.fixture
def server() -> Iterator[Jellyfin]:
    found = Jellyfin()
    answer = lambda asked, _: found.answer(asked.path, asked.headers["Authorization"] or "")  # noqa: E731
    with listening(answer) as url:
        found.url = f"{url}/media"
        yield found


def test_a_library_becomes_titles(server: Jellyfin, home: ImportHome) -> None:
    report = home.bring_in(jellyfin(server.url + "/", KEY))
    titles = home.titles()
    film, episode = titles["aa" * 16], titles["cc" * 16]
    assert (film.kind, film.name, film.synopsis) == ("movie", "The Long Night", "A night.")
    assert (str(film.release_date), film.release_year, film.runtime_minutes) == (
        "2019-05-04",
        2019,
        120,
    )
    assert film.added_at is not None
    assert film.added_at.startswith("2024-02-03T04:05:06")
    assert (film.genres, film.themes, film.countries) == (["Drama"], ["heist"], ["DE"])
    assert (film.maturity, film.kids) == (16, False)
    assert [(p.name, p.role) for p in film.people] == [("Ada", "director"), ("Bo", "actor")]
    assert film.attributes == {
        "imdb_id": "tt1",
        "tmdb_id": "2",
        "also_known_as": ["Die lange Nacht"],
    }
    assert titles["bb" * 16].kids
    assert (episode.series_id, episode.season, episode.episode) == ("bb" * 16, 1, 3)
    assert (report.rows["titles"].kept, report.rows["titles"].n_rejected) == (3, 1)
    assert "series_id" in home.rejected_rows()[0]["detail"]  # the orphan's
    assert film.artwork == []  # a browser shows none over an address without TLS
    assert any("pictures of 1 titles" in note for note in report.notes)
    assert any("1 of 2 users have a parental limit" in note for note in report.notes)


def test_pictures_of_an_address_with_tls_are_taken_from_there() -> None:
    from frontrow.importers.jellyfin import _artwork

    assert _artwork(FILM, "https://media.example") == [
        {"artwork_id": "tagp",
         "url": f"https://media.example/Items/{FILM['Id']}/Images/Primary?tag=tagp"},
        {"artwork_id": "tagb",
         "url": f"https://media.example/Items/{FILM['Id']}/Images/Backdrop/0?tag=tagb"},
    ]  # fmt: skip


def test_what_users_made_of_it_becomes_events_and_comes_in_once(
    server: Jellyfin, home: ImportHome
) -> None:
    played = made(FILM, Played=True, LastPlayedDate=LAST, IsFavorite=True)
    server.histories = {
        (ANN, "IsPlayed"): [played],
        (ANN, "IsFavorite"): [played],  # told again: counted once
        (ANN, "IsResumable"): [made(EPISODE, PlaybackPositionTicks=HOUR // 4, LastPlayedDate=LAST)],
        (BEN, "IsPlayed"): [
            made(SERIES, Played=True, LastPlayedDate=LAST), made(EPISODE, Played=True),
            made({"Id": "ff" * 16, "Type": "Movie"}, Played=True, LastPlayedDate=LAST),
        ],
        (BEN, "Dislikes"): [made(SERIES, Likes=False)],
        (BEN, "Likes"): [made(FILM, Likes=True, LastPlayedDate="0001-01-01T00:00:00.0000000Z")],
    }  # fmt: skip
    report = home.bring_in(jellyfin(server.url, KEY))
    told = {
        (e.type, e.title_id, e.position_seconds, e.runtime_seconds, e.value, e.time.year)
        for e in home.events(ANN)
    }
    assert told == {
        ("stop", FILM["Id"], 7200.0, 7200.0, None, 2025),
        ("list_add", FILM["Id"], None, None, None, 2025),
        ("stop", EPISODE["Id"], 900.0, 1800.0, None, 2025),
    }
    assert {(e.type, e.title_id, e.value) for e in home.events(BEN)} == {
        ("rate", FILM["Id"], 1.0),
    }
    assert report.rows["history"].left_out == {
        "a series: its episodes tell": 1,
        "played, but not told when": 1,
        "of a title that did not come in": 1,
    }
    before = home.content()
    again = home.bring_in(jellyfin(server.url, KEY))
    assert home.content() == before
    assert again.kept == 0
    assert "Real Name" not in repr(before)


def test_what_was_marked_is_told_also_of_a_series(server: Jellyfin, home: ImportHome) -> None:
    server.histories = {(BEN, "Dislikes"): [made(SERIES, Likes=False)]}
    home.bring_in(jellyfin(server.url, KEY))
    assert [(e.type, e.value) for e in home.events(BEN)] == [("rate", -1.0)]


def test_a_library_of_several_answers_comes_in_whole(
    server: Jellyfin, home: ImportHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jellyfin_server, "ITEMS_AT_ONCE", 7)
    server.library = [{**SERIES, "Id": f"{i:032x}"} for i in range(30)]
    assert home.bring_in(jellyfin(server.url, KEY)).titles_stored == 30
    assert sum("fields=" in path for path in server.asked) == 5


def test_a_server_that_tells_a_key_of_no_history_is_said_so(
    server: Jellyfin, home: ImportHome
) -> None:
    server.histories = {(ANN, "IsPlayed"): [FILM]}
    report = home.bring_in(jellyfin(server.url, KEY))
    assert any("administrator's access token" in note for note in report.notes)


def test_anything_odd_in_an_answer_is_refused_or_left_out_by_its_row(
    server: Jellyfin, home: ImportHome
) -> None:
    server.library = [
        FILM,
        {},
        {**FILM, "Id": "1/2"},
        {**FILM, "Id": "x1", "Name": None},
        {**FILM, "Id": "x2", "ProductionYear": "soon"},
        {
            **FILM,
            "Id": "x3",
            "People": [None, 3],
            "Genres": "Drama",
            "Tags": [5],
            "ImageTags": None,
        },
        {**FILM, "Id": "x4", "RunTimeTicks": -5, "PremiereDate": "never", "DateCreated": 7},
        {**FILM, "Id": "x5", "Type": "MusicAlbum"},
    ]
    server.histories = {
        (ANN, "IsPlayed"): [
            {"Id": FILM["Id"], "UserData": "x"}, made(FILM, Played=True, LastPlayedDate="x"),
        ],
        (ANN, "IsResumable"): [
            made({**FILM, "Id": "x3"}, PlaybackPositionTicks=5 * HOUR, LastPlayedDate="2099-01-01T00:00:00Z"),
        ],
    }  # fmt: skip
    report = home.bring_in(jellyfin(server.url, KEY))
    assert set(home.titles()) == {FILM["Id"], "x3", "x4"}
    assert report.rows["titles"].n_rejected == 5
    assert report.rows["history"].n_rejected == 1
    assert home.events(ANN) == []


@pytest.mark.parametrize(
    ("answer", "error", "says"),
    [
        ((401, {}, b""), BadInput, "refuses the key"),
        ((403, {}, b""), BadInput, "refuses the key"),
        ((404, {}, b""), BadInput, "answers 404"),
        ((302, {"Location": "http://elsewhere.example/"}, b""), BadInput, "answers 302"),
        ((503, {}, b""), Unavailable, "answers 503"),
        ((200, {}, b"<html>"), BadInput, "not as a Jellyfin server does"),
        ((200, {}, b'{"Items": 3}'), BadInput, "not as a Jellyfin server does"),
    ],
)
def test_what_is_no_jellyfin_or_refuses_is_said_so_before_anything_is_read(
    server: Jellyfin, answer: Any, error: type[FrontrowError], says: str
) -> None:
    server.instead = lambda path: answer
    with pytest.raises(error, match=says) as told:
        jellyfin(server.url, KEY)
    assert KEY not in repr(told.value)
    assert len(server.asked) == 1  # a redirect is not followed: the key is for this address


@pytest.mark.parametrize(
    ("url", "key", "says"),
    [
        ("ftp://x", KEY, "no address"), ("http://", KEY, "no address"), ("http://x:99999", KEY, "no address"),
        ("http://x?a=b", KEY, "no address"), ("http://me:secret@x", KEY, "holds a name or a password"),
        ("http://x", "", "without a key"), ("http://x", "a\nb", "no key"), ("http://x", 'a", b="', "no key"),
    ],
)  # fmt: skip
def test_an_address_or_a_key_that_can_be_none_is_refused(url: str, key: str, says: str) -> None:
    with pytest.raises(BadInput, match=says) as told:
        jellyfin(url, key)
    assert "secret" not in str(told.value)


def test_a_server_that_is_away_is_said_to_be() -> None:
    with pytest.raises(Unavailable, match="does not answer"):
        jellyfin("http://127.0.0.1:9", KEY)


def test_the_time_of_today_stands_for_what_is_told_without_one(
    server: Jellyfin, home: ImportHome
) -> None:
    server.histories = {(ANN, "IsFavorite"): [made(FILM, IsFavorite=True)]}
    home.bring_in(jellyfin(server.url, KEY))
    (event,) = home.events(ANN)
    assert (event.type, event.time) == ("list_add", NOW)
