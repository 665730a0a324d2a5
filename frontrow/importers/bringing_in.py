"""The common way in: rows of any source, written through the catalogue and the log in batches."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from frontrow.catalog import Title, TitleStore
from frontrow.events import Ack, Event, Log
from frontrow.importers.rejected import RejectedRows
from frontrow.importers.report import ImportReport, count_reason
from frontrow.importers.source import Kept, LeftOut, Refused, Source

Progress = Callable[[int, int | None], None]

BATCH_ROWS = 20_000
"""Rows of one transaction: large enough that its sync costs little, small enough to be undone."""
PROGRESS_ROWS = 2_000
FORGOTTEN = "of a profile that was forgotten"


def bring_in(
    source: Source,
    *,
    titles: TitleStore,
    log: Log,
    rejected: Path,
    now: datetime,
    left_out: Callable[[str], bool] = lambda profile_id: False,
    progress: Progress | None = None,
    batch_rows: int = BATCH_ROWS,
) -> ImportReport:
    """Read a source to its end and store what is good; the report of it.

    rejected: the folder in which rejected rows are written aside.
    left_out: whose events, and rejected rows, stay out: profiles that were forgotten, until they send
        something themselves.
    progress: called with (rows done, rows in all, or None where not known).
    Ctrl-C ends the import with `interrupted` set: batches stored so far stay, and importing again
    completes them.
    """
    report = ImportReport(source.importer, source.path.name)
    batch = _Batch(titles, log, now, report)
    done = 0
    tell = progress or (lambda done, total: None)
    aside = RejectedRows(rejected, source.importer, source.path, source.profile_id, left_out)
    with aside:
        try:
            tell(0, source.total)
            for record in source.read(now):
                done += 1
                if isinstance(record, Kept) and any(left_out(e.profile_id) for e in record.events):
                    count_reason(report.tally(record.of).left_out, FORGOTTEN)
                elif isinstance(record, Kept):
                    batch.rows.append(record)
                    if len(batch.rows) >= batch_rows:
                        batch.store()
                elif isinstance(record, Refused):
                    count_reason(report.tally(record.of).rejected, record.reason)
                    aside.write(record)
                else:
                    assert isinstance(record, LeftOut)
                    count_reason(report.tally(record.of).left_out, record.reason)
                if done % PROGRESS_ROWS == 0:
                    tell(done, source.total)
            batch.store()
            tell(done, source.total)
        except KeyboardInterrupt:
            report.interrupted = True
        report.rejected_file, report.rejected_not_written = aside.written, aside.not_written
    report.left_out, report.notes = list(source.left_out), list(source.notes)
    return report


class _Batch:
    """Rows waiting for their transaction: titles first, so that no event comes before its title."""

    def __init__(self, titles: TitleStore, log: Log, now: datetime, report: ImportReport) -> None:
        self._titles, self._log, self._now, self._report = titles, log, now, report
        self._stored: dict[str, Title] | None = None
        self.rows: list[Kept] = []

    def store(self) -> None:
        rows, self.rows = self.rows, []
        if not rows:
            return
        fresh_titles = self._put([title for row in rows for title in row.titles])
        events = [event for row in rows for event in row.events]
        fresh_events = [not ack.duplicate for ack in self._append(events)]
        self._report.titles_stored += len(fresh_titles)
        self._report.events_stored += sum(fresh_events)
        at = 0
        for row in rows:
            end = at + len(row.events)
            tally = self._report.tally(row.of)
            if any(fresh_events[at:end]) or any(t.title_id in fresh_titles for t in row.titles):
                tally.kept += 1
            else:
                tally.duplicates += 1
            at = end

    def _put(self, titles: list[Title]) -> set[str]:
        """Store the titles that say something new; their ids."""
        if not titles:
            return set()
        if self._stored is None:
            self._stored = {s.title.title_id: s.title for s in self._titles.read()[1]}
        fresh = [title for title in titles if self._stored.get(title.title_id) != title]
        if fresh:
            self._titles.put(fresh, now=self._now)
            self._stored.update((title.title_id, title) for title in fresh)
        return {title.title_id for title in fresh}

    def _append(self, events: list[Event]) -> list[Ack]:
        return self._log.append(events, now=self._now) if events else []
