"""The fold: whatever the order of arrival, the same viewer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import msgspec
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from frontrow.events.event import PROFILE_RESET
from frontrow.events.log import Logged
from frontrow.viewers import Viewer, extend, fold, fold_on, records_of
from tests.strategies import histories, seeded_world
from tests.worlds import catalogue_of, first_of_each_id, log_of

PROFILE = {"profile_id": "p"}
Told = list[dict[str, Any]]


def bits(viewer: Viewer) -> bytes:
    """Everything a viewer is, in an order of its own."""
    told = msgspec.to_builtins(viewer)
    told["sittings"] = sorted(told["sittings"].items())
    return msgspec.json.encode(told, order="sorted")


def renumbered(events: Sequence[Logged]) -> list[Logged]:
    return [replace(logged, number=number) for number, logged in enumerate(events, 1)]


def without_resets(told: Told) -> Told:
    return [event for event in told if event["type"] != PROFILE_RESET]


@given(histories(), st.randoms())
def test_any_order_of_arrival_gives_the_same_bits(told: Told, chance: Any) -> None:
    events = log_of(PROFILE, first_of_each_id(without_resets(told)))
    shuffled = events[1:]
    chance.shuffle(shuffled)
    again = renumbered([events[0], *shuffled])
    assert bits(fold("p", again)) == bits(fold("p", events))


@given(histories(), st.integers(0, 14))
def test_extending_equals_folding_anew(told: Told, cut: int) -> None:
    events = log_of(PROFILE, told)
    first, rest = events[: cut + 1], events[cut + 1 :]
    longer = extend(fold("p", first), rest)
    if longer is not None:
        assert bits(longer) == bits(fold("p", events))


@given(histories(), st.integers(0, 14))
def test_extending_leaves_the_viewer_that_came_in_as_it_was(told: Told, cut: int) -> None:
    events = log_of(PROFILE, told)
    before = fold("p", events[: cut + 1])
    kept = bits(before)
    extend(before, events[cut + 1 :])
    assert bits(before) == kept


@given(st.integers(0, 2**32), st.integers(0, 40))
def test_extending_equals_folding_anew_on_a_catalogue(seed: int, cut: int) -> None:
    world = seeded_world(seed, 12)
    catalogue, events = catalogue_of(world), log_of(world.profile, world.events)
    name = world.profile["profile_id"]
    longer = extend(fold_on(name, events[: cut + 1], catalogue), events[cut + 1 :])
    if longer is not None:
        whole = fold_on(name, events, catalogue)
        longer.forgets = whole.forgets
        assert bits(longer) == bits(whole)


@given(st.integers(0, 2**32), st.randoms())
def test_records_are_the_same_bits_in_any_order_of_arrival(seed: int, chance: Any) -> None:
    world = seeded_world(seed, 12)
    catalogue = catalogue_of(world)
    events = log_of(world.profile, first_of_each_id(without_resets(list(world.events))))
    shuffled = events[1:]
    chance.shuffle(shuffled)
    one = records_of(fold_on("p", events, catalogue), catalogue)
    two = records_of(fold_on("p", renumbered([events[0], *shuffled]), catalogue), catalogue)
    for name, column in vars(one).items():
        assert np.array_equal(column, getattr(two, name), equal_nan=column.dtype.kind == "f"), name


def event(event_id: str, kind: str, time: str, **more: Any) -> dict[str, Any]:
    title = {} if kind == "search" else {"title_id": "film"}
    return {"event_id": event_id, "type": kind, "time": time, **title, **more}


def folded(*told: dict[str, Any], **how: Any) -> Viewer:
    return fold("p", log_of(PROFILE, told), **how)


def test_a_duplicate_event_counts_once() -> None:
    play = event("e", "play", "2026-01-01T00:00:00Z")
    assert bits(folded(play)) == bits(folded(play, play, dict(play, type="complete")))


def test_a_reset_drops_history_and_wishes_before_it() -> None:
    reset = {"type": PROFILE_RESET, "time_us": 1_767_312_000_000_000}  # 2026-01-02
    before = (
        event("a", "play", "2026-01-01T00:00:00Z"),
        event("b", "dismiss", "2026-01-01T01:00:00Z"),
    )
    after = event("c", "play", "2026-01-03T00:00:00Z")
    viewer = folded(*before, reset, after)
    assert viewer.titles["film"].plays == 1
    assert viewer.titles["film"].dismissed < viewer.titles["film"].last_play
    assert folded(*before, reset).is_new


def test_an_event_from_before_a_reset_that_comes_after_it_does_not_count() -> None:
    reset = {"type": PROFILE_RESET, "time_us": 1_767_312_000_000_000}
    assert folded(reset, event("late", "play", "2026-01-01T00:00:00Z")).is_new


def test_a_reset_later_than_at_has_not_happened() -> None:
    reset = {"type": PROFILE_RESET, "time_us": 1_767_312_000_000_000}
    play = event("a", "play", "2026-01-01T00:00:00Z")
    viewer = folded(play, reset, until_us=1_767_311_000_000_000)
    assert viewer.titles["film"].plays == 1


def test_a_forgotten_title_counts_as_never_watched_and_keeps_its_wishes() -> None:
    viewer = folded(
        event("a", "play", "2026-01-01T00:00:00Z"),
        event("b", "rate", "2026-01-01T01:00:00Z", value=2),
        event("c", "list_add", "2026-01-01T02:00:00Z"),
        event("d", "forget_title", "2026-01-02T00:00:00Z"),
    )
    record = viewer.titles["film"]
    assert (record.plays, record.rating) == (0, 0.0)
    assert record.list_added > record.list_removed


def test_of_a_forgotten_title_not_even_the_moment_or_the_zone_is_left() -> None:
    other = event("z", "play", "2026-01-03T00:00:00+01:00", title_id="other")
    never = folded(other)
    forgotten = folded(
        event("a", "play", "2025-12-01T00:00:00+09:00"),
        other,
        event("c", "complete", "2026-01-04T00:00:00+09:00"),
        event("d", "forget_title", "2026-01-05T00:00:00+09:00"),
    )
    forgotten.forgets, forgotten.number = {}, never.number
    assert bits(forgotten) == bits(never)


def test_a_title_played_again_after_it_was_forgotten_counts_from_there() -> None:
    viewer = folded(
        event("a", "complete", "2026-01-01T00:00:00Z"),
        event("b", "forget_title", "2026-01-02T00:00:00Z"),
        event("c", "play", "2026-01-03T00:00:00Z"),
    )
    assert (viewer.titles["film"].plays, viewer.titles["film"].completions) == (1, 0)


def test_events_dated_1970_are_known_in_any_order() -> None:
    old = event("a", "play", "1970-01-01T00:00:00Z")
    new = event("b", "play", "2026-01-01T00:00:00Z")
    assert folded(old, new).first_us == folded(new, old).first_us == 1
    assert not folded(old).is_new


def test_settings_that_can_not_be_read_are_those_of_a_child_at_the_lowest_limit() -> None:
    damaged = replace(log_of(PROFILE, [])[0], body={"profile_id": "p", "maturity_limit": "old"})
    settings = fold("p", [damaged]).settings
    assert settings is not None
    assert settings.kids
    assert settings.maturity_limit == 0


def test_settings_of_today_hold_at_any_earlier_time() -> None:
    profile = {"profile_id": "p", "maturity_limit": 12}
    viewer = fold("p", log_of(profile, []), until_us=0)
    assert viewer.settings is not None
    assert viewer.settings.maturity_limit == 12
