"""The honest split: one moment for everybody; before it is known, after it is asked.

What a viewer touched before the moment is excluded from lists, what nobody had played well before
it is no test title, and only viewers with enough history are asked.
"""

from __future__ import annotations

from dataclasses import dataclass

from frontrow.base.time import format_time, from_us
from frontrow.models.histories import Floats
from frontrow.ranking.closed import Closed
from frontrow.ranking.slices import Asked, ask, known_works
from frontrow.viewers import Dataset

TRAIN_SHARE = 0.8
"""Of the good plays, by time."""

MIN_GOOD = 5
"""Good plays before the moment that make a viewer one to ask."""


@dataclass(frozen=True)
class Split:
    """Both sides of the moment."""

    at_us: int
    until_us: int
    asked: Asked

    def to_json(self) -> dict[str, object]:
        return {
            "kind": "global time split",
            "train_share": TRAIN_SHARE,
            "min_good_plays": MIN_GOOD,
            "at": format_time(from_us(self.at_us)),
            "until": format_time(from_us(self.until_us)),
            "excluded": "everything the viewer touched before, or could not be shown then",
            "titles": "those with a good play before",
        }


def split_between(
    before: Dataset,
    reward_before: Floats,
    after: Dataset,
    reward_after: Floats,
    closed: Closed | None = None,
    *,
    min_good: int = MIN_GOOD,
) -> Split:
    """The split at `before`'s moment, judged by what `after` knows; of viewers with so many good plays
    before it."""
    asked = ask(
        before,
        reward_before,
        after,
        reward_after,
        min_good=min_good,
        known=known_works(before, reward_before),
        closed=closed,
    )
    return Split(before.at_us, after.at_us, asked)
