"""How a start unfolds: by what its first hours show, whether it becomes a good play, a finish, a return.

What a title is worth shows weeks after it was begun. Until then counting the unfinished as bad is wrong for
whatever takes long, and waiting says nothing of a new title. So starts that are known to their end are looked
at once more as they were hours and days after they began (landmarks, van Houwelingen 2007), and a logistic
regression for each outcome says how likely it was by then. Nothing but the log's signals is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from frontrow.base.time import US_PER_DAY, US_PER_MINUTE
from frontrow.catalog import Catalogue
from frontrow.events.event import PROFILE_RESET
from frontrow.events.log import Logged
from frontrow.models.histories import FINISHED, GOOD
from frontrow.ranking.logistic import fit_logistic
from frontrow.ranking.reward import reward_of_one
from frontrow.viewers import Records, fold_on, records_of
from frontrow.viewers.fold import KEPT_WHEN_FORGOTTEN
from frontrow.viewers.forgets import reach_of

VERSION = 1
"""Of outcomes and signals: fits of different versions don't compare."""

OUTCOMES = ("good", "finish", "returns")
"""A good play, and watched to the end, by the reward two weeks on; something begun again within a week."""

SIGNALS = (
    "one", "log_age_days", "share_reached", "share_squared", "log_minutes", "nearly_done",
    "log_idle_hours", "sittings", "paused", "series", "episodes_finished", "series_share",
    "good_already", "said_yes", "said_no", "log_starts_before",
)  # fmt: skip

KNOWN_DAYS = 14.0
"""After which a start is taken as known: a series is left by then."""

RETURN_DAYS = 7.0
AGES_DAYS = (0.25, 1.0, 2.0, 4.0, 7.0)
"""After which starts are looked at once more."""

US_PER_HOUR = 60 * US_PER_MINUTE

LEAST_STARTS = 300
"""Of which the outcome is known; below, nothing is foreseen."""

_RIDGE = 1.0
_NEARLY_DONE = 0.85
_APART_US = 6 * US_PER_HOUR
"""Something begun so long after a start is a return; what lies closer is the same visit."""

Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Looks:
    """`m` looks at starts; outcomes are meant only where `known`."""

    x: Doubles  # [m, signals]
    outcome: NDArray[np.bool_]  # [m, outcomes]
    known: NDArray[np.bool_]  # [m]
    work: NDArray[np.int32]  # [m]
    start_us: NDArray[np.int64]  # [m]
    age_days: Doubles  # [m]

    def __len__(self) -> int:
        return len(self.work)

    def take(self, where: NDArray[np.bool_] | NDArray[np.intp]) -> Looks:
        """Some of them."""
        return Looks(**{f.name: getattr(self, f.name)[where] for f in fields(self)})


@dataclass(frozen=True)
class Unfolding:
    """weights: float64[outcomes, signals]"""

    weights: Doubles

    def chance(self, x: Doubles) -> Doubles:
        """float64[m, outcomes]"""
        chance: Doubles = 1 / (1 + np.exp(-np.clip(x @ self.weights.T, -30, 30)))
        return chance


def fit_unfolding(looks: Looks) -> Unfolding | None:
    """The fit on all looks whose outcome is known; None: there are too few starts."""
    known = looks.take(looks.known)
    if len(np.unique(np.stack([known.work, known.start_us]), axis=1).T) < LEAST_STARTS:
        return None
    k = len(SIGNALS)
    penalty = np.r_[1e-3, np.full(k - 1, _RIDGE)]
    rows = [
        fit_logistic(known.x, known.outcome[:, place], penalty, np.zeros(k))
        for place in range(len(OUTCOMES))
    ]
    return Unfolding(np.stack(rows))


