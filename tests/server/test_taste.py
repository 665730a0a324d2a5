"""A taste through the API: told in words and numbers, muted and corrected, at once in force."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from frontrow.base.home import Home
from frontrow.base.time import system_clock
from frontrow.server import Service
from frontrow.server.web import make_app
from tests.server.small_world import Events, tiles, titles
from tests.server.test_bad_input import pointers, refused
from tests.server.test_pages import Opened, lived_in, open_home

__all__ = ["lived_in", "open_home"]  # fixtures

NOW = system_clock()()
TASTE = "/v1/profiles/ann/taste"


def told_of(taste: dict[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    return {one["term"]: one for one in taste["inferences"] if one["kind"] == kind}


def watches(client: Any) -> None:
    """Ann has finished five films of Drama first, two days ago, and put one aside."""
    client.post("/v1/titles", json={"titles": titles()})
    make = Events(NOW)
    ago = timedelta(days=2)
    events = [make.one("complete", "ann", f"f{i:03d}", ago=ago) for i in (0, 5, 10, 15, 20)]
    events.append(make.one("rate", "ann", "f003", value=-1, ago=ago))
    assert client.post("/v1/events", json={"events": events}).json()["accepted"] == 6


def test_what_was_inferred_is_told_in_words_and_numbers(client: Any) -> None:
    watches(client)
    taste = client.get(TASTE).json()
    assert taste["rests_on"] > 0
    drama = told_of(taste, "genre")["Drama"]
    assert drama["affinity"] > 0.3
    assert drama["text"] == "Likes Drama"
    assert told_of(taste, "genre")["Horror"]["text"] == "Tends to leave Horror"
    assert told_of(taste, "kind")["movie"]["text"] == "Likes films"
    assert told_of(taste, "runtime")["90_to_120"]["affinity"] > 0
    assert told_of(taste, "era")["1990s"]["text"] == "Likes titles of the 1990s"
    assert any(one["name"] == "Drama" and one["at"] for one in told_of(taste, "genre_at").values())
    person = told_of(taste, "person")["director:Person 0"]
    assert (person["role"], person["name"]) == ("director", "Person 0")
    assert taste["corrections"] == {}
    assert taste["session"] is None


@pytest.mark.parametrize("settings", [{"kids": True}, {"preferences": {"personalised": False}}])
def test_of_whom_nothing_may_be_inferred_nothing_is_told(
    client: Any, settings: dict[str, Any]
) -> None:
    watches(client)
    client.patch(TASTE, json={"genres": {"Horror": -1}})
    assert client.get(TASTE).json()["profiled"]
    client.patch("/v1/profiles/ann", json=settings)
    corrected = {"genres": {"Horror": -1.0}}
    for taste in (client.get(TASTE).json(), client.get("/v1/profiles/ann/data").json()["taste"]):
        assert (taste["profiled"], taste["rests_on"], taste["inferences"]) == (False, 0.0, [])
        assert (taste["session"], taste["corrections"]) == (None, corrected)


def test_a_taste_is_told_in_the_viewers_language(client: Any) -> None:
    watches(client)
    client.put("/v1/profiles/ann", json={"language": "de"})
    client.patch(TASTE, json={"genres": {"Drama": 0}})
    taste = client.get(TASTE).json()
    assert told_of(taste, "kind")["movie"]["text"] == "Mag Filme"
    assert told_of(taste, "genre")["Drama"]["text"] == "Von dieser Person beiseitegelegt: Drama"


def test_the_session_under_way_is_told_apart(client: Any) -> None:
    watches(client)
    now = {**Events(NOW).one("complete", "ann", "f044"), "event_id": "now"}
    client.post("/v1/events", json={"events": [now]})
    session = client.get(TASTE).json()["session"]
    assert session["title_ids"] == ["f044"]
    assert {"Crime", "Horror"} & {one["name"] for one in session["inferences"]}


def test_a_correction_stands_and_null_takes_it_back(client: Any) -> None:
    watches(client)
    inferred = told_of(client.get(TASTE).json(), "genre")
    patch = {"genres": {"Horror": 0.8, "Drama": 0}, "people": {"director:Person 0": 0}}
    told = client.patch(TASTE, json=patch)
    assert told.status_code == 200
    assert told.json() == client.get(TASTE).json()
    genres = told_of(told.json(), "genre")
    assert genres["Horror"]["affinity"] == 0.8
    assert genres["Horror"]["corrected"] is True
    assert genres["Horror"]["inferred"] == inferred["Horror"]["affinity"]
    assert genres["Drama"]["affinity"] == 0
    assert genres["Drama"]["text"] == "Set aside by this viewer: Drama"
    assert told.json()["corrections"] == {
        "genres": {"Drama": 0.0, "Horror": 0.8},
        "people": {"director:Person 0": 0.0},
    }
    typed = {"content-type": "application/merge-patch+json"}
    back = client.patch(TASTE, content=b'{"genres":{"Horror":null},"people":null}', headers=typed)
    assert back.json()["corrections"] == {"genres": {"Drama": 0.0}}
    assert told_of(back.json(), "genre")["Horror"] == inferred["Horror"]


@pytest.mark.parametrize(
    ("patch", "pointer"),
    [
        ({"hobbies": {"chess": 1}}, "/hobbies"),
        ({"genres": {"Western": 1}}, "/genres/Western"),
        ({"genres": {"Drama": 2}}, "/genres/Drama"),
        ({"genres": 0}, "/genres"),
        ([], ""),
    ],
)
def test_unknown_terms_kinds_and_values_are_refused_and_nothing_is_kept(
    client: Any, patch: Any, pointer: str
) -> None:
    watches(client)
    assert pointers(refused(client.patch(TASTE, json=patch), 422)) == [pointer]
    assert client.get(TASTE).json()["corrections"] == {}


def test_a_correction_is_at_once_in_force_from_any_process(home: Home) -> None:
    services = [Service(home, system_clock()) for _ in range(2)]
    base = {"base_url": "http://127.0.0.1"}
    with (
        TestClient(make_app(services[0]), **base) as one,
        TestClient(make_app(services[1]), **base) as other,
    ):
        watches(one)
        assert told_of(other.get(TASTE).json(), "genre")["Drama"]["affinity"] > 0
        one.patch(TASTE, json={"genres": {"Drama": -0.5}})
        assert told_of(other.get(TASTE).json(), "genre")["Drama"]["affinity"] == -0.5
        other.patch(TASTE, json={"genres": {"Horror": 0.5}})
        kept = {"genres": {"Drama": -0.5, "Horror": 0.5}}
        assert one.get(TASTE).json()["corrections"] == kept


def test_a_correction_is_held_like_settings_reset_and_forgotten(client: Any) -> None:
    watches(client)
    client.patch(TASTE, json={"genres": {"Drama": 0.25}})
    data = client.get("/v1/profiles/ann/data").json()
    noted = [(note["type"], note["body"]) for note in data["notes"]]
    assert ("taste_set", {"genres": {"Drama": 0.25}}) in noted
    assert data["taste"]["corrections"] == {"genres": {"Drama": 0.25}}
    client.post("/v1/profiles/ann/reset")
    assert client.get(TASTE).json()["corrections"] == {}
    client.patch(TASTE, json={"genres": {"Drama": 0.5}})
    assert client.get(TASTE).json()["corrections"] == {"genres": {"Drama": 0.5}}
    client.delete("/v1/profiles/ann")
    assert client.get(TASTE).json()["corrections"] == {}
    assert client.get("/v1/profiles/ann/data").json()["notes"] == []


def test_the_same_correction_again_writes_nothing(client: Any) -> None:
    watches(client)
    for _ in range(2):
        client.patch(TASTE, json={"genres": {"Drama": 0.25}})
    client.patch(TASTE, json={})
    notes = client.get("/v1/profiles/ann/data").json()["notes"]
    assert [note["type"] for note in notes] == ["taste_set"]


def test_no_row_and_no_reason_speaks_of_what_was_muted(lived_in: Opened) -> None:
    lived_in.train()
    make = lived_in.make
    events = [make.one("rate", "ann", f"f{i:03d}", value=2) for i in (0, 5, 10, 15, 7)]
    lived_in.tell(*events)
    before = lived_in.page("ann", "rows=40")

    def spoken_of(page: dict[str, Any], genre: str) -> bool:
        named = [row for row in page["rows"] if row["kind"] in ("genre", "theme")]
        rows = [genre for row in named for genre in row["reason"]["genres"]]
        reasons = [tile["reason"].get("evidence", {}).get("genre") for tile in tiles(page)]
        return genre in rows or genre in reasons

    assert spoken_of(before, "Drama")
    answer = lived_in.api.patch(
        TASTE, json={"genres": {"Drama": 0}, "people": {"director:Person 0": 0}}
    )
    assert answer.status_code == 200
    after = lived_in.page("ann", "rows=40")
    assert not spoken_of(after, "Drama")
    people = [tile["reason"].get("evidence", {}).get("person") for tile in tiles(after)]
    assert "Person 0" not in people
    assert lived_in.get(f"/v1/pages/{before['page_id']}")["rebuilt_to_the_byte"]


@pytest.mark.slow
def test_no_row_is_named_after_a_theme_that_was_muted(lived_in: Opened) -> None:
    themed = [
        {**title, "themes": ["heist" if at % 3 else "space"]} for at, title in enumerate(titles())
    ]
    lived_in.api.post("/v1/titles", json={"titles": themed})
    lived_in.train()
    make = lived_in.make
    lived_in.tell(*(make.one("rate", "ann", f"f{at:03d}", value=2) for at in (1, 2, 4, 5, 7)))

    def themes() -> set[str]:
        rows = lived_in.page("ann", "rows=40")["rows"]
        return {theme for row in rows for theme in row["reason"].get("themes", [])}

    assert "heist" in themes()
    lived_in.api.patch(TASTE, json={"themes": {"heist": -1}})
    assert "heist" not in themes()
    lived_in.api.patch(TASTE, json={"themes": {"heist": None}})
    assert "heist" in themes()
