"""The slow, obvious walk of every chain in a database, for tests."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from frontrow.events.chain import chain_link, chain_start


def walk(path: Path) -> dict[str, bytes]:
    """The last link of every profile; fails where a stored one is another."""
    connection = sqlite3.connect(path)
    try:
        return walk_over(connection, "?")
    finally:
        connection.close()


def walk_over(connection: Any, mark: str) -> dict[str, bytes]:
    """The same over a driver's connection.

    mark: how its SQL writes a value's place
    """
    ends = {}
    profiles = connection.execute(
        "SELECT profile_id, incarnation, first_at, last_number, last_chain FROM profile"
    ).fetchall()
    for profile_id, incarnation, first_at, last_number, last_chain in profiles:
        chain = chain_start(profile_id, incarnation, first_at)
        number = 0
        for *row, stored in connection.execute(
            "SELECT profile_id, number, event_id, type, time, received_at, body, chain FROM event"
            f" WHERE profile_id = {mark} ORDER BY number",
            (profile_id,),
        ):
            chain = chain_link(chain, *row)
            number += 1
            assert stored == chain, (profile_id, row)
        assert (number, chain) == (last_number, last_chain), profile_id
        ends[profile_id] = chain
    return ends
