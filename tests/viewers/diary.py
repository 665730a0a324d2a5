"""What the tests of the record of choices tell: some titles with images, and what viewers did with them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from frontrow.base.database import Database
from frontrow.base.randomness import rng_for
from frontrow.base.time import format_time, to_us
from frontrow.catalog import Lexicon, TitleStore
from frontrow.events import Event, SqliteLog
from frontrow.viewers.choices import EVERYONE, NONE, Choices, decay_of, follow_choices

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
START = NOW - timedelta(days=20)


@pytest.fixture
def log(database: Database) -> SqliteLog:
    return SqliteLog(database)


@pytest.fixture
def titles(database: Database) -> TitleStore:
    store = TitleStore(database)
    put(store, "film", ["Comedy", "Drama"], ["face", "scene"])
    put(store, "other", ["Horror"], ["face", "action"])
    put(store, "show", ["Drama"], ["face", "scene"], kind="series")
    told = {"title_id": "show.1", "kind": "episode", "name": "x", "series_id": "show",
            "runtime_minutes": 50}  # fmt: skip
    assert not store.upsert([told], now=NOW - timedelta(days=30)).rejected
    return store


def put(
    store: TitleStore, title_id: str, genres: list[str], looks: list[str], kind: str = "movie",
    days_ago: float = 30,
) -> None:  # fmt: skip
    told = {
        "title_id": title_id, "kind": kind, "name": "x", "genres": genres, "runtime_minutes": 100,
        "people": [{"name": f"Star of {title_id}", "role": "actor"}],
        "artwork": [
            {"artwork_id": f"{title_id}.{look}", "url": "/x.svg", "tags": [look],
             "people": [f"Star of {title_id}"] if look == "face" else []}
            for look in looks
        ],
    }  # fmt: skip
    assert not store.upsert([told], now=NOW - timedelta(days=days_ago)).rejected


class Diary:
    """Events of some profiles, an hour apart."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def add(self, kind: str, profile: str, title: str, hours: float, **more: Any) -> Diary:
        told = {
            "event_id": f"e{len(self.events)}", "type": kind, "profile_id": profile,
            "title_id": title, "time": format_time(START + timedelta(hours=hours)), **more,
        }  # fmt: skip
        self.events.append(msgspec.convert(told, Event))
        return self

    def shown(self, profile: str, image: str, hours: float) -> Diary:
        return self.add("impression", profile, image.split(".")[0], hours, artwork_id=image)

    def watched(self, profile: str, image: str, hours: float, share: float = 1.0) -> Diary:
        title = image.split(".")[0]
        self.add("play", profile, title, hours, artwork_id=image, position_seconds=0)
        return self.add(
            "stop", profile, title, hours + 1, position_seconds=6_000 * share,
            runtime_seconds=6_000,
        )  # fmt: skip

    def settled(self, profile: str) -> Diary:
        """Old enough to be no newcomer: five events of the first day."""
        for i in range(5):
            self.add("click", profile, "other", i * 0.01)
        return self


def store_in(log: SqliteLog, diary: Diary) -> None:
    for event in diary.events:
        log.append([event], now=event.time)


def folded(log: SqliteLog, titles: TitleStore, at: datetime = NOW) -> Choices:
    return follow_choices(NONE, log, Lexicon(titles), to_us(at))


def cell(found: Choices, image: str, column: str = EVERYONE) -> tuple[float, float]:
    row = found.rows.index(("artwork", image.split(".")[0], image))
    at = found.columns.index(column)
    return (
        float(found.shown[row, at] * decay_of(found)),
        float(found.good[row, at] * decay_of(found)),
    )


def a_crowded_log(log: SqliteLog, seed: int = 1) -> None:
    dice = rng_for(seed, "choices")
    diary = Diary()
    images = ["film.face", "film.scene", "other.face", "other.action", "show.face", "show.scene"]
    for hour in range(0, 400, 2):
        profile = f"p{dice.integers(6)}"
        image = images[dice.integers(len(images))]
        if image.startswith("show") and dice.random() < 0.5:
            diary.add("play", profile, "show.1", hour, artwork_id=image, position_seconds=0)
            diary.add("stop", profile, "show.1", hour + 1, position_seconds=2_900)
        diary.shown(profile, image, hour)
        if dice.random() < 0.3:
            diary.watched(profile, image, hour + 0.5, share=float(dice.random()))
        forgotten = ("film", "show", "show.1")[dice.integers(3)]
        if dice.random() < 0.02:
            diary.add("forget_title", profile, forgotten, hour + 0.7)
    late = rng_for(seed, "late").random(len(diary.events)) < 0.1  # a device that was away
    came = [
        (event.time + timedelta(hours=30 * bool(away)), event)
        for event, away in zip(diary.events, late, strict=True)
    ]
    for now, event in sorted(came, key=lambda one: one[0]):
        log.append([event], now=now)


def same(one: Choices, two: Choices) -> bool:
    return (
        one.rows == two.rows
        and one.columns == two.columns
        and one.shown.tobytes() == two.shown.tobytes()
        and one.good.tobytes() == two.good.tobytes()
        and one.squares.tobytes() == two.squares.tobytes()
        and one.matches.tobytes() == two.matches.tobytes()
        and one.last_us.tobytes() == two.last_us.tobytes()
        and one.position == two.position
    )
