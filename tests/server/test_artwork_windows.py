"""Images stay for their window, whatever comes meanwhile; what they rest on is made beside requests."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from frontrow.base.time import format_time
from frontrow.events import Event
from frontrow.server.replays import Replays
from frontrow.server.service import Service
from tests.server.living import (
    LOOKS,
    Living,
    both,
    choices_of,
    living,
    posterior_of,
    settle,
)

__all__ = ["living"]


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
