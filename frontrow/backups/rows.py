"""Rows that hold a digest, each read and compared with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from frontrow.backups.damage import Damage, Part
from frontrow.backups.raw_reading import UNREADABLE, Raw, Reading, is_blob, plain, trouble
from frontrow.base.digests import row_digest
from frontrow.base.ids import name_in_logs

_ROWS_AT_ONCE = 2_000


@dataclass(frozen=True)
class Table:
    """A table whose rows hold a digest of these columns."""

    name: str
    part: Part
    key: tuple[str, ...]
    others: tuple[str, ...]


TABLES = (
    Table("title_revision", "titles", ("revision", "title_id"),
          ("arrival", "first_at", "changed_at", "body")),
    Table("rules", "rules", ("revision",), ("at_us", "author", "body")),
    Table("decision", "decisions", ("page_id",), ("shard", "profile_id", "generated_at", "body")),
    Table("continuation", "decisions", ("page_id", "answer"),
          ("shard", "profile_id", "answered_at", "body")),
    Table("forgotten", "forgotten", ("key",), ("generation",)),
    Table("checkpoint", "checkpoints", ("profile_id",),
          ("incarnation", "number", "fold", "revision", "body")),
    Table("api_key", "keys", ("key_id",),
          ("name", "scopes", "hashed", "created_at", "expires_at", "revoked_at")),
)  # fmt: skip


def walk_rows(
    reading: Reading, table: Table, secret: bytes, progress: Callable[[int], None]
) -> Iterator[Damage | int]:
    """What is damaged, and between it how many rows were read."""
    columns = (*table.key, *table.others)
    names, order = ", ".join(columns), ", ".join(table.key)
    after: tuple[Any, ...] | None = None
    while True:
        where, given = "", ()
        if after is not None:
            marks = ", ".join("CAST(? AS TEXT)" if isinstance(v, Raw) else "?" for v in after)
            where, given = f"WHERE ({order}) > ({marks})", after
        with reading.state() as sql:
            try:
                rows = sql(
                    f"SELECT {names}, digest FROM {table.name} {where}"
                    f" ORDER BY {order} LIMIT {_ROWS_AT_ONCE}",
                    given,
                ).fetchall()
            except UNREADABLE as error:
                what = f"the table {table.name} can't be read to its end ({trouble(error)})"
                yield Damage(part=table.part, what=what)
                return
        for row in rows:
            if not _is_as_written(table.name, row):
                yield _damage(table, dict(zip(columns, row, strict=False)), secret)
        if not rows:
            return
        progress(len(rows))
        yield len(rows)
        last = rows[-1][: len(table.key)]
        if any(value is None for value in last):  # nothing comes after it in any order
            return
        after = last


def _is_as_written(table: str, row: tuple[Any, ...]) -> bool:
    *values, digest = row
    if not is_blob(digest):
        return False
    try:
        return bool(digest == row_digest(table, *(plain(value) for value in values)))
    except (ValueError, AttributeError):
        return False


def _damage(table: Table, row: dict[str, Any], secret: bytes) -> Damage:
    def told(name: str) -> str:
        value = row[name]
        return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)

    if table.name == "title_revision":
        what = f"revision {told('revision')} of a title was changed"
        return Damage(part="titles", what=what, titles=[told("title_id")])
    if table.name == "api_key":
        mend = "revoke it and make another: `frontrow keys revoke`, `frontrow keys create`"
        return Damage(part="keys", what="a key was changed", where=told("key_id"), mend=mend)
    if table.name == "checkpoint":
        return Damage(
            part="checkpoints",
            what="a folded viewer that was kept was changed; it is not used",
            profiles=[name_in_logs(told("profile_id"), secret)],
            mend="nothing: it is folded anew from the log",
        )
    if table.name == "rules":
        return Damage(part="rules", what=f"revision {told('revision')} of the rules was changed")
    if table.name in ("decision", "continuation"):
        of = "a page" if table.name == "decision" else "a later answer of a page"
        return Damage(
            part="decisions",
            what=f"the record of {of} was changed",
            where=told("page_id"),
            profiles=[name_in_logs(told("profile_id"), secret)],
        )
    return Damage(part="forgotten", what=f"the mark of forget {told('generation')} was changed")