def looks_at(
    profile_id: str,
    events: Sequence[Logged],
    catalogue: Catalogue,
    until_us: int,
    ages_days: Sequence[float] = AGES_DAYS,
    *,
    now: bool = False,
    since_us: int = 0,
) -> Looks:
    """A profile's starts as they were at some ages; nothing after `until_us` is known.

    now: one look at each start whose outcome is not known yet, as it is at `until_us`, in place of ages
    since_us: starts before it are not looked at
    """
    by_work = _by_work(events, catalogue, until_us)
    begun = {
        work: first for work, mine in by_work.items() if (first := _begun_us(mine)) is not None
    }
    starts = np.sort(
        np.array(
            [x.time_us for mine in by_work.values() for x in mine if _is_start(x)], dtype=np.int64
        )
    )
    rows: list[tuple[Doubles, tuple[bool, ...], bool, int, int, float]] = []
    for work, start_us in sorted(begun.items(), key=lambda one: one[1]):
        mine = by_work[work]
        known_us = start_us + int(KNOWN_DAYS * US_PER_DAY)
        known = known_us <= until_us
        if (known and now) or start_us < since_us:
            continue
        outcome = (False,) * len(OUTCOMES)
        if known:
            outcome = _outcome(profile_id, mine, catalogue, start_us, known_us, starts)
        before = int(np.searchsorted(starts, start_us))
        ages = [(until_us - start_us) / US_PER_DAY] if now else ages_days
        for age in ages:
            at_us = start_us + int(age * US_PER_DAY)
            if at_us > until_us:
                continue
            x = _signals(profile_id, mine, catalogue, start_us, at_us, before)
            rows.append((x, outcome, known, work, start_us, age))
    return Looks(
        np.array([row[0] for row in rows]).reshape(len(rows), len(SIGNALS)),
        np.array([row[1] for row in rows], dtype=bool).reshape(len(rows), len(OUTCOMES)),
        np.array([row[2] for row in rows], dtype=bool),
        np.array([row[3] for row in rows], dtype=np.int32),
        np.array([row[4] for row in rows], dtype=np.int64),
        np.array([row[5] for row in rows], dtype=np.float64),
    )


def join_looks(parts: Sequence[Looks]) -> Looks:
    """Several profiles' looks as one."""
    return Looks(
        **{f.name: np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Looks)}
    )


@dataclass(frozen=True)
class Foreseen:
    """One title by starts that are not all known yet.

    so_far: share of the starts that are good plays already: the unfinished counted as bad
    good:   share that will be, as foreseen; interval: 95%, by these starts' chance alone
    finish, returns: shares of the other outcomes, as foreseen
    """

    work: int
    starts: int
    so_far: float
    good: float
    interval: tuple[float, float]
    finish: float
    returns: float


def foreseen_by_title(unfolding: Unfolding, looks: Looks) -> list[Foreseen]:
    """Every work of some looks, one look a start."""
    chance = unfolding.chance(looks.x)
    already = looks.x[:, SIGNALS.index("good_already")]
    found = []
    for work in np.unique(looks.work).tolist():
        mine = looks.work == work
        n = int(mine.sum())
        good, finish, returns = (float(share) for share in chance[mine].mean(axis=0))
        p = chance[mine, OUTCOMES.index("good")]
        half = 1.96 * float(np.sqrt((p * (1 - p)).sum())) / n
        interval = max(good - half, 0.0), min(good + half, 1.0)
        found.append(
            Foreseen(work, n, float(already[mine].mean()), good, interval, finish, returns)
        )
    return found


def _by_work(
    events: Sequence[Logged], catalogue: Catalogue, until_us: int
) -> dict[int, list[Logged]]:
    """What is known of each work; what was reset or forgotten is as if it had never been. A forget reaches
    what it reaches when a viewer is folded: of a season or an episode not the rest of its series, and no
    wish."""
    forgotten = _forgotten(events, catalogue, until_us)
    reset_us = max((one.time_us for one in events if one.type == PROFILE_RESET), default=-1)
    found: dict[int, list[Logged]] = {}
    for logged in sorted(events, key=lambda one: one.time_us):
        event = logged.event
        if event is None or event.title_id is None or not reset_us < logged.time_us <= until_us:
            continue
        work = catalogue.work_of_title.get(event.title_id)
        if work is None:
            continue
        gone = logged.time_us <= forgotten.get(event.title_id, -1)
        if event.type != "forget_title" and (not gone or event.type in KEPT_WHEN_FORGOTTEN):
            found.setdefault(work, []).append(logged)
    return found


