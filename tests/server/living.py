"""A service whose clock is moved by hand, and viewers who watch under images."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from frontrow.base.home import Home, init_home
from frontrow.base.time import format_time
from frontrow.events import Event
from frontrow.page import Page
from frontrow.server.making import Asked
from frontrow.server.pages import Pages
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


def posterior_of(living: Living) -> dict[str, Any] | None:
    page = living.page("v0")
    decision = living.service.decisions.read(page.page_id)
    found: dict[str, Any] | None = decision["choices"]["posterior"]
    return found
