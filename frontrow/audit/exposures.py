"""What was shown: every tile that was seen, to whom, when, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from frontrow.base.time import US_PER_DAY
from frontrow.catalog import Catalogue
from frontrow.evaluation.decisions import JoinedProfile, answers_of

Bools = NDArray[np.bool_]
Ints = NDArray[np.int32]

_PERSONAL = frozenset({"personalised", "recent"})


@dataclass(frozen=True)
class Exposures:
    """`m` tiles that were seen, by viewer and day."""

    viewer: Ints  # [m], index into `viewers`
    day: Ints  # [m], since 1970, UTC
    work: Ints  # [m]
    drawn: Bools  # [m], a drawn slot
    personal: Bools  # [m], on a page with profiling
    started: Bools  # [m], by the viewer
    quality: Bools  # [m], and watched well
    viewers: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.work)

    def take(self, where: Bools | NDArray[np.intp]) -> Exposures:
        """Some of them."""
        kept = {f.name: getattr(self, f.name)[where] for f in fields(self) if f.name != "viewers"}
        return Exposures(**kept, viewers=self.viewers)

    @property
    def week(self) -> Ints:
        """int32[m]: since the first day of all, from 0."""
        return np.asarray((self.day - (self.day.min() if len(self) else 0)) // 7)


def exposures_of(
    joined: Iterable[JoinedProfile],
    catalogue: Catalogue,
    *,
    since_us: int | None = None,
    until_us: int | None = None,
) -> Exposures:
    """The tiles seen within a span; of titles that the catalogue no longer has, none."""
    rows: list[tuple[int, int, int, bool, bool, bool, bool]] = []
    viewers: list[str] = []
    known = catalogue.work_of_title
    for one in joined:
        before = len(rows)
        pages = {d["page_id"]: _Page(d) for d in one.decisions}
        for (page_id, row, column), outcome in one.outcomes.items():
            page = pages.get(page_id)
            if page is None or not outcome.shown:
                continue
            us = outcome.shown_us
            if (since_us is not None and us < since_us) or (
                until_us is not None and us >= until_us
            ):
                continue
            work = known.get(page.shown(row, column))
            if work is None:
                continue
            drawn = (row, column) in page.drawn
            rows.append((len(viewers), us // US_PER_DAY, work, drawn, page.personal,
                         outcome.started, outcome.quality))  # fmt: skip
        if len(rows) > before:
            viewers.append(one.profile_id)
    table = np.array(rows, dtype=np.int64).reshape(len(rows), 7)
    numbers = [table[:, i].astype(np.int32) for i in range(3)]
    flags = [table[:, i].astype(bool) for i in range(3, 7)]
    return Exposures(*numbers, *flags, tuple(viewers))  # type: ignore[call-arg, arg-type]  # in their order


class _Page:
    """A decision and those of the page's later answers, as far as tiles ask."""

    def __init__(self, decision: dict[str, Any]) -> None:
        rows = [row for answer in answers_of(decision) for row in answer.rows]
        self.personal = decision.get("mode") in _PERSONAL
        self.drawn = {
            (row.row, told["position"])
            for row in rows
            for told in row.told.get("draw", {}).get("drawn", ())
        }
        self._titles = {
            (row.row, column): title_id
            for row in reversed(rows)
            for column, title_id in row.titles.items()
        }

    def shown(self, row: int, column: int) -> str:
        return self._titles.get((row, column), "")
