"""Events sent again and again, by several producers, out of order and late, fold to the clean run's state."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from frontrow.base.randomness import digest_of
from frontrow.events import Event, Log
from frontrow.viewers import fold
from tests.events.logs import NOW, LogMaker

TYPES = ("play", "stop", "complete", "rate", "list_add", "list_remove", "dismiss", "undismiss")
DAYS = 7


@st.composite
def weeks(draw: Any) -> list[Event]:
    """Events of a few profiles over seven days, each with an id of its own."""
    made = []
    for number in range(draw(st.integers(1, 25))):
        kind = draw(st.sampled_from(TYPES))
        told = {
            "event_id": f"e{number}",
            "type": kind,
            "profile_id": draw(st.sampled_from("abc")),
            "title_id": draw(st.sampled_from(("f1", "f2", "f3"))),
            "time": (NOW - timedelta(minutes=draw(st.integers(0, DAYS * 1440)))).isoformat(),
        }
        if kind == "rate":
            told["value"] = draw(st.sampled_from((-1, 1, 2)))
        if kind == "stop":
            told["seconds_watched"] = draw(st.integers(0, 5_000))
        made.append(msgspec.convert(told, Event))
    return made


_ARRIVED = ("lives_since_us", "latest_late_us")
_SINCE_WHEN = ("taken_us", "good_us", "shown_as", "begun_as")
"""Since when something is known is a fact of its arrival: choices of a window rest on what had come before
it began. What is known is not."""


def state_of(log: Log) -> bytes:
    """A hash of every viewer and of how many events there are."""
    states = []
    for profile_id in log.profiles():
        viewer = msgspec.to_builtins(fold(profile_id, log.read(profile_id).events))
        for name in _ARRIVED:
            del viewer[name]
        viewer["sittings"] = sorted(viewer["sittings"].items())
        for record in viewer["titles"].values():
            for name in _SINCE_WHEN:
                known = record.get(name)
                record[name] = sorted(known) if isinstance(known, dict) else bool(known)
        states.append(msgspec.json.encode(viewer, order="sorted"))
    return digest_of(0, str(log.count()), *(state.decode() for state in states), size=16)


@given(weeks(), st.randoms(), st.integers(1, 9))
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_five_times_over_a_week_from_two_producers_is_the_same_as_once(
    make_log: LogMaker, events: list[Event], chance: Any, batch: int
) -> None:
    log = make_log()
    for event in events:
        log.append([event], now=NOW)
    clean = state_of(log)

    log = make_log()
    sent: list[list[Event]] = [events * 3, events * 2]
    for each in sent:
        chance.shuffle(each)
    new: list[int] = []

    def produce(mine: list[Event]) -> None:
        for at in range(0, len(mine), batch):
            now = NOW + timedelta(days=DAYS * at / len(mine))
            acks = log.append(mine[at : at + batch], now=now)
            new.append(sum(not ack.duplicate for ack in acks))

    producers = [threading.Thread(target=produce, args=(mine,)) for mine in sent]
    for producer in producers:
        producer.start()
    for producer in producers:
        producer.join()
    assert sum(new) == len(events)
    assert state_of(log) == clean
