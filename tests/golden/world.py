"""The golden pages' world: a small invented service, its log, a fit with a fixed seed, and pages of it."""

from __future__ import annotations

import json
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from frontrow.base.home import Home, init_home
from frontrow.base.time import format_time, to_us
from frontrow.events import Event
from frontrow.events.event import PROFILE_SET
from frontrow.page.record import decision_of
from frontrow.server.making import Asked
from frontrow.server.pages import Pages
from frontrow.server.service import Service
from frontrow.simulation import invent_service, invent_viewers
from frontrow.training.train import train
from frontrow.viewers.profile import read_profile

SEED = 5
NOW = datetime(2026, 3, 17, 19, 30, tzinfo=UTC)
WORKS, VIEWERS, DAYS = 120, 40, 30
DIGITS = 5  # of a probability

FILE = Path(__file__).with_name("pages.json")

CASES: dict[str, tuple[int, dict[str, Any]]] = {
    "first on tv": (0, {"device": "tv", "country": "DE", "language": "de"}),
    "second on the web": (1, {"device": "web", "country": "US"}),
    "third on a phone, few columns": (2, {"device": "phone", "rows": 4, "columns": 3}),
    "first a week ago": (0, {"at_us": to_us(NOW - timedelta(days=7))}),
    "first without profiling": (0, {"personalised": False, "country": "DE"}),
    "someone new": (-1, {"device": "tablet", "country": "FR", "language": "fr"}),
}


def make_service(
    folder: Path, works: int = WORKS, viewers: int = VIEWERS
) -> tuple[Service, list[str]]:
    """The service, trained and with its snapshot, and three profiles worth looking at."""
    home = Home(folder)
    init_home(home)
    home.secret_path.write_bytes(b"golden pages only, 32 bytes long")
    service = Service(home, lambda: NOW)
    world = invent_service(SEED, n_works=works, now=NOW)
    assert not service.titles.upsert(world.titles, now=NOW - timedelta(days=60)).rejected
    people = invent_viewers(world, SEED, n_viewers=viewers, days=DAYS, now=NOW)
    for told in people.profiles:
        profile = read_profile(told["profile_id"], told, created_at=format_time(NOW))
        body = msgspec.to_builtins(profile)
        service.log.note(profile.profile_id, PROFILE_SET, body, now=NOW)
    service.log.append(msgspec.convert(people.events, list[Event]), now=NOW)
    train(
        service.log,
        service.catalogue(),
        service.bundles,
        now_us=service.now_us(),
        seed=SEED,
        publish=True,
        keep=1,
    )
    service.refold_snapshots()
    return service, people.worth_looking_at


def golden() -> dict[str, Any]:
    """Titles, order, texts, and probabilities to five digits, of every case."""
    with tempfile.TemporaryDirectory() as folder:
        service, profiles = make_service(Path(folder))
        pages = Pages(service)
        told = {}
        for name, (who, asked) in CASES.items():
            profile_id = "someone-new" if who < 0 else profiles[who]
            made = pages.maker.make(profile_id, Asked(**asked))
            told[name] = _told(pages.build(made), service)
        service.close()
    return told


def _told(built: Any, service: Service) -> dict[str, Any]:
    page = built.page
    decision = decision_of(built, service.settings)
    return {
        "mode": page.mode,
        "more": page.more,
        "rows": [
            {
                "kind": row.kind,
                "title": row.title,
                "why": row.reason.text,
                "more": row.more,
                "tiles": [_tile(tile) for tile in row.tiles],
                "drawn": {
                    drawn["work_id"]: round(drawn["propensity"], DIGITS)
                    for drawn in entry.get("draw", {}).get("drawn", [])
                },
            }
            for row, entry in zip(page.rows, decision["rows"], strict=True)
        ],
    }


def _tile(tile: Any) -> str:
    """One line of a golden file: a changed page reads as a changed line."""
    parts = [tile.title_id, tile.name, tile.reason.text]
    if tile.artwork is not None:
        parts.append(tile.artwork.artwork_id)
    if tile.resume is not None:
        at = tile.resume
        parts.append(f"resume {at.title_id} at {at.position_seconds:g} s, {at.fraction:.2f}")
    return " | ".join(parts)


def written(told: dict[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"
