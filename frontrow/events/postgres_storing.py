"""How events are stored on PostgreSQL: profiles locked, ids taken, rows numbered and copied."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from frontrow.base.ids import shard_of
from frontrow.events.chain import chain_link, chain_start
from frontrow.events.group_commit import Waiting
from frontrow.events.log import Ack


def _columns(n: int) -> str:
    """Rows of `n` texts, each column sent as one text with commas: ids and numbers hold none.

    A driver's array is quoted value by value, which costs more than all else that we do.
    """
    columns = ", ".join(["string_to_array(%s, ',')"] * n)
    return f"unnest({columns})"


def _joined(values: Iterable[object]) -> str:
    return ",".join(map(str, values))


_LOCK = (
    "INSERT INTO profile (profile_id, shard, incarnation, last_number, first_at, last_chain)"
    " SELECT id, shard, incarnation, 0, first_at, chain"
    " FROM (SELECT id, shard::int, incarnation, first_at::bigint, decode(chain, 'hex') AS chain"
    f" FROM {_columns(5)} AS t (id, shard, incarnation, first_at, chain)) AS t"
    ' ORDER BY id COLLATE "C"'
    " ON CONFLICT (profile_id) DO UPDATE SET shard = excluded.shard WHERE false"
)
"""Locks every row, in order, the new ones by making them; changes none that was there."""

_HEADS = (
    "SELECT profile_id, shard, last_number, last_chain, pg_current_xact_id()::text::bigint"
    " FROM profile WHERE profile_id = ANY(string_to_array(%s, ','))"
    " ORDER BY profile_id FOR NO KEY UPDATE"
)
_COPY_KEYS = "COPY event_key (shard, profile_id, event_id) FROM STDIN (FORMAT binary)"
_NEW_KEYS = (
    "INSERT INTO event_key (shard, profile_id, event_id)"
    f" SELECT shard::int, profile_id, event_id FROM {_columns(3)} AS t (shard, profile_id, event_id)"
    " ON CONFLICT DO NOTHING RETURNING profile_id, event_id"
)
_COPY = (
    "COPY event (shard, profile_id, number, event_id, type, time, received_at, body, chain,"
    " transaction) FROM STDIN (FORMAT binary)"
)
_TYPES = ("int4", "text", "int8", "text", "text", "int8", "int8", "bytea", "bytea", "int8")
_NUMBERED = (
    "UPDATE profile SET last_number = t.number::bigint, last_chain = decode(t.chain, 'hex')"
    f" FROM {_columns(3)} AS t (id, number, chain) WHERE profile_id = t.id"
)


class NotPlain(Exception):
    """A profile is new, or an event is known: to be stored the longer way, from the start."""


def store(connection: Any, group: Sequence[Waiting], ahead: int, *, plain: bool) -> list[list[Ack]]:
    """Store what is new of several callers' rows, numbered without a gap within each profile.

    plain: every profile is known and no event is. Most commits are so, and cost a third less. Raises
    `NotPlain` where it isn't so: nothing was done then
    """
    first_at: dict[str, int] = {}
    for waiting in group:
        for profile_id, *_ in waiting.rows:
            first_at.setdefault(profile_id, waiting.received_us)
    heads, transaction = _heads(connection.execute, first_at, plain)
    keys = dict.fromkeys((row[0], row[1]) for waiting in group for row in waiting.rows)
    if plain:
        _take_keys(connection, keys, heads)
        new = set(keys)
    else:
        columns = (heads[p][0] for p, _ in keys), (p for p, _ in keys), (e for _, e in keys)
        new = set(connection.execute(_NEW_KEYS, tuple(map(_joined, columns))))
    if not new:
        return [[Ack(row[1], True) for row in waiting.rows] for waiting in group]
    answers = []
    with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        copy.set_types(_TYPES)
        for waiting in group:
            acks = []
            for profile_id, event_id, kind, time_us, body in waiting.rows:
                is_new = (profile_id, event_id) in new
                acks.append(Ack(event_id, not is_new))
                if not is_new:
                    continue
                new.discard((profile_id, event_id))  # again in the same commit: a duplicate
                head = heads[profile_id]
                head[1] += 1
                row = (profile_id, head[1], event_id, kind, time_us, waiting.received_us, body)
                head[2] = chain_link(head[2], *row)
                copy.write_row((head[0], *row, head[2], transaction + ahead))
            answers.append(acks)
    told = heads, (head[1] for head in heads.values()), (head[2].hex() for head in heads.values())
    connection.execute(_NUMBERED, tuple(map(_joined, told)))
    return answers


def _heads(
    sql: Callable[..., Any], first_at: dict[str, int], plain: bool
) -> tuple[dict[str, list[Any]], int]:
    """Lock the profiles, in order of id; profile_id -> [shard, last number, chain], and the transaction.

    first_at: of each profile, when it first came, should it be new
    """
    ids = sorted(first_at)
    if not plain:
        lives = [(i, secrets.token_hex(8), first_at[i]) for i in ids]
        columns = (
            ids,
            map(shard_of, ids),
            (life[1] for life in lives),
            (life[2] for life in lives),
            (chain_start(*life).hex() for life in lives),
        )
        sql(_LOCK, tuple(map(_joined, columns)))
    rows = sql(_HEADS, (_joined(ids),)).fetchall()
    if len(rows) < len(ids):
        raise NotPlain
    return {row[0]: list(row[1:4]) for row in rows}, rows[0][4]


def _take_keys(connection: Any, keys: Iterable[tuple[str, str]], heads: dict[str, Any]) -> None:
    try:
        with connection.cursor() as cursor, cursor.copy(_COPY_KEYS) as copy:
            copy.set_types(("int4", "text", "text"))
            for profile_id, event_id in keys:
                copy.write_row((heads[profile_id][0], profile_id, event_id))
    except connection.IntegrityError as error:
        raise NotPlain from error
