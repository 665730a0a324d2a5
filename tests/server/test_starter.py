"""Starter picks through the API: what is offered, and how a new viewer's page follows the picks."""

from __future__ import annotations

from typing import Any

import pytest

from tests.server.small_world import GENRES, tiles, titles
from tests.server.test_bad_input import pointers, refused
from tests.server.test_pages import Opened, lived_in, open_home

__all__ = ["lived_in", "open_home"]  # fixtures

TITLES = {title["title_id"]: title for title in titles()}
STARTER = "/v1/profiles/new/starter"


def ids(told: dict[str, Any]) -> list[str]:
    return [tile["title_id"] for tile in told["tiles"]]


def leading(title_id: str) -> str:
    """The genre that viewers of the small world follow."""
    return str(TITLES[title_id]["genres"][0])


def pick(world: Opened, *chosen: str) -> None:
    """Picks as the API takes them."""
    world.tell(
        *({**world.make.one("rate", "new", t, value=1), "attributes": {"starter": True}}
          for t in chosen)
    )  # fmt: skip


def test_a_dozen_different_titles_are_offered_with_token_reason_and_image(lived_in: Opened) -> None:
    lived_in.train()
    told = lived_in.get(STARTER)
    assert len(ids(told)) == len(set(ids(told))) == 12
    assert {leading(title_id) for title_id in ids(told)} == set(GENRES)
    for tile in told["tiles"]:
        assert tile["token"]
        assert tile["artwork"]
        assert tile["reason"]["code"] == "starter"
        assert tile["reason"]["text"] == "Well known, and unlike the others here"
    assert len(ids(lived_in.get(f"{STARTER}?columns=5"))) == 5


def test_the_same_dozen_is_offered_again_also_after_a_pick(lived_in: Opened) -> None:
    lived_in.train()
    first = ids(lived_in.get(STARTER))
    pick(lived_in, first[0], first[3])
    assert ids(lived_in.get(STARTER)) == first
    assert ids(lived_in.get("/v1/profiles/another/starter")) == first


@pytest.mark.parametrize("trained", [True, False])
def test_only_what_the_profile_may_see_is_offered(lived_in: Opened, trained: bool) -> None:
    if trained:
        lived_in.train()
    first = ids(lived_in.get(STARTER))
    settings = {"preferences": {"muted_genres": ["Horror"], "muted_titles": [first[0]]}}
    lived_in.api.put("/v1/profiles/new", json=settings)
    lived_in.tell(lived_in.make.one("dismiss", "new", first[1]))
    now = ids(lived_in.get(STARTER))
    assert now
    assert not {first[0], first[1]} & set(now)
    assert not any("Horror" in TITLES[title_id]["genres"] for title_id in now)
    lived_in.api.patch("/v1/profiles/new", json={"kids": True})
    assert ids(lived_in.get(STARTER)) == []


def test_without_a_bundle_and_without_any_event_the_catalogue_gives_a_dozen(
    open_home: Opened,
) -> None:
    told = open_home.get(STARTER)
    assert len(set(ids(told))) == 12
    assert {tile["reason"]["code"] for tile in told["tiles"]} == {"catalogue"}
    assert len({leading(title_id) for title_id in ids(told) if title_id in TITLES}) >= 4


def test_wrong_parameters_are_refused(open_home: Opened) -> None:
    assert pointers(refused(open_home.api.get(f"{STARTER}?columns=0"), 422)) == ["/columns"]
    assert pointers(refused(open_home.api.get(f"{STARTER}?rows=3"), 422)) == ["/rows"]


def test_one_three_and_five_picks_move_the_page_towards_them(lived_in: Opened) -> None:
    lived_in.train()
    offered = ids(lived_in.get(STARTER))
    genre = leading(offered[0])
    alike = [title_id for title_id in offered if leading(title_id) == genre]
    alike += [t for t in TITLES if leading(t) == genre and t not in alike]

    def share() -> float:
        """Of the ten first top picks, how many follow the picked genre."""
        picks = [t["title_id"] for t in tiles(lived_in.page("new"), "top_picks")][:10]
        return sum(t in TITLES and leading(t) == genre for t in picks) / len(picks)

    shares = [share()]
    for few in (alike[:1], alike[1:3], alike[3:5]):
        pick(lived_in, *few)
        shares.append(share())
    assert shares[0] < shares[1]
    assert shares[1] <= shares[2] <= shares[3]
    assert shares[3] >= 0.7


def test_picks_stay_on_the_page(lived_in: Opened) -> None:
    lived_in.train()
    offered = ids(lived_in.get(STARTER))
    pick(lived_in, offered[0])
    page = lived_in.page("new", "rows=40&columns=60")
    assert offered[0] in {tile["title_id"] for tile in tiles(page)}
