"""Rows that the operator pinned to places: an editorial row by its own place, a kind by a pin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from frontrow.page.stage import Proposal, Stage


@dataclass(frozen=True)
class Pin:
    """One place, and the rows that may stand there: the first that can."""

    place: int  # counted from 1
    kind: str
    rule: str  # the editorial row's key, or the kind
    rows: tuple[int, ...]  # indices of proposals


class Pins:
    """The pins of one page that are still to be kept; until then their rows stand nowhere else."""

    def __init__(self, stage: Stage, proposals: Sequence[Proposal]) -> None:
        self._pins: dict[int, Pin] = {}
        self.held_back: set[int] = set()
        if stage.rules is None:
            return
        request = stage.request
        rows = stage.rules.rows_for(request.country, request.device, request.now_us)
        wanted: dict[int, tuple[str, str | None]] = {
            row.place: ("editorial", row.key) for row in rows if row.place is not None
        }
        wanted |= {place: (kind, None) for place, kind in stage.rules.pins.items()}
        for place, (kind, key) in wanted.items():
            there = tuple(
                i for i, p in enumerate(proposals) if p.kind == kind and key in (None, p.key)
            )
            self._pins[place] = Pin(place, kind, key or kind, there)
            self.held_back.update(there)

    def at(self, place: int) -> Pin | None:
        """The pin of a place, once; its rows are free from now on."""
        pin = self._pins.pop(place, None)
        if pin is not None:
            self.held_back.difference_update(pin.rows)
        return pin

    def next(self) -> Pin | None:
        """The pin that comes next on the page, once."""
        return self.at(min(self._pins)) if self._pins else None
