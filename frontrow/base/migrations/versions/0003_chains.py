"""Every row that matters can be told from a damaged one: events by a chain for each profile, the others
by a digest. Rows of before get theirs here; what they hold is left as it is.

The formulas stand here as they were when this was written, so that it does the same for ever.
"""

from collections.abc import Iterator
from hashlib import blake2b
from struct import Struct
from typing import Any

import sqlalchemy as sa
from alembic import context, op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_BATCH_ROWS = 20_000
_HEAD = Struct(">16sqqqHHHI")
_COLUMNS = {
    "title_revision": ("revision", "title_id", "arrival", "first_at", "changed_at", "body"),
    "rules": ("revision", "at_us", "author", "body"),
    "forgotten": ("key", "generation"),
    "decision": ("page_id", "shard", "profile_id", "generated_at", "body"),
}
"""Table -> what its digest is of; what stands first up to the primary key's width names a row."""
_KEYS = {"title_revision": 2, "rules": 1, "forgotten": 1, "decision": 1}


def upgrade() -> None:
    connection = op.get_bind()
    empty = sa.text("x''" if connection.dialect.name == "sqlite" else "''::bytea")
    for table, column in (("event", "chain"), ("profile", "last_chain")):
        op.add_column(table, _column(column, empty))
    for table in _COLUMNS:
        op.add_column(table, _column("digest", empty))
    for table in _COLUMNS:
        _fill_digests(connection, table)
    _fill_chains(connection)


def _column(name: str, empty: Any) -> Any:
    return sa.Column(name, sa.LargeBinary, nullable=False, server_default=empty)


def _batches(
    connection: Any, table: str, key: tuple[str, ...], columns: tuple[str, ...]
) -> Iterator[Any]:
    """Rows of a table in the order of a key, some at a time, so that memory stays small."""
    total = connection.scalar(sa.text(f"SELECT count(*) FROM {table}"))
    names, chosen = ", ".join(key), ", ".join(key + columns)
    marks = ", ".join(f":k{i}" for i in range(len(key)))
    after, done = "", 0
    given: dict[str, Any] = {}
    while True:
        query = f"SELECT {chosen} FROM {table} {after} ORDER BY {names} LIMIT {_BATCH_ROWS}"
        rows = connection.execute(sa.text(query), given).fetchall()
        if not rows:
            return
        yield rows
        done += len(rows)
        tell = context.config.attributes.get("tell")
        if tell is not None:
            tell(done, total, table)
        after = f"WHERE ({names}) > ({marks})"
        given = {f"k{i}": rows[-1][i] for i in range(len(key))}


def _fill_digests(connection: Any, table: str) -> None:
    columns = _COLUMNS[table]
    key = columns[: _KEYS[table]]
    where = " AND ".join(f"{name} = :{name}" for name in key)
    update = sa.text(f"UPDATE {table} SET digest = :digest WHERE {where}")
    for rows in _batches(connection, table, key, columns[len(key) :]):
        found = [
            {**dict(zip(key, row, strict=False)), "digest": _digest(table, tuple(row))}
            for row in rows
        ]
        connection.execute(update, found)


def _digest(table: str, values: tuple[Any, ...]) -> bytes:
    hasher = blake2b(digest_size=16, person=table.encode())
    for value in values:
        if value is None:
            hasher.update(b"n0:")
            continue
        kind = b"b" if isinstance(value, bytes) else b"i" if isinstance(value, int) else b"t"
        part = value if isinstance(value, bytes) else str(value).encode()
        hasher.update(b"%b%d:" % (kind, len(part)))
        hasher.update(part)
    return hasher.digest()


def _fill_chains(connection: Any) -> None:
    update = sa.text("UPDATE event SET chain = :chain WHERE seq = :seq")
    last = sa.text("UPDATE profile SET last_chain = :chain WHERE profile_id = :profile_id")
    query = sa.text("SELECT incarnation, first_at FROM profile WHERE profile_id = :profile_id")
    profile_id, chain = None, b""
    key = ("shard", "profile_id", "number")
    for rows in _batches(
        connection, "event", key, ("seq", "event_id", "type", "time", "received_at", "body")
    ):
        links, heads = [], {}
        for _, whose, number, seq, event_id, kind, time_us, received_us, body in rows:
            if whose != profile_id:
                profile_id = whose
                incarnation, first_us = connection.execute(query, {"profile_id": whose}).one()
                chain = _hash(f"{whose}\n{incarnation}\n{first_us}".encode())
            chain = _link(chain, whose, number, event_id, kind, time_us, received_us, body)
            links.append({"chain": chain, "seq": seq})
            heads[whose] = chain
        connection.execute(update, links)
        connection.execute(last, [{"chain": c, "profile_id": p} for p, c in heads.items()])


def _link(before: bytes, *row: Any) -> bytes:
    profile_id, number, event_id, kind, time_us, received_us, body = row
    parts = (profile_id.encode(), event_id.encode(), kind.encode(), body)
    head = _HEAD.pack(before, number, time_us, received_us, *(len(part) for part in parts))
    return _hash(b"".join((head, *parts)))


def _hash(content: bytes) -> bytes:
    return blake2b(content, digest_size=16, person=b"frontrow chain").digest()
