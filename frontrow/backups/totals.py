"""Rows that no chain reaches, revisions that are missing, places that were given or are to be given."""

from __future__ import annotations

from collections.abc import Iterator

from frontrow.backups.damage import Damage, Part
from frontrow.backups.raw_reading import UNREADABLE, Reading, trouble

_REVISED: tuple[tuple[str, Part], ...] = (("title_revision", "titles"), ("rules", "rules"))


def check_totals(reading: Reading) -> Iterator[Damage]:
    """What holds on every database."""
    try:
        with reading.state() as sql:
            there, told = sql(
                "SELECT (SELECT count(*) FROM event),"
                " (SELECT coalesce(CAST(sum(last_number) AS bigint), 0) FROM profile)"
            ).fetchone()
            for table, part in _REVISED:
                n, last = sql(
                    f"SELECT count(DISTINCT revision), coalesce(max(revision), 0) FROM {table}"
                ).fetchone()
                if n != last:
                    yield Damage(part=part, what=f"{n:,} revisions are there of {last:,}")
    except UNREADABLE as error:
        yield Damage(part="database", what=f"its rows can't be counted ({trouble(error)})")
        return
    if there != told:
        yield Damage(part="log", what=f"{there:,} events are there; the profiles tell of {told:,}")


def check_places(reading: Reading) -> Iterator[Damage]:
    """On SQLite: the place that the next event gets lies after all others."""
    try:
        with reading.state() as sql:
            highest = sql("SELECT coalesce(max(seq), 0) FROM event").fetchone()[0]
            given = sql("SELECT coalesce(max(seq), 0) FROM sqlite_sequence").fetchone()[0]
            forgets = sql("SELECT count(*) FROM forgotten").fetchone()[0]
    except UNREADABLE as error:
        yield Damage(part="database", what=f"its places can't be read ({trouble(error)})")
        return
    if given < highest or (given > highest and not forgets):
        what = f"the next event's place is {given:,}, the last one's {highest:,}"
        yield Damage(part="log", what=what)


def check_keys(reading: Reading) -> Iterator[Damage]:
    """On PostgreSQL: what makes an event unique stands beside it, for each and for no other."""
    with reading.state() as sql:
        (lacking,) = sql(
            "SELECT count(*) FROM event e FULL JOIN event_key k USING (shard, profile_id, event_id)"
            " WHERE e.seq IS NULL OR k.event_id IS NULL"
        ).fetchone()
    if lacking:
        what = f"{lacking:,} events stand without their key, or keys without their event"
        yield Damage(part="log", what=what)
