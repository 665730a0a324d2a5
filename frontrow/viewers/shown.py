"""What was shown to everyone up to a moment: the impressions of a log, as pages of then would have counted
them.

In: impressions as a log is read, leaf by leaf. Out: sums by country and work, those of newcomers apart. A
snapshot holds the same for the pages that are served; this is for pages of a past moment, or of one to come.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from frontrow.base.time import US_PER_DAY
from frontrow.viewers.trends import EVERYWHERE, SHOWN_HALF_LIFE_DAYS

Counted = tuple[int, int, str, float, bool]
"""Something that counts: us, work, country ("": not known), weight, whether it is a newcomer's."""


@dataclass(frozen=True)
class Columns:
    """Things that count, by column."""

    when: NDArray[np.int64]  # us
    work: NDArray[np.int32]
    country: NDArray[np.str_]
    weight: NDArray[np.float64]
    new: NDArray[np.bool_]


@dataclass(frozen=True)
class Shown:
    """How often works were shown to viewers of a country, settled or new; one entry for each that were."""

    work: NDArray[np.int32]  # [k]
    country: NDArray[np.str_]  # [k]
    new: NDArray[np.bool_]  # [k]
    count: NDArray[np.float64]  # [k], decayed


def columns_of(counted: Sequence[Counted]) -> Columns:
    """The same, by column."""
    return Columns(
        np.array([one[0] for one in counted], dtype=np.int64),
        np.array([one[1] for one in counted], dtype=np.int32),
        np.array([one[2] for one in counted], dtype="U2"),
        np.array([one[3] for one in counted], dtype=np.float64),
        np.array([one[4] for one in counted], dtype=np.bool_),
    )


def shown_until(impressions: Columns, at_us: int, n: int) -> Shown:
    """Impressions up to a moment, summed; n: works of the catalogue."""
    past = impressions.when <= at_us
    names, country = np.unique(impressions.country[past], return_inverse=True)
    cell = (country.astype(np.int64) * 2 + impressions.new[past]) * n + impressions.work[past]
    age_days = (at_us - impressions.when[past]) / US_PER_DAY
    worth = impressions.weight[past] * np.exp2(-age_days / SHOWN_HALF_LIFE_DAYS)
    cells, place = np.unique(cell, return_inverse=True)
    count = np.zeros(len(cells))
    np.add.at(count, place, worth)
    of_whom, work = np.divmod(cells, n)
    return Shown(work.astype(np.int32), names[of_whom // 2], of_whom % 2 == 1, count)


def join_shown(
    parts: Sequence[Shown], countries: tuple[str, ...], n: int
) -> NDArray[np.float64] | None:
    """float64[2, c, n]: of settled accounts and of newcomers, all parts together; None where nothing was
    shown.

    countries: the first is all together, in which also those count that are not among the others
    """
    if not any(len(part.work) for part in parts):
        return None
    place = {name: i for i, name in enumerate(countries)}
    counts = np.zeros((2, len(countries), n))
    for part in parts:
        where = np.array([place.get(str(name), EVERYWHERE) for name in part.country], dtype=int)
        new = part.new.astype(int)
        np.add.at(counts[:, EVERYWHERE], (new, part.work), part.count)
        own = where != EVERYWHERE
        np.add.at(counts, (new[own], where[own], part.work[own]), part.count[own])
    return counts
