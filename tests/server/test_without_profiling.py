"""Pages without profiling: the same for opposite histories, of which nothing is even read."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any

import pytest

from frontrow.events import Slice
from frontrow.viewers import WISHES
from tests.server.small_world import GENRES, tiles, titles
from tests.server.test_pages import Opened, lived_in, open_home, without_stamps

__all__ = ["lived_in", "open_home"]  # fixtures

OFF = "personalised=false"


@pytest.fixture
def opposites(lived_in: Opened) -> Opened:
    """A trained service with two viewers who watched, rated and searched the opposite, an ocean apart."""
    lived_in.train()
    make = lived_in.make
    for who, loves, zone in (("left", 0, "+09:00"), ("right", 1, "-08:00")):
        events = []
        for i, title in enumerate(titles()):
            value = 2 if GENRES.index(title["genres"][0]) % 2 == loves else -1
            events.append(make.one("rate", who, title["title_id"], value=value))
            if value > 0 and i % 3 == 0:
                events.append(make.one("play", who, title["title_id"]))
        events.append(make.one("search", who, query=f"what {who} wants"))
        now = lived_in.clock.now.strftime("%Y-%m-%dT%H:%M:%S")
        told = [{**event, "time": f"{now}{zone}"} for event in events]
        for event in told:  # the same hour on the wall, so another moment
            event["time"] = f"2025-12-0{1 + len(event['event_id']) % 9}T20:00:00{zone}"
        assert lived_in.api.post("/v1/events", json={"events": told}).json()["accepted"] == len(
            told
        )
    return lived_in


@pytest.mark.slow
def test_opposite_histories_get_the_same_page_in_ten_thousand_draws(opposites: Opened) -> None:
    draws = seed = 0
    while draws < 10_000:
        seed += 1
        query = f"{OFF}&rows=12&columns=40&seed={seed}"
        one, other = (opposites.page(who, query) for who in ("left", "right"))
        one.pop("profile_id")
        other.pop("profile_id")
        assert without_stamps(one) == without_stamps(other)
        drawn = sum(tile["explore"] for tile in tiles(one))
        assert drawn
        draws += drawn + len(tiles(one))  # a slot or an image each


@pytest.mark.slow
def test_nothing_of_what_was_watched_rated_or_searched_is_read(
    opposites: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    opposites.tell(
        opposites.make.one("list_add", "left", "f033"),
        opposites.make.one("dismiss", "left", "f034"),
    )
    opposites.service.fold_snapshot()  # everybody's, which is about nobody
    log, given = opposites.service.log, set[str]()
    read = log.read

    def spy(
        profile_id: str,
        after: int = 0,
        *,
        up_to: int | None = None,
        kinds: Collection[str] | None = None,
    ) -> Slice:
        found = read(profile_id, after, up_to=up_to, kinds=kinds)
        given.update(one.type for one in found.events)
        return found

    monkeypatch.setattr(log, "read", spy)
    page = opposites.page("left", f"{OFF}&rows=2&columns=3")
    row = page["rows"][0]
    more = opposites.get(f"/v1/pages/{page['page_id']}/more?after_row={page['rows'][1]['row_id']}")
    opposites.get(f"/v1/pages/{page['page_id']}/rows/{row['row_id']}?offset=3")
    later = (opposites.clock.now + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    at = opposites.page("left", f"{OFF}&at={later}")
    assert given == {"list_add", "dismiss"} <= WISHES
    for rows in (page["rows"] + more["rows"], at["rows"]):
        shown = {tile["title_id"] for one in rows for tile in one["tiles"]}
        assert "f034" not in shown
    opposites.page("left")
    assert {"rate", "play", "search"} <= given
    assert opposites.get(f"/v1/pages/{page['page_id']}")["rebuilt_to_the_byte"]


def test_wishes_hold_at_once_and_a_new_start_takes_them_back(opposites: Opened) -> None:
    def listed() -> list[Any]:
        return [tile["title_id"] for tile in tiles(opposites.page("left", OFF), "my_list")]

    assert listed() == []
    opposites.tell(opposites.make.one("list_add", "left", "f033"))
    assert listed() == ["f033"]
    opposites.tell(opposites.make.one("list_add", "left", "f012"))
    assert sorted(listed()) == ["f012", "f033"]
    opposites.tell(opposites.make.one("list_remove", "left", "f033"))
    assert listed() == ["f012"]
    opposites.api.post("/v1/profiles/left/reset")
    assert listed() == []
    opposites.tell(opposites.make.one("list_add", "left", "f001"))
    assert listed() == ["f001"]
    assert opposites.api.delete("/v1/profiles/left").status_code == 200
    assert listed() == []


@pytest.mark.slow
def test_similar_titles_without_profiling_know_nothing_of_what_was_begun(opposites: Opened) -> None:
    path = "/v1/titles/f001/similar?columns=60&profile_id=left"
    begun = [tile["resume"] for tile in opposites.get(path)["tiles"]]
    assert any(begun)
    blind = opposites.get(f"{path}&{OFF}")["tiles"]
    assert not any(tile["resume"] for tile in blind)
    other = opposites.get(f"{path.replace('left', 'right')}&{OFF}")["tiles"]
    assert without_stamps(blind) == without_stamps(other)
