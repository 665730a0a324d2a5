"""Images through a home: they stay while everything moves, are rebuilt to the bit, and learn overnight."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from frontrow.base.errors import Unavailable
from frontrow.base.time import US_PER_DAY
from frontrow.events.event import PROFILE_SET
from frontrow.server.pages import Pages
from frontrow.server.replays import Replays
from frontrow.server.service import Service
from tests.server.living import (
    LOOKS,
    NOON,
    TITLES,
    Living,
    both,
    choices_of,
    living,
    posterior_of,
    settle,
)

__all__ = ["living"]


def test_an_image_stays_all_day_while_events_come_and_the_record_is_folded(living: Living) -> None:
    settle(living)
    living.now = living.now.replace(hour=0, minute=10)
    before = choices_of(living, "v0")
    for hour in range(1, 24):
        living.watch("v0", f"t{hour:02d}.action")
        living.watch(f"new{hour}", f"t{hour:02d}.scene")
        living.wait(hours=1)
        if living.now.day != NOON.day + 2 and hour % 6 == 0:
            pairs = both(before, choices_of(living, "v0"))
            assert len(pairs) > 10
            for one, two in pairs:  # but for variety, whose neighbours change with the rows
                if len(one["candidates"]) == len(two["candidates"]):
                    assert one == two
            assert sum(one == two for one, two in pairs) > 0.85 * len(pairs)


def test_what_was_good_by_day_is_shown_more_on_the_next(living: Living) -> None:
    settle(living)
    living.now = living.now.replace(hour=6)
    faces = sum(
        image.endswith(".face") for v in range(40) for image in living.images(f"n{v}").values()
    )
    for night in range(3):
        for viewer in range(12):
            for i in range(3):
                title = f"t{(7 * viewer + i + night) % TITLES:02d}"
                living.watch(f"p{viewer}", f"{title}.face")
                for look in LOOKS[1:]:
                    living.watch(f"q{viewer}", f"{title}.{look}", share=0.1)
        living.wait(hours=24)
    later = sum(
        image.endswith(".face") for v in range(40) for image in living.images(f"n{v}").values()
    )
    assert later > 1.5 * faces


def test_a_replay_gives_every_probability_to_the_bit_though_the_files_are_gone(
    living: Living,
) -> None:
    settle(living)
    pages = [living.page(f"v{viewer}") for viewer in range(6)]
    decisions = [living.service.decisions.read(page.page_id) for page in pages]
    assert all(decision["choices"]["posterior"] for decision in decisions)
    assert any(decision["choices"]["context"] for decision in decisions)
    living.wait(hours=60)
    told = living.service.titles.get("t00")
    other = msgspec.structs.replace(told, genres=["Western"], artwork=told.artwork[:2])
    living.service.titles.put([other], now=living.now)
    for path in living.service.home.choices.glob("*"):
        path.unlink()
    with_another = Service(living.service.home, lambda: living.now)
    replays = Replays(with_another)
    for decision in decisions:
        built = replays.build(decision)
        assert replays.replay(decision).same
        found = {
            title: (choice.shown.artwork_id, choice.propensity, choice.arm)
            for title, choice in built.artwork.items()
        }
        kept = {
            title: (one["artwork_id"], one["propensity"], one["arm"])
            for title, one in decision["artwork"].items()
        }
        assert found == kept
    with_another.close()


def test_a_served_page_is_looked_at_with_the_record_that_is_kept(
    living: Living, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Folding the whole log again for it would take minutes of a long one."""
    from frontrow.server import worths as module

    settle(living)
    page = living.page("p1")
    living.service.decisions.flush()

    def fold(*_: Any, **__: Any) -> Any:
        raise AssertionError("the log was folded again")

    monkeypatch.setattr(module, "follow_choices", fold)
    served = Replays(living.service).served(page.page_id)
    assert served["rebuilt_to_the_byte"]
    assert served["decision"]["choices"]["posterior"] is not None


def test_a_later_part_of_a_row_has_the_images_of_the_whole(living: Living) -> None:
    settle(living)
    pages = Pages(living.service)
    page = living.page("v0")
    for row in page.rows:
        whole = [tile.artwork for tile in row.tiles]
        part = pages.row(page.page_id, row.row_id, 3, 4)["tiles"]
        assert [tile.artwork for tile in part] == whole[3:7]


