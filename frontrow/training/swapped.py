"""From decision records and the log to what pages with swapped places say of where viewers look.

In: records of pages, the events of their viewers. Out: `Seen` of each device, which names nobody. A
title counts as opened if it was clicked or started from that tile (not if it played by itself): the
first thing that looking leads to, so the one that there is most of; whether it was worth it is told by
what was watched later, and says nothing more of the place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from frontrow.base.ids import shard_of
from frontrow.base.randomness import seed_of
from frontrow.base.settings import Settings
from frontrow.base.tile_tokens import read_token
from frontrow.base.time import US_PER_MINUTE, parse_time, to_us
from frontrow.catalog import Catalogue
from frontrow.events import Log
from frontrow.page.assembly import PlacedRow
from frontrow.page.decisions import DecisionStore
from frontrow.page.stage import Stage
from frontrow.ranking.positions import COLUMNS, DEVICES, ROWS
from frontrow.training.positions import FOLDS, Seen
from frontrow.viewers.attribution import Attribution, ServedPage, Tile, join

ORDINARY = 50_000
"""Pages without swaps that are looked through for what places earn: so many say it well enough."""

_OWN = frozenset({"continue_watching", "my_list", "top10"})
"""Rows of which what places earn says least: what stands there was chosen by the viewer, or by all."""


@dataclass
class _Tally:
    """One device's opens and titles, as they come in."""

    places: list[tuple[int, int, int, int]] = field(default_factory=list)
    folds: list[int] = field(default_factory=list)
    earned: NDArray[np.float64] = field(default_factory=lambda: np.zeros((ROWS, COLUMNS)))
    served: NDArray[np.float64] = field(default_factory=lambda: np.zeros((ROWS, COLUMNS)))
    pages: int = 0

    def seen(self) -> Seen:
        return Seen(
            np.array(self.places, dtype=np.int32).reshape(-1, 4),
            np.array(self.folds, dtype=np.int8),
            self.earned,
            self.served,
            self.pages,
        )


def see(
    decisions: DecisionStore, log: Log, catalogue: Catalogue, secret: bytes, settings: Settings
) -> Mapping[str, Seen]:
    """What the pages of each device say; devices without swapped pages are left out."""
    share = min(1.0, ORDINARY / max(decisions.count(), 1))

    def wanted(page_id: str, swapped: bool) -> bool:
        return swapped or seed_of(0, "ordinary page", page_id) < share * 2**53

    how = Attribution(
        read_token=lambda token: read_token(token, secret),
        window_us=settings.exploration.attribution_hours * 60 * US_PER_MINUTE,
        work_of=lambda title_id: catalogue.work_of_title.get(title_id, title_id),
    )
    tallies = {device: _Tally() for device in DEVICES}
    for profile_id in decisions.profiles():
        records = decisions.some_of_profile(profile_id, wanted)
        records = [one for one in records if not one["request"]["at"]]
        if records:
            opened = _opened(profile_id, records, log, how)
            for record in records:
                tally = tallies[record["request"]["device"]]
                if "swaps" in record:
                    tally.pages += 1
                    for row, column in opened.get(record["page_id"], ()):
                        add_open(tally.places, tally.folds, record, row, column, profile_id)
                else:
                    _add_ordinary(tally, record, opened.get(record["page_id"], []))
    return {device: tally.seen() for device, tally in tallies.items() if tally.pages}


def expected_at(pages: Iterable[tuple[Stage, Sequence[PlacedRow]]]) -> NDArray[np.float64]:
    """float64[ROWS, COLUMNS]: the mean value by the ranking of the titles that stand in places."""
    value, titles = np.zeros((ROWS, COLUMNS)), np.zeros((ROWS, COLUMNS))
    for stage, placed in pages:
        for place, row in enumerate(placed[:ROWS]):
            if row.proposal.kind not in _OWN:
                works = row.works[:COLUMNS]
                value[place, : len(works)] += stage.value[works]
                titles[place, : len(works)] += 1
    overall = value.sum() / max(titles.sum(), 1)
    return np.asarray((value + overall + 1e-9) / (titles + 1))


def _opened(
    profile_id: str, records: list[dict[str, Any]], log: Log, how: Attribution
) -> dict[str, list[tuple[int, int]]]:
    """Page -> (row, column) of the tiles that were opened from it, by events that name their tile."""
    events = [one for one in log.read(profile_id).events if _names_a_tile(one.event)]
    outcomes, _ = join(events, [served_page(one) for one in records], how)
    found: dict[str, list[tuple[int, int]]] = {}
    for (page_id, row, column), outcome in sorted(outcomes.items()):
        if outcome.opened:
            found.setdefault(page_id, []).append((row, column))
    return found


def _names_a_tile(event: Any) -> bool:
    return event is not None and (event.token is not None or event.page_id is not None)


def served_page(record: Mapping[str, Any]) -> ServedPage:
    """A page as attribution asks for it."""
    tiles = (
        Tile(place, column, row["row_id"], title_id)
        for place, row in enumerate(record["rows"])
        for column, title_id in enumerate(row["shown"])
    )
    return ServedPage(record["page_id"], to_us(parse_time(record["generated_at"])), tuple(tiles))


def add_open(
    places: list[tuple[int, int, int, int]],
    folds: list[int],
    record: Mapping[str, Any],
    row: int,
    column: int,
    profile_id: str,
) -> None:
    """Note an opened tile of a page with swaps, if it could have stood elsewhere on it."""
    if row >= len(record["rows"]):
        return  # what was asked for later is not looked at
    width = len(record["rows"][row]["shown"])
    told = record["swaps"]
    other_row = next((b for a, b in _row_pairs(told, len(record["rows"])) if a == row), None)
    across = told["columns"].get(str(row))
    other_column = None if across is None else _other_column(across, column, width)
    rows = [row] if other_row is None else [row, other_row]
    columns = [column] if other_column is None else [column, other_column]
    if (len(rows) == 1 and len(columns) == 1) or max(rows) >= ROWS or max(columns) >= COLUMNS:
        return
    cells = [r * COLUMNS + c for r in rows for c in columns]
    first, *others = [*cells, -1, -1, -1][:4]
    places.append((first, *others))  # type: ignore[arg-type]
    folds.append(shard_of(profile_id) % FOLDS)


def _row_pairs(told: Mapping[str, Any], depth: int) -> Iterator[tuple[int, int]]:
    """Each row that could have changed places, with the other of its pair, if both are on the page."""
    for first in told["rows"]["first"]:
        if first + 1 < depth:
            yield first, first + 1
            yield first + 1, first


def _other_column(across: Mapping[str, Any], column: int, width: int) -> int | None:
    """The other column of a pair, if both were in the window that was asked."""
    pair, second = divmod(column - across["first"], 2)
    if not 0 <= pair < len(across["swapped"]):
        return None
    left = int(across["first"]) + 2 * int(pair)
    if left + 1 >= width:
        return None
    return left if second else left + 1


def _add_ordinary(tally: _Tally, record: Mapping[str, Any], opened: list[tuple[int, int]]) -> None:
    """Count the titles of a page without swaps by place, and those opened."""
    others = [row["kind"] not in _OWN for row in record["rows"][:ROWS]]
    for place, row in enumerate(record["rows"][:ROWS]):
        tally.served[place, : len(row["shown"])] += others[place]
    for place, column in opened:
        if place < len(others) and column < COLUMNS:
            tally.earned[place, column] += others[place]
