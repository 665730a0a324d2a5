"""How events are stored on SQLite: looked up, numbered and written, several callers' at once."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Sequence
from typing import Any

import msgspec

from frontrow.base.ids import shard_of
from frontrow.events.chain import chain_link, chain_start
from frontrow.events.group_commit import Waiting
from frontrow.events.log import Ack

_HEAD = "SELECT profile_id, shard, last_number, incarnation, last_chain FROM profile"
_INSERT = (
    "INSERT INTO event (shard, profile_id, number, event_id, type, time, received_at, body, chain)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_NUMBERED = (
    "INSERT INTO profile (profile_id, shard, incarnation, last_number, first_at, last_chain)"
    " VALUES (?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (profile_id) DO UPDATE SET"
    " last_number = excluded.last_number, last_chain = excluded.last_chain"
)


class NotPlain(Exception):
    """An event is known: to be stored the longer way, from the start."""


_Heads = dict[str, list[Any]]
"""profile_id -> [shard, last number, incarnation, chain, first seen us, whether anything is new]"""


def store(
    connection: sqlite3.Connection, group: Sequence[Waiting], *, plain: bool
) -> list[list[Ack]]:
    """Store what is new of several callers' rows, numbered without a gap within each profile.

    plain: no event is known. Most commits are so; where the table's own constraint finds that it isn't,
    `NotPlain` is raised, and the transaction is to be undone
    """
    heads = _heads(connection, group)
    known = set() if plain else _known(connection, group)
    answers, inserts = [], []
    for waiting in group:
        acks = []
        for profile_id, event_id, kind, time_us, body in waiting.rows:
            key = (profile_id, event_id)
            duplicate = key in known
            acks.append(Ack(event_id, duplicate))
            if duplicate:
                continue
            known.add(key)
            head = heads[profile_id]
            head[1] += 1
            head[5] = True
            row = (profile_id, head[1], event_id, kind, time_us, waiting.received_us, body)
            head[3] = chain_link(head[3], *row)
            inserts.append((head[0], *row, head[3]))
        answers.append(acks)
    try:
        connection.executemany(_INSERT, inserts)
    except sqlite3.IntegrityError as error:
        raise NotPlain from error
    connection.executemany(
        _NUMBERED,
        [(p, h[0], h[2], h[1], h[4], h[3]) for p, h in heads.items() if h[5]],
    )
    return answers


def _heads(connection: sqlite3.Connection, group: Sequence[Waiting]) -> _Heads:
    """Where each profile's events end; the start of a new life for those unknown."""
    first_us: dict[str, int] = {}
    for waiting in group:
        for profile_id, *_ in waiting.rows:
            first_us.setdefault(profile_id, waiting.received_us)
    if len(first_us) == 1:
        rows = connection.execute(f"{_HEAD} WHERE profile_id = ?", tuple(first_us))
    else:
        ids = msgspec.json.encode(list(first_us)).decode()
        rows = connection.execute(
            f"{_HEAD} WHERE profile_id IN (SELECT value FROM json_each(?))", (ids,)
        )
    heads: _Heads = {row[0]: [*row[1:], first_us[row[0]], False] for row in rows}
    for profile_id in first_us.keys() - heads.keys():
        incarnation, first = secrets.token_hex(8), first_us[profile_id]
        chain = chain_start(profile_id, incarnation, first)
        heads[profile_id] = [shard_of(profile_id), 0, incarnation, chain, first, False]
    return heads


def _known(connection: sqlite3.Connection, group: Sequence[Waiting]) -> set[tuple[str, str]]:
    """Which of the rows are stored: (profile_id, event_id)."""
    by_profile: dict[str, list[str]] = {}
    for waiting in group:
        for profile_id, event_id, *_ in waiting.rows:
            by_profile.setdefault(profile_id, []).append(event_id)
    return {
        (profile_id, row[0])
        for profile_id, event_ids in by_profile.items()
        for row in connection.execute(
            "SELECT event_id FROM event WHERE profile_id = ?"
            " AND event_id IN (SELECT value FROM json_each(?))",
            (profile_id, msgspec.json.encode(event_ids).decode()),
        )
    }
