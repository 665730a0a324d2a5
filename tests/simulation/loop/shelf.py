"""A service that learns nothing: rows in an order of its own for each profile, and what was begun first.

It holds what it is sent to the contract, as the API would, so that tests of a population need no database.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import msgspec

from frontrow.base.randomness import rng_for
from frontrow.catalog.title import Title
from frontrow.events import Event, check_event

ROWS, COLUMNS = 8, 8


@dataclass
class Shelf:
    """A `Caller` over lists."""

    moves_clock: bool = True
    now: float = 0.0
    titles: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    known: set[tuple[str, str]] = field(default_factory=set)
    begun: dict[str, dict[str, tuple[str, float]]] = field(default_factory=dict)

    def set_clock(self, seconds: float) -> None:
        self.now = seconds

    def call(self, method: str, path: str, body: bytes | None) -> tuple[int, bytes]:
        address, _, query = path.partition("?")
        told = None if body is None else msgspec.json.decode(body)
        return 200, msgspec.json.encode(self._answer(method, address, query, told))

    def _answer(self, method: str, path: str, query: str, body: Any) -> Any:
        if path == "/v1/titles":
            for title in body["titles"]:
                msgspec.convert(title, Title)
            self.titles += [t for t in body["titles"] if t["kind"] != "episode"]
            return {"accepted": len(body["titles"]), "rejected": []}
        if path == "/v1/events":
            assert len(body["events"]) <= 1_000
            for event in body["events"]:
                self._take(event)
            return {"accepted": len(body["events"]), "duplicates": 0, "rejected": []}
        if path.endswith("/page"):
            return self._page(path.split("/")[3], parse_qs(query))
        assert method == "PUT", path
        return {}

    def _take(self, event: dict[str, Any]) -> None:
        now = datetime.fromtimestamp(self.now, UTC)
        checked = check_event(event, at="", now=now)
        assert isinstance(checked, Event), checked
        key = event["profile_id"], event["event_id"]
        assert key not in self.known, f"{key} twice"
        self.known.add(key)
        self.events.append(event)
        if event["type"] == "stop":
            work = event["title_id"].partition("-")[0]
            mine = self.begun.setdefault(event["profile_id"], {})
            if event["position_seconds"] < 0.9 * event.get("runtime_seconds", 1e9):
                mine[work] = event["title_id"], event["position_seconds"]
            else:
                mine.pop(work, None)

    def _page(self, profile_id: str, query: dict[str, list[str]]) -> dict[str, Any]:
        assert int(query["rows"][0]) <= 200
        by_id = {title["title_id"]: title for title in self.titles}
        order = rng_for(1, profile_id, str(int(self.now))).permutation(len(self.titles))
        mine = self.begun.get(profile_id, {})
        works = [by_id[w] for w in list(mine)[-COLUMNS:] if w in by_id]
        rows = [self._row("continue_watching", works, mine)] if works else []
        for r in range(ROWS):
            chosen = [self.titles[i] for i in order[r * COLUMNS : (r + 1) * COLUMNS].tolist()]
            rows.append(self._row(f"genre:{r}", chosen, {}))
        return {"page_id": f"p{len(self.known)}", "mode": "unpersonalised", "rows": rows}

    def _row(self, name: str, titles: list[dict[str, Any]], mine: dict[str, Any]) -> dict[str, Any]:
        return {
            "row_id": name,
            "kind": name.partition(":")[0],
            "tiles": [
                {
                    "title_id": title["title_id"],
                    "token": f"t{i}",
                    "artwork": title["artwork"][int(self.now) % len(title["artwork"])],
                    "resume": None
                    if title["title_id"] not in mine
                    else {
                        "title_id": mine[title["title_id"]][0],
                        "position_seconds": mine[title["title_id"]][1],
                    },
                }
                for i, title in enumerate(titles)
            ],
        }
