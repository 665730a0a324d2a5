"""The monthly partitions of the log on PostgreSQL, and the order of its transactions.

A partition holds what was received in a month (UTC). It is made when the first event of the month
before is stored, or, where a clock jumps, when it is needed; always in a transaction of its own, so
that no append holds its lock.
"""

from __future__ import annotations

from datetime import MAXYEAR, UTC, datetime

from frontrow.base.postgres import PostgresDatabase, postgres_driver
from frontrow.base.time import from_us, to_us
from frontrow.events.log import LAST_NUMBER

_Month = tuple[int, int]


class Partitions:
    """Which months this process knows to be there."""

    def __init__(self, database: PostgresDatabase) -> None:
        self._database = database
        self._months: dict[_Month, tuple[int, int]] = {}  # known, and where each begins and ends
        self._latest = (0, 0)

    def make_for(self, received_us: int) -> None:
        """Make the partitions of a moment's month and the next, if they are not there."""
        if self._latest[0] <= received_us < self._latest[1]:
            return
        at = from_us(received_us)
        this = (at.year, at.month)
        for month in (this, _after(this)):
            if month not in self._months and month[0] <= MAXYEAR:
                self._make(month)
        self._latest = self._months[this]

    def _make(self, month: _Month) -> None:
        name = f"event_{month[0]:04d}_{month[1]:02d}"
        bounds = _begins(month), _begins(_after(month))
        with self._database.write("partitions") as connection:
            sql = postgres_driver(connection).execute
            row = sql("SELECT to_regclass(%s) IS NOT NULL", (name,)).fetchone()
            if row is not None and not row[0]:
                sql(f"CREATE TABLE {name} (LIKE event INCLUDING DEFAULTS INCLUDING CONSTRAINTS)")
                # Attaching holds up no append; making it as a partition at once would.
                sql(
                    f"ALTER TABLE event ATTACH PARTITION {name}"
                    f" FOR VALUES FROM ({bounds[0]}) TO ({bounds[1]})"
                )
        self._months[month] = bounds

    def ahead(self) -> int:
        """How far this log's transaction numbers are ahead of the server's own.

        A log that was copied into another server (dumped and restored) holds numbers that this server
        has yet to give: what is new there must still come after them.
        """
        with self._database.write("partitions") as connection:
            sql = postgres_driver(connection).execute
            row = sql(
                "SELECT (SELECT ahead FROM event_order),"
                " (SELECT max(transaction) FROM event),"
                " pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
            ).fetchone()
            assert row is not None
            ahead, highest, lowest = int(row[0]), row[1], int(row[2])
            running = sql("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint").fetchone()
            assert running is not None
            if highest is not None and highest >= running[0] + ahead:
                ahead = highest + 1 - lowest
                sql("UPDATE event_order SET ahead = %s", (ahead,))
        return ahead


def _after(month: _Month) -> _Month:
    year, number = month
    return (year + 1, 1) if number == 12 else (year, number + 1)


def _begins(month: _Month) -> int:
    return LAST_NUMBER if month[0] > MAXYEAR else to_us(datetime(*month, 1, tzinfo=UTC))