@pytest.mark.parametrize("days", [-40, -3, 5])
def test_at_another_time_choices_rest_on_todays_record(living: Living, days: int) -> None:
    settle(living)
    today = posterior_of(living)
    assert today is not None
    at_us = int((living.now + timedelta(days=days)).timestamp() * 1e6)
    page = living.page("v0", at_us=at_us)
    decision = living.service.decisions.read(page.page_id)
    assert decision["choices"]["posterior"] == today
    assert decision["choices"]["window_us"] == at_us // US_PER_DAY * US_PER_DAY
    pages = Pages(living.service)
    pages.row(page.page_id, page.rows[0].row_id, 2, 5)
    decision = living.service.decisions.read(page.page_id)
    assert decision["continued"][0]["choices"]["posterior"] == today
    assert Replays(living.service).replay(decision).same
    assert all(one.same for one in Replays(living.service).continued(decision))


def test_without_profiling_images_are_nobodys(living: Living) -> None:
    settle(living)
    assert living.images("v0", personalised=False) == living.images("v5", personalised=False)
    page = living.page("v0", personalised=False)
    assert living.service.decisions.read(page.page_id)["choices"]["context"] == {}


def test_of_a_child_nothing_is_inferred(living: Living) -> None:
    body = {"profile_id": "v0", "kids": True, "maturity_limit": 12}
    living.service.log.note("v0", PROFILE_SET, body, now=NOON)
    settle(living)
    page = living.page("v0")
    assert living.service.decisions.read(page.page_id)["choices"]["context"] == {}
    page = living.page("v1")
    assert living.service.decisions.read(page.page_id)["choices"]["context"]


def test_what_a_viewer_says_of_its_taste_holds_for_images_at_once(living: Living) -> None:
    from frontrow.server import Profiles

    settle(living)

    def context() -> dict[str, Any]:
        page = living.page("v0")
        found: dict[str, Any] = living.service.decisions.read(page.page_id)["choices"]["context"]
        return found

    before = context()
    tag, genre = next(iter(before["tags"])), next(iter(before["genres"]))
    names = {name.casefold(): name for name in living.service.catalogue().genres.names}
    said = {"artwork": {tag: 0}, "genres": {names[genre]: 0}}
    Profiles(living.service).patch_taste("v0", said)
    after = context()
    assert tag not in after["tags"]
    assert genre not in after["genres"]
    Profiles(living.service).patch_taste("v0", {"artwork": {tag: -1}, "genres": None})
    again = context()
    assert again["tags"][tag] == -1
    assert again["genres"] == before["genres"]
    page = living.page("v0")
    assert Replays(living.service).served(page.page_id)["rebuilt_to_the_byte"]


def test_a_home_without_a_record_serves_pages(living: Living) -> None:
    assert living.images("anyone")
    page = living.page("anyone")
    decision = living.service.decisions.read(page.page_id)
    assert decision["choices"]["posterior"] is None
    assert {one["propensity"] for one in decision["artwork"].values()} == {0.25}


def test_nothing_of_a_forgotten_profile_is_in_the_record_after_a_refit(living: Living) -> None:
    settle(living)
    number = living.service.choices.numbers()[-1]
    before = living.service.choices.load(number)
    for viewer in range(6):
        profile_id = f"v{viewer}"
        living.service.log.forget(profile_id, key=living.service.forget_key(profile_id))
    living.service.refold_snapshots()
    (number,) = living.service.choices.numbers()
    assert before.shown.sum() > 0
    assert living.service.choices.load(number).shown.sum() == 0


def test_what_was_deleted_leaves_the_file_though_the_record_of_choices_fails(
    living: Living, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = []

    def fails(*args: Any, **more: Any) -> None:
        raise Unavailable("another process holds the lease", mend="ask again")

    monkeypatch.setattr(living.service.choices, "start_anew", fails)
    monkeypatch.setattr(living.service.database, "compact", lambda: done.append(True))
    with pytest.raises(Unavailable):
        living.service.leave_no_trace()
    assert done