def _forgotten(events: Sequence[Logged], catalogue: Catalogue, until_us: int) -> dict[str, int]:
    """title id -> until when it is forgotten, us."""
    named: dict[str, int] = {}
    for logged in events:
        event = logged.event
        if event is not None and event.type == "forget_title" and logged.time_us <= until_us:
            title_id = event.title_id or ""
            named[title_id] = max(named.get(title_id, -1), logged.time_us)
    return reach_of(named, catalogue)


def _is_start(logged: Logged) -> bool:
    event = logged.event
    return event is not None and event.type == "play" and not event.autoplay


def _begun_us(mine: Sequence[Logged]) -> int | None:
    return min((logged.time_us for logged in mine if _is_start(logged)), default=None)


def _records_at(
    profile_id: str, mine: Sequence[Logged], catalogue: Catalogue, at_us: int
) -> Records:
    return records_of(fold_on(profile_id, mine, catalogue, until_us=at_us), catalogue)


def _outcome(
    profile_id: str,
    mine: Sequence[Logged],
    catalogue: Catalogue,
    start_us: int,
    known_us: int,
    starts: NDArray[np.int64],
) -> tuple[bool, ...]:
    reward = reward_of_one(_records_at(profile_id, mine, catalogue, known_us), catalogue, known_us)
    worth = float(reward.max(initial=-1.0))
    low = np.searchsorted(starts, start_us + _APART_US)
    high = np.searchsorted(starts, start_us + int(RETURN_DAYS * US_PER_DAY), side="right")
    return worth >= GOOD, worth >= FINISHED, bool(high > low)


def _signals(
    profile_id: str,
    mine: Sequence[Logged],
    catalogue: Catalogue,
    start_us: int,
    at_us: int,
    before: int,
) -> Doubles:
    records = _records_at(profile_id, mine, catalogue, at_us)
    reward = reward_of_one(records, catalogue, at_us)
    start, at, starts = (np.array([value]) for value in (start_us, at_us, before))
    x: Doubles = signals_of(records, reward, catalogue, start_us=start, at_us=at, before=starts)[0]
    return x


def signals_of(
    records: Records,
    reward: NDArray[np.float32],
    catalogue: Catalogue,
    *,
    start_us: NDArray[np.int64],
    at_us: NDArray[np.int64],
    before: NDArray[np.int64],
) -> Doubles:
    """float64[m, signals] of each record at a moment.

    reward: float32[m], at that moment; start_us, at_us: int64[m]; before: int64[m], what the viewer had
    begun by the start
    """
    share = records.fraction.astype(np.float64)
    series = catalogue.is_series[records.work]
    idle_us = np.maximum(at_us - records.last_touch_us, 0)
    rating = np.nan_to_num(records.rating, nan=0.5).astype(np.float64)
    x: Doubles = np.column_stack(
        [
            np.ones(len(records)),
            np.log1p(np.maximum(at_us - start_us, 0) / US_PER_DAY),
            share,
            share**2,
            np.log1p(records.seconds.astype(np.float64) / 60),
            ~series & (share >= _NEARLY_DONE),
            np.log1p(idle_us / US_PER_HOUR),
            np.minimum(records.plays - 1, 3),
            records.paused,
            series,
            series * np.minimum(records.finished, 6),
            series * share,
            reward >= GOOD,
            np.maximum(rating - 0.5, 0.0),
            np.maximum(0.5 - rating, 0.0) + records.dismissed,
            np.log1p(before),
        ]
    )
    return x
