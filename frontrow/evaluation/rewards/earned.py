"""What a profile's sittings came to: amounts that any definition of a reward may weigh.

A sitting is what one session holds of one work (events that name no session: one day), looked at by itself
as the estimates of other policies look at what came of a tile; so a series gone on with for ten evenings
earns ten times. Its worth is the shipped definition's, as known at the end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from frontrow.base.time import US_PER_DAY
from frontrow.catalog import Catalogue
from frontrow.events.log import Logged
from frontrow.ranking.reward import is_good, reward_of_one
from frontrow.viewers import fold_on, records_of

AMOUNTS: tuple[str, ...] = (
    "clicks", "starts", "hours", "finishes", "ratings", "listed", "dismissed", "worth", "good",
)  # fmt: skip
"""Tiles opened; plays that the viewer began; hours; films and episodes watched to the end; ratings, -1 to 1;
put on the list; dismissed; the shipped reward; whether it was a good play by it."""

Doubles = NDArray[np.float64]

_SAYS_NOTHING = frozenset({"impression", "search", "subscribe", "cancel", "undismiss"})


@dataclass(frozen=True)
class Earning:
    """One sitting with one work. amounts: float64[len(AMOUNTS)]"""

    at_us: int
    work: int
    amounts: Doubles


def earnings_of(
    profile_id: str, events: Sequence[Logged], catalogue: Catalogue, now_us: int
) -> list[Earning]:
    """A profile's sittings up to a moment, in the order in which they began."""
    sittings: dict[object, list[Logged]] = {}
    for logged in sorted(events, key=lambda one: one.time_us):
        event = logged.event
        if event is None or event.type in _SAYS_NOTHING or logged.time_us > now_us:
            continue
        sittings.setdefault(event.session_id or logged.time_us // US_PER_DAY, []).append(logged)
    return [
        earning
        for mine in sittings.values()
        for earning in _of_sitting(profile_id, mine, catalogue, now_us)
    ]


def total_of(earnings: Iterable[Earning], weights: Mapping[str, float]) -> float:
    """What all of them come to under a definition's weights."""
    weigh = np.array([weights.get(name, 0.0) for name in AMOUNTS])
    return float(sum((earning.amounts @ weigh for earning in earnings), 0.0))


def _of_sitting(
    profile_id: str, mine: list[Logged], catalogue: Catalogue, now_us: int
) -> list[Earning]:
    records = records_of(fold_on(profile_id, mine, catalogue), catalogue)
    worth = reward_of_one(records, catalogue, now_us)
    clicks: Counter[int] = Counter()
    for logged in mine:
        event = logged.event
        if event is not None and event.type == "click" and event.title_id:
            work = catalogue.work_of_title.get(event.title_id)
            if work is not None:
                clicks[work] += 1
    amounts = np.stack(
        [
            np.array([clicks[work] for work in records.work.tolist()], dtype=np.float64),
            records.plays.astype(np.float64),
            records.seconds.astype(np.float64) / 3600,
            records.finished.astype(np.float64),
            np.nan_to_num((records.rating.astype(np.float64) - 0.5) * 2),
            records.listed.astype(np.float64),
            records.dismissed.astype(np.float64),
            worth.astype(np.float64),
            is_good(worth).astype(np.float64),
        ],
        axis=1,
    )
    return [
        Earning(mine[0].time_us, work, amounts[i]) for i, work in enumerate(records.work.tolist())
    ]
