"""A small catalogue and a few viewers, in the API's own format: what the server's tests tell it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from frontrow.base.randomness import rng_for

GENRES = ("Drama", "Comedy", "Thriller", "Horror", "Crime")


def titles(n: int = 60) -> list[dict[str, Any]]:
    """Films of a few genres, two genres each, with people and pictures."""
    return [
        {
            "title_id": f"f{i:03d}",
            "kind": "movie",
            "name": f"Film number {i}",
            "genres": [GENRES[i % 5], GENRES[(i // 5) % 5]],
            "release_year": 1990 + i % 30,
            "runtime_minutes": 100,
            "people": [{"name": f"Person {i % 7}", "role": "director"}],
            "artwork": [
                {"artwork_id": f"f{i:03d}-{k}", "url": f"https://images.example/f{i:03d}-{k}.jpg"}
                for k in range(3)
            ],
        }
        for i in range(n)
    ]


def series(series_id: str = "s1", seasons: int = 2, episodes: int = 3) -> list[dict[str, Any]]:
    """A series with its episodes."""
    made: list[dict[str, Any]] = [
        {
            "title_id": series_id,
            "kind": "series",
            "name": f"Series {series_id}",
            "genres": ["Drama"],
        }
    ]
    for season in range(1, seasons + 1):
        made += [
            {
                "title_id": f"{series_id}-{season}x{episode}",
                "kind": "episode",
                "name": f"Episode {episode}",
                "series_id": series_id,
                "season": season,
                "episode": episode,
                "runtime_minutes": 30,
            }
            for episode in range(1, episodes + 1)
        ]
    return made


class Events:
    """Makes events with ids of their own."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._count = 0

    def one(self, kind: str, profile: str, title: str | None = None, **more: Any) -> dict[str, Any]:
        self._count += 1
        ago = more.pop("ago", timedelta(0))
        told = {
            "event_id": f"e{self._count}",
            "type": kind,
            "profile_id": profile,
            "time": (self._now - ago).isoformat(),
            **more,
        }
        return told if title is None else {**told, "title_id": title}


def lives(now: datetime, viewers: int = 40) -> list[dict[str, Any]]:
    """Viewers who like one genre each and rate its films, in an order of their own, over weeks."""
    make = Events(now)
    events = []
    for v in range(viewers):
        order = rng_for(3, "lives", str(v)).permutation(12)[:9]
        for k, at in enumerate(order.tolist()):
            ago = timedelta(days=40 - 4 * k, hours=v % 24)
            events.append(
                make.one("rate", f"viewer{v}", f"f{v % 5 + 5 * at:03d}", value=2, ago=ago)
            )
    return [{**event, "event_id": f"life-{event['event_id']}"} for event in events]


def tiles(page: dict[str, Any], kind: str | None = None) -> list[dict[str, Any]]:
    """All tiles of a page, or those of a kind of row."""
    return [t for row in page["rows"] if kind in (None, row["kind"]) for t in row["tiles"]]
