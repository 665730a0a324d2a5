"""The record of a later answer of a page: further rows, or further titles of a row.

A page's own record holds what its first answer showed. What is asked for later is chosen by the same
draws, and stands on a record of its own that names the page: what was shown where, each choice with its
probability and candidates, and what says the answer again to the byte: the settings, what choices rested
on, and by what eligibility was judged at that moment. What is drawn of a row, and which places were
swapped, is on the page's record for its rows, and here for those after them.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import msgspec

from frontrow.base.settings import Settings
from frontrow.base.time import format_time, from_us
from frontrow.page.assembly import PlacedRow
from frontrow.page.dressing import Dresser, row_id
from frontrow.page.page import Row, Tile
from frontrow.page.record import (
    artwork_told,
    choices_told,
    evidence_told,
    row_told,
    settings_told,
)
from frontrow.page.request import Request
from frontrow.page.stage import Stage
from frontrow.page.swaps import Swaps

_ID_CHARACTERS = 24


@dataclass(frozen=True)
class Further:
    """What is asked for: the rows after one, or the titles of one from a place on."""

    after_row: str | None = None  # None: of a row
    rows: int = 0
    row_id: str | None = None
    offset: int = 0
    columns: int = 0

    def told(self) -> dict[str, Any]:
        if self.after_row is not None:
            return {"after_row": self.after_row, "rows": self.rows, "columns": self.columns}
        return {"row_id": self.row_id, "offset": self.offset, "columns": self.columns}


@dataclass(frozen=True)
class Judged:
    """By what it was judged, at the time of the answer, who may see what."""

    catalogue_revision: int
    viewer_position: int
    at_us: int


@dataclass(frozen=True)
class Continued:
    """An answer, with what was decided for it."""

    stage: Stage
    dresser: Dresser
    shown: list[tuple[PlacedRow, list[int], list[Tile]]]  # rows, columns of each, their tiles
    content: dict[str, Any]  # as it is sent
    swaps: Swaps | None

    @property
    def digest(self) -> str:
        """SHA-256 of its bytes as sent: what a replay must meet."""
        return hashlib.sha256(msgspec.json.encode(self.content)).hexdigest()


def further_rows(
    placed: list[PlacedRow], dresser: Dresser, asked: Further, after: PlacedRow
) -> tuple[list[tuple[PlacedRow, list[int], list[Tile]]], list[Row], bool]:
    """The rows that follow one, with their columns; empty ones are left out."""
    start = after.row + 1
    window = placed[start : start + asked.rows]
    dressed = zip(window, dresser.rows(window, asked.columns), strict=True)
    found = [(one, row) for one, row in dressed if row.tiles]
    shown = [(one, dresser.columns(one, 0, asked.columns), row.tiles) for one, row in found]
    return shown, [row for _, row in found], start + asked.rows < len(placed)


def continuation_of(
    answer: Continued, asked: Further, judged: Judged, request: Request, page_id: str,
    settings: Settings,
) -> dict[str, Any]:  # fmt: skip
    """The record of an answer. Its `answer` names what was decided: the same again is the same record."""
    catalogue, temperature = answer.stage.catalogue, settings.exploration.temperature
    later = [placed.row for placed, _, _ in answer.shown if placed.row >= request.rows]
    rows = []
    for placed, columns, tiles in answer.shown:
        told = row_told(placed, tiles, catalogue, temperature=temperature)
        if placed.row < request.rows:  # its draw is on the page's record
            told.pop("draw", None)
        rows.append({"row": placed.row, "columns": columns, **told})
    swaps = {} if answer.swaps is None or not later else {"swaps": answer.swaps.told(later)}
    decided = {
        "continues": page_id,
        "profile_id": request.profile_id,
        "asked": asked.told(),
        "rows": rows,
        **swaps,
        "choices": choices_told(answer.dresser.taken, settings),
        "artwork": artwork_told(answer.dresser.artwork),
        "evidence": evidence_told(answer.dresser.evidence, answer.shown),
        "settings": settings_told(settings),
        "answer_sha256": answer.digest,
    }
    name = hashlib.sha256(msgspec.json.encode(decided)).hexdigest()[:_ID_CHARACTERS]
    return {
        "answer": name,
        "answered_at": format_time(from_us(judged.at_us)),
        "judged": {
            "catalogue_revision": judged.catalogue_revision,
            "viewer_position": judged.viewer_position,
        },
        **decided,
    }


def asked_of(record: dict[str, Any]) -> Further:
    """What was asked for, of a record."""
    return Further(**record["asked"])


def find_row(placed: list[PlacedRow], wanted: str) -> PlacedRow | None:
    """The row of a name."""
    return next((row for row in placed if row_id(row) == wanted), None)
