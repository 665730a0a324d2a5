"""The rows beside the ranking's own: what leaves, what is worth a second time, this hour's, themes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from frontrow.base.time import format_time
from frontrow.events import Event
from frontrow.events.event import PROFILE_SET
from frontrow.page import set_stage
from frontrow.page.page import Row
from frontrow.page.rows.leaving_soon import LeavingSoon
from frontrow.server.making import Asked
from frontrow.server.pages import Pages
from frontrow.server.service import Service
from tests.golden.world import NOW, make_service

WHOLE = {"position_seconds": 5_400, "runtime_seconds": 5_400, "seconds_watched": 5_400}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    made, _ = make_service(tmp_path_factory.mktemp("home"), works=160, viewers=12)
    yield made
    made.close()


def watched(service: Service, profile_id: str, title_id: str, days_ago: float) -> None:
    """A sitting from the play to the end, so many days ago."""
    at = NOW - timedelta(days=days_ago)
    told = [
        {"event_id": f"{kind}-{title_id}-{days_ago}", "type": kind, "profile_id": profile_id,
         "title_id": title_id, "time": format_time(at + timedelta(minutes=minutes)), **more}
        for kind, minutes, more in (("play", 0, {}), ("complete", 90, WHOLE), ("stop", 91, WHOLE))
    ]  # fmt: skip
    service.log.append(msgspec.convert(told, list[Event]), now=NOW)


def row_of(service: Service, profile_id: str, kind: str, **asked: Any) -> Row | None:
    page = Pages(service).page(profile_id, Asked(rows=40, columns=75, **asked))
    return next((row for row in page.rows if row.kind == kind), None)


def pin(service: Service, profile_id: str, kind: str) -> None:
    """Ask for a kind of row before those of the ranking, which in a small catalogue hold all of it."""
    body = {"profile_id": profile_id, "preferences": {"pinned_rows": [kind]}}
    service.log.note(profile_id, PROFILE_SET, body, now=NOW)


def leaving(service: Service, country: str) -> set[str]:
    """The ids of what would be proposed as leaving soon."""
    made = Pages(service).maker.make("bob", Asked(country=country))
    (row,) = LeavingSoon().propose(set_stage(made.inputs, made.request))
    return {service.catalogue().works[work].title.title_id for work in row.works.tolist()}


def films(service: Service, genre: str, *, without: str = "") -> list[str]:
    return [
        work.title.title_id
        for work in service.catalogue().works
        if work.kind == "movie"
        and len(work.editions) == 1
        and not work.title.availability
        and genre in work.title.genres
        and without not in work.title.genres
    ]


def test_what_was_watched_to_the_end_long_ago_can_be_watched_again(service: Service) -> None:
    old = films(service, "Drama")[:5]
    for title_id in old:
        watched(service, "ann", title_id, days_ago=80)
    watched(service, "ann", films(service, "Comedy")[0], days_ago=3)
    row = row_of(service, "ann", "watch_again")
    assert row is not None
    assert {tile.title_id for tile in row.tiles} == set(old)
    assert {tile.reason.code for tile in row.tiles} == {"watch_again"}
    assert row_of(service, "ann", "watch_again", personalised=False) is None


def test_what_closes_within_the_days_of_the_name_leaves_soon(service: Service) -> None:
    def closing(i: int, days: float) -> dict[str, Any]:
        until = format_time(NOW + timedelta(days=days))
        return {"title_id": f"leaving-{i}", "kind": "movie", "name": f"Leaving {i}",
                "genres": ["Drama"], "maturity": 0,
                "availability": [{"countries": ["DE"], "until": until}]}  # fmt: skip

    told = [*(closing(i, 3) for i in range(6)), closing(6, 20)]
    # A window that follows another: the title stays.
    told[5]["availability"].append({"countries": ["DE"], "from": format_time(NOW)})
    assert not service.titles.upsert(told, now=NOW).rejected
    there = {f"leaving-{i}" for i in range(5)}
    assert leaving(service, "DE") & {f"leaving-{i}" for i in range(7)} == there
    assert not any(title_id.startswith("leaving") for title_id in leaving(service, "US"))
    pin(service, "bob", "leaving_soon")
    row = row_of(service, "bob", "leaving_soon", country="DE")
    assert row is not None
    assert row.reason.days == service.settings.page.leaving_days
    assert {tile.title_id for tile in row.tiles} <= leaving(service, "DE")


def test_a_row_for_now_holds_what_is_liked_at_this_time_of_the_week(service: Service) -> None:
    evening = films(service, "Comedy", without="Crime")[:4]
    morning = films(service, "Crime", without="Comedy")[:4]
    for week, (late, early) in enumerate(zip(evening, morning, strict=False), start=1):
        watched(service, "cid", late, days_ago=7 * week)  # a Tuesday evening
        watched(service, "cid", early, days_ago=7 * week + 0.5)  # a Tuesday morning
    pin(service, "cid", "for_now")
    row = row_of(service, "cid", "for_now")
    assert row is not None
    assert row.title == "For a weekday evening"
    genres = row.reason.genres
    assert isinstance(genres, list)
    assert "Comedy" in genres
    assert "Crime" not in genres
    at_breakfast = row_of(
        service, "cid", "for_now", at_us=int((NOW - timedelta(hours=12)).timestamp() * 1e6)
    )
    assert at_breakfast is None or "Comedy" not in (at_breakfast.reason.genres or [])


def test_themes_are_named_by_what_they_claim(service: Service) -> None:
    page = Pages(service).page("dora", Asked(rows=40, columns=5, language="en"))
    rows = [row for row in page.rows if row.kind == "theme"]
    assert rows
    for row in rows:
        claimed = row.reason
        if claimed.minutes:
            assert row.title == f"{claimed.genres[0]} under {claimed.minutes} minutes"
        elif claimed.decade:
            assert row.title == f"{claimed.genres[0]} of the {claimed.decade}s"
        elif claimed.genres:
            assert row.title == f"{claimed.genres[0]}: {claimed.themes[0]}"
        else:
            assert row.title == f"Theme: {claimed.themes[0]}"
    assert len({row.title for row in rows}) == len(rows)
