"""Trending: a burst is in the row of its own country as soon as a snapshot holds it, and nowhere else; a
handful of accounts makes no burst."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from frontrow.base.database import Database
from frontrow.base.settings import Settings
from frontrow.base.time import format_time, to_us
from frontrow.catalog import Catalogue, StoredTitle, Title, build_catalogue
from frontrow.events import Event, SqliteLog
from frontrow.page import PageInputs, Request, build_page, view_of
from frontrow.viewers import Preferences, Profile, Viewer
from frontrow.viewers.snapshot import EMPTY, follow
from frontrow.viewers.snapshot_trends import trends_on

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FILMS = 60
RISING = 5
"""Films that rise together: a row needs four."""


@pytest.fixture
def log(database: Database) -> SqliteLog:
    return SqliteLog(database)


def films() -> Catalogue:
    told = [
        {
            "title_id": f"f{i:02d}",
            "kind": "movie",
            "name": f"Film {i}",
            "genres": [f"genre {i % 5}"],
        }
        for i in range(FILMS)
    ]
    return build_catalogue(
        1, [StoredTitle(msgspec.convert(one, Title), i, 0) for i, one in enumerate(told)]
    )


def play(log: SqliteLog, name: str, profile_id: str, film: int, hours_ago: float) -> None:
    told = {"event_id": name, "type": "play", "profile_id": profile_id, "title_id": f"f{film:02d}"}
    at = NOW - timedelta(hours=hours_ago)
    log.append([msgspec.convert({**told, "time": format_time(at)}, Event)], now=NOW)


def steady(log: SqliteLog) -> None:
    """What is watched as ever, in both countries, over a month."""
    for day in range(30):
        for country in ("DE", "FR"):
            for n in range(4):
                film = (7 * day + n) % FILMS
                play(log, f"s{day}{country}{n}", f"{country}-{n}-{day}", film, 24 * day + 5)


def country_of(profile_id: str, _before: int) -> str | None:
    return profile_id[:2]


def rising(log: SqliteLog, country: str) -> list[str]:
    """The trending row of a viewer of a country, once the next snapshot is made."""
    catalogue = films()
    now_us = to_us(NOW + timedelta(seconds=10))
    snapshot = follow(EMPTY, log, country_of, now_us)
    # What rises may lead the head of the ranking, and other rows yield to it: here there is none.
    settings = Profile(profile_id="p", preferences=Preferences(hidden_rows=["top_picks"]))
    view = view_of(Viewer("p", settings=settings), catalogue)
    inputs = PageInputs(catalogue, None, trends_on(snapshot, catalogue), view, Settings())
    request = Request("p", now_us, country=country, rows=20, decide_us=now_us)
    page = build_page(inputs, request, "page", b"k" * 32).page
    return [t.title_id for row in page.rows if row.kind == "trending" for t in row.tiles]


def test_a_burst_is_trending_in_its_country_with_the_next_snapshot_and_not_elsewhere(
    log: SqliteLog,
) -> None:
    steady(log)
    assert rising(log, "DE") == rising(log, "FR") == []
    burst = range(FILMS - RISING, FILMS)
    for film in burst:
        for n in range(20):
            play(log, f"b{film}-{n}", f"DE-new-{n}", film, 1)
    assert set(rising(log, "DE")) == {f"f{film:02d}" for film in burst}
    assert rising(log, "FR") == []


def test_a_handful_of_accounts_makes_no_trend(log: SqliteLog) -> None:
    steady(log)
    for film in range(FILMS - RISING, FILMS):
        for n in range(60):
            play(log, f"b{film}-{n}", f"DE-new-{n % 3}", film, 1)
    assert rising(log, "DE") == []


def test_the_accounts_of_late_are_the_same_however_the_log_was_folded(log: SqliteLog) -> None:
    catalogue: Any = films()
    position, snapshot = None, EMPTY
    for day in range(5, 0, -1):
        for n in range(10):
            play(log, f"{day}-{n}", f"DE-{day}-{n}", 3, 24 * day)
        snapshot = follow(snapshot, log, country_of, to_us(NOW - timedelta(days=day - 1)))
        position = snapshot.position
    whole = follow(EMPTY, log, country_of, to_us(NOW))
    assert position == whole.position
    assert whole.accounts.tobytes() == snapshot.accounts.tobytes()
    found = trends_on(whole, catalogue).accounts_of("DE")
    assert found is not None
    assert 10 <= found[3] <= 20  # of the days of late only, some in the same bucket
    assert found[4] == 0
