"""Health, faith, sexuality: in no row, no reason and no taste, for whomever and whatever they watched."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from frontrow.base.home import Home
from frontrow.base.sensitive import DEFAULT, sensitive_of
from frontrow.server import Service
from tests.server.small_world import lives, titles
from tests.server.test_pages import Opened, open_home

pytestmark = pytest.mark.slow  # services started and fitted again and again

__all__ = ["open_home"]  # a fixture

SENSITIVE = ("Faith", "LGBTQ+", "Living with cancer")
LIST = sensitive_of(DEFAULT)


def marked() -> list[dict[str, Any]]:
    """The small world's films, most of them with a sensitive genre, theme or tag beside the others."""
    found = titles()
    for i, title in enumerate(found):
        word = SENSITIVE[i % 3]
        title["themes"] = [word, "heist" if i % 2 else "road trip"]
        if i % 4 == 0:
            title["genres"] = [*title["genres"], word]
        title["artwork"][0]["tags"] = [word, "face"]
    return found


@pytest.fixture
def world(open_home: Opened) -> Opened:
    open_home.api.post("/v1/titles", json={"titles": marked()})
    open_home.api.post("/v1/events", json={"events": lives(open_home.clock.now)})
    open_home.train()
    return open_home


def texts(value: Any) -> list[str]:
    """Every text within a value, and every name of a field."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for pair in value.items() for part in pair for text in texts(part)]
    return [text for part in value for text in texts(part)] if isinstance(value, list) else []


def test_ten_thousand_reasons_name_nothing_sensitive(world: Opened) -> None:
    reasons, profiles = 0, world.get("/v1/profiles?limit=1000")["profiles"]
    assert profiles
    seen: set[str] = set()
    for seed in range(40):
        for one in profiles:
            profile = one["profile_id"] if isinstance(one, dict) else one
            page = world.page(profile, f"rows=40&columns=40&seed={seed}")
            for row in page["rows"]:
                told = [row["title"], *texts(row["reason"])]
                for tile in row["tiles"]:
                    told += texts(tile["reason"])
                    reasons += 1
                seen.update(told)
        if reasons >= 10_000:
            break
    assert reasons >= 10_000
    assert [text for text in seen if LIST.holds(text)] == []
    assert any("heist" in text.casefold() or "road trip" in text.casefold() for text in seen)


def test_no_taste_and_no_model_holds_them(world: Opened) -> None:
    told = world.get("/v1/profiles/v0/taste")
    assert [text for text in texts(told) if LIST.holds(text)] == []
    catalogue = world.service.catalogue()
    assert sorted(catalogue.sensitive) == sorted(SENSITIVE)
    for terms in (catalogue.genres, catalogue.themes):
        assert not any(map(LIST.holds, terms.names))
    tags = {tag for work in catalogue.works for image in work.artwork for tag in image.tags}
    assert "face" in tags
    assert not any(map(LIST.holds, tags))


def test_what_is_shown_is_the_same_as_if_they_had_never_been_there(
    home: Home, world: Opened
) -> None:
    """The fit, too: its bundle is the same to the last byte."""
    service = world.service
    own = service.policy()
    world.api.post("/v1/titles", json={"titles": plain()})
    world.train()
    other = service.policy()
    assert own is not None
    assert other is not None
    arrays = [
        sorted(
            path.read_bytes() for path in (home.bundles / policy.bundle_id).glob("*.safetensors")
        )
        for policy in (own, other)
    ]
    assert arrays[0] == arrays[1]


def plain() -> list[dict[str, Any]]:
    found = marked()
    for title in found:
        title["themes"] = [theme for theme in title["themes"] if theme not in SENSITIVE]
        title["genres"] = [genre for genre in title["genres"] if genre not in SENSITIVE]
        title["artwork"][0]["tags"] = ["face"]
    return found


def test_wishes_and_editors_still_name_them(world: Opened) -> None:
    world.api.patch("/v1/profiles/ann", json={"preferences": {"muted_genres": ["faith"]}})
    catalogue = world.service.catalogue()
    with_faith = {
        catalogue.works[i].work_id
        for i in catalogue.every_genre.works(catalogue.every_genre.index["Faith"])
    }
    assert with_faith
    page = world.page("ann", "rows=40&columns=100")
    shown = {tile["title_id"] for row in page["rows"] for tile in row["tiles"]}
    assert shown
    assert not shown & with_faith
    rules = {
        "rows": [
            {
                "key": "pride",
                "author": "eve",
                "name": "Pride",
                "place": 1,
                "select": {"themes": ["LGBTQ+"]},
            }
        ]
    }
    answer = world.api.put("/v1/rules", json=rules)
    assert answer.status_code == 200, answer.text
    rows = {row["row_id"]: row for row in world.page("bob", "rows=40")["rows"]}
    assert any(row["kind"] == "editorial" and row["title"] == "Pride" for row in rows.values())


def test_the_list_is_the_operators(
    home: Home, world: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRONTROW_SERVICE_SENSITIVE_TAGS", "heist")
    service = Service(home, world.clock)
    assert service.catalogue().sensitive == {"heist"}
    service.close()
    told = msgspec.json.encode(world.get("/v1/transparency"))
    assert b"sensitive_tags" in told
