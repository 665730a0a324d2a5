"""What an import did, in numbers for machines and words for people."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MOST_REASONS = 40
"""Different reasons counted by name; a file that is wrong in more ways is told under one more."""
OTHER_REASONS = "other reasons"


@dataclass
class Tally:
    """Rows of one kind: read == kept + duplicates + left out + rejected."""

    kept: int = 0
    duplicates: int = 0
    left_out: dict[str, int] = field(default_factory=dict)  # by reason
    rejected: dict[str, int] = field(default_factory=dict)  # by reason

    @property
    def read(self) -> int:
        return self.kept + self.duplicates + self.n_left_out + self.n_rejected

    @property
    def n_left_out(self) -> int:
        return sum(self.left_out.values())

    @property
    def n_rejected(self) -> int:
        return sum(self.rejected.values())

    def to_json(self) -> dict[str, Any]:
        return {
            "read": self.read,
            "kept": self.kept,
            "duplicates": self.duplicates,
            "left_out": self.n_left_out,
            "left_out_reasons": dict(self.left_out),
            "rejected": self.n_rejected,
            "rejected_reasons": dict(self.rejected),
        }


def count_reason(reasons: dict[str, int], reason: str) -> None:
    """Count a reason, or `OTHER_REASONS` where there are too many different ones."""
    if reason not in reasons and len(reasons) >= MOST_REASONS:
        reason = OTHER_REASONS
    reasons[reason] = reasons.get(reason, 0) + 1


@dataclass
class ImportReport:
    """An import: its rows by kind, what was stored, what stayed out and why."""

    importer: str
    source: str
    rows: dict[str, Tally] = field(default_factory=dict)
    titles_stored: int = 0  # new or changed
    events_stored: int = 0  # new
    left_out: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    rejected_file: Path | None = None
    rejected_not_written: int = 0  # they name somebody who was forgotten
    interrupted: bool = False

    def tally(self, of: str) -> Tally:
        return self.rows.setdefault(of, Tally())

    @property
    def read(self) -> int:
        return sum(t.read for t in self.rows.values())

    @property
    def kept(self) -> int:
        return sum(t.kept for t in self.rows.values())

    @property
    def duplicates(self) -> int:
        return sum(t.duplicates for t in self.rows.values())

    @property
    def rejected(self) -> int:
        return sum(t.n_rejected for t in self.rows.values())

    @property
    def nothing_kept(self) -> bool:
        """Whether rows were read and none could be kept; those known before are no failure."""
        return self.read > 0 and self.kept == 0 and self.duplicates == 0

    def to_json(self) -> dict[str, Any]:
        """The report as JSON: totals first, then each kind of row."""
        return {
            "importer": self.importer,
            "source": self.source,
            "read": self.read,
            "kept": self.kept,
            "duplicates": self.duplicates,
            "left_out": sum(t.n_left_out for t in self.rows.values()),
            "rejected": self.rejected,
            "reasons": self._reasons(),
            "rows": {of: tally.to_json() for of, tally in self.rows.items()},
            "titles_stored": self.titles_stored,
            "events_stored": self.events_stored,
            "not_imported": list(self.left_out),
            "notes": list(self.notes),
            "rejected_file": None if self.rejected_file is None else str(self.rejected_file),
            "rejected_not_written": self.rejected_not_written,
            "interrupted": self.interrupted,
        }

    def _reasons(self) -> dict[str, int]:
        together: dict[str, int] = {}
        for tally in self.rows.values():
            for reason, count in tally.rejected.items():
                together[reason] = together.get(reason, 0) + count
        return together

    def words(self) -> str:
        """The report for people, a line for each thing worth knowing."""
        lines = []
        for of, t in self.rows.items():
            parts = [f"{t.read:,} read", f"{t.kept:,} kept"]
            if t.duplicates:
                parts.append(f"{t.duplicates:,} known before")
            if t.n_left_out:
                parts.append(f"{t.n_left_out:,} left out")
            parts.append(f"{t.n_rejected:,} rejected")
            lines.append(f"{of}: {', '.join(parts)}")
            lines += [f"  left out, {why}: {n:,}" for why, n in _largest_first(t.left_out)]
            lines += [f"  rejected, {why}: {n:,}" for why, n in _largest_first(t.rejected)]
        if not self.rows:
            lines.append("nothing to read: no rows")
        lines += [f"not imported: {part}" for part in self.left_out]
        lines += self.notes
        if self.rejected_file is not None:
            lines.append(f"rejected rows are in {self.rejected_file}")
        if self.rejected_not_written:
            lines.append(
                f"{self.rejected_not_written:,} rejected rows are not written aside: they name a profile"
                " that was forgotten"
            )
        if self.interrupted:
            lines.append("interrupted: what is kept stays; import again to complete it")
        return "\n".join(lines)


def _largest_first(reasons: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0]))
