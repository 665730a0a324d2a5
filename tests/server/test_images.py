"""Images over HTTP: sent, served for ever under their content's name, taken away; and painted ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from frontrow.base.home import Home
from tests.images import as_text, picture
from tests.server.small_world import tiles
from tests.server.test_pages import Opened, lived_in, open_home

__all__ = ["lived_in", "open_home"]  # fixtures

CALL = "/v1/titles/s1/artwork/main"


def send(world: Opened, path: str = CALL, status: int = 200, **body: Any) -> Any:
    answer = world.api.put(path, json={"data": as_text(picture()), **body})
    assert answer.status_code == status, answer.text
    return answer.json()


def kept_files(home: Home) -> list[Path]:
    return sorted(home.artwork.glob("*.jpg"))


def artwork_of(world: Opened, title_id: str) -> list[Any]:
    return list(world.get(f"/v1/titles/{title_id}").get("artwork", []))


def shown(world: Opened, title_id: str) -> Any:
    world.tell(world.make.one("list_add", "ann", title_id))
    page = world.page(query="rows=40&columns=100")
    found = [tile["artwork"] for tile in tiles(page) if tile["title_id"] == title_id]
    assert found
    return found[0]


def test_an_image_that_is_sent_is_on_the_next_page_and_served_for_ever(open_home: Opened) -> None:
    told = send(open_home, tags=["Drama", "close-up", "Horror"])
    assert told["widths"] == [320, 640, 1280]
    assert told["tags"] == ["Drama", "close-up"]
    assert told["left_out"] == ["Horror"]
    assert shown(open_home, "s1") == {"artwork_id": "main", "url": told["url"]}
    for asked in ("", "?width=320"):
        answer = open_home.api.get(told["url"] + asked)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "image/jpeg"
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["x-content-type-options"] == "nosniff"
        again = open_home.api.get(
            told["url"] + asked, headers={"if-none-match": answer.headers["etag"]}
        )
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == answer.headers["etag"]


def test_a_title_that_is_sent_again_keeps_its_images_until_they_are_taken_away(
    open_home: Opened,
) -> None:
    told = send(open_home)
    title = {**open_home.get("/v1/titles/s1"), "name": "Another name"}
    title.pop("artwork")
    assert open_home.api.post("/v1/titles", json={"titles": [title]}).json()["accepted"] == 1
    assert [a["url"] for a in artwork_of(open_home, "s1")] == [told["url"]]
    assert open_home.api.delete(CALL).status_code == 204
    assert artwork_of(open_home, "s1") == []
    assert kept_files(open_home.service.home) == []
    assert open_home.api.get(told["url"]).status_code == 404
    assert open_home.api.delete(CALL).status_code == 404


def test_a_withdrawn_titles_files_go_unless_another_title_shows_them(open_home: Opened) -> None:
    send(open_home)
    send(open_home, "/v1/titles/f001/artwork/main")
    assert open_home.api.delete("/v1/titles/s1").status_code == 204
    assert len(kept_files(open_home.service.home)) == 3
    assert open_home.api.delete("/v1/titles/f001").status_code == 204
    assert kept_files(open_home.service.home) == []


def test_another_image_of_the_same_id_takes_its_place(open_home: Opened) -> None:
    send(open_home)
    told = send(open_home, data=as_text(picture(640, 360, colour=(1, 2, 3))))
    assert [a["url"] for a in artwork_of(open_home, "s1")] == [told["url"]]
    assert len(kept_files(open_home.service.home)) == 2


@pytest.mark.parametrize(
    ("body", "pointer"),
    [({}, "/data"), ({"data": "no base64!"}, "/data"), ({"data": as_text(b"<svg/>")}, "/data"),
     ({"data": as_text(picture()[:300])}, "/data"), ({"data": "AAAA", "tag": []}, "/tag"),
     ({"data": 7}, "/data")],
)  # fmt: skip
def test_what_is_no_image_is_refused_with_a_pointer(
    open_home: Opened, body: dict[str, Any], pointer: str
) -> None:
    answer = open_home.api.put(CALL, json=body)
    assert answer.status_code == 422
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]
    assert kept_files(open_home.service.home) == []


def test_an_image_of_a_title_that_is_not_there_is_refused(open_home: Opened) -> None:
    send(open_home, "/v1/titles/nobody/artwork/main", status=404)
    assert kept_files(open_home.service.home) == []


def test_a_title_without_images_is_shown_with_painted_ones(open_home: Opened) -> None:
    artwork = shown(open_home, "s1")
    assert artwork["artwork_id"].startswith("painted.")
    answer = open_home.api.get(artwork["url"])
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "SERIES" in answer.text.upper()
    assert artwork_of(open_home, "s1") == []
    head, _, _ = artwork["url"].rpartition(".svg")
    for wrong in (f"{head[:-1]}x.svg", artwork["url"].replace("/s1/", "/nobody/")):
        assert open_home.api.get(wrong).status_code == 404


def test_painted_images_can_be_switched_off(
    home: Home, open_home: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    from frontrow.server import Service

    monkeypatch.setenv("FRONTROW_SERVICE_PAINTED_ARTWORK", "false")
    service = Service(home, open_home.clock)
    assert service.catalogue().works[service.catalogue().work_of_title["s1"]].artwork == ()
    service.close()
