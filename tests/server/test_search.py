"""Search through the API: what is typed, who may ask, and what changes at once."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from frontrow.base.home import Home
from tests.server.closed import Caller, client_of, make_key
from tests.server.small_world import titles
from tests.server.test_bad_input import pointers, refused
from tests.server.test_pages import Opened, lived_in, open_home, without_stamps
from tests.server.test_without_profiling import opposites

__all__ = ["lived_in", "open_home", "opposites"]  # fixtures

SEARCH = "/v1/profiles/ann/search"


def searched(world: Opened, query: str, more: str = "", profile: str = "ann") -> dict[str, Any]:
    told: dict[str, Any] = world.get(f"/v1/profiles/{profile}/search?q={quote(query)}{more}")
    return told


def ids(told: dict[str, Any]) -> list[str]:
    return [tile["title_id"] for tile in told["tiles"]]


def send(world: Opened, *more: dict[str, Any]) -> None:
    answer = world.api.post("/v1/titles", json={"titles": list(more)})
    assert answer.json()["rejected"] == []


def film(title_id: str, name: str, **more: Any) -> dict[str, Any]:
    return {"title_id": title_id, "kind": "movie", "name": name, **more}


def test_a_search_answers_tiles_people_and_genres_with_token_reason_and_image(
    lived_in: Opened,
) -> None:
    lived_in.train()
    told = searched(lived_in, "person 3")
    assert ids(told) == sorted(set(ids(told)), key=ids(told).index) != []
    for tile in told["tiles"]:
        assert tile["token"]
        assert tile["artwork"]
        assert tile["reason"] == {
            "code": "director", "text": "Directed by Person 3", "evidence": {"person": "Person 3"},
        }  # fmt: skip
    assert told["people"] == [
        {"name": "Person 3", "roles": ["director"], "titles": len(told["tiles"])}
    ]
    told = searched(lived_in, "thril")
    assert [genre["genre"] for genre in told["genres"]] == ["Thriller"]
    assert told["genres"][0]["titles"] == len(told["tiles"])
    assert len(ids(searched(lived_in, "film", "&columns=5"))) == 5


def test_the_ranking_is_this_viewers_and_a_new_viewer_is_answered_too(lived_in: Opened) -> None:
    lived_in.train()
    horror = [t["title_id"] for t in titles() if t["genres"][0] == "Horror"]
    fan = ids(searched(lived_in, "film number", "&columns=200", "viewer3"))
    assert sum(t in horror for t in fan[:10]) > 5
    new = ids(searched(lived_in, "film number", "&columns=200", "nobody-knows"))
    assert sorted(fan) == sorted(new)
    assert fan != new
    assert lived_in.api.get("/v1/profiles/nobody-knows/data").json()["events"] == []


def test_what_was_watched_is_found_and_goes_on_where_it_was_left(lived_in: Opened) -> None:
    stop = {"seconds_watched": 600, "position_seconds": 600, "runtime_seconds": 6_000}
    lived_in.tell(
        lived_in.make.one("play", "ann", "f001"), lived_in.make.one("stop", "ann", "f001", **stop),
        lived_in.make.one("complete", "ann", "f002"), lived_in.make.one("complete", "ann", "s1-1x1"),
    )  # fmt: skip
    (tile,) = searched(lived_in, "film number 1", "&columns=1")["tiles"]
    assert (tile["title_id"], tile["resume"]["position_seconds"]) == ("f001", 600)
    assert ids(searched(lived_in, "film number 2", "&columns=1")) == ["f002"]
    (series,) = searched(lived_in, "series s1")["tiles"]
    assert series["resume"]["title_id"] == "s1-1x2"
    (alone,) = searched(lived_in, "film number 1", "&columns=1&personalised=false")["tiles"]
    assert alone["resume"] is None


def test_what_may_not_be_seen_is_not_found_in_any_way(open_home: Opened) -> None:
    past, ahead = "2020-01-01", "2090-01-01"
    send(
        open_home,
        film("none", "Quagga"),
        film("kids", "Quagga for children", maturity=0, kids=True),
        film("grown", "Quagga for adults", maturity=18, kids=True),
        film("abroad", "Quagga abroad", maturity=0, availability=[{"countries": ["FR"]}]),
        film("past", "Quagga in the past", maturity=0, availability=[{"until": past}]),
        film("ahead", "Quagga to come", maturity=0, availability=[{"from": ahead}]),
        film("polish", "Quagga po polsku", maturity=0, audio_languages=["pl"]),
        film("muted", "Quagga, muted", maturity=0, genres=["Zoology"]),
        film("mute", "Quagga, a mute one", maturity=0),
        film("no", "Quagga, never", maturity=0),
        film("ok", "Quagga", maturity=0, audio_languages=["en"],
             people=[{"name": "Quagga Smith", "role": "actor"}]),
    )  # fmt: skip
    settings = {
        "country": "DE", "language": "en", "understands": ["en"], "maturity_limit": 12,
        "preferences": {"muted_genres": ["zoology"], "muted_titles": ["mute"],
                        "only_understood_languages": True},
    }  # fmt: skip
    assert open_home.api.put("/v1/profiles/ann", json=settings).status_code == 200
    open_home.tell(open_home.make.one("dismiss", "ann", "no"))
    for query in ("quagga", "quaga", "quagga po polsku", "zoology", "quagga smith"):
        told = searched(open_home, query)
        assert set(ids(told)) <= {"kids", "ok"}
        assert told["genres"] == []
    assert sorted(ids(searched(open_home, "quagga"))) == ["kids", "ok"]
    open_home.api.patch("/v1/profiles/ann", json={"kids": True})
    told = searched(open_home, "quagga")
    assert (ids(told), told["people"]) == (["kids"], [])


def test_a_change_of_the_catalogue_holds_in_the_next_search(open_home: Opened) -> None:
    assert ids(searched(open_home, "okapi")) == []
    send(open_home, film("ok", "Okapi", people=[{"name": "Ona Kapi", "role": "director"}]))
    assert ids(searched(open_home, "okapi")) == ["ok"]
    send(open_home, film("ok", "Tapir"))
    assert ids(searched(open_home, "okapi")) == []
    assert searched(open_home, "ona kapi")["people"] == []
    assert ids(searched(open_home, "tapir")) == ["ok"]
    assert open_home.api.delete("/v1/titles/ok").status_code == 204
    assert ids(searched(open_home, "tapir")) == []


def test_words_are_the_viewers_language(open_home: Opened) -> None:
    send(open_home, film("jaws", "Jaws", names={"de": "Der weiße Hai", "pt": "Tubarão"}))
    for language, query, name, text in (
        ("en", "jaws", "Jaws", "Found by its name"),
        ("en", "weisser hai", "Jaws", "“Der weiße Hai” is close to what you typed"),
        ("en", "weiße ha", "Jaws", "Also called “Der weiße Hai”"),
        ("de", "jaws", "Der weiße Hai", "Heißt auch „Jaws“"),
        ("de", "тубарао", "Der weiße Hai", "„Tubarão“ klingt wie Ihre Eingabe"),
        ("de", "weisse hai", "Der weiße Hai", "Nach dem Namen gefunden"),
    ):
        (tile,) = searched(open_home, query, f"&language={language}")["tiles"]
        assert (tile["name"], tile["reason"]["text"]) == (name, text)
    tile = searched(open_home, "episode 2", "&language=de")["tiles"][0]
    assert tile["reason"]["text"] == "Mit der Folge „Episode 2“"


def test_without_profiling_opposite_histories_find_the_same(opposites: Opened) -> None:
    for query in ("film", "person 3", "horror", "fil number"):
        one, other = (
            without_stamps(searched(opposites, query, "&personalised=false", who))
            for who in ("left", "right")
        )
        assert one == other
        assert one["tiles"]
    profiled = [ids(searched(opposites, "film", profile=who)) for who in ("left", "right")]
    assert profiled[0] != profiled[1]
    for who in ("left", "right"):
        opposites.api.patch(f"/v1/profiles/{who}", json={"preferences": {"personalised": False}})
    one, other = (ids(searched(opposites, "film", profile=who)) for who in ("left", "right"))
    assert one == other


def test_a_search_writes_nothing(lived_in: Opened) -> None:
    service = lived_in.service
    service.decisions.flush()
    before = service.decisions.count()
    searched(lived_in, "film")
    searched(lived_in, "film", profile="never-seen")
    service.decisions.flush()
    assert service.decisions.count() == before
    known = lived_in.get("/v1/profiles?limit=1000")["profiles"]
    assert "never-seen" not in {one["profile_id"] for one in known}


def test_a_boost_moves_nothing_that_is_looked_for_by_name(lived_in: Opened) -> None:
    before = ids(searched(lived_in, "film"))
    boost = {"key": "horror", "select": {"genres": ["Horror"]}, "strength": 0.4, "author": "bo"}
    assert lived_in.api.put("/v1/rules", json={"boosts": [boost]}).status_code == 200
    told = searched(lived_in, "film")
    assert ids(told) == before
    assert all("boost" not in tile["reason"]["evidence"] for tile in told["tiles"])


def test_wrong_parameters_are_refused_with_a_pointer(open_home: Opened) -> None:
    def wrong(query: str) -> list[str]:
        return pointers(refused(open_home.api.get(f"{SEARCH}{query}"), 422))

    assert wrong("") == ["/q"]
    assert wrong("?q=") == ["/q"]
    assert wrong("?q=%20%09") == ["/q"]
    assert wrong(f"?q={'x' * 1_001}") == ["/q"]
    assert wrong("?q=a%00b") == ["/q"]
    assert wrong("?q=a&q=b") == ["/q"]
    assert wrong("?q=a&limit=3") == ["/limit"]
    assert wrong("?q=a&columns=0") == ["/columns"]
    assert wrong("?q=a&rows=3") == ["/rows"]
    assert wrong("?q=a&at=yesterday") == ["/at"]
    refused(open_home.api.get(f"{SEARCH}?q={'x' * 10_000}"), 414)


@pytest.mark.parametrize(
    "query",
    [
        "%ED%A0%80", "%FF%FE", "%E2%80%AE%D7%90%D7%91", "%F0%9F%91%A9%E2%80%8D%F0%9F%91%A7",
        "%01%02%7F", "%EF%B7%BA" * 300, "a%CC%81" * 400, "%20a" * 250, "'; DROP TABLE event;--", "*", "%25",
        "(((((", "\\", "İıſß", "null", "true", "1e999", "%7B%7D", "..%2F..%2Fetc",
    ],
)  # fmt: skip
def test_whatever_is_typed_has_a_clear_answer(open_home: Opened, query: str) -> None:
    answer = open_home.api.get(f"{SEARCH}?q={query}")
    assert answer.status_code in (200, 422)
    if answer.status_code == 200:
        assert answer.json().keys() == {"tiles", "people", "genres"}
    else:
        assert pointers(answer.json()) == ["/q"]


def test_a_device_searches_for_its_own_profile_only(home: Home) -> None:
    key, other = make_key(home, "admin"), make_key(home, "ingest")
    with client_of(home) as client:
        program = Caller(client, key)
        program("POST", "/v1/titles", {"titles": titles(20)})
        device = program.token("ann")
        assert device("GET", f"{SEARCH}?q=film").status_code == 200
        assert device("GET", "/v1/profiles/bob/search?q=film").status_code == 403
        assert device("GET", f"{SEARCH}?q=film&at=2026-01-01T00:00:00Z").status_code == 403
        assert program("GET", f"{SEARCH}?q=film&at=2026-01-01T00:00:00Z").status_code == 200
        assert Caller(client, other)("GET", f"{SEARCH}?q=film").status_code == 403


def test_the_document_describes_the_answer(open_home: Opened) -> None:
    document = open_home.get("/openapi.json")
    call = document["paths"]["/v1/profiles/{profile_id}/search"]["get"]
    schema = call["responses"]["200"]["content"]["application/json"]["schema"]
    assert schema == {"$ref": "#/components/schemas/SearchAnswer"}
    assert "501" not in call["responses"]
    needed = {p["name"] for p in call["parameters"] if p["required"]}
    assert needed == {"profile_id", "q"}
