"""A home to import into, and a way to write small files in every format."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pytest

from frontrow.base.database import Database, open_database
from frontrow.catalog import Title, TitleStore
from frontrow.events import Event, SqliteLog
from frontrow.importers import ImportReport, Source, bring_in

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class ImportHome:
    """A catalogue, a log and a folder for rejected rows."""

    database: Database
    rejected: Path

    def bring_in(self, source: Source, **more: Any) -> ImportReport:
        report = bring_in(
            source,
            titles=TitleStore(self.database),
            log=SqliteLog(self.database),
            rejected=self.rejected,
            now=NOW,
            **more,
        )
        for tally in report.rows.values():
            parts = (tally.kept, tally.duplicates, tally.n_left_out, tally.n_rejected)
            assert tally.read == sum(parts)
        return report

    def titles(self) -> dict[str, Title]:
        return {s.title.title_id: s.title for s in TitleStore(self.database).read()[1]}

    def events(self, profile_id: str) -> list[Event]:
        logged = SqliteLog(self.database).read(profile_id).events
        return [one.event for one in logged if one.event is not None]

    def content(self) -> tuple[Any, ...]:
        """Everything stored, to compare before and after."""
        log = SqliteLog(self.database)
        return (
            TitleStore(self.database).revision(),
            self.titles(),
            [(p, self.events(p)) for p in log.profiles()],
        )

    def rejected_rows(self) -> list[dict[str, Any]]:
        lines = [line for f in self.rejected.glob("*.jsonl") for line in f.read_text().splitlines()]
        return [msgspec.json.decode(line) for line in lines]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[ImportHome]:
    database = open_database(tmp_path / "home.db")
    yield ImportHome(database, tmp_path / "rejected")
    database.close()


@pytest.fixture
def write_parquet(tmp_path: Path) -> Callable[[str, str], Path]:
    """Write the rows of a SELECT as a Parquet file below `tmp_path`."""

    def write(name: str, select: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with duckdb.connect() as connection:
            connection.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
        return path

    return write
