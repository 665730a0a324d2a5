"""Images through a home: they stay while everything moves, are rebuilt to the bit, and learn overnight."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from frontrow.base.errors import Unavailable
from frontrow.base.home import Home, init_home
from frontrow.base.time import US_PER_DAY, format_time
from frontrow.events import Event
from frontrow.events.event import PROFILE_SET
from frontrow.page import Page
from frontrow.server.making import Asked
from frontrow.server.pages import Pages
from frontrow.server.replays import Replays
from frontrow.server.service import Service

NOON = datetime(2026, 3, 17, 12, tzinfo=UTC)
LOOKS = ("face", "scene", "action", "title-led")
TITLES = 40


@dataclass
class Living:
    """A service whose clock is moved by hand."""

    service: Service
    now: datetime
    count: int = 0

    def page(self, profile_id: str, **asked: Any) -> Page:
        return Pages(self.service).page(profile_id, Asked(rows=6, columns=10, **asked))

    def images(self, profile_id: str, **asked: Any) -> dict[str, str]:
        page = self.page(profile_id, **asked)
        return {
            tile.title_id: tile.artwork.artwork_id
            for row in page.rows
            for tile in row.tiles
            if tile.artwork is not None
        }

    def wait(self, **time: float) -> None:
        """Let time pass; the record of choices is folded every hour, snapshots too."""
        end = self.now + timedelta(**time)
        while self.now < end:
            self.now = min(self.now + timedelta(hours=1), end)
            self.service.fold_snapshot()
            self.service.fold_choices()

    def watch(
        self, profile_id: str, image: str, share: float = 1.0, impressions: int = 1,
        came: datetime | None = None,
    ) -> None:  # fmt: skip
        title_id = image.split(".")[0]
        for i in range(impressions + 2):
            self.count += 1
            told: dict[str, Any] = {
                "event_id": f"e{self.count}", "profile_id": profile_id, "title_id": title_id,
                "artwork_id": image, "type": "impression",
                "time": format_time(self.now - timedelta(minutes=90 - i)),
            }  # fmt: skip
            if i == impressions:
                told |= {"type": "play", "position_seconds": 0}
            if i > impressions:
                told |= {"type": "stop", "position_seconds": 6_000 * share,
                         "runtime_seconds": 6_000, "time": format_time(self.now)}  # fmt: skip
            self.service.log.append([msgspec.convert(told, Event)], now=came or self.now)


@pytest.fixture
def living(tmp_path: Path) -> Iterator[Living]:
    home = Home(tmp_path / "home")
    init_home(home)
    held: list[Living] = []
    service = Service(home, lambda: held[0].now if held else NOON)
    held.append(Living(service, NOON))
    titles = [
        {
            "title_id": f"t{i:02d}", "kind": "movie", "name": f"Film {i}", "runtime_minutes": 100,
            "genres": ["Comedy" if i % 2 else "Drama"], "maturity": 0, "kids": True,
            "artwork": [
                {"artwork_id": f"t{i:02d}.{look}", "url": "/x.svg", "tags": [look]}
                for look in LOOKS
            ],
        }
        for i in range(TITLES)
    ]  # fmt: skip
    assert not service.titles.upsert(titles, now=NOON - timedelta(days=60)).rejected
    yield held[0]
    service.close()


def settle(living: Living) -> None:
    """A few viewers with a past, and the night after."""
    for viewer in range(6):
        for i in range(6):
            look = LOOKS[0] if viewer < 3 else LOOKS[1]
            living.watch(f"v{viewer}", f"t{(5 * viewer + i) % TITLES:02d}.{look}")
    living.wait(hours=24)


def choices_of(living: Living, profile_id: str) -> dict[str, Any]:
    page = living.page(profile_id)
    found: dict[str, Any] = living.service.decisions.read(page.page_id)["artwork"]
    return found


def both(one: dict[str, Any], two: dict[str, Any]) -> list[tuple[Any, Any]]:
    return [(one[title], two[title]) for title in one.keys() & two.keys()]


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


def test_a_title_that_comes_or_changes_moves_no_other_titles_chances_in_its_window(
    living: Living,
) -> None:
    settle(living)
    living.now = living.now.replace(hour=9)
    service = living.service
    before = {viewer: choices_of(living, viewer) for viewer in ("v0", "v4", "new")}
    seen = next(iter(service.viewers.view("v0", service.catalogue()).viewer.titles))
    told = service.titles.get(seen)
    changed = msgspec.structs.replace(told, genres=["Western"], artwork=told.artwork[1:])
    many = [
        {"title_id": f"new{i}", "kind": "movie", "name": f"New {i}", "genres": ["Drama"],
         "maturity": 0, "kids": True, "artwork": [
             {"artwork_id": f"new{i}.{look}", "url": "/x.svg", "tags": [look]} for look in LOOKS]}
        for i in range(30)
    ]  # fmt: skip
    service.titles.put([changed], now=living.now)
    assert not service.titles.upsert(many, now=living.now).rejected
    compared = 0
    for viewer, earlier in before.items():
        for title, (one, two) in {
            title: (earlier[title], now[title])
            for now in [choices_of(living, viewer)]
            for title in earlier.keys() & now.keys()
        }.items():
            if title != seen and len(one["candidates"]) == len(two["candidates"]) == len(LOOKS):
                assert one == two
                compared += 1
    assert compared > 20
    page = living.page("v0")
    decision = service.decisions.read(page.page_id)
    learned_on = decision["choices"]["posterior"]["catalogue_revision"]
    assert learned_on < decision["catalogue_revision"]
    fresh = [one for title, one in decision["artwork"].items() if title.startswith("new")]
    assert {len(one["candidates"]) for one in fresh} == {len(LOOKS)}
    assert any(abs(one["propensity"] - 1 / len(LOOKS)) > 0.01 for one in fresh)  # by their tags
    another = Service(service.home, lambda: living.now)
    assert Replays(another).replay(decision).same
    another.close()


def test_what_comes_late_moves_no_choice_in_its_window(living: Living) -> None:
    settle(living)
    living.now = living.now.replace(hour=9)
    before = choices_of(living, "v0")
    now = living.now
    for i in range(12):
        living.now = now - timedelta(days=3, hours=i)
        first = len(living.service.log.read("v0").events)
        living.watch("v0", f"t{i + 20}.action", came=now)
        assert len(living.service.log.read("v0").events) == first + 3
    living.now = now
    pairs = both(before, choices_of(living, "v0"))
    assert len(pairs) > 10
    for one, two in pairs:
        if len(one["candidates"]) == len(two["candidates"]):
            assert one["propensity"] == two["propensity"]


def test_worths_are_made_beside_requests_and_the_record_says_on_what_a_page_rests(
    living: Living, monkeypatch: pytest.MonkeyPatch
) -> None:
    from frontrow.server import worths as module

    settle(living)
    service, go_on, began = living.service, threading.Event(), threading.Event()
    service.start()
    before = posterior_of(living)
    assert before is not None
    make = module.values_of

    def waits(*given: Any) -> Any:
        began.set()
        assert go_on.wait(60)
        return make(*given)

    monkeypatch.setattr(module, "values_of", waits)
    living.now += timedelta(hours=1)
    service.refold_snapshots()  # a record that is in force at once, as of a refit
    assert posterior_of(living) == before
    assert began.wait(60)  # the page before asked for it
    assert posterior_of(living) == before
    go_on.set()
    service.worths.prepare(service.now_us(), 1)  # waits for whoever makes them
    after = posterior_of(living)
    assert after is not None
    assert after["at_us"] > before["at_us"]
    living.watch("v0", "t01.face")
    living.wait(hours=14)  # past midnight
    service.worths.prepare(service.now_us(), 1)
    assert posterior_of(living) not in (before, after)


def test_the_worths_of_a_window_are_there_before_it_begins(
    living: Living, monkeypatch: pytest.MonkeyPatch
) -> None:
    from frontrow.server import worths as module

    settle(living)
    living.service.start()
    before = posterior_of(living)
    living.now = living.now.replace(hour=23, minute=0)
    living.service.fold_choices()
    living.now = living.now.replace(hour=23, minute=40)
    living.service.worths.prepare(living.service.now_us(), 1)
    assert posterior_of(living) == before

    def made(*_: Any) -> Any:
        raise AssertionError("made when it was asked for")

    monkeypatch.setattr(module, "values_of", made)
    living.now += timedelta(minutes=60)
    after = posterior_of(living)
    assert before is not None
    assert after is not None
    assert after["at_us"] > before["at_us"]


def posterior_of(living: Living) -> dict[str, Any] | None:
    page = living.page("v0")
    decision = living.service.decisions.read(page.page_id)
    found: dict[str, Any] | None = decision["choices"]["posterior"]
    return found


def test_without_profiling_an_image_stays_for_its_window_whatever_the_day_or_the_seed(
    living: Living,
) -> None:
    settings = living.service.settings
    longer = msgspec.structs.replace(settings.exploration, artwork_days=3)
    living.service.settings = msgspec.structs.replace(settings, exploration=longer)
    settle(living)
    living.now = datetime(2026, 3, 18, 0, 30, tzinfo=UTC)
    while (living.now.timestamp() // 86_400) % 3:
        living.now += timedelta(days=1)
    first = living.images("v0", personalised=False)
    living.now += timedelta(days=2)
    later = living.images("v0", personalised=False)
    seeded = living.images("v0", personalised=False, seed=77)
    for other in (later, seeded):
        both_there = first.keys() & other.keys()
        assert sum(first[t] == other[t] for t in both_there) > 0.8 * len(both_there)  # but variety
    living.now += timedelta(days=1)
    anew = living.images("v0", personalised=False)
    assert sum(first[t] == anew[t] for t in first.keys() & anew.keys()) < 0.7 * len(first)
    german = living.images("v0", personalised=False, language="de")
    assert german != anew


def test_what_was_known_when_a_window_began_is_read_from_a_viewer_once(
    living: Living, monkeypatch: pytest.MonkeyPatch
) -> None:
    from frontrow.page import view as module

    settle(living)
    living.now = living.now.replace(hour=9)
    read, glimpses_of = [], module.glimpses_of

    def counted(*given: Any) -> Any:
        if given[0]:  # of somebody of whom anything is known
            read.append(given)
        return glimpses_of(*given)

    monkeypatch.setattr(module, "glimpses_of", counted)
    context = context_of_page(living)
    for hour in range(3):  # events come, titles too
        living.now += timedelta(hours=1)
        living.watch("v0", f"t{30 + hour}.face")
        new = {"title_id": f"n{hour}", "kind": "movie", "name": "N", "maturity": 0}
        living.service.titles.upsert([new], now=living.now)
        assert context_of_page(living) == context
    assert len(read) == 1
    watched = next(
        iter(living.service.viewers.view("v0", living.service.catalogue()).viewer.titles)
    )
    forget = {"event_id": "f", "profile_id": "v0", "type": "forget_title", "title_id": watched,
              "time": format_time(living.now)}  # fmt: skip
    living.service.log.append([msgspec.convert(forget, Event)], now=living.now)
    assert context_of_page(living) != context
    fresh = Service(living.service.home, lambda: living.now)
    assert context_of_page(Living(fresh, living.now)) == context_of_page(living)
    fresh.close()


def context_of_page(living: Living) -> dict[str, Any]:
    page = living.page("v0")
    found: dict[str, Any] = living.service.decisions.read(page.page_id)["choices"]["context"]
    return found
