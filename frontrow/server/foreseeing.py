"""What titles that are new here will have been worth, by starts that are not known to their end yet.

Profiles without profiling, and children's, are in no fit and are not counted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from frontrow.base.errors import BadInput
from frontrow.base.ids import SHARDS
from frontrow.base.time import US_PER_DAY, format_time, from_us
from frontrow.catalog import Catalogue
from frontrow.evaluation.unfolding import UnfoldingFigures, judge_unfolding
from frontrow.events.log import Logged
from frontrow.ranking import reward
from frontrow.ranking.unfolding import (
    SIGNALS,
    VERSION,
    Foreseen,
    Looks,
    Unfolding,
    foreseen_by_title,
    join_looks,
    looks_at,
)
from frontrow.server.churning import may_be_profiled
from frontrow.server.service import Service

PAST_DAYS = 84
"""Of which starts are learned from: how they go on changes, and a long log need not be read twice."""


@dataclass(frozen=True)
class NewTitle:
    """One title that was begun first in the last days."""

    title_id: str
    name: str
    first_start: str
    foreseen: Foreseen

    def to_json(self) -> dict[str, Any]:
        """As JSON."""
        told = asdict(self.foreseen)
        del told["work"]
        return {
            "title_id": self.title_id,
            "name": self.name,
            "first_start": self.first_start,
            **told,
        }


def fit_of(unfolding: Unfolding) -> dict[str, Any]:
    """The fit by name: its version, the reward that it foretells, a hash of both with its weights."""
    weights = unfolding.weights
    told = f"{VERSION} {reward.definition_hash()} {SIGNALS}".encode() + weights.tobytes()
    return {
        "version": VERSION,
        "reward": {"version": reward.VERSION, "hash": reward.definition_hash()},
        "hash": hashlib.blake2b(told, digest_size=8).hexdigest(),
    }


def foresee_titles(
    service: Service, *, days: float, tell: Callable[[float, str], None]
) -> tuple[Unfolding, UnfoldingFigures, list[NewTitle]]:
    """(the fit, how well it foresees, titles first begun within so many days, most starts first).

    Raises `BadInput` where too few starts are known to their end.
    """
    now_us, catalogue = service.now_us(), service.catalogue()
    kids_too = service.settings.service.profile_kids
    past_us = now_us - PAST_DAYS * US_PER_DAY
    past: list[Looks] = []
    present: list[Looks] = []
    first: dict[int, int] = {}
    for number, (profile_id, events) in enumerate(service.log.scan(range(SHARDS))):
        if number % 100 == 0:
            tell(0.0, f"reading what was begun, {number:,} profiles")
        _note_first(first, events, catalogue)
        if may_be_profiled(events, kids_too=kids_too):
            past.append(looks_at(profile_id, events, catalogue, now_us, since_us=past_us))
            present.append(looks_at(profile_id, events, catalogue, now_us, now=True))
    if not past:
        raise BadInput("nobody has watched anything yet", mend="send or import events")
    looks, open_ = join_looks(past), join_looks(present)
    unfolding, figures = judge_unfolding(looks, now_us)
    since_us = now_us - int(days * US_PER_DAY)
    titles = [
        NewTitle(
            catalogue.works[one.work].work_id,
            catalogue.works[one.work].title.name,
            format_time(from_us(first[one.work])),
            one,
        )
        for one in foreseen_by_title(unfolding, open_)
        if first[one.work] >= since_us
    ]
    titles.sort(key=lambda one: (-one.foreseen.starts, one.title_id))
    return unfolding, figures, titles


def _note_first(first: dict[int, int], events: Sequence[Logged], catalogue: Catalogue) -> None:
    """When each work was begun first, by anyone."""
    for logged in events:
        event = logged.event
        if event is not None and event.type == "play":
            work = catalogue.work_of_title.get(event.title_id or "")
            if work is not None:
                first[work] = min(logged.time_us, first.get(work, logged.time_us))
