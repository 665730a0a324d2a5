"""A home as version 0.1 left it (schema 0002): its rows are written here by hand and never change, so
that what opens it is always today's code.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config

import frontrow.base.database as database_module
from frontrow.base.database import SqliteDatabase
from frontrow.events import Event
from frontrow.events.log import Logged
from frontrow.viewers import Viewer
from frontrow.viewers.fold import fold

START_US = 1_772_366_400_000_000  # 2026-03-01T12:00:00Z
START = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE_US = 60_000_000
FORGOTTEN_KEY = bytes(range(64))
OURS = ("profile_set", "profile_reset", "taste_set")


def migrate(path: Path, schema: str) -> None:
    """Bring a database to a schema, as that version would have."""
    config = Config()
    scripts = Path(database_module.__file__).with_name("migrations")
    config.set_main_option("script_location", str(scripts))
    database = SqliteDatabase(path)
    with database.write() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, schema)
    database.close()


def make_old_database(path: Path, *, profiles: int = 12, events: int = 30) -> None:
    """The database of a home of schema 0002, with titles, rules, viewers, decisions and a forget."""
    migrate(path, "0002")
    connection = sqlite3.connect(path)
    with connection:
        connection.executemany(
            "INSERT INTO title_revision (revision, title_id, arrival, first_at, changed_at, body)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            _titles(),
        )
        connection.execute(
            "INSERT INTO rules (revision, at_us, author, body) VALUES (1, ?, NULL, ?)",
            (START_US, b'{"rows":[],"boosts":[]}'),
        )
        connection.execute(
            "INSERT INTO forgotten (key, generation) VALUES (?, 1)", (FORGOTTEN_KEY,)
        )
        for index in range(profiles):
            _insert_profile(connection, f"viewer{index}", index, events)
    connection.close()


def _titles() -> list[tuple[Any, ...]]:
    rows = []
    for number in range(20):
        title = {"title_id": f"f{number:03}", "kind": "movie", "name": f"Film {number}",
                 "genres": ["Drama" if number % 2 else "Comedy"], "runtime_minutes": 100}  # fmt: skip
        rows.append((1, title["title_id"], number + 1, START_US, START_US, _json(title)))
    rows.append((2, "f019", 20, START_US, START_US + MINUTE_US, None))
    return rows


def _insert_profile(connection: sqlite3.Connection, profile_id: str, salt: int, n: int) -> None:
    shard = int.from_bytes(hashlib.sha256(profile_id.encode()).digest()[:2], "big")
    rows = []
    for number, (kind, body) in enumerate(_story(profile_id, salt, n), start=1):
        time_us = START_US + number * MINUTE_US
        ours = kind in OURS
        event_id = f"/{salt:08x}{number:08x}" if ours else f"e{number}"
        if not ours:
            when = (START + timedelta(minutes=number)).isoformat().replace("+00:00", "Z")
            body = {"event_id": event_id, "type": kind, "profile_id": profile_id, "time": when,
                    **body}  # fmt: skip
        rows.append((shard, profile_id, number, event_id, kind, time_us, time_us + 5, _json(body)))
    connection.executemany(
        "INSERT INTO event (shard, profile_id, number, event_id, type, time, received_at, body)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        rows,
    )
    connection.execute(
        "INSERT INTO profile (profile_id, shard, incarnation, last_number, first_at)"
        " VALUES (?, ?, ?, ?, ?)",
        (profile_id, shard, f"{salt:016x}", len(rows), START_US + MINUTE_US + 5),
    )
    decision = zlib.compress(_json({"page_id": f"page-{salt}", "profile_id": profile_id}), 1)
    connection.execute(
        "INSERT INTO decision (page_id, shard, profile_id, generated_at, body)"
        " VALUES (?, ?, ?, ?, ?)",
        (f"page-{salt}", shard, profile_id, START_US, decision),
    )


def _story(profile_id: str, salt: int, n: int) -> list[tuple[str, dict[str, Any]]]:
    told: list[tuple[str, dict[str, Any]]] = [
        ("profile_set", {"profile_id": profile_id, "country": "DE", "language": "de"})
    ]
    for step in range(n):
        title = {"title_id": f"f{(salt * 7 + step * 3) % 20:03}"}
        kind = ("impression", "play", "stop", "rate", "list_add", "dismiss", "search")[step % 7]
        more: dict[str, Any] = {
            "stop": {"seconds_watched": 600.5, "position_seconds": 600.5, "runtime_seconds": 6000},
            "rate": {"value": 1},
            "search": {"query": "Käsekuchen für zwei"},
        }.get(kind, {})
        told.append((kind, more if kind == "search" else {**title, **more}))
    if salt % 4 == 0:
        told.insert(n // 2, ("profile_reset", {}))
        told.append(("taste_set", {"genres": {"Drama": 0.0}}))
    return told


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def folds_by_hand(path: Path) -> dict[str, Viewer]:
    """Every viewer of a database of any schema since 0001, read by SQL of then."""
    import msgspec

    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    found: dict[str, list[Logged]] = {}
    for profile_id, number, kind, time_us, received_us, body in connection.execute(
        "SELECT profile_id, number, type, time, received_at, body FROM event"
        " ORDER BY shard, profile_id, number"
    ):
        ours = kind in OURS
        event = None if ours else msgspec.json.decode(body, type=Event)
        told = json.loads(body) if ours else {}
        found.setdefault(profile_id, []).append(
            Logged(number, kind, time_us, received_us, event, told)
        )
    incarnations = dict(connection.execute("SELECT profile_id, incarnation FROM profile"))
    connection.close()
    return {p: fold(p, events, incarnation=incarnations[p]) for p, events in found.items()}


def make_old_home(path: Path) -> None:
    """A whole home of 0.1: its folders, an empty settings file, a secret, a snapshot of format 3."""
    for name in ("bundles", "snapshots", "rejected", "reports", "run", "artwork"):
        (path / name).mkdir(parents=True)
    (path / "frontrow.toml").write_text("# Frontrow's settings.\n\n[page]\n# columns = 40\n")
    (path / "secret.key").write_bytes(bytes(range(32)))
    (path / "snapshots" / "0000000003.safetensors").write_bytes(_snapshot_of_format_3())
    make_old_database(path / "frontrow.db")


def _snapshot_of_format_3() -> bytes:
    """Two titles, seven half-lives, everywhere and Germany: by hand, as safetensors lays it out."""
    told = {
        "version": 3, "at_us": START_US, "as_of_us": START_US, "position": [[0, 40]],
        "countries": ["*", "DE"], "titles": ["f001", "f002"],
    }  # fmt: skip
    counts, accounts = bytes(8 * 2 * 7 * 2), bytes(8 * 2 * 4 * 2)
    header = {
        "__metadata__": {"snapshot": json.dumps(told)},
        "accounts": {"dtype": "U64", "shape": [2, 4, 2], "data_offsets": [0, len(accounts)]},
        "counts": {"dtype": "F64", "shape": [2, 7, 2],
                   "data_offsets": [len(accounts), len(accounts) + len(counts)]},
    }  # fmt: skip
    head = json.dumps(header).encode()
    head += b" " * (-len(head) % 8)
    return len(head).to_bytes(8, "little") + head + accounts + counts
